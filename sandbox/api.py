"""How the sandbox answers scripts: JSON in, JSON out, errors as `{"error": sentence}`.

A request with a body must say `Content-Type: application/json`: no form of another site can send that, so no token is needed.
"""

import json
import math
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from identite.characters import has_invisible
from sandbox.people import UnknownPerson

SHOWN = 60  # characters of a wrong value that the answer repeats


class BadRequest(ValueError):
    """What the script sent cannot be used; the sentence says why."""


Answer = dict[str, Any] | JsonResponse


def json_view(*methods: str) -> Callable[[Callable[..., Answer]], Callable[..., JsonResponse]]:
    """Make a view of a function `(request, data) -> dict`. data: the query of a GET, the JSON object of a POST.

    Where the answer has headers of its own, the function gives the whole response.
    """

    def decorate(function: Callable[..., Answer]) -> Callable[..., JsonResponse]:
        @csrf_exempt
        @wraps(function)
        def view(request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
            if request.method not in methods:
                return JsonResponse({"error": f"{request.method}: use {', '.join(methods)}"}, status=405)
            try:
                data = request.GET.dict() if request.method == "GET" else _body(request)
                _refuse_invisible(data)
                answer = function(request, data, *args, **kwargs)
                return JsonResponse(answer) if isinstance(answer, dict) else answer
            except UnknownPerson as unknown:
                return JsonResponse({"error": f"nobody here has the address {unknown}"}, status=404)
            except ValueError as error:
                return JsonResponse({"error": str(error)}, status=400)

        return view

    return decorate


def _body(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise BadRequest("the body must be application/json")
    try:
        data = json.loads(request.body or b"{}")
    except RecursionError as error:
        raise BadRequest("the body is nested too deeply") from error
    except ValueError as error:  # no JSON, not UTF-8, a number of thousands of digits
        raise BadRequest(f"the body is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise BadRequest("the body must be a JSON object")
    return data


def _refuse_invisible(data: dict[str, Any]) -> None:
    """What no form takes (identite.characters); PostgreSQL besides stores no NUL and does not search for one."""
    for name, value in data.items():
        texts = value if isinstance(value, list) else [value]
        if any(isinstance(text, str) and has_invisible(text) for text in texts):
            raise BadRequest(
                f"{name[:SHOWN]!r} contains a character that nobody sees, such as NUL or a mark of direction"
            )


def number(data: dict[str, Any], name: str, default: float | None = None) -> float:
    """A finite number of the request. Raises BadRequest."""
    value = data.get(name, default)
    try:
        found = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found):
        got = type(value).__name__ if isinstance(value, list | dict) else repr(value)[:SHOWN]
        raise BadRequest(f"{name} must be a finite number, got {got}")
    return found


def text(data: dict[str, Any], name: str, *, required: bool = True) -> str:
    value = data.get(name, "")
    if not isinstance(value, str) or (required and not value.strip()):
        raise BadRequest(f"{name} is missing")
    return value.strip()
