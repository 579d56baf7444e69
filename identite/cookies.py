"""The cookies that the pages give: none that a script reads, another site sends, or a neighbouring host name could have set.

`__Host-` (RFC 6265bis, 4.1.3.2) makes the browser see to the last one; it wants TLS, so plain HTTP goes without.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


def put(response: HttpResponseBase, name: str, value: str, *, seconds: int) -> None:
    response.set_cookie(
        settings.COOKIE_PREFIX + name, value, max_age=seconds, httponly=True, secure=settings.HTTPS, samesite="Lax"
    )


def read(request: HttpRequest, name: str) -> str:
    """Empty where the browser has none."""
    return request.COOKIES.get(settings.COOKIE_PREFIX + name, "")


def drop(response: HttpResponseBase, name: str) -> None:
    response.delete_cookie(settings.COOKIE_PREFIX + name, samesite="Lax")
