"""Finding an appointment: by its reference, or where the message with it was lost by whose it is."""

from django.db.models import QuerySet

from identite import references
from identite.cog.text import normalize
from identite.crypto import digest
from verification.face_to_face.models import STANDING, Appointment


def person_digest(birth_name: str, birth_date: str) -> str:
    """Keyed digest of a person. birth_name: however it is written; birth_date: as of IdentityRecord."""
    return digest("appointment-person", f"{normalize(birth_name)}\0{birth_date}")


def _rows() -> QuerySet[Appointment]:
    return Appointment.objects.select_related("verification", "office", "slot")


def by_reference(text: str) -> Appointment | None:
    """The appointment of a reference as somebody typed it, in whatever state. One query, also for what is none."""
    return _rows().filter(reference=references.typed(text)[: references.LENGTH + 1]).first()


def by_person(birth_name: str, birth_date: str) -> list[Appointment]:
    """Those that may still take place, the newest first; several people may share name and birth date. One query."""
    return list(_rows().filter(person_digest=person_digest(birth_name, birth_date), state__in=STANDING))
