"""Agents read the journal in words: no room writes a code that none of them has named."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse

from authenticator import transitions as authenticator
from enrollment import transitions as enrollment
from enrollment.models import Account
from identite import journal, journal_words
from identite.journal import Journal
from tests.verification.factories import make_verification
from verification import transitions as verification
from verification.capture import transitions as capture
from verification.face_to_face import transitions as face_to_face
from verification.letter import transitions as letter
from verification.review import transitions as review

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("identite", "notifications", "verification", "enrollment", "authenticator", "sandbox")
TABLES = [table.ARROWS for table in (enrollment, verification, letter, face_to_face, review, authenticator)] + [
    face_to_face.MEETING_ARROWS
]


def calls(*names: str) -> Iterator[ast.Call]:
    """Every call in our rooms of a function called so."""
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in names:
                    yield node


def literals(node: ast.AST) -> list[str]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def recorded() -> set[str]:
    return {
        call.args[1].value
        for call in calls("record")
        if len(call.args) > 1 and isinstance(call.args[1], ast.Constant) and isinstance(call.args[1].value, str)
    }


def test_every_event_that_a_room_writes_has_words():
    written = recorded() | {name for table in TABLES for name in table} | set(capture.EVENTS.values())
    assert "case_opened" in written
    assert "capture_accept" in written
    assert written - set(journal_words.events()) == set()


@pytest.mark.parametrize(("keywords", "words"), [(("label",), "_ACTORS"), (("reason", "reasons"), "_REASONS")])
def test_whoever_acts_and_whatever_the_reason_it_has_words(keywords, words):
    journal_words.events()  # every room has named its own
    written = {
        code
        for call in calls("record", "move", "follow")
        for keyword in call.keywords
        if keyword.arg in keywords and isinstance(keyword.value, ast.Constant | ast.List | ast.Tuple)
        for code in literals(keyword.value)
    }
    assert len(written) > 3
    assert written - set(getattr(journal_words, words)) == set()


def test_a_code_is_named_once():
    with pytest.raises(ValueError, match="named twice: case_opened"):
        journal_words.name(events={"case_opened": "autrement"})


@pytest.mark.django_db
def test_agents_read_the_journal_in_words(client):
    verification_row = make_verification()
    entry = verification.move(verification_row, "stop", label="letter bearer", reasons=["not_me"])
    journal.record(entry, "event_of_another_age", label="nobody we know", reason="as somebody wrote it")
    client.force_login(Account.objects.create_superuser("root@example.org", "x"))
    page = client.get(reverse("admin:identite_journal_changelist")).content.decode()
    for words in ("Arrêt", "à faire → arrêtée", "porteur du courrier", "Je ne suis pas cette personne", "vérification"):
        assert words in page
    assert "event_of_another_age" in page  # what has no words any more is still read
    stop = Journal.objects.get(event="stop")
    filtered = client.get(reverse("admin:identite_journal_changelist"), {"event": "stop"}).content.decode()
    assert filtered.count("porteur du courrier") == 1
    assert client.get(reverse("admin:identite_journal_change", args=[stop.pk])).status_code == 200
    assert client.post(reverse("admin:identite_journal_delete", args=[stop.pk]), {"post": "yes"}).status_code == 403
