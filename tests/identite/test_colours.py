import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

TOKENS = Path(finders.find("css/tokens.css")).read_text()
TEXT_PAIRS = (
    ("text", "page"),
    ("text", "surface"),
    ("text", "surface-strong"),
    ("text", "info-surface"),
    ("text-soft", "page"),
    ("text-soft", "surface"),
    ("text-soft", "info-surface"),
    ("link", "page"),
    ("link", "surface"),
    ("link", "surface-strong"),
    ("link", "info-surface"),
    ("on-brand", "brand"),
    ("on-action", "action"),
    ("on-action", "action-hover"),
    ("ok", "ok-surface"),
    ("ok", "page"),
    ("warn", "warn-surface"),
    ("text", "warn-surface"),
    ("text", "ok-surface"),
    ("text", "error-surface"),
    ("link", "warn-surface"),
    ("error", "error-surface"),
    ("error", "page"),
    ("info", "info-surface"),
)
# Borders and focus rings are not text: 3 is asked of them.
SHAPE_PAIRS = (("field-line", "page"), ("focus", "page"))


def colours(scheme):
    light, dark = TOKENS.split("@media screen and (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    return found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark)) if scheme == "dark" else found


def luminance(colour):
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_of_text_and_ground_has_enough_contrast(scheme):
    found = colours(scheme)
    poor = {pair: contrast(found[pair[0]], found[pair[1]]) for pair in TEXT_PAIRS}
    assert {pair: ratio for pair, ratio in poor.items() if ratio < 4.5} == {}
    shapes = {pair: contrast(found[pair[0]], found[pair[1]]) for pair in SHAPE_PAIRS}
    assert {pair: ratio for pair, ratio in shapes.items() if ratio < 3} == {}


def test_the_measure_of_contrast_is_the_published_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", ["base", "layout", "components", "cards", "forms", "progress", "landing", "capture"])
def test_every_custom_property_that_is_used_has_a_value(name):
    sheet = Path(finders.find(f"css/{name}.css")).read_text()
    known = set(re.findall(r"--([\w-]+):", TOKENS + sheet))
    assert set(re.findall(r"var\(--([\w-]+)", sheet)) <= known
