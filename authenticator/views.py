"""Screens 35 to 38, the installable app: where the phone stands decides which one is shown."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.generic import FormView

from authenticator import services
from authenticator.device_key import BadKey
from authenticator.forms import SecretCodeForm
from authenticator.models import Device, DeviceState
from enrollment.models import Enrollment, EnrollmentState
from enrollment.phones import display
from enrollment.services.activation import ACTIVATION, in_person, reference, resend_code
from identite import brand, qr
from identite.codes.one_time import CodeResult
from identite.codes.views import CodeMixin
from identite.http import absolute
from identite.transitions import TransitionNotAllowed

DEVICE = "pending_device"  # in the session: which device typed the activation code here


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Screen 35 for a visitor; for somebody logged in, the page where her activation stands."""
    if not request.user.is_authenticated:
        address = absolute(reverse("authenticator:home"))
        return render(request, "authenticator/store.html", {"qr": qr.drawn(address), "address": address})
    enrollment = services.enrollment_of(request.user)
    if enrollment is not None and enrollment.state == EnrollmentState.PROVEN:
        return redirect("authenticator:activation")  # which goes on by itself where the code was typed already
    if enrollment is not None and enrollment.state == EnrollmentState.ACTIVATED:
        device = Device.objects.filter(file=enrollment.pk, state=DeviceState.ACTIVE).first()
        context = {"enrollment": enrollment, "device": device, "in_person": in_person(enrollment), "stage": 5}
        return render(request, "authenticator/activated.html", context)
    return render(request, "authenticator/not_yet.html", {"enrollment": enrollment})


class ActivationMixin(LoginRequiredMixin):
    """Only for somebody whose enrollment waits for its phone."""

    enrollment: Enrollment
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        enrollment = services.enrollment_of(request.user)
        if enrollment is None or enrollment.state != EnrollmentState.PROVEN:
            return redirect("authenticator:home")
        self.enrollment = enrollment
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more: dict[str, Any] = {"in_person": in_person(self.enrollment), "stage": 3}
        return super().get_context_data(**more, **kwargs)  # type: ignore[misc,no-any-return]


class ActivationView(ActivationMixin, CodeMixin):
    """Screen 36: the six digits from the SMS."""

    template_name = "authenticator/activation.html"
    use = ACTIVATION

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.go_on() if self.proven() else super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().post(request, *args, **kwargs)
        except TransitionNotAllowed:
            return redirect("authenticator:home")

    def code_row(self) -> Enrollment:
        return self.enrollment

    def proven(self) -> bool:
        return services.pending_device(self.enrollment, self.request.session.get(DEVICE, "")) is not None

    def send_again(self) -> None:
        resend_code(self.enrollment, client=self.client)

    def check(self, typed: str) -> CodeResult:
        result, device = services.check_activation_code(
            self.enrollment, typed, client=self.client, device_name=_device_name(self.request)
        )
        if device is not None:
            # Only this browser goes on: another one that knows the password has not seen the code.
            self.request.session[DEVICE] = str(device.pk)
        return result

    def form_invalid(self, form: Any) -> HttpResponse:
        """One wrong code too many: the page of the file says what happened, and how it goes on."""
        self.enrollment.refresh_from_db(fields=["state"])
        if self.enrollment.state != EnrollmentState.PROVEN:
            return redirect("enrollment:resume")
        return super().form_invalid(form)

    def go_on(self) -> HttpResponse:
        return redirect("authenticator:secret-code")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            number=display(self.enrollment.mobile), reference=reference(self.enrollment), **kwargs
        )


class SecretCodeView(ActivationMixin, FormView):  # type: ignore[type-arg]  # generic in the stubs only
    """Screen 37: four digits typed twice, while the phone makes its key and signs with it."""

    template_name = "authenticator/secret_code.html"
    form_class = SecretCodeForm

    def _pending(self) -> Device | None:
        return services.pending_device(self.enrollment, self.request.session.get(DEVICE, ""))

    def _too_slow(self) -> HttpResponse:
        if services.was_too_slow(self.enrollment, self.request.session.get(DEVICE, "")):
            messages.warning(
                self.request,
                _(
                    "Le temps pour choisir votre code secret est passé (%(minutes)s minutes). "
                    "Par sécurité, demandez un nouveau code d’activation."
                )
                % {"minutes": services.CHALLENGE_SECONDS // 60},
            )
        return redirect("authenticator:activation")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self._pending() is None:
            return self._too_slow()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self._pending() is None:
            answer = self._too_slow()
            services.restart(self.enrollment)
            return answer
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "enrollment": self.enrollment}

    def form_valid(self, form: SecretCodeForm) -> HttpResponse:
        device = self._pending()
        if device is None:
            return redirect("authenticator:activation")
        try:
            services.activate(
                device,
                public_key=form.cleaned_data["public_key"],
                signature=form.cleaned_data["signature"],
                secret_code=form.cleaned_data["code"],
            )
        except BadKey:
            form.add_error(
                None, _("La clé de ce téléphone n’a pas pu être vérifiée. Rechargez la page et recommencez.")
            )
            return self.form_invalid(form)
        except services.MobileTaken:
            form.add_error(
                None,
                brand.branded(
                    _(
                        "Ce numéro de mobile porte déjà une %(brand_identity)s. Contactez l’assistance pour la retrouver."
                    )
                ),
            )
            return self.form_invalid(form)
        except TransitionNotAllowed:
            pass  # another tab was first
        return redirect("authenticator:home")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(device=self._pending(), **kwargs)


def _device_name(request: HttpRequest) -> str:
    """A name that its owner will recognise, from the browser's own words; nothing finer is kept."""
    agent = request.headers.get("User-Agent", "")
    known = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"))
    return next((name for mark, name in known if mark in agent), str(_("Navigateur")))


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """The installable app (W3C Web Application Manifest)."""
    colours = brand.colours().light
    icons = [("img/app-192.png", "192x192", "any"), ("img/app-512.png", "512x512", "any")]
    icons.append(("img/app-maskable-512.png", "512x512", "maskable"))
    data = {
        "id": "/app/",
        "name": settings.BRAND_NAME,
        "short_name": settings.BRAND_SHORT_NAME,
        "lang": get_language(),
        "start_url": reverse("authenticator:home"),
        "scope": "/",
        "display": "standalone",
        "background_color": colours["page"],
        "theme_color": colours["brand"],
        "icons": [
            {"src": static(path), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for path, sizes, purpose in icons
        ],
    }
    return JsonResponse(data, content_type="application/manifest+json")


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Served from /app/, which is its scope. It keeps one page for the time without a network, and no answer of ours."""
    context = {"offline": reverse("authenticator:offline"), "style": [static(f"css/{name}.css") for name in STYLES]}
    return render(request, "authenticator/service_worker.js", context, content_type="text/javascript")


STYLES = ("tokens", "base", "layout", "components", "cards", "forms", "progress")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "authenticator/offline.html")
