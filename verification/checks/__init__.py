"""The automatic checks: pure functions from arrays and numbers to findings. No ORM, no settings, no clock inside."""
