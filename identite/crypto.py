"""Keys and what is done with them: encryption at rest, digests of secrets, signed links."""

import base64
import hashlib
import hmac
import os
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_BYTES = 12
HEADER = b"id1"


class DecryptionError(ValueError):
    """The data was not written by one of our keys, or was changed since."""


@cache
def _keys(configured: tuple[str, ...]) -> dict[bytes, AESGCM]:
    keys: dict[bytes, AESGCM] = {}
    for entry in configured:
        key_id, _, encoded = entry.partition(":")
        secret = base64.b64decode(encoded)
        if len(secret) != 32 or not 0 < len(key_id) <= 16:
            raise ImproperlyConfigured("DATA_KEYS wants «id:base64 of 32 bytes», separated by commas.")
        keys[key_id.encode()] = AESGCM(secret)
    return keys


def encrypt(data: bytes, *, context: str) -> bytes:
    """AES-256-GCM under the first key. `context` must be the same at decryption: data moved elsewhere does not open.

    Layout: `id1`, length of the key id (1 byte), key id, nonce (12 bytes), ciphertext with its tag.
    """
    key_id, cipher = next(iter(_keys(tuple(settings.DATA_KEYS)).items()))
    nonce = os.urandom(NONCE_BYTES)
    return HEADER + bytes([len(key_id)]) + key_id + nonce + cipher.encrypt(nonce, data, context.encode())


def decrypt(data: bytes, *, context: str) -> bytes:
    """The opposite of `encrypt`. Raises DecryptionError for any other data, key or context."""
    try:
        if data[:3] != HEADER:
            raise ValueError("unknown header")
        end = 4 + data[3]
        cipher = _keys(tuple(settings.DATA_KEYS))[bytes(data[4:end])]
        return cipher.decrypt(data[end : end + NONCE_BYTES], data[end + NONCE_BYTES :], context.encode())
    except Exception as error:  # noqa: BLE001  (any failure here means the same to the caller)
        raise DecryptionError(f"cannot open data of {context!r}") from error


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
