"""The registered letter from its deposit to its end."""

import re
import zlib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from enrollment.models import Account
from identite import journal
from identite.crypto import sign
from identite.journal_check import faults_of
from identite.transitions import TransitionNotAllowed
from notifications.delivery import CLAIM_SECONDS
from notifications.models import Delivery, Message
from notifications.sweep import free_lost_claims
from tests.sealed import spoil
from tests.verification.factories import make_verification
from verification import transitions
from verification.letter import answers, mails, pdf, records
from verification.letter import sweep as sweeping
from verification.letter.dates import due_at
from verification.letter.models import LetterProof, LetterState, RegisteredLetter
from verification.letter.sweep import (
    dispatch_unsent,
    erase_old_letters,
    lapse_neglected,
    send_reminders,
)
from verification.models import Verification, VerificationState
from verification.review.models import CaseState, Verdict
from verification.review.services import decide
from verification.services import submit

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def letter(django_capture_on_commit_callbacks) -> RegisteredLetter:
    with django_capture_on_commit_callbacks(execute=True):
        verification = make_verification()
    return RegisteredLetter.objects.get(verification=verification)


def test_the_letter_counts_as_notified_once_its_mail_has_left(letter):
    assert letter.state == LetterState.NOTIFIED
    assert [proof.code for proof in letter.proofs.all()] == ["dp", "ev"]
    message = Message.objects.get(event="letter_notified")
    assert f"#{letter.number}" in message.subject
    assert f"jusqu’au {letter.due_at.astimezone(PARIS):%d/%m/%Y}" in message.subject  # that day included
    assert message.status == "sent"
    assert mails.link(letter) in message.text
    assert mails.link(letter) in message.html


def test_the_fifteen_days_count_from_the_day_after_notification():
    assert due_at(datetime(2026, 11, 2, 9, 0, tzinfo=PARIS)) == datetime(2026, 11, 17, 23, 59, 59, tzinfo=PARIS)
    # Late in the evening in Paris it is still the day before in UTC in summer: the day of Paris counts.
    assert due_at(datetime(2026, 7, 1, 0, 30, tzinfo=PARIS)) == datetime(2026, 7, 16, 23, 59, 59, tzinfo=PARIS)


def test_a_letter_whose_task_was_lost_is_sent_by_the_sweep_and_only_once(
    letter, django_capture_on_commit_callbacks, clock
):
    verification = make_verification()  # no commit callback runs: its task is lost
    lost = verification.letter
    assert lost.state == LetterState.SENDING
    clock.pass_(days=0.01)
    assert dispatch_unsent() == 1
    lost.refresh_from_db()
    assert lost.state == LetterState.NOTIFIED
    assert dispatch_unsent() == 0
    assert len([sent for sent in mail.outbox if lost.number in sent.subject]) == 1


def test_a_letter_that_its_task_may_still_send_is_left_to_it(db, clock, settings):
    clock.stop(timezone.now())
    make_verification()
    clock.pass_(seconds=settings.QUEUED_LATE_SECONDS - 1)
    assert dispatch_unsent() == 0
    clock.pass_(seconds=1)
    assert dispatch_unsent() == 1


