"""A language that nobody speaks: every text that goes through gettext comes back longer and accented, the rest does not."""

import json
import re
from gettext import NullTranslations
from html.parser import HTMLParser
from pathlib import Path

LANGUAGE = "fr-x-pseudo"
PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
# None of them is a letter of French, nor of the Latin alphabet without accents.
ACCENTED = "ǎƀċḋėḟġḣǐǰḱŀṁṅȯṗɋṙṡṫůṽẇẋẏżǍɃĊḊĖḞĠḢǏɈḰĿṀṄȮṖɊṘṠṪŮṼẆẊẎŻ"
TABLE = str.maketrans(PLAIN, ACCENTED) | str.maketrans(
    dict(zip("àâäéèêëîïôöùûüçœæÀÂÉÈÊÎÔÛÇŒ", "ǎǎǎėėėėǐǐȯȯůůůċȱǣǍǍĖĖĖǏȮŮĊȰ", strict=True))
)
# What a text carries and does not say: values, tags, entities.
KEPT = re.compile(r"%\(\w+\)[sd]|%[sd%]|{\w*}|<[^>]*>|&#?\w+;|https?://\S+")
WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿœŒ]{2,}")
CODES = ("style", "script", "code")  # and whatever says translate="no": what programs are told, not people
SAID = ("title", "alt", "aria-label", "placeholder", "label")


BLOTS = dict.fromkeys(TABLE, "¤")


def pseudo(text: str, table: dict[int, str] = TABLE) -> str:
    """«[Ċėṫṫė ṗǎġė ~~~~]», a third longer. A text without words stays as it is."""
    pieces, at = [], 0
    for kept in KEPT.finditer(text):
        pieces += [text[at : kept.start()].translate(table), kept[0]]
        at = kept.end()
    accented = "".join(pieces) + text[at:].translate(table)
    return f"[{accented} {'~' * (len(text) // 3)}]" if accented != text else text


class Pseudo(NullTranslations):
    """Stands in Django's table of catalogues. asked: every text that was looked up."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()
        self.table = TABLE
        self.plural = lambda number: int(number > 1)

    def gettext(self, message: str) -> str:
        self.asked.add(message)
        *_context, text = message.rpartition("\x04")
        return pseudo(text, self.table)

    def ngettext(self, one: str, many: str, number: int) -> str:
        self.asked.add(one)
        return pseudo(many if number > 1 else one, self.table)

    def language(self) -> str:
        return LANGUAGE

    def to_language(self) -> str:
        return LANGUAGE


class Said(HTMLParser):
    """Everything that a page says: its texts, and the attributes that are read or shown. words: those left."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent: list[str] = []
        self.feed(html.replace("<wbr>", ""))  # no end of a word

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.texts += [values[name] for name in SAID if name in values]
        # Scripts take their sentences from data attributes; one word alone is a name for them.
        self.texts += [
            value
            for name, value in values.items()
            if name.startswith("data-") and " " in value and not name.endswith("-state")
        ]
        if tag == "meta" and values.get("name") == "description":
            self.texts.append(values.get("content", ""))
        if tag == "input" and values.get("type") in ("submit", "button", "reset"):
            self.texts.append(values.get("value", ""))
        silent = tag in CODES or values.get("translate") == "no"
        if silent or tag in self._silent[-1:]:
            self._silent.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent[-1:]:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)


def messages(path: Path) -> set[str]:
    """The texts of a .po file, contexts left out. xgettext copies the escapes of Python as they are written."""
    blocks = re.findall(r'^(?:msgid|msgid_plural) ((?:".*"\n)+)', path.read_text(encoding="utf-8"), re.MULTILINE)
    texts = ("".join(json.loads(line) for line in block.splitlines()) for block in blocks)
    return {re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found.group(1), 16)), text) for text in texts}


def unmarked(texts: list[str], data: set[str]) -> set[str]:
    """Words that no catalogue gave and that are no data."""
    found: set[str] = set()
    for text in texts:
        plain = re.sub(r"https?://\S+|\S+@\S+|\b[0-9a-f-]{32,}\b|/[\w/.-]+", " ", text)
        found |= {word for word in WORD.findall(plain) if word not in data}
    return found
