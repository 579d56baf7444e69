"""Whoever books again and again is told until when, on the page itself; what stands, stands."""

import pytest
from pytest_django.asserts import assertContains

from identite import quotas
from tests.enrollment.helpers import url_of
from tests.verification.face_to_face.helpers import MONDAY, TUESDAY, book_home, book_office, file_of, make_office
from verification.face_to_face.models import Appointment

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("page", "make", "typed"),
    [
        ("slot", book_home, lambda: {"slot": "2026-11-25 afternoon"}),
        ("office", book_office, lambda: {"office": make_office().identifier}),
    ],
)
def test_too_many_bookings_are_refused_until_an_hour_that_is_told(client, clock, settings, page, make, typed):
    clock.stop(MONDAY)
    appointment = make()
    enrollment = file_of(appointment)
    limit, _seconds = settings.QUOTAS["appointment_booking"]
    while quotas.usage("appointment_booking", f"account:{enrollment.account_id}").used < limit:
        quotas.take("appointment_booking", f"account:{enrollment.account_id}")
    client.force_login(enrollment.account)
    answer = client.post(url_of(page), typed())
    assertContains(answer, "Le prochain changement sera possible demain à 9\u00a0h\u00a030")
    assert Appointment.objects.get().changes == 0
    if page == "slot":
        assert Appointment.objects.get().slot.day == TUESDAY
    clock.pass_(days=1, seconds=1)
    client.force_login(enrollment.account)
    client.post(url_of(page), typed())
    assert Appointment.objects.get().changes == 1
