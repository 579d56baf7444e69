# The commands of the project. `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The first Python that is new enough and can make an environment.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
PROCESSES ?= 2

PORT ?=
HTTPS ?=
PUBLIC_URL ?=
BROWSER ?= 1

.PHONY: help python setup demo lint unit browser e2e test test-services unit-on-services e2e-on-services attack bench \
	mutants requirements messages format

help: ## Say what each command does
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-14s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv and pip is needed (Debian: apt-get install python3-venv)."; exit 1; }

setup: python ## Make the environment with everything: the service, the tests, the tools
	@$(PYTHON) tools/environment.py $(VENV) requirements/dev.txt

demo: python ## Start the service: PORT=8000, or HTTPS=1 PUBLIC_URL=https://192.168.1.20:8443 for phones
	@$(PYTHON) tools/environment.py $(VENV) requirements/checks.txt
	@exec $(BIN)/python -m tools.demo $(if $(PORT),--port $(PORT)) $(if $(HTTPS),--https) $(if $(PUBLIC_URL),--public-url $(PUBLIC_URL))

lint: setup ## Style, types, templates, direction of imports, missing migrations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/lint-imports
	@$(BIN)/python -m tools.code_rules
	@DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run

unit: setup ## The tests without a browser
	@$(BIN)/python -m pytest -n $(PROCESSES) -m "not services"

browser: setup ## Find Chromium, or install it where that is possible
	@$(BIN)/python -m tools.browser

e2e: browser ## The tests in a browser, against a stack that they start (or BASE_URL=…)
	@$(BIN)/python -m pytest tests/e2e $(if $(BASE_URL),--base-url $(BASE_URL))

test: lint unit ## Everything; BROWSER=0 leaves the browser out
ifeq ($(BROWSER),0)
	@echo "The browser tests were left out, as BROWSER=0 asks."
else
	@$(MAKE) --no-print-directory e2e
endif

test-services: browser ## The tests again on PostgreSQL and Redis, started for them
	@$(BIN)/python tools/services.py $(MAKE) --no-print-directory unit-on-services e2e-on-services

unit-on-services:
	@DATABASE_URL="$$SERVICES_DATABASE_URL" $(BIN)/python -m pytest -n $(PROCESSES)

e2e-on-services:
	@E2E_DATABASE_URL="$$SERVICES_DATABASE_URL" E2E_BROKER_URL="$$SERVICES_REDIS_URL" $(BIN)/python -m pytest tests/e2e

attack: setup ## Attack a stack that is started for it, and print what held: NAMES="scan_bomb slow_bodies", or kills
	@$(BIN)/python -m attack $(NAMES)

bench: setup ## Measure this machine: CPU per page, photo and video, queries, weights, a million files (SECTION=scale, pages, offices, whole, checks or together alone)
	@$(BIN)/python -m bench $(SECTION)

mutants: setup ## Change the rules one at a time and see whether the tests notice: SAMPLE=100 SEED=1
	@$(BIN)/python -m tools.mutants $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED))

requirements: setup ## Compile requirements/ from pyproject.toml (UPGRADE=1 takes the newest versions)
	@PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m tools.compile_requirements $(if $(UPGRADE),--upgrade)

messages: setup ## Collect the texts of screens, mails and papers in locale/fr (needs GNU gettext)
	@$(BIN)/python manage.py makemessages -l fr --no-location --no-wrap --no-obsolete \
		--ignore 'tests/*' --ignore '$(VENV)/*' --settings tests.settings

format: setup ## Let the tools lay out code and templates
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/djlint templates --reformat --quiet
