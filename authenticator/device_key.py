"""Proof that the phone holds its key: it signs what the server drew. ECDSA over P-256 with SHA-256, as WebCrypto does it."""

import base64
import binascii
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

COORDINATE_BYTES = 32


class BadKey(ValueError):
    """Not a P-256 public key, or the signature is not made by it."""


def message(device_id: object, challenge: str) -> bytes:
    """What is signed. The purpose stands first, so that no other signature of the key fits."""
    return f"identite-activation\n{device_id}\n{challenge}".encode()


def read_public_key(text: str) -> dict[str, str]:
    """The four members of a P-256 JWK (RFC 7518, 6.2.1) from its JSON. Raises BadKey for anything else."""
    try:
        jwk: Any = json.loads(text)
        kept = {name: str(jwk[name]) for name in ("kty", "crv", "x", "y")}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadKey("no JWK") from error
    if (kept["kty"], kept["crv"]) != ("EC", "P-256"):
        raise BadKey("not a P-256 key")
    _load(kept)
    return kept


def verify(jwk: dict[str, str], signature: str, signed: bytes) -> None:
    """signature: base64url of r and s, 32 bytes each (IEEE P1363). Raises BadKey when it does not fit."""
    raw = _bytes(signature)
    if len(raw) != 2 * COORDINATE_BYTES:
        raise BadKey("a signature has 64 bytes")
    r, s = (int.from_bytes(raw[start : start + COORDINATE_BYTES]) for start in (0, COORDINATE_BYTES))
    try:
        _load(jwk).verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise BadKey("the signature does not fit") from error


def _load(jwk: dict[str, str]) -> ec.EllipticCurvePublicKey:
    x, y = (_bytes(jwk[name]) for name in ("x", "y"))
    if len(x) != COORDINATE_BYTES or len(y) != COORDINATE_BYTES:
        raise BadKey("a coordinate has 32 bytes")
    try:
        return ec.EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), ec.SECP256R1()).public_key()
    except ValueError as error:
        raise BadKey("not a point of the curve") from error


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise BadKey("not base64url") from error
