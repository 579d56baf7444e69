# Three images of one project: `web` without the engines of the checks, `worker` with them, `front` before the web server.
#   docker build --target web .      docker build --target worker .      docker build --target front .

FROM python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/venv/bin:$PATH
WORKDIR /srv/identite
RUN useradd --system --uid 10001 --home-dir /var/lib/identite --create-home identite

FROM base AS web-packages
COPY requirements/production.txt requirements/
RUN python -m venv /opt/venv && \
    pip install --no-cache-dir --require-hashes --no-deps --requirement requirements/production.txt

FROM web-packages AS worker-packages
COPY requirements/checks.txt requirements/
RUN pip install --no-cache-dir --require-hashes --no-deps --requirement requirements/checks.txt

FROM base AS source
COPY . .

FROM base AS web
COPY --from=web-packages /opt/venv /opt/venv
COPY --from=source /srv/identite /srv/identite
# Keys that last for this one line: collecting static files opens nothing that they protect.
RUN export $(python -m tools.secrets | xargs) && VAR_DIR=/tmp/build python manage.py collectstatic --no-input && \
    python -m compileall -q . && rm -rf /tmp/build
USER identite
VOLUME /var/lib/identite
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=20s CMD ["python", "-m", "tools.healthcheck"]
CMD ["python", "-m", "tools.web", "--host=0.0.0.0", "--port=8000", "--workers=2"]

# What speaks to the network. It has no code and no keys but that of its certificate.
FROM nginx:1.28-bookworm AS front
COPY deploy/nginx.conf /etc/nginx/nginx.conf
COPY deploy/pages /srv/front
COPY --from=web /srv/identite/staticfiles /srv/static
USER nginx
EXPOSE 8080 8443
HEALTHCHECK --interval=15s --timeout=6s CMD ["curl", "--fail", "--silent", "http://127.0.0.1:8081/"]
CMD ["nginx", "-g", "daemon off;"]

FROM web AS worker
COPY --from=worker-packages /opt/venv /opt/venv
HEALTHCHECK NONE
CMD ["celery", "--app", "identite", "worker", "--pool", "prefork", "--concurrency", "2", "--loglevel", "info"]
