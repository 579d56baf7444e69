"""The desk's pages about rows: titles in French, nothing to change, nothing of the citizen's drafts."""

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.test import RequestFactory
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import override

from enrollment.models import Account
from identite.admin import ReadOnlyAdmin
from tests.enrollment.factories import EnrollmentFactory
from verification.models import Case

ROOMS = ("identite", "notifications", "verification", "enrollment", "authenticator")
OURS = [page for model, page in admin.site._registry.items() if model._meta.app_label in ROOMS]
READ_ONLY = [page for page in OURS if isinstance(page, ReadOnlyAdmin)]


@pytest.fixture
def root(db):
    return Account.objects.create_superuser("root@example.org", "x")


@pytest.mark.parametrize("page", OURS, ids=str)
def test_every_title_is_french(page, root):
    request = RequestFactory().get("/")
    request.user = root
    own_page = page.model is Case  # drawn by a template of its own
    fields = [] if own_page else flatten_fieldsets(page.get_fieldsets(request))
    names = [*page.get_list_display(request), *fields]
    with override("fr"):
        titles = {name: str(label_for_field(name, page.model, page)) for name in names if isinstance(name, str)}
    alike = {"latitude", "longitude", "mobile", "mode", "permissions"}  # the same word in both
    assert [name for name, title in titles.items() if title == name.replace("_", " ") and name not in alike] == []


@pytest.mark.parametrize("page", READ_ONLY, ids=str)
def test_a_list_bears_the_name_of_what_it_lists(page, client, root):
    client.force_login(root)
    meta = page.model._meta
    html = client.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")).text
    assert f"<h1>{capfirst(meta.verbose_name_plural)}</h1>" in html


def test_most_pages_are_to_read():
    assert {page.model.__name__ for page in READ_ONLY} >= {"Case", "Journal", "Message", "Enrollment"}


@pytest.mark.parametrize("page", READ_ONLY, ids=str)
def test_not_even_an_administrator_changes_what_is_to_read(page, root):
    request = RequestFactory().get("/")
    request.user = root
    assert page.has_view_permission(request)
    assert not any(
        may(request) for may in (page.has_add_permission, page.has_change_permission, page.has_delete_permission)
    )


def test_what_was_typed_and_not_sent_is_not_shown_to_agents(client, root):
    enrollment = EnrollmentFactory(unsent="brouillon secret")
    client.force_login(root)
    page = client.get(reverse("admin:enrollment_enrollment_change", args=[enrollment.pk]))
    assert page.status_code == 200
    assert "brouillon secret" not in page.content.decode()
