"""Every column of a file is an answer of its citizen, declared once, or the service's own."""

import pytest

from enrollment.models import Enrollment
from enrollment.services.answers import ANSWERS
from enrollment.services.files import confirm, correct
from enrollment.sweep import lapse_unfinished
from enrollment.transitions import move
from identite.fields import digest_fields, for_update
from identite.transitions import TransitionNotAllowed
from tests.enrollment.factories import EnrollmentFactory
from verification.identity import IDENTITY_FIELDS

KEPT_BY_THE_SERVICE = {
    "id",
    "account",
    "state",
    "confirmed_at",
    "verification",
    "created_at",
    "expires_at",
    "reminded_at",
    "activated_at",
    "wrong_activation_codes",
}
CONFIRMED = [answer.name for answer in ANSWERS if answer.confirmed]


def another_value(name: str) -> str | None:
    """None of the filled file's answers is this one."""
    return None if Enrollment._meta.get_field(name).null else "?"


def test_every_column_of_a_file_is_an_answer_or_the_services_own():
    names = [answer.name for answer in ANSWERS]
    assert len(names) == len(set(names))
    assert set(names) & KEPT_BY_THE_SERVICE == set()
    columns = set(Enrollment._meta.concrete_fields) - set(digest_fields(Enrollment))
    assert set(names) | KEPT_BY_THE_SERVICE == {field.name for field in columns}


def test_the_identity_as_typed_is_confirmed_kept_and_erased():
    identity = [answer for answer in ANSWERS if answer.name in IDENTITY_FIELDS]
    assert len(identity) == len(IDENTITY_FIELDS)
    assert all(answer.confirmed and answer.kept and answer.erased for answer in identity)


@pytest.mark.django_db
@pytest.mark.parametrize("name", CONFIRMED)
def test_an_answer_that_changed_after_it_was_read_back_is_not_confirmed(name):
    read = EnrollmentFactory(with_details=True)
    Enrollment.objects.filter(pk=read.pk).update(**for_update(read, **{name: another_value(name)}))
    with pytest.raises(TransitionNotAllowed):
        confirm(read)


@pytest.mark.django_db
def test_a_corrected_file_takes_over_what_is_kept_and_nothing_else():
    empty, before = Enrollment(), EnrollmentFactory(with_mode=True, use_name="Durand", ar24_terms_version="2026-11-01")
    move(before, "refuse", label="test")
    after = correct(before)
    for answer in ANSWERS:
        source = before if answer.kept else empty
        assert getattr(after, answer.name) == getattr(source, answer.name), answer.name


@pytest.mark.django_db
def test_a_lapsed_file_loses_what_is_erased_and_nothing_else():
    empty, before = Enrollment(), EnrollmentFactory(with_mode=True, use_name="Durand", ar24_terms_version="2026-11-01")
    Enrollment.objects.update(expires_at=before.created_at)
    assert lapse_unfinished() == 1
    after = Enrollment.objects.get(pk=before.pk)
    for answer in ANSWERS:
        source = empty if answer.erased else before
        assert getattr(after, answer.name) == getattr(source, answer.name), answer.name
