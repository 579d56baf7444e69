"""Find the Chromium that the browser tests drive, or install it with the system's packages. Prints its path."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
COMMANDS = (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"])


def find() -> str | None:
    """Path of the browser: the one that CHROMIUM names, or the first of the usual names."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, NAMES)), None)


def install() -> None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    print("Installing Chromium for the browser tests …", flush=True)
    for command in COMMANDS:
        subprocess.run(
            command,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=False,
        )


def main() -> int:
    if find() is None:
        install()
    path = find()
    if path is None:
        print(
            "\n*** NO BROWSER: the tests in a browser did not run. ***\n"
            "Install Chromium (Debian: apt-get install chromium), or name one: CHROMIUM=/path/to/chrome make test.\n"
            "To run everything else without them: make test BROWSER=0.\n",
            file=sys.stderr,
        )
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
