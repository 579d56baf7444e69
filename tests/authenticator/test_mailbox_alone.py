"""An attacker reads the mailbox, and nothing else: whatever she opens, resets and types, the identity is not hers."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from authenticator.device_key import message
from authenticator.models import Device
from enrollment.models import Enrollment, EnrollmentState
from identite.journal import Journal
from notifications.models import Channel, Message
from notifications.services import address_digest
from tests.authenticator.helpers import KEY, jwk_of, signature_of
from tests.enrollment.factories import make_proving_enrollment
from tests.enrollment.helpers import enter
from tests.house.walk import letter_of, words_of
from verification.letter import answers
from verification.models import Verification, VerificationState
from verification.review.services import decide
from verification.services import submit

pytestmark = pytest.mark.django_db(transaction=True)
ACTIVATE = reverse("authenticator:activation")
NEW = "Coquelicot8"


@pytest.fixture
def victim() -> Enrollment:
    """She has filmed herself, and her identity was found in order. Her letter waits for her."""
    enrollment = make_proving_enrollment(mobile="+33639980042")
    verification = submit(answers.confirm_identity(letter_of(enrollment)))
    decide(verification.case, "approve", label="test")
    return Enrollment.objects.select_related("account").get(pk=enrollment.pk)


class Thief(Client):
    """A browser in front of somebody else's mailbox. `seen`: all that she has read in it and behind its links."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.seen: list[str] = []

    def mailbox(self) -> list[str]:
        mails = Message.objects.filter(address_digest=address_digest(self.address), channel=Channel.EMAIL)
        texts = [f"{one.subject}\n{one.text}\n{one.html}" for one in mails]
        self.seen += texts
        return texts

    def links(self, path: str) -> list[str]:
        return [link for text in self.mailbox() for link in re.findall(rf"{path}[\w./-]+", text)]

    def read(self, path: str, **more: str) -> None:
        answer = self.post(path, more) if more else self.get(path, follow=True)
        is_pdf = answer.headers["Content-Type"] == "application/pdf"
        self.seen.append(words_of(answer.content) if is_pdf else answer.content.decode())

    def codes(self) -> set[str]:
        """Whatever looks like a code in what she has read."""
        self.mailbox()
        return {
            "".join(found)
            for found in re.findall(r"(?<![\w#-])(\d{3})[\s\u2011-]?(\d{3})(?![\w-])", " ".join(self.seen))
        }


def open_and_accept(thief: Thief) -> None:
    thief.post(thief.links("/courrier/ouvrir/")[0])
    thief.post(reverse("verification:tracking"), {"action": "accept"})
    for name in ("tracking", "content", "content-pdf"):
        thief.read(reverse(f"verification:{name}"))


def take_the_account(thief: Thief) -> None:
    thief.post(reverse("password-forgotten"), {"email": thief.address})
    assertRedirects(thief.post(thief.links("/connexion/nouveau-mot-de-passe/")[0], {"password": NEW}), reverse("login"))
    assert enter(thief, thief.address, NEW).status_code == 302


def test_letter_link_mailbox_and_new_password_end_without_activation(victim):
    thief = Thief(victim.account.email)
    open_and_accept(thief)
    victim.refresh_from_db()
    assert victim.state == EnrollmentState.PROVEN
    take_the_account(thief)
    for page in (reverse("enrollment:status"), "/app/", ACTIVATE, reverse("verification:content")):
        thief.read(page)
    assert sent_by_sms(victim) not in thief.codes()
    for typed in sorted(thief.codes()):
        thief.post(ACTIVATE, {"code": typed})
    assert not Device.objects.exists()
    assert thief.get(reverse("authenticator:secret-code")).url == ACTIVATE
    thief.post(ACTIVATE, {"resend": "1"})
    assert sent_by_sms(victim) not in thief.codes()
    victim.refresh_from_db()
    assert victim.state == EnrollmentState.PROVEN


def test_the_number_of_a_proven_identity_does_not_change_and_its_code_goes_nowhere_else(victim):
    thief = Thief(victim.account.email)
    open_and_accept(thief)
    take_the_account(thief)
    for slug in ("mobile", "mobile-code", "details", "confirmation", "mode"):
        thief.post(reverse(f"enrollment:{slug}"), {"prefix_code": "+33", "number": "0639980099", "code": "000000"})
    thief.post(reverse("enrollment:status"), {"action": "correct"})
    thief.post(reverse("enrollment:status"), {"resend": "1", "mobile": "+33639980099"})
    victim.refresh_from_db()
    assert (victim.state, victim.mobile) == (EnrollmentState.PROVEN, "+33639980042")
    assert not Message.objects.filter(address_digest=address_digest("+33639980099")).exists()


def test_a_phone_that_waits_for_its_secret_code_is_no_door_for_who_has_the_password(victim):
    answers.accept(Verification.objects.get(applicant=victim.account))
    phone = Client()
    phone.force_login(victim.account)
    phone.post(ACTIVATE, {"code": sent_by_sms(victim)})
    device = Device.objects.get()
    thief = Thief(victim.account.email)
    take_the_account(thief)
    signed = signature_of(KEY, message(device.pk, device.challenge))
    secret = {"code": "2580", "again": "2580", "public_key": jwk_of(KEY), "signature": signed}
    assert thief.post(reverse("authenticator:secret-code"), secret).url == ACTIVATE
    victim.refresh_from_db()
    assert victim.state == EnrollmentState.PROVEN


