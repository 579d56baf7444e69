"""Print fresh keys as lines of an environment file: `python3 -m tools.secrets >> .env`."""

import base64
import secrets


def fresh_keys() -> dict[str, str]:
    """Name → value of every secret that the settings refuse to start without."""
    key_id = f"k{secrets.token_hex(2)}"
    return {
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(48),
        "DATA_KEYS": f"{key_id}:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        "DIGEST_KEY": secrets.token_urlsafe(48),
    }


def main() -> None:
    # The database of docker-compose.yml has a password of its own as well.
    for name, value in (fresh_keys() | {"POSTGRES_PASSWORD": secrets.token_urlsafe(32)}).items():
        print(f"{name}={value}")


if __name__ == "__main__":
    main()
