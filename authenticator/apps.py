from django.apps import AppConfig


class AuthenticatorConfig(AppConfig):
    name = "authenticator"
    verbose_name = "Application"
