import pytest
from django.conf import settings as project
from pytest_django.asserts import assertContains, assertRedirects

from enrollment.models import Enrollment, EnrollmentState
from notifications.models import Message
from tests.enrollment.factories import AccountFactory, EnrollmentFactory
from tests.enrollment.helpers import last_code, sent_to, stands_at, url_of

pytestmark = pytest.mark.django_db
MOBILE, CODE = url_of("mobile"), url_of("mobile-code")
SENDS, _WINDOW = project.QUOTAS["sms_code_send"]


def typed(number: str, prefix: str = "+33") -> dict[str, str]:
    return {"prefix_code": prefix, "number": number}


def test_a_mobile_gets_its_code(login):
    enrollment = EnrollmentFactory()
    assertRedirects(login(enrollment.account).post(MOBILE, typed("0639980021")), CODE)
    enrollment.refresh_from_db()
    assert enrollment.mobile == "+33639980021"
    assert sent_to("+33639980021") == ["mobile_code_sent"]
    text = Message.objects.get().text
    assert "code de vérification du mobile" in text
    assert "10 minutes" in text


@pytest.mark.parametrize(
    ("number", "prefix", "saved"),
    [
        ("0692 12 34 56", "+33", "+262692123456"),
        ("692123456", "+262", "+262692123456"),
        ("0690 30 12 34", "+590", "+590690301234"),
    ],
)
def test_overseas_mobiles_are_eligible(login, number, prefix, saved):
    enrollment = EnrollmentFactory()
    login(enrollment.account).post(MOBILE, typed(number, prefix))
    enrollment.refresh_from_db()
    assert enrollment.mobile == saved


@pytest.mark.parametrize("number", ["", "06", "0145678901", "0800 123 456", "+44 7700 900123", "abc", "06 39 98 00 2x"])
def test_what_is_no_eligible_mobile_is_refused_with_the_reason(login, number):
    enrollment = EnrollmentFactory()
    page = login(enrollment.account).post(MOBILE, typed(number))
    assert page.context["form"].errors["number"]
    assert not Message.objects.exists()


def test_the_account_s_own_mobile_is_proposed_and_a_landline_is_not(login):
    for phone, shown in (("+33639980031", "06 39 98 00 31"), ("+33145678901", None)):
        account = AccountFactory(phone=phone)
        page = login(EnrollmentFactory(account=account).account).get(MOBILE)
        assert page.context["form"]["number"].value() == (shown or "")


def test_a_number_that_holds_an_identity_gets_the_same_page_and_its_owner_an_sms(login):
    owner = EnrollmentFactory(confirmed=True, mobile="+33639980041")
    Enrollment.objects.filter(pk=owner.pk).update(state=EnrollmentState.ACTIVATED)
    pages = []
    for number in ("0639980041", "0639980042"):
        enrollment = EnrollmentFactory()
        browser = login(enrollment.account)
        assertRedirects(browser.post(MOBILE, typed(number)), CODE)
        page = browser.get(CODE)
        pages.append((page.status_code, page.context["code"].tries_left, page.context["code"].exists))
    assert pages[0] == pages[1]
    assert sent_to("+33639980041") == ["mobile_already_used"]
    assert "porte déjà une Identité Numérique" in Message.objects.get(event="mobile_already_used").text


def test_no_code_is_right_for_a_number_that_holds_an_identity(login):
    owner = EnrollmentFactory(confirmed=True, mobile="+33639980043")
    Enrollment.objects.filter(pk=owner.pk).update(state=EnrollmentState.ACTIVATED)
    enrollment = EnrollmentFactory()
    browser = login(enrollment.account)
    browser.post(MOBILE, typed("0639980043"))
    page = browser.post(CODE, {"code": "123456"})
    assertContains(page, "Il vous reste 4 essais.")
    assert stands_at(enrollment) == "mobile-code"


def test_going_back_with_the_same_number_sends_no_second_sms(login):
    enrollment = EnrollmentFactory()
    browser = login(enrollment.account)
    for _time in range(2):
        assertRedirects(browser.post(MOBILE, typed("0639980044")), CODE)
    assert sent_to("+33639980044") == ["mobile_code_sent"]


def test_another_number_asks_for_a_code_of_its_own_at_once(login):
    enrollment = EnrollmentFactory()
    browser = login(enrollment.account)
    browser.post(MOBILE, typed("0639980045"))
    old = last_code("+33639980045")
    assertRedirects(browser.post(MOBILE, typed("0639980046")), CODE)
    assert sent_to("+33639980046") == ["mobile_code_sent"]
    if old != last_code("+33639980046"):
        browser.post(CODE, {"code": old})
        assert stands_at(enrollment) == "mobile-code"


def test_one_account_cannot_write_to_number_after_number(login, clock):
    enrollment = EnrollmentFactory()
    browser = login(enrollment.account)
    for place in range(SENDS):
        assertRedirects(browser.post(MOBILE, typed(f"06399811{place:02d}")), CODE)
    page = browser.post(MOBILE, typed("0639981199"))
    assert page.status_code == 429
    assertContains(page, "Vous pourrez réessayer", status_code=429)
    assert sent_to("+33639981199") == []
    clock.pass_(hours=1, seconds=1)
    assertRedirects(login(enrollment.account).post(MOBILE, typed("0639981199")), CODE)


def test_one_number_is_not_written_to_by_account_after_account(login):
    for _account in range(SENDS):
        assertRedirects(login(EnrollmentFactory().account).post(MOBILE, typed("0639980047")), CODE)
    assert login(EnrollmentFactory().account).post(MOBILE, typed("0639980047")).status_code == 429
    assert len(sent_to("+33639980047")) == SENDS


def test_one_client_is_limited_whatever_its_accounts(login, settings):
    settings.QUOTAS = settings.QUOTAS | {"ip_code": (1, 3600)}
    assertRedirects(login(EnrollmentFactory().account).post(MOBILE, typed("0639980048")), CODE)
    assert login(EnrollmentFactory().account).post(MOBILE, typed("0639980049")).status_code == 429
    assert sent_to("+33639980049") == []
