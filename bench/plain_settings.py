"""The bench's settings, with Django's own fields where ours are written: every field as `{{ form.as_div }}` writes it."""

from bench.settings import *  # noqa: F403 (all of them, on purpose)
from bench.settings import BASE_DIR, TEMPLATES

TEMPLATES[0]["DIRS"] = [BASE_DIR / "bench" / "templates", *TEMPLATES[0]["DIRS"]]
