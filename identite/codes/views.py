"""The page on which a one-time code is typed, or asked for once more."""

from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView

from identite.codes.forms import CodeForm, refusal
from identite.codes.one_time import CodeResult
from identite.codes.use import CodeNotSent, CodeUse
from identite.errors import too_many
from identite.http import client_key
from identite.quotas import QuotaExceeded


def code_context(use: CodeUse[Any], row: Model) -> dict[str, Any]:
    """What `_code_boxes.html` and `_code_resend.html` show of the code of `row`."""
    return {
        "code": use.state(row),
        "locked_until": use.locked_until(row),
        "crowded": use.crowded,
    }


class ResendMixin(FormView):  # type: ignore[type-arg]  # generic in the stubs only
    """A page with «Recevoir un nouveau code» (`_code_resend.html`). Stands before the room's own view."""

    @property
    def client(self) -> str:
        return client_key(self.request)

    def send_again(self) -> None:
        """Send a new code. Raises CodeNotSent."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.resend() if "resend" in request.POST else super().post(request, *args, **kwargs)

    def resend(self) -> HttpResponse:
        try:
            self.send_again()
        except CodeNotSent as refused:
            if refused.per_client:
                return too_many(self.request, refused.until)
            # The page says by itself from when on the next code may leave.
        else:
            text = _("Un nouveau code vient d’être envoyé. Le précédent ne peut plus servir.")
            messages.success(self.request, text)
        return redirect(self.request.path)


class CodeMixin(ResendMixin):
    """The page on which a code is typed. The room's view says whose it is, what it proves and where to go on."""

    use: CodeUse[Any]
    form_class = CodeForm

    def code_row(self) -> Any:
        """Whose code it is."""
        raise NotImplementedError

    def proven(self) -> bool:
        """Is there nothing left to prove: in another tab, or after «Retour»?"""
        return False

    def check(self, typed: str) -> CodeResult:
        """Compare, and write down what a right code proves. Raises QuotaExceeded."""
        raise NotImplementedError

    def go_on(self) -> HttpResponse:
        """Where a right code leads."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.go_on() if self.proven() else super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            result = self.check(form.cleaned_data["code"])
        except QuotaExceeded as exceeded:
            return too_many(self.request, exceeded.until)
        if result == CodeResult.RIGHT:
            return self.go_on()
        form.add_error("code", refusal(result, self.use.state(self.code_row()).tries_left))
        return self.form_invalid(form)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"label": self.use.label}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(proven=self.proven(), **code_context(self.use, self.code_row()), **kwargs)
