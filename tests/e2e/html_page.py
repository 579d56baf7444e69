"""An HTML page as a browser without scripts has it: its text, its links, its forms with what stands in their fields."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
# What nobody reads: scripts, and the texts that only scripts show.
UNREAD = frozenset({"script", "style", "template", "title", "svg"})
Attributes = dict[str, str]


@dataclass(frozen=True)
class Button:
    text: str
    name: str
    value: str


@dataclass
class Form:
    """fields: what would be sent, hidden ones included. choices: the values of each group of radio buttons or list."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)

    def names(self) -> set[str]:
        return {*self.fields, *self.choices, *self.files, *self.labels}


class HtmlPage(HTMLParser):
    """text: every visible word, runs of white space (no-break ones too) as one space. heading: of the h1."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self._texts: list[str] = []
        self._open: list[str] = []
        self._form: Form | None = None
        self._button: Attributes | None = None
        self._link: str | None = None
        self._select: str | None = None
        self._parts: list[str] = []
        self._heading: list[str] = []
        self.feed(html)
        self.close()
        self.text = squeezed("".join(self._texts))
        self.heading = squeezed("".join(self._heading))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append(tag)
        if tag == "form":
            self._form = Form(attributes.get("action", ""))
            self.forms.append(self._form)
        elif tag == "a":
            self._link, self._parts = attributes.get("href", ""), []
        elif tag == "button":
            self._button, self._parts = attributes, []
        elif self._form is not None:
            self._control(self._form, tag, attributes)
        self._texts.append(" ")

    def _control(self, form: Form, tag: str, attributes: Attributes) -> None:
        name, value = attributes.get("name", ""), attributes.get("value", "")
        kind = attributes.get("type", "text") if tag == "input" else tag
        if tag == "option" and self._select:
            form.choices[self._select].append(value)
            if "selected" in attributes or self._select not in form.fields:
                form.fields[self._select] = value
        elif not name:
            return
        elif tag == "select":
            self._select = name
            form.choices.setdefault(name, [])
        elif kind == "file":
            form.files.append(name)
        elif kind == "radio":
            form.choices.setdefault(name, []).append(value)
            if "checked" in attributes:
                form.fields[name] = value
        elif kind == "checkbox":
            form.labels.add(name)
            if "checked" in attributes:
                form.fields[name] = value or "on"
        elif kind in {"submit", "image"}:
            form.buttons.append(Button(value, name, value))
        elif tag in {"input", "textarea"}:
            form.fields[name] = value

    def handle_data(self, data: str) -> None:
        if UNREAD.isdisjoint(self._open):
            self._texts.append(data)
            self._parts.append(data)
            if "h1" in self._open:
                self._heading.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "a" and self._link is not None:
            self.links.setdefault(squeezed("".join(self._parts)), self._link)
            self._link = None
        elif tag == "button" and self._button is not None:
            if self._form is not None and self._button.get("type", "submit") == "submit":
                text, name = squeezed("".join(self._parts)), self._button.get("name", "")
                self._form.buttons.append(Button(text, name, self._button.get("value", "")))
            self._button = None
        self._texts.append(" ")


def squeezed(text: str) -> str:
    """White space of any kind as one space, and none before a full stop or comma."""
    return re.sub(r" ([.,])", r"\1", re.sub(r"\s+", " ", text)).strip()
