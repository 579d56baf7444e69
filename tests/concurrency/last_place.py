"""Fifty people want one place at one instant. Also run over a database of its own: `python -m tests.concurrency.last_place 1`."""

import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

PEOPLE = 50


def race(taken: int) -> Counter[str]:
    """How it ended for each of them: «booked», «told» (no place is left, and the file is as it was), or what went wrong.

    taken: how many places of the half-day were booked before.
    """
    from tests.verification.face_to_face.helpers import BEAUVAIS, book_home, make_in_person
    from verification.face_to_face import dates, rounds
    from verification.face_to_face.models import HalfDay, Round

    for weekday in range(6):
        Round.objects.create(commune_code=BEAUVAIS, weekday=weekday, half_day=HalfDay.MORNING, capacity=1 + taken)
    day = rounds.open_days(BEAUVAIS, until=dates.last_day(BEAUVAIS))[0].date
    for _place in range(taken):
        book_home(day=day)
    files = [make_in_person().pk for _person in range(PEOPLE)]
    gate = Barrier(PEOPLE)

    def one(pk: object) -> str:
        gate.wait(timeout=60)
        return _book(pk, day)

    with ThreadPoolExecutor(PEOPLE) as pool:
        return Counter(pool.map(one, files))


def _book(pk: object, day: date) -> str:
    from django.db import connection

    from enrollment.models import Enrollment
    from enrollment.services import appointment as bookings
    from tests.verification.face_to_face.helpers import ADDRESS
    from verification.face_to_face.appointments import Full
    from verification.face_to_face.models import HalfDay

    try:
        bookings.book(Enrollment.objects.get(pk=pk), day=day, half_day=HalfDay.MORNING)
    except Full:
        row = Enrollment.objects.get(pk=pk)
        kept = {name: getattr(row, name) for name in ADDRESS} == ADDRESS
        return "told" if kept and row.verification_id is None else "changed"
    except Exception as error:  # noqa: BLE001  (it is counted, and the test says which)
        return f"{type(error).__name__}: {error}"
    else:
        return "booked"
    finally:
        connection.close()


if __name__ == "__main__":
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    print(*(f"{ending}={count}" for ending, count in sorted(race(int(sys.argv[1])).items())), sep="\n")  # noqa: T201
