"""How large a file may be: for the pages that take it, the checks that open it and the sentences that refuse it."""

MEGA = 1_000_000
PHOTO_MAX_BYTES = 15 * MEGA
PHOTO_MAX_PIXELS = 40 * MEGA
VIDEO_MAX_BYTES = 40 * MEGA
