"""The project's addresses and «hello», through all of its middleware; what passwords, messages and files have cost so far."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from bench.spent import SPENT, count
from identite.urls import urlpatterns as project

count()


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


def spent(request: HttpRequest) -> JsonResponse:
    return JsonResponse(SPENT)


urlpatterns = [path("bench/hello", hello), path("bench/spent", spent), *project]
