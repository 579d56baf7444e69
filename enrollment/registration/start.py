"""«Créer votre Identité Numérique»: begins, or goes on where this browser left off; and «recommencer»."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import View

from enrollment.models import Registration
from enrollment.registration import REGISTRATION, cookie


class StartView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("enrollment:resume")
        registration = cookie.current(request)
        if registration is None or registration.account_id:
            registration = Registration()
        return redirect(REGISTRATION.url(REGISTRATION.first_open(registration)))


class RestartView(View):
    """«Ce n'est pas vous ?»: on a shared computer the next person begins anew. The answers stay with who typed them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("registration:start")

    def post(self, request: HttpRequest) -> HttpResponse:
        response = redirect("registration:start")
        cookie.forget(request, response)
        return response
