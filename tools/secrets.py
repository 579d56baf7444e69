"""Print fresh keys as lines of an environment file: `python3 -m tools.secrets >> .env`; with names, those alone."""

import base64
import secrets
import sys


def fresh_keys() -> dict[str, str]:
    """Name → value of every secret that the settings refuse to start without."""
    return {
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(48),
        "DATA_KEYS": _key_with_id(),
        "DIGEST_KEY": secrets.token_urlsafe(48),
        "JOURNAL_KEYS": _key_with_id(),
    }


def _key_with_id() -> str:
    """The form of lists whose first key is used and whose others still open: `id:base64 of 32 bytes`."""
    return f"k{secrets.token_hex(2)}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def main(wanted: list[str]) -> None:
    # The database of docker-compose.yml has a password of its own as well.
    keys = fresh_keys() | {"POSTGRES_PASSWORD": secrets.token_urlsafe(32)}
    if unknown := set(wanted) - set(keys):
        sys.exit(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(keys)}")
    for name in wanted or keys:
        print(f"{name}={keys[name]}")


if __name__ == "__main__":
    main(sys.argv[1:])
