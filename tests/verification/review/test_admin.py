"""The agents' desk: who may see, who may decide, and what is written down."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from enrollment.models import Account
from identite.admin import FirstRows
from identite.journal import Journal
from notifications.models import Message
from tests.verification.factories import make_verification
from verification.capture.models import Capture, CaptureKind, CaptureState, Challenge, Finding
from verification.models import Case
from verification.review.models import CaseState
from verification.services import submit

pytestmark = pytest.mark.django_db


def agent(*permissions: str) -> Client:
    from django.contrib.auth.models import Permission

    account = Account.objects.create_user(f"agent{len(permissions)}@example.org", is_staff=True)
    account.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def case() -> Case:
    verification = make_verification()
    photo = Capture(
        verification=verification, kind=CaptureKind.FRONT, document_kind="cni", state=CaptureState.ACCEPTED,
        content_type="image/jpeg", size=9, sha256="0" * 64,
    )  # fmt: skip
    photo.preview.save("preview", ContentFile(b"\xff\xd8preview"), save=False)
    photo.save()
    Finding.objects.create(
        capture=photo, code="compare.birth_name", outcome="refer", evidence={"typed": "MARTIN", "read": "MARTEN"}
    )
    return submit(verification).case


def test_the_queue_shows_what_waits_without_a_query_a_row(case, django_assert_max_num_queries):
    client = agent("view_case")
    for _number in range(5):
        submit(make_verification())
    with django_assert_max_num_queries(6):
        page = client.get(reverse("admin:verification_case_changelist"))
    assert page.content.decode().count("/change/") == 6
    assert case.outcome == "refer"


@pytest.mark.parametrize("queue", ["late", "disputed", "alert", "decided", "all"])
def test_every_queue_opens(case, queue):
    page = agent("view_case").get(reverse("admin:verification_case_changelist"), {"file": queue})
    assert page.status_code == 200
    assert ("/change/" in page.content.decode()) == (queue in ("disputed", "all"))


def test_a_long_list_is_counted_as_far_as_it_is_paged_through(case, monkeypatch):
    monkeypatch.setattr(FirstRows, "MOST", 2)
    client, address = agent("view_case"), reverse("admin:verification_case_changelist")
    assert "la recherche trouve" not in client.get(address).content.decode()
    for _number in range(2):
        submit(make_verification())
    page = client.get(address)
    assert page.context["cl"].result_count == 2
    assert "la recherche trouve" in page.content.decode()
    found = client.get(address, {"q": str(case).lower()}).content.decode()
    assert (found.count("/change/"), str(case) in found) == (1, True)


@pytest.mark.parametrize("garbage", ["nonsense", "123", "%00", "_00", "0" * 5000])
@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_a_case_that_cannot_be_is_not_found(case, garbage, page):
    answer = agent("view_case").get(f"{reverse('admin:verification_case_changelist')}{garbage}/{page}/")
    assert answer.status_code in ((404,) if page == "change" else (302, 403, 404))


def test_the_case_page_names_the_field_and_both_values(case):
    page = agent("view_case").get(reverse("admin:verification_case_change", args=[case.pk])).content.decode()
    row = page[page.index("Nom de naissance") :][:400]
    assert "MARTIN" in row
    assert "MARTEN" in row
    assert "à examiner" in row
    assert Journal.objects.filter(event="case_read", chain=case.journal_chain).count() == 1


def test_reading_an_image_is_journalled(case):
    photo = Capture.objects.get()
    answer = agent("view_case").get(reverse("admin:case-evidence", args=[case.pk, photo.pk, "preview"]))
    assert answer.content == b"\xff\xd8preview"
    assert "no-store" in answer["Cache-Control"]
    entry = Journal.objects.get(event="evidence_read")
    assert entry.actor.email == "agent1@example.org"


def test_evidence_of_another_case_is_not_served(case):
    other = submit(make_verification()).case
    photo = Capture.objects.get()
    assert (
        agent("view_case").get(reverse("admin:case-evidence", args=[other.pk, photo.pk, "preview"])).status_code == 404
    )


@pytest.mark.parametrize("name", ["case-approve", "case-refuse"])
def test_deciding_is_a_permission_of_its_own(case, name):
    answer = agent("view_case").post(reverse(f"admin:{name}", args=[case.pk]), {"looked": "on", "reasons": ["other"]})
    assert answer.status_code == 403
    case.refresh_from_db()
    assert case.state == CaseState.WAITING


def test_an_agent_approves_and_the_applicant_is_told(case):
    client = agent("view_case", "decide_case")
    url = reverse("admin:case-approve", args=[case.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {}).status_code == 200  # the box is not ticked
    assert client.post(url, {"looked": "on"}).status_code == 302
    case.refresh_from_db()
    assert case.state == CaseState.APPROVED
    assert case.evidence_purge_at is not None
    assert case.last_decision.actor.email == "agent2@example.org"
    assert Message.objects.filter(event="letter_decided").count() == 1
    client.post(reverse("admin:case-refuse", args=[case.pk]), {"reasons": ["face_differs"]})
    case.refresh_from_db()
    assert case.state == CaseState.APPROVED


def test_a_refusal_says_why_in_the_citizens_words(case):
    client = agent("view_case", "decide_case")
    url = reverse("admin:case-refuse", args=[case.pk])
    assert "au moins un motif" in client.post(url, {}).content.decode()
    assert "lequel" in client.post(url, {"reasons": ["other"]}).content.decode()
    assert client.post(url, {"reasons": ["face_differs"], "note": "lunettes"}).status_code == 302
    message = Message.objects.get(event="letter_decided")
    assert "Le visage de la vidéo" in message.text
    assert "lunettes" not in message.text + message.html


def test_a_birth_place_outside_the_official_list_is_referred():
    listed = submit(make_verification()).case
    free = submit(make_verification(birth_place="Saint-Ancienne", birth_place_code="")).case
    abroad = submit(make_verification(birth_country="99109", birth_place="Berlin", birth_place_code="")).case
    assert [case.outcome for case in (listed, free, abroad)] == ["pass", "refer", "pass"]
    page = agent("view_case").get(reverse("admin:verification_case_change", args=[free.pk])).content.decode()
    assert "saisie libre, à vérifier" in page


def test_citizens_do_not_get_in(case, client):
    client.force_login(Account.objects.create_user("citizen@example.org"))
    for name in ("admin:verification_case_changelist", "admin:index"):
        assert client.get(reverse(name)).status_code == 302
    assert client.get(reverse("admin:verification_case_change", args=[case.pk])).status_code == 302


def test_the_challenge_stands_beside_the_video(case):
    from django.utils import timezone

    challenge = Challenge.objects.create(
        verification=case.verification,
        digits="472",
        gesture="turn_left",
        schedule=[2, 4, 6, 8],
        expires_at=timezone.now(),
    )
    Capture.objects.create(
        verification=case.verification, kind=CaptureKind.VIDEO, challenge=challenge, state=CaptureState.ACCEPTED,
        content_type="video/webm", size=9, sha256="1" * 64,
    )  # fmt: skip
    page = agent("view_case").get(reverse("admin:verification_case_change", args=[case.pk])).content.decode()
    assert "472" in page
    assert "tourner la tête vers votre gauche" in page


def test_a_case_without_any_photo_does_not_say_that_its_checks_passed(case):
    client, empty = agent("view_case"), submit(make_verification()).case
    pages = [client.get(reverse("admin:verification_case_change", args=[one.pk])).text for one in (case, empty)]
    told = [" ".join(page[page.index("Contrôles :") :][:90].split("</span>")[0].split()) for page in pages]
    assert told == ["Contrôles : à examiner", "Contrôles : aucun"]


@pytest.mark.parametrize("typed", ["%", "_", "*", "' OR 1=1"])
def test_what_is_no_reference_finds_no_case(case, typed):
    page = agent("view_case").get(reverse("admin:verification_case_changelist"), {"file": "all", "q": typed})
    assert "/change/" not in page.content.decode()
