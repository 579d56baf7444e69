from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuthenticatorConfig(AppConfig):
    name = "authenticator"
    verbose_name = _("Application")
