"""The duties of this room's corners, gathered where the sweep looks for them."""

from verification.capture import sweep as capture  # noqa: F401  (registers its duties)
from verification.face_to_face import sweep as face_to_face  # noqa: F401  (registers its duties)
from verification.letter import sweep as letter  # noqa: F401  (registers its duties)
