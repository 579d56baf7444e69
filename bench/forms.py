"""The forms of a page, read and filled in as a browser without JavaScript would."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Field:
    """One control. value: what a browser would send untouched. options: of a select or a group of radio buttons."""

    name: str
    kind: str
    value: str = ""
    checked: bool = False
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    """Name and value of each submit button that has a name."""
    can_be_sent: bool = False
    """It has a submit button, with or without a name."""

    @property
    def names(self) -> set[str]:
        return {control.name for control in self.fields}


class FormParser(HTMLParser):
    """Collects `forms` in the page's order. Controls outside any form are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        if self._form is None or "disabled" in given:
            return
        name = given.get("name", "")
        if tag == "input" and given.get("type", "").lower() in {"submit", "image"}:
            self._add_button(self._form, name, given)
        elif tag == "input" and name:
            self._add_input(self._form, name, given)
        elif tag == "textarea" and name:
            self._form.fields.append(Field(name, "textarea"))
        elif tag == "select" and name:
            self._select = Field(name, "select")
            self._form.fields.append(self._select)
        elif tag == "option" and self._select is not None:
            self._select.options.append(given.get("value", ""))
            if "selected" in given:
                self._select.value = given.get("value", "")
        elif tag == "button" and given.get("type", "submit") == "submit":
            self._add_button(self._form, name, given)

    def _add_input(self, form: Form, name: str, given: dict[str, str]) -> None:
        kind, value, checked = given.get("type", "text").lower(), given.get("value", ""), "checked" in given
        if kind == "radio":
            group = next((control for control in form.fields if control.name == name), None)
            if group is None:
                group = Field(name, "radio")
                form.fields.append(group)
            group.options.append(value)
            if checked:
                group.value = value
        else:
            form.fields.append(Field(name, kind, value or ("on" if kind == "checkbox" else ""), checked))

    def _add_button(self, form: Form, name: str, given: dict[str, str]) -> None:
        form.can_be_sent = True
        if name:
            form.buttons.append((name, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None


def forms_in(html: str) -> list[Form]:
    parser = FormParser()
    parser.feed(html)
    return parser.forms


File = tuple[str, str, bytes]
"""File name, content type, content."""


def filled(form: Form, answer: Callable[[Field], str | File | None]) -> list[tuple[str, str | File]]:
    """What is sent. `answer` gives a control's value, or None to leave the control as it stands."""
    sent: list[tuple[str, str | File]] = []
    for control in form.fields:
        value = answer(control)
        if value is not None:
            sent.append((control.name, value))
        elif control.kind == "checkbox":
            if control.checked:
                sent.append((control.name, control.value))
        elif control.kind not in {"radio", "select", "file"} or control.value:
            sent.append((control.name, control.value))
    return sent


def multipart(parts: list[tuple[str, str | File]]) -> tuple[str, bytes]:
    """Content type and body."""
    boundary = secrets.token_hex(16)
    chunks: list[bytes] = []
    for name, value in parts:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
        if isinstance(value, str):
            chunks.append(f"{head}\r\n\r\n{value}\r\n".encode())
        else:
            filename, kind, content = value
            chunks += [f'{head}; filename="{filename}"\r\nContent-Type: {kind}\r\n\r\n'.encode(), content, b"\r\n"]
    chunks.append(f"--{boundary}--\r\n".encode())
    return f"multipart/form-data; boundary={boundary}", b"".join(chunks)
