"""The project's addresses and «hello», through all of its middleware."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from identite.urls import urlpatterns as project


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


urlpatterns = [path("bench/hello", hello), *project]
