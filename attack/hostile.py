"""Bad requests, drawn from a seed: every address, every method, every field of every form, with what no browser sends.

Nothing here knows how a request travels: the unit tests hand them to the application, `python -m attack fuzz` to a stack.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from attack.hostile_files import FILES, part
from bench.forms import Form, forms_in
from bench.walk import local

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 (the name of a field)
METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
UNKNOWN = "6f1c5a52-8f7e-4b0e-9a43-0d3c6f6d1f11"
# What stands in the place of an argument, and in any field. Bytes, because not all of it is text.
TEXTS: tuple[bytes, ...] = tuple(
    text if isinstance(text, bytes) else text.encode()
    for text in (
        "", " ", "0", "-1", "1", "9" * 400, "1e999", "NaN", "-Infinity", "0x10", "1_000", "٣٤", "²", "½", "true", "null", "[]",
        "{}", '{"a": [', "a", "a" * 300, "é" * 20_000, "a\0b", "\0", b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xaf", "\u202eabc",
        "\u200b", "\ufeff", "e\u0301" * 50, "İıſß", "🙂" * 40, "\r\nSet-Cookie: a=b", "a\tb\nc\x0b\x85\u2028", "' OR 1=1 --",
        '"><script>alert(1)</script>', "{{7*7}}{%csrf_token%}", "%s%n%(a)s{0.__class__}", "../../../../etc/passwd",
        "..%2f..%2f", "//evil.example/", "javascript:alert(1)", "http://[::1", "http://[v1.a]/", UNKNOWN, UNKNOWN[:-1],
        "a@b", "a@[127.0.0.1]", "é@é.fr", "a" * 70 + "@b.fr", "a@" + "b." * 130 + "fr", "a@xn--\u0660.fr",
        "a@" + "ß" * 80 + ".fr", '"a b"@c.fr', "+33639980000", "+" + "9" * 30, "0000000000", "06 39 98 00 00;ext=1",
        "2024-02-30", "99999-99-99", "31", "32", "00", "0001", "9999", "99100", "FRA", "cni", "upload", "confirm", "retake",
        "send", "search", "resend", "on", "eyJhIjoxfQ:1abc:def", "a:b:c:d", "=?utf-16?b?AA==?=",
    )
)  # fmt: skip
HEADERS: tuple[tuple[str, str], ...] = (
    ("Range", "bytes=0-"), ("Range", "bytes=-0"), ("Range", "bytes=9-1"), ("Range", "bytes=a-b,0-0," + "0-1," * 400),
    ("Range", "bytes=" + "9" * 300 + "-"), ("Range", "lines=1-2"), ("If-Range", '"\xff"'),
    ("If-Modified-Since", "yesterday"), ("If-Modified-Since", "Thu, 01 Jan 99999 00:00:00 GMT"),
    ("If-Modified-Since", "Mon, 31 Feb 0000 25:61:61 GMT"), ("If-None-Match", '*,W/"' + "a" * 999), ("If-Unmodified-Since", "0"),
    ("Accept-Language", "fr;q=a,*;q=" + "9" * 99), ("Accept-Language", "-" * 600), ("Accept-Encoding", "br;q=x, gzip;q=-1"),
    ("Accept", "\xe9/*;q="), ("X-Forwarded-For", "a, b, ' OR 1=1, " + "1.2.3.4," * 90), ("X-Forwarded-For", "\xff"),
    ("X-Forwarded-Proto", "gopher"), ("X-Forwarded-Host", "evil.example"), ("X-Requested-With", "fetch"),
    ("X-Test-Run", "\xff" * 200), ("X-Test-Run", ""), ("Referer", "http://["), ("Referer", "\xff"), ("Origin", "null"), ("Origin", "http://["),
    ("Host", "localhost:99999999"), ("Host", "[::1"), ("Host", "evil.example"), ("Host", ""), ("Authorization", "Basic =="),
    ("X-HTTP-Method-Override", "DELETE"), ("X-CSRFToken", "\xff" * 64), ("Content-Encoding", "gzip"), ("Expect", "200-nothing"),
    ("Cookie", "session=" + "a" * 3000), ("Cookie", "session=\x01; registration=;;=; courrier=\xff"), ("Cookie", "=;=;" * 200),
    ("Cookie", 'session="\\377\\400"; csrftoken=a; messages=abc$[["__json_message",0,99,"x"]]; sessionid={}'),
    ("Cookie", "messages=a:b:c; registration=a:b:c; courrier=eyJhIjoxfQ:1abc:def; session-ended=1"),
)  # fmt: skip
CONTENT_TYPES = (
    "", "text/plain", "application/json", "application/xml", "multipart/form-data", "multipart/form-data; boundary=",
    "multipart/form-data; boundary=" + "a" * 300, 'multipart/form-data; boundary="\xff"', "multipart/mixed; boundary=x", "a" * 2000,
    "application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data; boundary=x; charset=idna",
    "multipart/form-data; boundary*=undefined''%ff", "application/json; charset=base64", ";;;=;", "\xe9/\xe9; \xe9=\xe9",
)  # fmt: skip


@dataclass(frozen=True)
class Request:
    """One bad request. path: as it travels, quoted. who: whose cookies it carries. Header values are Latin-1."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    who: str

    def __str__(self) -> str:
        return f"{self.who}: {self.method} {self.path[:200]} {dict(self.headers)!r:.300} {self.body[:200]!r} ({len(self.body)})"


