"""«Reprendre»: the page where the account's file stands."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from enrollment.models import Account
from enrollment.services import files
from enrollment.steps import ENROLLMENT
from verification.face_to_face.agents import is_postal_agent


@login_required
def resume(request: HttpRequest) -> HttpResponse:
    account = request.user
    if not isinstance(account, Account) or account.is_staff:
        return redirect("admin:index")
    living = files.living(account)
    if living is None and is_postal_agent(account):
        return redirect("counter:today")
    enrollment = living or files.draft(account)
    return redirect(ENROLLMENT.url(ENROLLMENT.first_open(enrollment)))
