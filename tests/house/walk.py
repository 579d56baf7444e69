"""Everything that the service shows, seen once: the pages of every funnel in every state, mails, SMS, PDFs, the admin.

The walk drives the real views with the real rows; what it saw is a list of (what, content).
"""

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.template.autoreload import reset_loaders
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from authenticator.models import Device, DeviceState
from enrollment import accounts, reset, sweep
from enrollment.models import Account, Enrollment, EnrollmentState
from enrollment.registration import REGISTRATION, cookie
from enrollment.services import activation
from enrollment.steps import ENROLLMENT
from identite import brand, context, tokens
from identite.pages import PAGES
from identite.templatetags import progress
from notifications.models import Channel, Message
from tests.enrollment.factories import (
    ANSWERED,
    PASSWORD,
    REGISTERED,
    AccountFactory,
    EnrollmentFactory,
    RegistrationFactory,
    make_proving_enrollment,
    standing_at,
)
from tests.house.in_person import make_appointments
from tests.house.walk_in_person import in_person
from verification import access
from verification import services as verifications
from verification.capture import challenge
from verification.capture.models import Capture, CaptureKind, CaptureState, Finding
from verification.checks.finding import Outcome
from verification.checks.video.challenge import Form
from verification.findings.lookup import TEXTS
from verification.letter import answers, delivery, mails, pdf
from verification.models import Case, Verification, VerificationState
from verification.review import services as review
from verification.review.reasons import REASONS

LABEL = "walk"  # who decides
ERRORS = sorted(path.name for path in (settings.BASE_DIR / "templates").glob("[45]*.html"))

# An account whose file is over begins another one.
LEADS_ELSEWHERE = {EnrollmentState.LAPSED, EnrollmentState.REVOKED}


@dataclass
class Walk:
    """seen: what (address or event) and its HTML or text, in order. kinds: «page», «mail», «sms», «pdf».

    stay: called at every page of a browser while it is open: who reads it, its address, its HTML.
    """

    seen: list[tuple[str, str, str]] = field(default_factory=list)
    stay: Callable[[Client, str, str], None] = lambda _client, _address, _html: None

    def add(self, kind: str, what: str, content: str) -> None:
        self.seen.append((kind, what, content))

    def look(self, client: Client, address: str, values: dict[str, Any] | None = None) -> bool:
        """One page as it opens and, with `values`, as it answers them. What leads elsewhere is seen elsewhere: False."""
        answer = client.get(address) if values is None else client.post(address, values)
        is_page = answer.status_code not in (301, 302) and "text/html" in answer.headers["Content-Type"]
        if is_page:
            html = answer.content.decode()
            self.add("page", f"{'GET' if values is None else 'POST'} {address}", html)
            self.stay(client, address, html)
        return is_page

    def whole(self, client: Client, address: str) -> bool:
        """A page, and the same page with its form sent back empty. Was the page seen?"""
        opened = self.look(client, address)
        self.look(client, address, {})
        return opened


def everything(walk: Walk | None = None) -> Walk:
    """Call it where on-commit work runs at once (`@pytest.mark.django_db(transaction=True)`)."""
    walk = walk or Walk()
    _documents(walk)
    _registration(walk)
    _account(walk)
    _enrollment(walk)
    _verification(walk)
    _states(walk)
    in_person(walk, browser)
    _app(walk)
    _endings()
    make_appointments(LABEL)
    _admin(walk)
    _sandbox(walk)
    _messages(walk)
    _sentences(walk)
    return walk


