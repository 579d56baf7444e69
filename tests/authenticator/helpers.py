"""A phone's key and what it says with it."""

import base64
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

KEY = ec.generate_private_key(ec.SECP256R1())


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def jwk_of(key: ec.EllipticCurvePrivateKey, **changed: object) -> str:
    numbers = key.public_key().public_numbers()
    members = {
        "kty": "EC", "crv": "P-256", "x": encode(numbers.x.to_bytes(32)), "y": encode(numbers.y.to_bytes(32)),
    }  # fmt: skip
    return json.dumps(members | changed)


def signature_of(key: ec.EllipticCurvePrivateKey, data: bytes) -> str:
    """As WebCrypto gives it: r and s, 32 bytes each."""
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
    return encode(r.to_bytes(32) + s.to_bytes(32))
