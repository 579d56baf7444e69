"""An agent looks for an appointment. What she finds and what she does not is journalled; what she does not is counted."""

from typing import Any

from identite import journal, quotas
from verification.face_to_face import search
from verification.face_to_face.agents import LABEL, reaches
from verification.face_to_face.comparison import normalize_number
from verification.face_to_face.models import Appointment, PostalAgent
from verification.face_to_face.steps import place_of

QUOTA = "counter_search"


def by_reference(agent: PostalAgent, reference: str, *, device: str) -> Appointment | None:
    """One that she may hold, whatever has become of it. Raises QuotaExceeded."""
    quotas.take(QUOTA, agent.account_id)
    found = search.by_reference(reference)
    return _told(agent, found if found is not None and reaches(agent, found) else None, "reference", device)


def by_person(
    agent: PostalAgent, birth_name: str, birth_date: str, document_number: str, *, device: str
) -> Appointment | None:
    """One that still waits and that she may hold, of whoever has this document as well. Raises QuotaExceeded."""
    quotas.take(QUOTA, agent.account_id)
    number = normalize_number(document_number)
    found = (
        row
        for row in search.by_person(birth_name, birth_date)
        if normalize_number(row.verification.document_number) == number and reaches(agent, row)
    )
    return _told(agent, next(found, None), "person", device)


def _told(agent: PostalAgent, found: Appointment | None, by: str, device: str) -> Appointment | None:
    """In the file that was found, else with the account of who looked."""
    if found is not None:
        quotas.give_back(QUOTA, agent.account_id)
    row = found if found is not None else agent.account
    more: dict[str, Any] = {"by": by, "found": found is not None, "device": device[:16], **place_of(agent)}
    journal.record(row, "counter_searched", actor=agent.account, label=LABEL, **more)
    return found