def test_stopping_the_file_to_give_it_another_number_leads_to_a_new_identification(victim):
    thief = Thief(victim.account.email)
    thief.post(thief.links("/courrier/ouvrir/")[0].replace("/ouvrir/", "/pas-moi/"))
    take_the_account(thief)
    thief.post(reverse("enrollment:status"), {"action": "correct"})
    living = Enrollment.objects.get(account=victim.account, state=EnrollmentState.STARTED)
    assert living.verification is None
    assert thief.get(ACTIVATE).url == "/app/"


def test_whoever_guesses_over_all_codes_sent_stops_the_file(victim, clock):
    thief = Thief(victim.account.email)
    open_and_accept(thief)
    take_the_account(thief)
    for number in range(settings.ACTIVATION_MAX_WRONG_CODES):
        if number and number % settings.ACTIVATION_CODE_MAX_ATTEMPTS == 0:
            thief.post(ACTIVATE, {"code": wrong(victim)})  # the code is dead: nothing is compared, nothing counted
            clock.pass_(seconds=settings.CODE_RESEND_DELAY_SECONDS + 1)
            thief.post(ACTIVATE, {"resend": "1"})
        victim.refresh_from_db()
        assert (victim.state, victim.wrong_activation_codes) == (EnrollmentState.PROVEN, number)
        answer = thief.post(ACTIVATE, {"code": wrong(victim)})
    assert answer.url == reverse("enrollment:resume")
    victim.refresh_from_db()
    assert victim.state == EnrollmentState.REFUSED
    assert victim.expires_at > timezone.now() + timedelta(days=settings.LETTER_LIFETIME_DAYS - 1)
    thief.post(ACTIVATE, {"code": sent_by_sms(victim)})
    assert not Device.objects.exists()
    told = Message.objects.get(event="activation_stopped")
    assert told.recipient == victim.account
    assert "20 codes d’activation faux" in told.text
    entries = Journal.objects.filter(chain=victim.pk)
    assert entries.filter(event="activation_code_refused").count() == settings.ACTIVATION_MAX_WRONG_CODES
    assert entries.get(event="stop").reason == "activation_codes"


def test_who_mistyped_twenty_times_begins_again_with_a_letter_and_a_count_of_her_own(victim):
    answers.accept(Verification.objects.get(applicant=victim.account))
    Enrollment.objects.update(wrong_activation_codes=settings.ACTIVATION_MAX_WRONG_CODES - 1)
    browser = Client()
    browser.force_login(victim.account)
    browser.post(ACTIVATE, {"code": wrong(victim)})
    assertContains(browser.get(reverse("enrollment:status")), "20 codes d’activation faux")
    assertRedirects(
        browser.post(reverse("enrollment:status"), {"action": "attempt"}), reverse("enrollment:letter-sent")
    )
    victim.refresh_from_db()
    assert victim.state == EnrollmentState.PROVING
    decide(submit(answers.confirm_identity(letter_of(victim))).case, "approve", label="test")
    answers.accept(letter_of(victim).verification)
    victim.refresh_from_db()
    assert (victim.state, victim.wrong_activation_codes) == (EnrollmentState.PROVEN, 0)
    browser.post(ACTIVATE, {"code": sent_by_sms(victim)})
    assert Device.objects.exists()


def test_the_letters_link_ends_once_the_letter_is_accepted(victim):
    reader = Thief(victim.account.email)
    link = reader.links("/courrier/ouvrir/")[0]
    open_and_accept(reader)
    assertContains(Client().get(link), "Ce lien a fait son travail", status_code=410)
    assert Client().post(link).status_code == 410
    later = Message.objects.get(event="letter_accepted")
    assert "/courrier/ouvrir/" not in later.text + later.html
    owner = Client()
    owner.force_login(victim.account)
    onward = reverse("verification:tracking")
    assert f"{reverse('login')}?next={onward}" in later.text
    assertContains(owner.get(onward), "Vous avez accepté votre courrier")


def test_a_new_password_ends_the_letters_links_and_the_next_mail_has_a_new_one():
    enrollment = make_proving_enrollment(mobile="+33639980042")
    reader = Thief(enrollment.account.email)
    old = reader.links("/courrier/ouvrir/")[0]
    not_me = old.replace("/ouvrir/", "/pas-moi/")
    reader.post(old)
    take_the_account(reader)
    for stolen in (old, not_me):
        assertContains(Client().get(stolen), "Ce lien ne sert plus", status_code=410)
        assert Client().post(stolen).status_code == 410
    verification = letter_of(enrollment).verification
    assert verification.state == VerificationState.OPEN
    decide(submit(verification).case, "approve", label="test")
    found = re.search(r"/courrier/ouvrir/[\w./-]+", Message.objects.get(event="letter_decided").text)
    assert found
    assert found[0] != old
    assert Client().post(found[0]).status_code == 302


def wrong(victim: Enrollment) -> str:
    return f"{(int(sent_by_sms(victim)) + 1) % 1_000_000:06d}"


def sent_by_sms(victim: Enrollment) -> str:
    text = Message.objects.filter(event="activation_code", address_digest=address_digest(victim.mobile))[0].text
    found = re.search(r"(\d{3})-(\d{3})", text)
    assert found
    return "".join(found.groups())
