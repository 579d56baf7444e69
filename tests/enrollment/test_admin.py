from urllib.parse import urlencode

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from tests.enrollment.factories import AccountFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db
LIST = reverse("admin:enrollment_enrollment_changelist")


@pytest.fixture
def agent(login):
    return login(AccountFactory(agent=True))


@pytest.mark.parametrize("term", ["Ada@Example.org", "+33639980055", "id", "no such thing"])
def test_an_agent_finds_a_file_by_address_number_or_identifier(agent, term):
    enrollment = EnrollmentFactory(account__email="ada@example.org", mobile="+33639980055")
    other = EnrollmentFactory(account__email="bo@example.org")
    page = agent.get(f"{LIST}?{urlencode({'q': str(enrollment.pk) if term == 'id' else term})}")
    assertNotContains(page, other.account.email)
    (assertNotContains if term == "no such thing" else assertContains)(page, str(enrollment.pk))


def test_a_file_is_read_and_not_edited(agent):
    enrollment = EnrollmentFactory(with_details=True)
    url = reverse("admin:enrollment_enrollment_change", args=[enrollment.pk])
    page = agent.get(url)
    assertContains(page, "Maëlys Gaëlle Marie")
    assertNotContains(page, 'name="first_names"')
    assert agent.post(url, {"state": "activated"}).status_code == 403
    assert agent.get(reverse("admin:enrollment_enrollment_add")).status_code == 403
