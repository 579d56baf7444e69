"""Each code that the checks can give has its two sentences, and no sentence is left over."""

import re
from pathlib import Path

import pytest

from verification import checks
from verification.capture.results import ERROR
from verification.checks.document.compare import FIELDS
from verification.checks.images import Cause
from verification.findings.lookup import TEXTS, text_for

SOURCES = Path(next(iter(checks.__path__))).rglob("*.py")
WRITTEN = {
    code
    for path in SOURCES
    for code in re.findall(r'"((?:document|video|compare)\.[a-z_]+)"', path.read_text(encoding="utf-8"))
}
COMPOSED = {f"document.{cause}" for cause in Cause} | {f"compare.{name}" for name in FIELDS}
CODES = sorted(WRITTEN | COMPOSED | {ERROR})


def test_every_code_has_its_sentences_and_no_sentence_is_left_over():
    assert sorted(TEXTS) == CODES
    assert len(CODES) > 70


@pytest.mark.parametrize("code", CODES)
def test_sentences_follow_french_typography(code):
    for text in (str(text_for(code).citizen), str(text_for(code).agent)):
        assert text.endswith((".", "?"))
        assert not re.search(r" [:;!?»]|« |'", text), text


def test_an_unknown_code_has_no_sentence():
    with pytest.raises(KeyError):
        text_for("document.invented")
