"""Files of citizens who chose to prove their identity in person, at a moment when rounds are known."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from enrollment.models import Enrollment
from enrollment.services import appointment as bookings
from tests.enrollment.factories import EnrollmentFactory
from verification.face_to_face.models import Appointment, HalfDay, Office
from verification.models import Mode

PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=PARIS)  # no public holiday within the 15 days
TUESDAY = date(2026, 11, 24)
LAST = date(2026, 12, 8)
BEAUVAIS = "60057"
ADDRESS = {
    "address_street": "14 rue des Tilleuls",
    "address_complement": "Appartement 3",
    "address_postal_code": "60000",
    "address_commune": BEAUVAIS,
}


def make_office(**fields: object) -> Office:
    values = {
        "identifier": f"{60000 + Office.objects.count()}A",
        "name": "Beauvais Jeu de Paume",
        "street": "2 rue du Jeu de Paume",
        "postal_code": "60000",
        "city": "Beauvais",
        "commune_code": BEAUVAIS,
        "latitude": 49.43,
        "longitude": 2.08,
    }
    return Office.objects.create(**(values | fields))


def make_in_person(**fields: object) -> Enrollment:
    """Address given, nothing booked."""
    return EnrollmentFactory(**({"confirmed": True, "mode": Mode.FACE_TO_FACE} | ADDRESS | fields))


def book_home(enrollment: Enrollment | None = None, day: date = TUESDAY, half: str = HalfDay.MORNING) -> Appointment:
    row = bookings.book(enrollment or make_in_person(), day=day, half_day=half)
    return present(Appointment.objects.get(verification=row.verification_id))


def book_office(enrollment: Enrollment | None = None, office: Office | None = None) -> Appointment:
    row = bookings.book(enrollment or make_in_person(), office=office or make_office())
    return present(Appointment.objects.get(verification=row.verification_id))


def present(appointment: Appointment) -> Appointment:
    return Appointment.objects.select_related("verification__applicant", "office", "slot").get(pk=appointment.pk)


def file_of(appointment: Appointment) -> Enrollment:
    return Enrollment.objects.select_related("account", "verification").get(pk=appointment.verification.file)
