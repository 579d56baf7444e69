"""The phone's proof: only the key that was shown, over what was drawn."""

from base64 import urlsafe_b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from authenticator.device_key import BadKey, message, read_public_key, verify
from tests.authenticator.helpers import KEY, encode, jwk_of, signature_of

NUMBERS = KEY.public_key().public_numbers()


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


def test_a_right_signature_with_something_behind_it_does_not_fit():
    longer = urlsafe_b64decode(signature_of(KEY, message("d", "c")) + "==") + b"\0"
    with pytest.raises(BadKey):
        verify(read_public_key(jwk_of(KEY)), encode(longer), message("d", "c"))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{}", "not json", jwk_of(KEY, crv="P-384"), jwk_of(KEY, kty="oct"), jwk_of(KEY, x="AAAA"),
     jwk_of(KEY, y=encode(bytes(32))), "[" * 1500, '{"kty": ' + "[" * 900 + "]" * 900 + "}", jwk_of(KEY, x=[["AAAA"]]),
     jwk_of(KEY, x=encode(NUMBERS.x.to_bytes(33))), jwk_of(KEY, y=encode(NUMBERS.y.to_bytes(33)))],
    ids=["empty", "list", "null", "no members", "no JSON", "another curve", "another kind", "short", "off the curve",
         "too deep", "deep inside", "nested", "one byte more across", "one byte more up"],
)  # fmt: skip
def test_what_is_no_key_is_not_read(text):
    with pytest.raises(BadKey):
        read_public_key(text)


def test_the_private_half_is_never_kept():
    assert "d" not in read_public_key(jwk_of(KEY, d="secret"))
