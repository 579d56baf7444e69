"""Who holds meetings: an account with a row here and the right to. Nothing else of the service opens for it."""

from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from identite.journal import Actor
from verification.face_to_face import dates
from verification.face_to_face.models import Appointment, Office, Place, PostalAgent

GROUP = "Agents postaux"
HOLD, HOLD_AGAIN = "verification.hold_meeting", "verification.hold_meeting_again"
LABEL = "postal agent"  # in the journal


def agent_of(account: Actor) -> PostalAgent | None:
    """The postal agent behind this account, with her office: one query. An agent of the desk is none."""
    if not account.is_authenticated or not account.is_active or account.is_staff:
        return None
    right = Permission.objects.filter(content_type__app_label="verification", codename=HOLD.partition(".")[2])
    given = right.filter(Q(user=OuterRef("account")) | Q(group__user=OuterRef("account")))
    agent = PostalAgent.objects.filter(Exists(given), account=account.pk).select_related("office").first()
    if agent is not None:
        agent.account = account
    return agent


def is_postal_agent(account: Actor) -> bool:
    return agent_of(account) is not None


def holds_at(office: Office | None) -> bool:
    """Are identities proven there? At any office that takes part, whichever one was chosen when it was booked."""
    return office is not None and office.participates and office.closed_at is None


def reaches(agent: PostalAgent, appointment: Appointment) -> bool:
    """May she hold this one: at her office, or today on her round?"""
    if appointment.place == Place.OFFICE:
        return holds_at(agent.office)
    slot = appointment.slot
    if slot is None or slot.commune_code not in agent.communes:
        return False
    return slot.day == timezone.localdate(timezone=dates.zone(slot.commune_code))
