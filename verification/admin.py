"""The admin pages of this room's corners, gathered where Django looks for them."""

from verification.face_to_face.counter.admin import PostalAgentAdmin
from verification.face_to_face.office_admin import OfficeAdmin
from verification.face_to_face.round_admin import RoundAdmin
from verification.review.admin import CaseAdmin

__all__ = ["CaseAdmin", "OfficeAdmin", "PostalAgentAdmin", "RoundAdmin"]
