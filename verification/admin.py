"""The admin pages of this room's corners, gathered where Django looks for them."""

from verification.review.admin import CaseAdmin

__all__ = ["CaseAdmin"]
