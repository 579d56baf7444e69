"""Ask the web server of this container whether it can work: exit code 0 when /health/ready answers 200."""

import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit


def main() -> int:
    public = urlsplit(os.environ.get("PUBLIC_URL", "http://localhost"))
    # What the proxy would send: another host or scheme is refused or redirected.
    headers = {"Host": public.netloc, "X-Forwarded-Proto": public.scheme}
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/health/ready"
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=5) as answer:  # noqa: S310
            return 0 if answer.status == 200 else 1
    except (urllib.error.URLError, OSError) as error:
        print(error)
        return 1


if __name__ == "__main__":
    sys.exit(main())
