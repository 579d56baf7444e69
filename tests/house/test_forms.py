"""Every form of every page is sent as it stands there: the service understands its own pages."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from bench.forms import Field, File, Form, filled, forms_in
from bench.walk import Person, local
from tests.house.walk import Walk, everything

# A visitor who changes nothing of what a page gave her is never told that she sent nonsense.
NONSENSE = {400, 403, 404, 405, 413, 415}


def photo() -> bytes:
    """A small picture with something on it."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((900, 600)).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def submissions(form: Form, say: Callable[[Field], str | File | None]) -> list[list[tuple[str, str | File]]]:
    """What each of its buttons sends; nothing where there is no button, as on a page of the admin that is read only."""
    values = filled(form, say)
    return [[*values, button] for button in form.buttons] or [values] * form.can_be_sent


def values_of(parts: list[tuple[str, str | File]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in parts:
        sent = value if isinstance(value, str) else SimpleUploadedFile(value[0], value[2], value[1])
        values.setdefault(name, []).append(sent)
    return values


class Reader:
    """Sends the forms of each page that the walk opens, and undoes what came of it, so that the walk goes on as it would.

    Another browser with the same cookies does it, one that forges nothing: tokens are looked at.
    """

    def __init__(self) -> None:
        self.answers: list[tuple[str, str, int]] = []
        self._photo = photo()
        self._person = Person(server=None, number=91)  # type: ignore[arg-type]  # she is asked for her words only

    def say(self, control: Field) -> str | File | None:
        if control.kind == "file":
            return ("photo.jpg", "image/jpeg", self._photo)
        return self._person.say(control)

    def __call__(self, client: Client, address: str, html: str) -> None:
        for form in forms_in(html):
            for parts in submissions(form, self.say):
                target = local(address, form.action or address)
                buttons = [str(value) for name, value in parts if (name, value) in form.buttons]
                answer = self._send(client, form, target, values_of(parts))
                self.answers.append((f"{address} → {target} {buttons}", form.method, answer.status_code))

    def _send(self, client: Client, form: Form, target: str, values: dict[str, Any]) -> HttpResponse:
        browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
        browser.cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
        with transaction.atomic():
            if form.method == "get":
                answer = browser.get(target, values)
            else:
                answer = browser.post(target, values, headers={"origin": "http://testserver"})
            transaction.set_rollback(True)
        return answer


@pytest.mark.django_db(transaction=True)
def test_no_page_has_a_form_that_is_not_understood():
    reader = Reader()
    everything(Walk(stay=reader))
    assert len(reader.answers) > 200
    assert [answer for answer in reader.answers if answer[2] in NONSENSE or answer[2] >= 500] == []