@dataclass(frozen=True)
class Shown:
    """A form as somebody has it open. address: of its page."""

    who: str
    address: str
    form: Form

    @property
    def target(self) -> str:
        return local(self.address, self.form.action or self.address)


@dataclass
class Source:
    """Draws requests. addresses: routes with their arguments in angle brackets. forms: what the pages showed."""

    seed: int
    addresses: Sequence[str]
    people: Sequence[str]
    forms: Sequence[Shown]
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def requests(self) -> Iterator[Request]:
        """Without end. Every address by every method first come, first drawn; then by chance."""
        for number in count():
            yield self._of_form() if self.forms and self.random.random() < 0.6 else self._of_address(number)

    def _token(self, who: str) -> str:
        """Of a form that this person has open: without it nothing that she sends is looked at."""
        tokens = [c.value for shown in self.forms if shown.who == who for c in shown.form.fields if c.name == TOKEN]
        return self.random.choice(tokens) if tokens else ""

    def _of_address(self, number: int) -> Request:
        address = self.addresses[number % len(self.addresses)]
        method = self.random.choice(METHODS) if self.random.random() < 0.5 else self.random.choice(METHODS[:2])
        path = ARGUMENT.sub(lambda _found: self._argument(), address)
        if self.random.random() < 0.5:
            path += "?" + self._query()
        kind, body = self._body([]) if method not in ("GET", "HEAD") else ("", b"")
        who = self.random.choice(self.people)
        return Request(method, path, {"X-CSRFToken": self._token(who)} | self._headers(kind), body, who)

    def _of_form(self) -> Request:
        shown = self.random.choice(self.forms)
        fields = self._fields(shown.form)
        if shown.form.method == "get":
            query = urlencode([(name, value) for name, value in fields if isinstance(value, bytes)])
            return Request("GET", f"{shown.target.partition('?')[0]}?{query}", self._headers(""), b"", shown.who)
        kind, body = self._body(fields)
        return Request("POST", shown.target, self._headers(kind), body, shown.who)

    def _argument(self) -> str:
        text = UNKNOWN.encode() if self.random.random() < 0.5 else self.random.choice(TEXTS)
        return quote(text[:2000], safe="/" if self.random.random() < 0.2 else "")

    def _query(self) -> str:
        names = [
            control.name
            for shown in self.random.sample(self.forms, min(3, len(self.forms)))
            for control in shown.form.fields
        ]
        names += [
            "next",
            "q",
            "p",
            "o",
            "e",
            "all",
            "_popup",
            "_to_field",
            "_changelist_filters",
            "state__exact",
            "account__password__startswith",
        ]
        chosen = self.random.sample(names, self.random.randint(1, min(4, len(names))))
        return urlencode([(name, self.random.choice(TEXTS)[:2000]) for name in chosen])

    def _fields(self, form: Form) -> list[tuple[str, Any]]:
        """The form as it stands, with one to all of its fields spoilt. A value is bytes, or (name, type, bytes) of a file."""
        values: list[tuple[str, Any]] = []
        visible = [control for control in form.fields if control.kind != "hidden"]
        spoilt = {control.name for control in self.random.sample(visible, self.random.randint(0, len(visible)))}
        for control in form.fields:
            if control.name in spoilt or (control.kind == "hidden" and self.random.random() < 0.03):
                values += self._spoilt(control.name, control.kind)
            elif control.kind == "file":
                values.append((control.name, self.random.choice(FILES)))
            else:
                values.append((control.name, (control.value or next(iter(control.options), "")).encode()))
        if form.buttons:
            name, value = self.random.choice(form.buttons)
            values.append((name, value.encode()))
        return values

    def _spoilt(self, name: str, kind: str) -> list[tuple[str, Any]]:
        if kind == "file" or self.random.random() < 0.05:
            return [(name, self.random.choice(FILES))] * self.random.choice((1, 1, 1, 2))
        chance = self.random.random()
        if chance < 0.1:
            return []
        values = [
            (name, self.random.choice(TEXTS))
            for _again in range(1 if chance < 0.9 else self.random.choice((2, 3, 150)))
        ]
        return (
            values
            if chance < 0.95
            else [(f"{name}{end}", value) for (_name, value), end in zip(values, ("[]", "[0]", "\0"), strict=False)]
        )

    def _headers(self, kind: str) -> dict[str, str]:
        headers = {"Content-Type": kind} if kind else {}
        for _more in range(self.random.choice((0, 0, 0, 1, 2))):
            name, value = self.random.choice(HEADERS)
            headers[name] = value
        if kind and self.random.random() < 0.05:
            headers["Content-Type"] = self.random.choice(CONTENT_TYPES)
        return headers

    def _body(self, fields: list[tuple[str, Any]]) -> tuple[str, bytes]:
        chance = self.random.random()
        if any(not isinstance(value, bytes) for _name, value in fields) or chance < 0.25:
            return self._multipart(fields)
        if chance < 0.8:
            return "application/x-www-form-urlencoded", urlencode(fields).encode()
        return "application/json", self._json(fields)

    def _multipart(self, fields: list[tuple[str, Any]]) -> tuple[str, bytes]:
        boundary = f"----{self.random.randrange(10**12)}"
        body = (
            b"".join(part(boundary, name, value, self.random) for name, value in fields)
            + f"--{boundary}--\r\n".encode()
        )
        chance = self.random.random()
        if chance < 0.1:
            body = body[: self.random.randrange(len(body))]
        elif chance < 0.15:
            body = body.replace(b"\r\n", b"\n")
        return f"multipart/form-data; boundary={boundary}", body

    def _json(self, fields: list[tuple[str, Any]]) -> bytes:
        deep = self.random.choice((50, 5_000, 100_000))
        names = [name for name, _value in fields] or ["email", "hours", "verdict", "reasons", "form"]
        values: list[Any] = [
            None,
            True,
            -1,
            0.5,
            10**400,
            [],
            {},
            [[1]],
            {"a": "b"},
            "a\0b",
            "\ud800",
            "a" * 5000,
            "30",
            "a@b.fr",
            ["data_differ"],
        ]
        return self.random.choice(
            (
                lambda: b"[" * deep,
                lambda: b'{"email":' * deep + b"1" + b"}" * deep,
                lambda: b'{"hours": ' + b"9" * deep + b"}",
                lambda: self.random.choice(TEXTS),
                lambda: json.dumps({name: self.random.choice(values) for name in names}).encode(),
                lambda: json.dumps({name: self.random.choice(values) for name in names}).encode("utf-16"),
            )
        )()  # fmt: skip


def routes(patterns: Iterable[Any], before: str = "") -> Iterator[str]:
    """Every address of a list of URL patterns, as it is written there."""
    for pattern in patterns:
        own = str(pattern.pattern).removeprefix("^").replace("\\Z", "").removesuffix("$").replace("\\", "")
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, before + own)
        else:
            yield f"/{before}{own}"


def forms_of(who: str, address: str, html: str) -> list[Shown]:
    return [Shown(who, address, form) for form in forms_in(html) if form.fields or form.buttons]


def distinct(forms: Iterable[Shown]) -> list[Shown]:
    """Each form of each person once: the one that ends a session stands on every page."""
    return list({(one.who, one.target, *sorted(one.form.names), *one.form.buttons): one for one in forms}.values())