@pytest.fixture
def unsent(settings, clock) -> RegisteredLetter:
    """A letter whose task was lost, while the mail server is away."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    letter = make_verification().letter
    clock.pass_(days=0.01)
    return letter


def test_a_mail_server_that_is_away_for_minutes_bounces_no_letter(unsent, clock):
    assert [dispatch_unsent() for _sweep in range(6)] == [1, 0, 0, 0, 0, 0]
    unsent.notice.refresh_from_db()
    assert unsent.notice.sends == 1
    clock.stop(unsent.notice.next_try_at)
    assert dispatch_unsent() == 1
    unsent.notice.refresh_from_db()
    assert unsent.notice.sends == 2
    unsent.refresh_from_db()
    assert unsent.state == LetterState.SENDING


def test_a_letter_whose_mail_took_its_workers_along_bounces(settings, clock):
    unsent = make_verification().letter
    clock.pass_(days=0.01)
    Message.objects.update(status=Delivery.SENDING, claimed_at=timezone.now(), sends=settings.MESSAGE_MAX_SENDS)
    clock.pass_(seconds=CLAIM_SECONDS + 1)
    assert free_lost_claims() == 1
    assert dispatch_unsent() == 1
    unsent.refresh_from_db()
    assert unsent.state == LetterState.BOUNCED
    assert Verification.objects.get(pk=unsent.verification_id).state == VerificationState.LAPSED
    assert dispatch_unsent() == 0


def test_reading_the_link_changes_nothing_and_confirming_grants_access(letter, client):
    page = client.get(mails.link(letter))
    assert page.status_code == 200
    verification = Verification.objects.get(pk=letter.verification_id)
    assert verification.confirmed_at is None
    assert client.get(reverse("verification:means")).status_code == 403
    answer = client.post(mails.link(letter))
    assert answer.url == reverse("verification:means")
    assert client.get(answer.url).status_code == 200
    assert client.cookies["courrier"]["httponly"]


def test_the_page_of_the_letter_hides_sender_and_content(letter, client):
    records.set_content(letter, "le contenu secret")
    text = client.get(mails.link(letter)).content.decode()
    main = re.search(r"<main.*?</main>", text, re.S)[0]
    assert "Identité Numérique" not in main
    assert "le contenu secret" not in text


def test_a_changed_link_opens_nothing(letter, client):
    link = mails.link(letter)
    assert client.get(link[:-2] + ("A/" if link[-2] != "A" else "B/")).status_code == 404


def test_an_older_pass_does_not_open_another_letter(letter, client):
    client.post(mails.link(letter))
    other = make_verification()
    assert client.get(mails.link(other.letter)).status_code == 200
    # The pass names one verification; the other one's link must be posted to change that.
    page = client.get(reverse("verification:means"))
    assert page.context["verification"].pk == letter.verification_id


def test_reminders_leave_every_three_days_and_never_after_the_end(letter, clock):
    sent = []
    for _day in range(1, 19):
        clock.pass_(days=1)
        sent.append(send_reminders())
        lapse_neglected()
    assert [day for day, count in enumerate(sent, start=1) if count] == [3, 6, 9, 12, 15]
    letter.refresh_from_db()
    assert letter.state == LetterState.NEGLECTED
    assert Message.objects.filter(event="letter_reminder").count() == 5
    assert Message.objects.filter(event="letter_lapsed").count() == 1


def test_a_long_pause_of_the_sweep_sends_one_reminder_not_three(letter, clock):
    clock.pass_(days=10)
    assert send_reminders() == 1
    assert send_reminders() == 0


def test_a_neglected_letter_is_over(letter, client, clock):
    clock.pass_(days=15)
    assert lapse_neglected() == 0  # the last day is not over
    clock.pass_(days=1)
    assert lapse_neglected() == 1
    assert lapse_neglected() == 0
    assert Verification.objects.get(pk=letter.verification_id).state == VerificationState.LAPSED
    page = client.get(mails.link(letter))
    assert page.status_code == 410
    assert "nouveau courrier" in page.content.decode()


def test_one_letter_that_does_not_open_keeps_nobody_else_from_reminder_and_end(
    letter, clock, monkeypatch, settings, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        first = make_verification()
        make_verification()
    spoil(letter.verification, "email")
    clock.pass_(days=3)
    assert send_reminders() == 2
    clock.pass_(days=13)
    assert lapse_neglected() == 2
    assert RegisteredLetter.objects.get(state=LetterState.NOTIFIED).pk == letter.pk
    clock.pass_(days=settings.LETTER_PROOF_RETENTION_DAYS + 1)
    locked = sweeping.locked

    def breaks(verification):
        if verification.pk == first.pk:
            raise ValueError
        return locked(verification)

    monkeypatch.setattr(sweeping, "locked", breaks)
    assert erase_old_letters() == 1


def test_an_identification_in_time_stops_the_lapse(letter, clock):
    submit(letter.verification)
    clock.pass_(days=20)
    assert lapse_neglected() == 0


def test_not_me_stops_the_file_and_alerts_the_agents(letter, client):
    page = client.get(mails.link(letter))
    link = re.search(r'href="(/courrier/pas-moi/[^"]+)"', page.content.decode())[1]
    assert Verification.objects.get(pk=letter.verification_id).state == VerificationState.OPEN
    assert client.get(link).status_code == 200
    assert Verification.objects.get(pk=letter.verification_id).state == VerificationState.OPEN
    assert client.post(link).status_code == 200
    verification = Verification.objects.get(pk=letter.verification_id)
    assert verification.state == VerificationState.STOPPED
    assert verification.case.alert == "not_me"
    assert verification.case.state == CaseState.CLOSED
    assert Message.objects.filter(event="agents_alerted").count() == 1
    assert client.post(link).status_code == 410
    assert client.get(mails.link(letter)).status_code == 410


def test_a_link_from_before_they_were_counted_opens_its_letter_until_links_end(letter, client):
    link = reverse("verification:open", args=[sign(mails.LINK_PURPOSE, str(letter.pk))])
    assert client.get(link).status_code == 200
    mails.end_links(letter.verification.applicant)
    assert client.get(link).status_code == 410
    letter.refresh_from_db()
    assert client.get(mails.link(letter)).status_code == 200


@pytest.fixture
def agent() -> Account:
    return Account.objects.create_user("agent@example.org", is_staff=True)


def test_an_approved_letter_is_accepted_once_and_its_content_opens(letter, client, agent):
    client.post(mails.link(letter))
    case = submit(letter.verification).case
    decide(case, Verdict.APPROVE, actor=agent)
    message = Message.objects.get(event="letter_decided")
    assert message.subject == (
        f"Mise à jour de votre courrier recommandé N°{letter.number} : Une action est attendue de votre part."
    )
    assert client.get(reverse("verification:content")).status_code == 404
    answer = client.post(reverse("verification:tracking"), {"action": "accept"})
    assert answer.url == reverse("verification:content")
    records.set_content(letter, "Voici votre code d’activation : 123456")
    assert "123456" in client.get(answer.url).content.decode()
    letter.refresh_from_db()
    assert letter.state == LetterState.ACCEPTED
    assert (
        "123456"
        not in RegisteredLetter.objects.raw("SELECT id, content AS raw_content FROM verification_registeredletter")[
            0
        ].raw_content
    )
    again = client.post(reverse("verification:tracking"), {"action": "accept"})
    assert again.status_code == 302
    assert letter.proofs.filter(code="ar").count() == 1
    for name, arguments in (("content-pdf", []), ("proof-pdf", ["ar"]), ("proof-pdf", ["dp"])):
        document = client.get(reverse(f"verification:{name}", args=arguments))
        assert document.content[:5] == b"%PDF-"
    assert client.get(reverse("verification:proof-pdf", args=["ng"])).status_code == 404


def test_a_letter_that_was_accepted_promises_nothing_that_its_file_may_have_behind_it(letter, client, agent):
    client.post(mails.link(letter))
    decide(submit(letter.verification).case, Verdict.APPROVE, actor=agent)
    client.post(reverse("verification:tracking"), {"action": "accept"})
    records.set_content(letter, "Voici votre courrier.")
    for name in ("content", "tracking"):
        page = client.get(reverse(f"verification:{name}"))
        assert "dernière étape" not in page.text
        assert 'class="stages"' not in page.text


@pytest.mark.parametrize(("name", "arguments"), [("content", []), ("content-pdf", []), ("proof-pdf", ["ar"])])
def test_who_is_logged_out_logs_in_and_comes_back_to_the_letter(letter, client, name, arguments):
    address = reverse(f"verification:{name}", args=arguments)
    assert client.get(address).url == f"{reverse('login')}?next={address}"
    client.force_login(letter.verification.applicant)
    assert client.get(address).status_code == 404  # not accepted yet


def test_a_letter_may_be_refused_once_identified(letter, client, agent):
    client.post(mails.link(letter))
    client.post(reverse("verification:tracking"), {"action": "refuse"})
    letter.refresh_from_db()
    assert letter.state == LetterState.NOTIFIED  # not identified yet: no answer is possible
    decide(submit(letter.verification).case, Verdict.APPROVE, actor=agent)
    client.post(reverse("verification:tracking"), {"action": "refuse"})
    letter.refresh_from_db()
    assert letter.state == LetterState.REFUSED
    assert letter.proofs.filter(code="rf").exists()


def words_of(document: bytes) -> str:
    """What stands on the pages of a PDF of ours."""
    pages = [zlib.decompress(found) for found in re.findall(rb"stream\n(BT|x.*?)\nendstream", document, re.S)]
    return b" ".join(pages).decode("cp1252", "replace")


@pytest.mark.parametrize(
    ("names", "email", "shown"),
    [
        ({"first_names": "Pierre", "birth_name": "LOUŸS"}, "pierre@example.org", "Pierre LOUŸS"),
        ({"first_names": "Œdipe", "birth_name": "L’HAŸ"}, "oe@example.org", "Œdipe L’HAŸ"),
        ({"birth_name": "ČAPEK 漢"}, "p@example.org", "CAPEK ?"),
        ({}, "ja@łódź.example", "ja@xn--d-uga0v4h.example"),
        ({}, "ja@hélène.example", "ja@hélène.example"),
    ],
)
def test_every_name_and_address_can_be_printed(names, email, shown):
    verification = make_verification(**names)
    verification.email = email
    verification.save(update_fields=["email"])
    letter = RegisteredLetter.objects.get(verification=verification)
    assert shown in words_of(pdf.proof(letter.proofs.get(), letter))
    records.set_content(letter, "Votre code…\u202f: 123456")
    assert pdf.content(letter)[:5] == b"%PDF-"


def test_a_proof_says_the_first_of_a_month_as_people_do():
    letter = make_verification().letter
    LetterProof.objects.update(at=datetime(2026, 11, 1, 9, 5, 7, tzinfo=PARIS))
    assert "1er novembre 2026 à 09:05:07" in words_of(pdf.proof(letter.proofs.get(), letter))


@pytest.mark.parametrize("code", ["\x00", "dp\x00", "xx", "é", "d" * 500])
def test_what_is_no_proof_is_not_looked_for(letter, client, code):
    client.post(mails.link(letter))
    url = reverse("verification:proof-pdf", args=[code])
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 404
    assert not any("letterproof" in query["sql"] for query in queries.captured_queries)


def test_submitting_twice_opens_one_case(letter):
    assert submit(letter.verification).case.pk == submit(letter.verification).case.pk


def test_the_applicant_finds_the_tracking_page_again_after_a_login(letter, client):
    client.force_login(letter.verification.applicant)
    assert client.get(reverse("verification:means")).status_code == 403  # the mail was never opened
    answers.confirm_identity(letter)
    assert client.get(reverse("verification:means")).status_code == 200
    client.logout()
    stranger = Client()
    stranger.force_login(Account.objects.create_user("stranger@example.org"))
    assert stranger.get(reverse("verification:means")).status_code == 403


@pytest.mark.parametrize("name", transitions.ARROWS)
def test_an_arrow_that_does_not_start_here_changes_nothing(letter, name):
    for state in VerificationState.values:
        Verification.objects.filter(pk=letter.verification_id).update(state=state)
        verification = Verification.objects.get(pk=letter.verification_id)
        entries = journal.Journal.objects.count()
        if state in transitions.ARROWS[name].from_:
            continue
        with pytest.raises(TransitionNotAllowed):
            transitions.move(verification, name)
        verification.refresh_from_db()
        assert verification.state == state
        assert journal.Journal.objects.count() == entries


def test_the_journal_of_a_file_is_whole_and_notices_a_change(letter):
    submit(letter.verification)
    chain = letter.verification.file
    assert faults_of(chain) == []
    entry = journal.Journal.objects.filter(chain=chain).order_by("sequence")[1]
    journal.Journal.objects.filter(pk=entry.pk).update(reason="rewritten")
    assert faults_of(chain) == [f"{chain}: entry 2 was changed"]
    with pytest.raises(journal.JournalIsAppendOnly):
        entry.save()
    assert timezone.is_aware(entry.at)


def approved_and_accepted(letter: RegisteredLetter) -> Verification:
    answers.confirm_identity(letter)
    verification = submit(Verification.objects.get(pk=letter.verification_id))
    decide(verification.case, Verdict.APPROVE, label="agent")
    answers.accept(Verification.objects.get(pk=verification.pk))
    records.set_content(RegisteredLetter.objects.get(pk=letter.pk), "Votre code d’activation")
    return Verification.objects.get(pk=verification.pk)


def test_what_a_letter_proves_is_kept_as_long_as_the_law_asks_and_then_erased(letter, settings, clock):
    verification = approved_and_accepted(letter)
    clock.pass_(days=settings.LETTER_PROOF_RETENTION_DAYS, hours=-1)
    assert erase_old_letters() == 0
    clock.pass_(hours=2)
    assert (erase_old_letters(), erase_old_letters()) == (1, 0)
    letter.refresh_from_db()
    assert (letter.content, letter.proofs.count(), letter.events.count()) == ("", 0, 0)
    verification.refresh_from_db()
    assert verification.birth_name == "MARTIN"  # the identity that came of it lives on
    assert faults_of(verification.file) == []


def test_whose_letter_nobody_opened_is_forgotten_with_it(letter, settings, clock):
    clock.stop(letter.due_at + timedelta(minutes=1))
    assert lapse_neglected() == 1
    clock.pass_(days=settings.LETTER_PROOF_RETENTION_DAYS + 1)
    assert erase_old_letters() == 1
    verification = Verification.objects.get()
    assert {verification.birth_name, verification.document_number, verification.email, verification.mobile} == {""}
    assert verification.issue_date is None


def test_an_identification_in_time_is_dated_and_ends_reminders_and_lapse(letter):
    assert letter.identified_at is None
    submit(letter.verification)
    letter.refresh_from_db()
    assert letter.identified_at is not None
    RegisteredLetter.objects.update(due_at=timezone.now() - timedelta(days=1), reminder_due_at=timezone.now())
    assert (send_reminders(), lapse_neglected()) == (0, 0)
