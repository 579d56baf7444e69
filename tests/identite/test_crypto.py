"""Encryption at rest, digests, signatures, encrypted storage."""

import base64
import os

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage

from identite import seals
from identite.checks import the_journal_can_be_sealed, what_is_kept_can_be_encrypted
from identite.crypto import DecryptionError, current_key, decrypt, digest, encrypt, same, sign, unsign
from identite.storage import EncryptedStorage


def key(name: str) -> str:
    return f"{name}:{base64.b64encode(os.urandom(32)).decode()}"


def test_what_is_encrypted_opens_again_and_never_looks_the_same():
    first, second = (encrypt(b"portrait", context="file:a") for _ in range(2))
    assert first != second
    assert b"portrait" not in first
    assert decrypt(first, context="file:a") == decrypt(second, context="file:a") == b"portrait"


def test_it_opens_in_its_own_place_only():
    with pytest.raises(DecryptionError):
        decrypt(encrypt(b"portrait", context="file:a"), context="file:b")


def test_every_changed_byte_is_noticed():
    sealed = encrypt(b"portrait", context="file:a")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(DecryptionError):
            decrypt(bytes(changed), context="file:a")


@pytest.mark.parametrize("data", [b"", b"id1", b"id1\x05", b"plain text", bytes(100)])
def test_what_is_not_ours_does_not_open(data):
    with pytest.raises(DecryptionError):
        decrypt(data, context="file:a")


def test_a_new_key_encrypts_and_the_old_one_still_opens(settings):
    old, new = key("old"), key("new")
    settings.DATA_KEYS = [old]
    sealed = encrypt(b"portrait", context="c")
    settings.DATA_KEYS = [new, old]
    assert decrypt(sealed, context="c") == b"portrait"
    resealed = encrypt(b"portrait", context="c")
    settings.DATA_KEYS = [new]
    assert decrypt(resealed, context="c") == b"portrait"
    with pytest.raises(DecryptionError):
        decrypt(sealed, context="c")


@pytest.mark.parametrize(
    "wrong",
    [[], ["k1"], ["k1:c2hvcnQ="], ["k1:no base64"], ["k1:abc"], [key("k" * 17)], [key("k.1")], [key("k1"), key("k1")]],
)
def test_keys_that_are_none_or_hide_one_another_are_refused(settings, wrong):
    settings.DATA_KEYS = settings.JOURNAL_KEYS = wrong
    for ask in (current_key, seals.present_key, lambda: decrypt(b"id1", context="c")):
        with pytest.raises(ImproperlyConfigured, match=r"DATA_KEYS|JOURNAL_KEYS"):
            ask()
    for check, name in ((the_journal_can_be_sealed, "JOURNAL_KEYS"), (what_is_kept_can_be_encrypted, "DATA_KEYS")):
        (error,) = check(None)
        assert name in error.msg
        assert not any(secret and secret in error.msg for _id, _colon, secret in (one.partition(":") for one in wrong))


def test_digests_are_keyed_and_uses_are_kept_apart(settings):
    assert digest("a", "123456") != digest("b", "123456")
    before = digest("a", "123456")
    settings.DIGEST_KEY = "another"
    assert not same(before, digest("a", "123456"))


def test_a_signed_value_is_read_back_and_a_changed_one_is_not():
    token = sign("letter", "7f3a")
    assert unsign("letter", token) == "7f3a"
    assert unsign("handoff", token) is None
    for wrong in ("", ".", "7f3a", token[:-1], token + "A", "8" + token[1:]):
        assert unsign("letter", wrong) is None


def test_the_storage_keeps_ciphertext_under_random_names_without_an_address():
    storage = EncryptedStorage("django.core.files.storage.InMemoryStorage")
    name = storage.save("Jeanne Martin carte.jpg", ContentFile(b"portrait"))
    assert "Jeanne" not in name
    inner: InMemoryStorage = storage._storage
    assert b"portrait" not in inner.open(name).read()
    assert storage.open(name).read() == b"portrait"
    other = storage.save("x", ContentFile(b"another"))
    with inner.open(other, "wb") as moved, inner.open(name, "rb") as source:
        moved.write(source.read())
    with pytest.raises(DecryptionError):  # a file put in another's place does not open
        storage.open(other)
    with pytest.raises(ValueError, match="no address"):
        storage.url(name)
    storage.delete(name)
    assert not storage.exists(name)
