"""Files named on the command line."""

from pathlib import Path

from django.core.management.base import CommandError

UNREADABLE = 2  # exit code


def read(path: Path) -> bytes:
    """Raises CommandError with the exit code of an input that cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", returncode=UNREADABLE) from error
