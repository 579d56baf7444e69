"""An agent never handles her own file: by account, address, number of phone or of document; a superuser neither."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from pytest_django.asserts import assertContains

from enrollment.models import Account, Enrollment
from identite.fields import for_update
from identite.journal import Journal
from tests.enrollment.factories import EnrollmentFactory
from tests.verification.factories import IDENTITY, make_verification
from verification.capture.models import Capture, CaptureKind, CaptureState
from verification.models import Case
from verification.review.models import CaseState, Verdict
from verification.review.services import OwnCase, decide
from verification.services import submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    citizen = Account.objects.create_user("maelys@example.org", phone="+33639980002")
    verification = make_verification(citizen)
    photo = Capture(
        verification=verification, kind=CaptureKind.FRONT, document_kind="cni", state=CaptureState.ACCEPTED,
        content_type="image/jpeg", size=9, sha256="0" * 64,
    )  # fmt: skip
    photo.preview.save("preview", ContentFile(b"\xff\xd8preview"), save=False)
    photo.save()
    return submit(verification).case


def superuser(email: str = "root@example.org", **fields) -> Account:
    return Account.objects.create_superuser(email, "x", **fields)


def herself(case: Case) -> Account:
    applicant = case.verification.applicant
    applicant.is_staff = applicant.is_superuser = True
    applicant.save()
    return applicant


def with_another_file(**answers) -> Account:
    agent = superuser()
    EnrollmentFactory(account=agent, **answers)
    return agent


HERS = {
    "the same account": herself,
    "the address that was frozen": lambda case: _frozen(case, email="Root@Example.org"),
    "the phone of the account": lambda case: superuser(phone=case.verification.applicant.phone),
    "the phone that was proven": lambda case: superuser(phone=case.verification.mobile),
    "the phone of a file of hers": lambda case: with_another_file(mobile=case.verification.mobile),
    "the document of a file of hers": lambda case: with_another_file(document_number=IDENTITY["document_number"]),
}


def _frozen(case: Case, **fields) -> Account:
    type(case.verification).objects.filter(pk=case.verification.pk).update(**for_update(case.verification, **fields))
    case.refresh_from_db()
    return superuser()


@pytest.mark.parametrize("same", HERS.values(), ids=HERS)
def test_neither_the_page_nor_the_service_lets_her(case, client, same):
    agent = same(case)
    client.force_login(agent)
    photo = Capture.objects.get()
    pages = [reverse(f"admin:{name}", args=[case.pk]) for name in ("verification_case_change", "case-approve")]
    for address in [*pages, reverse("admin:case-evidence", args=[case.pk, photo.pk, "preview"])]:
        page = client.get(address)
        assertContains(page, "Ce dossier est le vôtre", status_code=403)
        assertContains(page, reverse("admin:verification_case_changelist"), status_code=403)  # on with another one
    assertContains(client.post(pages[1], {"looked": "on"}), "Ce dossier est le vôtre", status_code=403)
    with pytest.raises(OwnCase):
        decide(case, Verdict.APPROVE, actor=agent)
    case.refresh_from_db()
    assert (case.state, case.decisions.count()) == (CaseState.WAITING, 0)
    attempts = Journal.objects.filter(event="own_case_refused", chain=case.journal_chain)
    assert {entry.actor for entry in attempts} == {agent}
    assert [entry.detail["attempt"] for entry in attempts] == ["open", "open", "open", "open", "approve"]
    assert not Journal.objects.filter(event__in=("case_read", "evidence_read")).exists()


def test_what_neither_of_two_people_has_is_nothing_in_common(case):
    """Empty numbers are not equal ones."""
    type(case.verification).objects.filter(pk=case.verification.pk).update(document_number="", mobile="")
    Account.objects.filter(pk=case.verification.applicant.pk).update(phone="")
    case = Case.objects.get(pk=case.pk)
    agent = with_another_file(document_number="", mobile="")
    assert decide(case, Verdict.APPROVE, actor=agent).state == CaseState.APPROVED


def test_it_costs_one_query_whatever_she_has(case, django_assert_max_num_queries):
    agent = with_another_file(document_number="another", mobile="+33639980009")
    Enrollment.objects.update(state="lapsed")
    EnrollmentFactory(account=agent, document_number="a third")
    with django_assert_max_num_queries(1):
        assert not agent.is_behind(case.verification)
