import re
from pathlib import Path

import pytest

import verification.checks.video
from verification.checks.video_texts import VIDEO_TEXTS

SOURCES = Path(next(iter(verification.checks.video.__path__))).glob("*.py")
CODES = {code for path in SOURCES for code in re.findall(r'"(video\.[a-z_]+)"', path.read_text(encoding="utf-8"))}


def test_every_code_has_its_sentences_and_no_sentence_is_left_over():
    assert set(VIDEO_TEXTS) == CODES
    assert len(CODES) > 35


@pytest.mark.parametrize("code", sorted(CODES))
def test_sentences_follow_french_typography(code):
    for text in (str(VIDEO_TEXTS[code].citizen), str(VIDEO_TEXTS[code].agent)):
        assert text.endswith((".", "?"))
        assert not re.search(r" [:;!?»]|« |'", text), text
