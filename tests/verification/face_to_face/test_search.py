"""Found by reference, or by name and birth date; what is asked of the database does not depend on what is found."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrollment.services import appointment as bookings
from tests.verification.face_to_face.helpers import MONDAY, book_home, book_office, file_of, make_in_person
from verification.face_to_face import search

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(clock) -> None:
    clock.stop(MONDAY)


def queries(text: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        search.by_reference(text)
    return len(captured)


def test_a_reference_is_found_as_people_type_it():
    appointment = book_home()
    for typed in (str(appointment), str(appointment).lower(), appointment.reference, f" {appointment.reference} "):
        assert search.by_reference(typed) == appointment


@pytest.mark.parametrize("text", ["", "-", "%", "AAAA-AAAA", "A" * 5000, "\x00", "é", "' OR 1=1"])
def test_what_is_no_reference_finds_nothing_and_costs_the_same(text):
    appointment = book_home()
    assert search.by_reference(text) is None
    assert queries(text) == queries(str(appointment)) == 1


def test_more_than_a_reference_is_none():
    appointment = book_home()
    assert search.by_reference(f"{appointment.reference}X") is None


def test_a_person_is_found_however_the_name_is_written():
    appointment = book_home(make_in_person(birth_name="Lefèvre-d’Ormesson", birth_date="1990-07-13"))
    book_office(make_in_person(birth_name="Martin", birth_date="1990-07-13"))
    for name in ("LEFEVRE D'ORMESSON", "lefèvre d’ormesson"):
        assert search.by_person(name, "1990-07-13") == [appointment]
    assert search.by_person("Lefèvre-d’Ormesson", "1990-07-14") == []
    assert search.by_person("Lefèvre", "1990-07-13") == []


def test_namesakes_are_all_found_and_who_cancelled_is_not():
    first, second = book_home(), book_home()
    assert set(search.by_person("Martin", "1990-07-13")) == {first, second}
    bookings.cancel(file_of(first))
    assert search.by_person("MARTIN", "1990-07-13") == [second]


def test_the_digest_does_not_tell_the_name():
    appointment = book_home()
    assert len(appointment.person_digest) == 64
    assert "martin" not in appointment.person_digest
    assert search.person_digest("A", "1990-07-13") != search.person_digest("A\x001990-07-1", "3")
