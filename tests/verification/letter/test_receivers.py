"""The letter follows its verification, in the transaction that moves it; whoever moves it knows of no letter."""

import ast
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError

from enrollment.models import Account
from identite.journal import Journal
from notifications.models import Message
from tests.verification.factories import IDENTITY, make_verification
from verification import transitions
from verification.letter import answers, delivery, receivers
from verification.letter.models import LetterEvent, ProofCode, RegisteredLetter
from verification.models import Case, Decision, Mode, Verification, VerificationState
from verification.review.models import CaseState, Verdict
from verification.review.services import decide
from verification.services import open_verification, submit
from verification.signals import verification_changed

pytestmark = pytest.mark.django_db
REVIEW = Path(__file__).resolve().parents[3] / "verification" / "review"


def events(verification: Verification) -> list[str]:
    return list(LetterEvent.objects.filter(letter__verification=verification).values_list("code", flat=True))


def mails() -> list[str]:
    return list(Message.objects.order_by("created_at").values_list("event", flat=True))


@pytest.fixture
def letter(django_capture_on_commit_callbacks) -> RegisteredLetter:
    """Its mail has left."""
    with django_capture_on_commit_callbacks(execute=True):
        verification = make_verification()
    return RegisteredLetter.objects.select_related("verification").get(verification=verification)


def identified(letter: RegisteredLetter) -> Verification:
    verification = submit(letter.verification)
    decide(verification.case, Verdict.APPROVE, label="test")
    return Verification.objects.get(pk=verification.pk)


@pytest.mark.parametrize(
    ("happens", "line", "proofs"),
    [
        (answers.confirm_identity, "identification_begun", set()),
        (answers.not_me, "not_me", set()),
        (lambda letter: answers.accept(identified(letter)), "accepted", {"ar"}),
        (lambda letter: answers.refuse(identified(letter)), "refused", {"rf"}),
        (delivery.neglect, "neglected", {"ng"}),
    ],
    ids=["begun", "not me", "accepted", "refused", "neglected"],
)
def test_each_thing_that_happens_to_a_letter_is_a_line_of_its_follow_up(letter, happens, line, proofs):
    assert events(letter.verification) == ["deposited", "sent", "notified"]
    happens(letter)
    assert events(letter.verification)[-1] == line
    assert set(letter.proofs.values_list("code", flat=True)) == {"dp", "ev"} | proofs


def test_a_letter_is_neglected_once_and_not_while_its_identification_is_looked_at(letter):
    assert delivery.neglect(letter)
    assert not delivery.neglect(letter)
    other = make_verification()
    submit(other)
    assert not delivery.neglect(other.letter)
    assert [events(letter.verification).count("neglected"), events(other).count("neglected")] == [1, 0]


def test_a_mail_that_came_back_is_a_line_of_the_follow_up_and_a_proof():
    letter = make_verification().letter
    delivery.bounced(letter)
    assert events(letter.verification) == ["deposited", "bounced"]
    assert letter.proofs.filter(code=ProofCode.BOUNCE).exists()


def test_what_happens_to_a_verification_is_told_by_its_letter():
    verification = submit(make_verification())
    assert events(verification) == ["deposited", "identification_recorded", "in_process"]
    decide(verification.case, Verdict.APPROVE, label="test")
    assert events(verification)[3:] == ["approved"]
    assert mails() == ["letter_notified", "verification_submitted", "letter_decided"]


def test_a_refusal_ends_the_letter_and_says_why():
    verification = submit(make_verification())
    decide(verification.case, Verdict.REFUSE, label="test", reasons=["data_differ", "face_differs"])
    assert events(verification)[-1] == "identification_refused"
    letter = RegisteredLetter.objects.get()
    assert (letter.reminder_due_at, letter.ended_at is None) == (None, False)
    text = Message.objects.get(event="letter_decided").text
    assert text.index("Des informations que vous avez saisies") < text.index("Le visage de la vidéo")


@pytest.mark.parametrize("end", ["stop", "abandon"])
def test_a_letter_ends_with_its_verification(end):
    transitions.move(make_verification(), end, label="test")
    letter = RegisteredLetter.objects.get()
    assert letter.ended_at is not None
    assert mails() == ["letter_notified"]


def decided(verdict: Verdict) -> Callable[[Verification], object]:
    return lambda verification: decide(verification.case, verdict, label="test", reasons=["other"])


@pytest.mark.parametrize(
    ("event", "begun", "act"),
    [
        ("submit", make_verification, submit),
        ("approve", lambda: submit(make_verification()), decided(Verdict.APPROVE)),
        ("refuse", lambda: submit(make_verification()), decided(Verdict.REFUSE)),
    ],
)
def test_both_change_or_neither_does(monkeypatch, event, begun, act):
    def broken(*_arguments: object) -> None:
        raise IntegrityError

    def all_there_is() -> tuple[object, ...]:
        states = [list(model.objects.values_list("state", flat=True)) for model in (Verification, Case)]
        return *states, Journal.objects.count(), Decision.objects.count(), mails()

    verification = begun()
    before = all_there_is()
    monkeypatch.setitem(receivers.FOLLOWED, event, broken)
    with pytest.raises(IntegrityError):
        act(verification)
    assert all_there_is() == before


def test_whoever_is_met_face_to_face_gets_no_letter():
    account = Account.objects.create_user("met@example.org")
    verification = open_verification(
        applicant=account, file=uuid.uuid4(), identity=Verification(**IDENTITY), mode=Mode.FACE_TO_FACE,
        email=account.email, mobile="+33639980001",
    )  # fmt: skip
    for name in ("submit", "approve"):
        verification = transitions.move(verification, name, label="test")
    assert verification.state == VerificationState.APPROVED
    assert not RegisteredLetter.objects.exists()
    assert mails() == []


def test_the_case_is_there_before_the_letter_tells_of_it():
    """The order of the receivers: the letter's mail gives the case's deadlines."""
    named = [receiver[0][0] for receiver in verification_changed.receivers]
    assert named == [
        "review.open_case",
        "letter.follow_verification",
        "face_to_face.follow_verification",
        "enrollment.follow_verification",
    ]
    verification = submit(make_verification())
    assert verification.case.state == CaseState.WAITING
    entries = Journal.objects.filter(chain=verification.file).order_by("sequence")
    assert [entry.event for entry in entries][-2:] == ["submit", "case_opened"]


def test_the_desk_names_no_letter():
    sources = list(REVIEW.glob("*.py"))
    assert len(sources) > 8
    for path in sources:
        names = {
            node.id if isinstance(node, ast.Name) else node.attr
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Name | ast.Attribute)
        }
        assert not {name for name in names if "letter" in name.lower()}, path.name
    templates = REVIEW.parents[1] / "templates" / "admin"
    for path in templates.rglob("*.html"):
        assert "letter" not in path.read_text(encoding="utf-8"), path.name


def test_the_identification_begins_once_and_is_in_the_journal_once(letter):
    for _click in range(2):
        assert answers.confirm_identity(letter).confirmed_at is not None
    assert events(letter.verification).count("identification_begun") == 1
    assert Journal.objects.filter(chain=letter.verification.file, event="identification_begun").count() == 1


def test_a_letter_whose_verification_is_no_longer_open_begins_nothing(letter):
    submit(letter.verification)
    assert answers.confirm_identity(letter).confirmed_at is None
    assert "identification_begun" not in events(letter.verification)