def browser(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def forget_prepared() -> None:
    """What a process works out once, from settings that a test changes: templates, styles, links under the pages."""
    reset_loaders()
    finders.get_finder.cache_clear()
    for prepared in (brand.colours, context.head, context._footer, progress._side_bar, progress._stages):
        prepared.cache_clear()


def _documents(walk: Walk) -> None:
    visitor = Client()
    for page in PAGES:
        walk.look(visitor, reverse(f"page:{page.slug}"))
    request = RequestFactory().get("/")
    for name in ERRORS:
        until = {"until": timezone.now() + timedelta(hours=1)}
        walk.add("page", name, render_to_string(name, until, request=request))
    walk.whole(visitor, reverse("validity"))
    walk.whole(visitor, reverse("login"))
    walk.whole(visitor, reverse("password-forgotten"))


def _registration(walk: Walk) -> None:
    for step in REGISTRATION.steps:
        registration = RegistrationFactory(**REGISTERED[step.slug])
        client = Client()
        client.cookies[cookie.COOKIE] = tokens.issue(cookie.PURPOSE, registration, seconds=3600)
        walk.whole(client, REGISTRATION.url(step))
    client = Client()
    client.cookies[cookie.COOKIE] = tokens.issue(cookie.PURPOSE, RegistrationFactory(support_chosen=True), seconds=3600)
    email = next(REGISTRATION.url(step) for step in REGISTRATION.steps if step.slug == "email")
    for address in ("nouvelle@example.org", AccountFactory().email):
        client.post(email, {"email": address, "email_again": address})
    walk.look(client, reverse("registration:email-code"))
    walk.look(client, reverse("registration:email-code"), {"code": "000000"})


def _account(walk: Walk) -> None:
    account = AccountFactory()
    accounts.create_account(
        RegistrationFactory(phone_given=True, civility="F", first_name="Maëlys", last_name="Martin")
    )
    reset.send_reset_link(account.email)
    reset.send_reset_link("inconnue@example.org")
    link = re.search(r"/connexion/nouveau-mot-de-passe/\S+", Message.objects.get(event="password_reset_asked").text)
    assert link
    walk.whole(Client(), link[0])
    walk.look(Client(), reverse("password-reset", args=["perdu"]))
    client = Client()
    client.post(reverse("password-forgotten"), {"email": account.email})
    walk.look(client, reverse("password-sent"))
    accounts.change_password(account, PASSWORD + "x")
    walk.look(client, reverse("login"), {"email": account.email, "username": account.email, "password": "faux"})


def _enrollment(walk: Walk) -> None:
    for slug in ANSWERED:
        walk.whole(browser(standing_at(slug).account), reverse(f"enrollment:{slug}"))
    owner = EnrollmentFactory(with_mode=True, state=EnrollmentState.ACTIVATED, mobile="+33639981042")
    for number in ("0639981043", "0639981042"):
        client = browser(EnrollmentFactory().account)
        step = {step.slug: ENROLLMENT.url(step) for step in ENROLLMENT.steps}
        client.post(step["mobile"], {"prefix_code": "+33", "number": number})
        walk.whole(client, step["mobile-code"])
    assert owner.pk


def _verification(walk: Walk) -> None:
    enrollment = make_proving_enrollment()
    walk.whole(browser(enrollment.account), reverse("enrollment:letter-sent"))
    letter = letter_of(enrollment)
    walk.look(Client(), mails.link(letter))
    walk.look(Client(), reverse("verification:open", args=["perdu"]))
    walk.look(Client(), reverse("verification:means"))
    walk.look(Client(), reverse("verification:not-me", args=[mails.link(letter).rstrip("/").rsplit("/", 1)[-1]]))
    row = answers.confirm_identity(letter)
    client = bearer(row, access.LETTER)
    now = timezone.now()
    for slug, done in (
        ("means", {"means": "visual"}),
        ("overview", {"overview_seen_at": now}),
        ("document", {"shown_kind": "cni", "conditions_read_at": now}),
    ):
        walk.whole(client, reverse(f"verification:{slug}"))
        Verification.objects.filter(pk=row.pk).update(**done)
    for name in ("practice", "handoff"):
        walk.whole(client, reverse(f"verification:{name}"))
    client.post(reverse("verification:handoff"), {"action": "qr"})
    client.post(reverse("verification:handoff"), {"action": "sms"})
    walk.look(client, reverse("verification:handoff"))
    _captures(walk, client, row)


def _captures(walk: Walk, client: Client, row: Verification) -> None:
    for slug, kind in (("front", CaptureKind.FRONT), ("back", CaptureKind.BACK)):
        walk.whole(client, reverse(f"verification:{slug}"))
        shot = capture(row, kind, CaptureState.REFUSED)
        for code in TEXTS:
            Finding.objects.create(capture=shot, code=code, outcome=Outcome.FAIL)
        walk.look(client, reverse(f"verification:{slug}"))
        shot.delete()
        _underway(walk, client, row, kind, slug)
        capture(row, kind, CaptureState.ACCEPTED)
        walk.look(client, reverse(f"verification:{slug}"))
    walk.whole(client, reverse("verification:document-ok"))
    Verification.objects.filter(pk=row.pk).update(document_passed_at=timezone.now())
    walk.whole(client, reverse("verification:video-intro"))
    for form, recorded in product(Form, (True, False)):
        challenge.announce(Verification.objects.get(pk=row.pk), form, recorded=recorded)
        walk.whole(client, reverse("verification:video"))
    _underway(walk, client, row, CaptureKind.VIDEO, "video")
    phone = bearer(row, access.HANDOFF)
    for name in ("front", "handoff-done"):
        walk.look(phone, reverse(f"verification:{name}"))


def _underway(walk: Walk, client: Client, row: Verification, kind: CaptureKind, slug: str) -> None:
    """Not confirmed yet, being checked, being checked for too long."""
    for state, since in ((CaptureState.UPLOADED, 0), (CaptureState.QUEUED, 0), (CaptureState.QUEUED, 3600)):
        shot = capture(row, kind, state)
        shot.queued_at = timezone.now() - timedelta(seconds=since)
        shot.save(update_fields=["queued_at"])
        walk.look(client, reverse(f"verification:{slug}"))
        shot.delete()


def _states(walk: Walk) -> None:
    """The last page and the tracking page, in whatever state a file can be."""
    for state in EnrollmentState:
        enrollment = make_proving_enrollment()
        Enrollment.objects.filter(pk=enrollment.pk).update(state=state)
        # A letter that still waits has a page of its own, which stands before this one.
        Verification.objects.filter(applicant=enrollment.account).update(state=VerificationState.SUBMITTED)
        shown = walk.whole(browser(enrollment.account), reverse("enrollment:status"))
        assert shown is (state not in LEADS_ELSEWHERE), state
    for reasons in ((), tuple(REASONS)):
        enrollment = make_proving_enrollment()
        row = answers.confirm_identity(letter_of(enrollment))
        capture(row, CaptureKind.FRONT, CaptureState.ACCEPTED)
        verifications.submit(row)
        client = bearer(row, access.LETTER)
        walk.whole(client, reverse("verification:tracking"))
        case = Case.objects.get(verification=row)
        review.decide(case, "refuse" if reasons else "approve", label=LABEL, reasons=reasons)
        walk.whole(client, reverse("verification:tracking"))
        walk.look(browser(enrollment.account), reverse("enrollment:status"))
        if not reasons:
            answers.accept(Verification.objects.get(pk=row.pk))
            walk.look(client, reverse("verification:tracking"))
            walk.look(client, reverse("verification:content"))
            letter = letter_of(enrollment)
            walk.add("pdf", "content", words_of(pdf.content(letter)))
            for proof in letter.proofs.all():
                walk.add("pdf", proof.code, words_of(pdf.proof(proof, letter)))
            walk.look(browser(enrollment.account), reverse("enrollment:status"))


def _app(walk: Walk) -> None:
    visitor = Client()
    for name in ("home", "offline"):
        walk.look(visitor, reverse(f"authenticator:{name}"))
    walk.add("manifest", "manifest", str(visitor.get(reverse("authenticator:manifest")).json()))
    walk.look(browser(EnrollmentFactory(with_mode=True).account), reverse("authenticator:home"))
    enrollment = EnrollmentFactory(with_mode=True, state=EnrollmentState.PROVEN, mobile="+33639981077")
    activation.deliver_code(enrollment)
    client = browser(enrollment.account)
    walk.whole(client, reverse("authenticator:activation"))
    text = Message.objects.filter(event="activation_code").order_by("-created_at")[0].text
    code = re.search(r"(\d{3})-(\d{3})", text)
    assert code
    client.post(reverse("authenticator:activation"), {"code": "".join(code.groups())})
    walk.whole(client, reverse("authenticator:secret-code"))
    _activate(client)
    walk.look(client, reverse("authenticator:home"))
    _guess(walk)


def _activate(client: Client) -> None:
    from tests.authenticator.test_activation import SECRET, answer

    client.post(SECRET, answer(Device.objects.get(state=DeviceState.PENDING)))
    assert Device.objects.filter(state=DeviceState.ACTIVE).exists()


def _guess(walk: Walk) -> None:
    """Somebody tries activation codes until the file stops."""
    enrollment = make_proving_enrollment(mobile="+33639981078")
    Verification.objects.filter(applicant=enrollment.account).update(state=VerificationState.PROVEN)
    Enrollment.objects.filter(pk=enrollment.pk).update(state=EnrollmentState.PROVEN)
    enrollment = Enrollment.objects.select_related("account", "verification__letter").get(pk=enrollment.pk)
    activation.deliver_code(enrollment)
    Enrollment.objects.filter(pk=enrollment.pk).update(wrong_activation_codes=settings.ACTIVATION_MAX_WRONG_CODES - 1)
    client = browser(enrollment.account)
    walk.look(client, reverse("authenticator:activation"))
    client.post(reverse("authenticator:activation"), {"code": "000000"})
    walk.whole(client, reverse("enrollment:status"))
    for state in (VerificationState.PROVEN, VerificationState.REFUSED, VerificationState.OPEN):
        letter = letter_of(enrollment)
        Verification.objects.filter(pk=letter.verification_id).update(state=state)
        address = mails.link(letter)
        mails.end_links(enrollment.account)
        walk.look(Client(), address)


def _endings() -> None:
    """What only time brings, and «ce n'est pas moi»."""
    EnrollmentFactory(expires_at=timezone.now() + timedelta(days=1))
    sweep.remind_unfinished()
    EnrollmentFactory(expires_at=timezone.now() - timedelta(days=1))
    sweep.lapse_unfinished()
    for confirmed in (False, True):
        letter = letter_of(make_proving_enrollment())
        if confirmed:
            answers.confirm_identity(letter)
        type(letter).objects.filter(pk=letter.pk).update(reminder_due_at=timezone.now())
        delivery.remind(type(letter).objects.get(pk=letter.pk))
    answers.not_me(letter_of(make_proving_enrollment()))
    letter = letter_of(make_proving_enrollment())
    type(letter).objects.filter(pk=letter.pk).update(due_at=timezone.now())
    delivery.neglect(type(letter).objects.get(pk=letter.pk))


def _admin(walk: Walk) -> None:
    visitor, agent = Client(), browser(AccountFactory(agent=True))
    walk.whole(visitor, reverse("admin:login"))
    walk.look(agent, reverse("admin:index"))
    case = Case.objects.filter(state="waiting").first() or _waiting_case()
    for name in ("verification_case_change", "case-approve", "case-refuse"):
        walk.whole(agent, reverse(f"admin:{name}", args=[case.pk]))
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        walk.look(agent, reverse(f"admin:{name}_changelist"))
        row = model._default_manager.first()
        if row is not None:
            walk.look(agent, reverse(f"admin:{name}_change", args=[row.pk]))
            walk.look(agent, reverse(f"admin:{name}_history", args=[row.pk]))


def _waiting_case() -> Case:
    row = answers.confirm_identity(letter_of(make_proving_enrollment()))
    shot = capture(row, CaptureKind.FRONT, CaptureState.ACCEPTED)
    for code in TEXTS:
        Finding.objects.create(capture=shot, code=code, outcome=Outcome.REFER)
    verifications.submit(row)
    return Case.objects.get(verification=row)


def _sandbox(walk: Walk) -> None:
    client = Client()
    for name in ("index", "inbox", "time", "review", "meeting", "challenge", "state", "specimens"):
        walk.look(client, reverse(f"sandbox:{name}"))


def _messages(walk: Walk) -> None:
    for message in Message.objects.order_by("created_at"):
        if message.channel == Channel.SMS:
            walk.add("sms", message.event, message.text)
        else:
            walk.add("mail", message.event, f"{message.sender}\n{message.subject}\n{message.text}")
            walk.add("page", f"{message.event}/email.html", message.html)


def _sentences(walk: Walk) -> None:
    """What only some photo or some agent brings about."""
    for code, finding in TEXTS.items():
        walk.add("sentence", code, f"{finding.citizen}\n{finding.agent}")
    for code, reason in REASONS.items():
        walk.add("sentence", code, f"{reason.name}\n{reason.citizen}\n{reason.advice}")


def events() -> Iterator[str]:
    """Every message that has templates."""
    return (path.name for path in sorted((settings.BASE_DIR / "templates" / "notifications").iterdir()))


def letter_of(enrollment: Enrollment) -> Any:
    return Enrollment.objects.select_related("verification__letter").get(pk=enrollment.pk).verification.letter


def bearer(row: Verification, scope: str) -> Client:
    client = Client()
    client.cookies[access.COOKIE] = tokens.issue(scope, row, seconds=3600)
    return client


def capture(row: Verification, kind: CaptureKind, state: CaptureState) -> Capture:
    shot = Capture(
        verification=row, kind=kind, document_kind="cni", state=state, content_type="image/jpeg", size=9,
        sha256="0" * 64, checked_at=timezone.now(),
    )  # fmt: skip
    shot.preview.save("preview", ContentFile(b"\xff\xd8preview"), save=False)
    shot.save()
    return shot


def words_of(document: bytes) -> str:
    """What stands on the pages of a PDF of ours."""
    pages = [zlib.decompress(found) for found in re.findall(rb"stream\n(x.*?)\nendstream", document, re.S)]
    return "\n".join(re.findall(r"\((.*?)\) Tj", b" ".join(pages).decode("cp1252", "replace")))
