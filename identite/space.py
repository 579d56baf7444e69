"""Whether there is room left for what people send."""

import errno
import shutil

from django.conf import settings

FULL = {errno.ENOSPC, errno.EDQUOT}


def is_short() -> bool:
    """Less than DISK_FREE_MIN_BYTES are free where database, files and queue lie (VAR_DIR)."""
    try:
        free = shutil.disk_usage(settings.VAR_DIR).free
    except FileNotFoundError:  # nothing was ever written there
        return False
    return bool(free < settings.DISK_FREE_MIN_BYTES)


def is_full(error: BaseException | None) -> bool:
    """Did the operating system say so?"""
    return isinstance(error, OSError) and error.errno in FULL
