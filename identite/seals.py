"""Keyed seals: only who has one of JOURNAL_KEYS can write them. The first key seals, all of them verify."""

import hashlib
import hmac

from django.conf import settings

from identite.keys import parse_keys


class UnknownKey(LookupError):
    """Sealed with a key that is not (or no longer) in JOURNAL_KEYS."""


def _keys() -> dict[str, bytes]:
    return parse_keys("JOURNAL_KEYS", tuple(settings.JOURNAL_KEYS))


def present_key() -> str:
    """The id of the key that seals now. Raises ImproperlyConfigured."""
    return next(iter(_keys()))


def seal(purpose: str, content: bytes, *, key: str) -> str:
    """HMAC-SHA256 under the key of that id (64 hexadecimal characters). Raises UnknownKey. `purpose` keeps uses apart."""
    try:
        secret = _keys()[key]
    except KeyError:
        raise UnknownKey(key) from None
    return hmac.new(secret, purpose.encode() + b"\0" + content, hashlib.sha256).hexdigest()
