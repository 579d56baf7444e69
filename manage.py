#!/usr/bin/env python
"""Django's command line for this project."""

import base64
import os
import secrets
import sys

from django.core.management import execute_from_command_line

# These read files and print what they find: they keep nothing, so keys made for the moment will do.
KEYLESS = {"check_document", "check_video", "parse_mrz", "print_thresholds"}
KEYLESS_OF_THE_SANDBOX = {"make_specimen", "evaluate_checks"}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "identite.settings")
    if set(sys.argv[1:2]) & (KEYLESS | KEYLESS_OF_THE_SANDBOX):
        os.environ.setdefault("DJANGO_SECRET_KEY", secrets.token_hex())
        os.environ.setdefault("DIGEST_KEY", secrets.token_hex())
        for name in ("DATA_KEYS", "JOURNAL_KEYS"):
            os.environ.setdefault(name, f"moment:{base64.b64encode(secrets.token_bytes(32)).decode()}")
    if set(sys.argv[1:2]) & KEYLESS_OF_THE_SANDBOX:
        os.environ.setdefault("SANDBOX", "1")
    execute_from_command_line(sys.argv)
