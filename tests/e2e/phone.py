"""The phone that is activated, for scripts: a key of its own, as `static/js/secret-code.js` makes one in a browser."""

import base64
import json
import re

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tests.e2e.citizen import Citizen, Page


def choose_secret_code(citizen: Citizen) -> Page:
    """On the page that asks for it, once the activation code was right."""
    page = citizen.page
    form = page.form_with("public_key")
    drawn = re.search(r'data-device="([^"]+)" data-challenge="([^"]+)"', page.answer.text)
    assert drawn, page.text
    public, signature = _proof(*drawn.groups())
    typed = {"code": citizen.who.secret_code, "again": citizen.who.secret_code}
    return citizen.send(form, None, **typed, public_key=public, signature=signature)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _proof(device: str, challenge: str) -> tuple[str, str]:
    """A new key's public half as JWK, and its signature over what the server drew."""
    key = ec.generate_private_key(ec.SECP256R1())
    numbers = key.public_key().public_numbers()
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": _base64url(numbers.x.to_bytes(32)),
        "y": _base64url(numbers.y.to_bytes(32)),
    }
    signed = key.sign(f"identite-activation\n{device}\n{challenge}".encode(), ec.ECDSA(hashes.SHA256()))
    r, s = decode_dss_signature(signed)
    return json.dumps(jwk), _base64url(r.to_bytes(32) + s.to_bytes(32))
