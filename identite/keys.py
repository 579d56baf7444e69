"""Lists of keys as the settings have them: `id:base64 of 32 bytes`. The first is used, all of them still open and verify."""

import base64
import re
from functools import cache

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
KEY_ID_MAX_CHARS = 16
KEY_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{KEY_ID_MAX_CHARS}}}")  # it is part of the names of files


@cache
def parse_keys(setting: str, configured: tuple[str, ...]) -> dict[str, bytes]:
    """Id → key (32 bytes), in the order of the setting of that name. Raises ImproperlyConfigured, which tells no key."""
    keys: dict[str, bytes] = {}
    for entry in configured:
        key_id, _, encoded = entry.partition(":")
        try:
            secret = base64.b64decode(encoded, validate=True)
        except ValueError:
            secret = b""
        if len(secret) != KEY_BYTES or not KEY_ID.fullmatch(key_id):
            raise ImproperlyConfigured(
                f"{setting} wants «id:base64 of 32 bytes», separated by commas; an id has 1 to {KEY_ID_MAX_CHARS} "
                "letters or digits."
            )
        if key_id in keys:
            raise ImproperlyConfigured(f"{setting} has two keys of the id {key_id}: give the new one another id.")
        keys[key_id] = secret
    if not keys:
        raise ImproperlyConfigured(f"{setting} is empty: `python3 -m tools.secrets {setting}` prints a line for it.")
    return keys
