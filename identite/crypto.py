"""Keys and what is done with them: encryption at rest, digests of secrets, signed links."""

import hashlib
import hmac
import os
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from identite.keys import parse_keys

NONCE_BYTES = 12
HEADER = b"id1"


class DecryptionError(ValueError):
    """The data was not written by one of our keys, or was changed since."""


@cache
def _ciphers(configured: tuple[str, ...]) -> dict[bytes, AESGCM]:
    return {key_id.encode(): AESGCM(secret) for key_id, secret in parse_keys("DATA_KEYS", configured).items()}


def encrypt(data: bytes, *, context: str) -> bytes:
    """AES-256-GCM under the first key. `context` must be the same at decryption: data moved elsewhere does not open.

    Layout: `id1`, length of the key id (1 byte), key id, nonce (12 bytes), ciphertext with its tag.
    """
    key_id, cipher = next(iter(_ciphers(tuple(settings.DATA_KEYS)).items()))
    nonce = os.urandom(NONCE_BYTES)
    return HEADER + bytes([len(key_id)]) + key_id + nonce + cipher.encrypt(nonce, data, context.encode())


def decrypt(data: bytes, *, context: str) -> bytes:
    """The opposite of `encrypt`. Raises DecryptionError for any other data, key or context."""
    ciphers = _ciphers(tuple(settings.DATA_KEYS))
    try:
        if data[:3] != HEADER:
            raise ValueError("unknown header")
        end = 4 + data[3]
        cipher = ciphers[bytes(data[4:end])]
        sealed = memoryview(data)  # a slice of bytes would be a second file in memory
        return cipher.decrypt(sealed[end : end + NONCE_BYTES], sealed[end + NONCE_BYTES :], context.encode())
    except Exception as error:  # noqa: BLE001  (any failure here means the same to the caller)
        raise DecryptionError(f"cannot open data of {context!r}") from error


def current_key() -> str:
    """The id of the key that encrypts."""
    return known_keys()[0]


def known_keys() -> list[str]:
    """The ids of all keys, the one that encrypts first. Raises ImproperlyConfigured."""
    return list(parse_keys("DATA_KEYS", tuple(settings.DATA_KEYS)))


def key_of(data: bytes) -> str | None:
    """The id of the key under which `data` was encrypted; None when it was not, by us."""
    if data[:3] != HEADER or len(data) < 4 or not 0 < data[3] <= 16:
        return None
    return data[4 : 4 + data[3]].decode("ascii", "replace")


def digest(purpose: str, value: str) -> str:
    """Keyed digest of a secret or of an identifier (64 hexadecimal characters). `purpose` keeps uses apart."""
    return hmac.new(settings.DIGEST_KEY.encode(), f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


def same(left: str, right: str) -> bool:
    """Constant-time comparison of two digests."""
    return hmac.compare_digest(left.encode(), right.encode())


def sign(purpose: str, value: str) -> str:
    """`value.signature`, safe in a URL. Carries no date: whoever reads it asks the row whether it still counts."""
    return f"{value}.{digest(f'sign:{purpose}', value)[:43]}"


def unsign(purpose: str, token: str) -> str | None:
    """The signed value, or None when the signature is not ours."""
    value, _, _signature = token.rpartition(".")
    return value if value and same(sign(purpose, value), token) else None
