"""The phone's proof: only the key that was shown, over what was drawn."""

import base64
import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from authenticator.device_key import BadKey, message, read_public_key, verify


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


KEY = ec.generate_private_key(ec.SECP256R1())


def test_the_right_signature_fits():
    verify(read_public_key(jwk_of(KEY)), signature_of(KEY, message("d", "c")), message("d", "c"))


@pytest.mark.parametrize(
    ("signer", "signed"),
    [
        (ec.generate_private_key(ec.SECP256R1()), message("d", "c")),
        (KEY, message("d", "other")),
        (KEY, message("e", "c")),
    ],
    ids=["another key", "another challenge", "another device"],
)
def test_any_other_signature_does_not(signer, signed):
    with pytest.raises(BadKey):
        verify(read_public_key(jwk_of(KEY)), signature_of(signer, signed), message("d", "c"))


@pytest.mark.parametrize("signature", ["", "AAAA", "é", encode(bytes(64)), encode(bytes(63)), "*" * 86])
def test_what_is_no_signature_does_not_fit(signature):
    with pytest.raises(BadKey):
        verify(read_public_key(jwk_of(KEY)), signature, message("d", "c"))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{}", "not json", jwk_of(KEY, crv="P-384"), jwk_of(KEY, kty="oct"), jwk_of(KEY, x="AAAA"),
     jwk_of(KEY, y=encode(bytes(32))), "[" * 1500, '{"kty": ' + "[" * 900 + "]" * 900 + "}", jwk_of(KEY, x=[["AAAA"]])],
    ids=["empty", "list", "null", "no members", "no JSON", "another curve", "another kind", "short", "off the curve",
         "too deep", "deep inside", "nested"],
)  # fmt: skip
def test_what_is_no_key_is_not_read(text):
    with pytest.raises(BadKey):
        read_public_key(text)


def test_the_private_half_is_never_kept():
    assert "d" not in read_public_key(jwk_of(KEY, d="secret"))
