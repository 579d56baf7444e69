"""The smallest Django there is: one view, no middleware, no application. The yardstick of a page's cost."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


urlpatterns = [path("bench/hello", hello)]
settings.configure(ALLOWED_HOSTS=["localhost"], ROOT_URLCONF=__name__, SECRET_KEY="protects nothing", USE_TZ=True)  # noqa: S106
application: "WSGIHandler" = get_wsgi_application()
