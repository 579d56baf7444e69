import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.contrib.staticfiles import finders
from django.template import engines
from django.utils import timezone
from django.views.generic import View

from identite.cards import Card
from identite.funnel import Mark, Step
from identite.templatetags import look
from identite.territories import PREFIXES, TERRITORIES, prefix_choices

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


@pytest.mark.parametrize("name", ["base", "layout", "components"])
def test_every_custom_property_that_is_used_has_a_value(name):
    sheet = Path(finders.find(f"css/{name}.css")).read_text()
    known = set(re.findall(r"--([\w-]+):", TOKENS + sheet))
    assert set(re.findall(r"var\(--([\w-]+)", sheet)) <= known


def render(text, **context):
    return engines["django"].from_string("{% load look %}" + text).render(context)


class SampleForm(forms.Form):
    name = forms.CharField(help_text="Comme sur la pièce", widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(required=False)
    password = forms.CharField(widget=forms.PasswordInput)
    country = forms.ChoiceField(choices=[("FR", "France"), ("BE", 'Belgique "B"')])
    document = forms.ChoiceField(widget=forms.RadioSelect, choices=[("cni", "Carte"), ("passport", "Passeport")])
    terms = forms.BooleanField()
    notes = forms.CharField(widget=forms.Textarea, required=False)
    code = forms.CharField()
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def field(name, data=None, **context):
    html = render('{% include "_field.html" with field=field %}', field=SampleForm(data)[name], **context)
    return re.sub(r"\s+", " ", html)


def test_a_field_ties_label_hint_and_control_together():
    html = field("name")
    assert 'for="id_name"' in html
    assert 'id="id_name_helptext"' in html
    assert 'aria-describedby="id_name_helptext"' in html
    assert 'autocomplete="name"' in html
    assert "aria-invalid" not in html
    assert "facultatif" not in html


def test_a_field_that_may_stay_empty_says_so():
    assert "(facultatif)" in field("email")


def test_an_error_stands_at_its_field_and_is_named_by_it():
    html = field("name", {"name": ""})
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert "Ce champ est obligatoire." in html


def test_what_was_typed_comes_back_escaped():
    html = field("name", {"name": '"><script>'})
    assert "<script>" not in html.replace('<script type="module"', "")
    assert 'value="&quot;&gt;&lt;script&gt;"' in html


def test_a_password_never_comes_back():
    assert "Secret1234" not in field("password", {"password": "Secret1234"})


def test_a_select_marks_its_value_and_escapes_its_choices():
    html = field("country", {"country": "BE"})
    assert '<option value="BE" selected>Belgique &quot;B&quot;</option>' in html
    assert '<option value="FR">France</option>' in html


def test_radio_buttons_are_a_named_group_whose_first_one_the_errors_find():
    html = field("document", {"document": "passport"})
    assert "<fieldset" in html
    assert "<legend" in html
    assert re.search(r'id="id_document" value="cni"(?! checked)', html)
    assert re.search(r'id="id_document_1" value="passport" checked', html)


def test_a_box_is_ticked_again_after_an_error():
    assert " checked" in field("terms", {"terms": "on"})
    assert " checked" not in field("terms", {})


def test_a_text_area_and_a_hidden_field_keep_their_value():
    assert ">deux mots</textarea>" in field("notes", {"notes": "deux mots"})
    assert 'type="hidden" value="abc"' in field("token", {"token": "abc"})


def test_a_code_is_one_input_that_a_phone_fills_in():
    html = render('{% include "_code_field.html" with field=field %}', field=SampleForm()["code"])
    assert html.count("<input") == 1
    assert 'autocomplete="one-time-code"' in html
    assert 'inputmode="numeric"' in html


def test_the_summary_links_every_error_to_its_field():
    form = SampleForm({"email": "nul"})
    html = render('{% include "_errors.html" with form=form %}', form=form)
    assert 'href="#id_email"' in html
    assert 'href="#id_document"' in html
    assert html.count("<li>") == len(form.errors)
    assert render('{% include "_errors.html" with form=form %}', form=SampleForm()).strip() == ""


def test_cards_carry_the_choices_of_the_form():
    cards = [Card("cni", "Carte", "Ancien ou nouveau format", "img/cni.svg"), Card("passport", "Passeport")]
    html = render(
        '{% include "_card_choice.html" with field=field cards=cards %}',
        field=SampleForm({"document": "passport"})["document"],
        cards=cards,
    )
    assert "Ancien ou nouveau format" in html
    assert "/static/img/cni.svg" in html
    assert re.search(r'value="passport"\s+checked', html)


# --- Time ---


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2030, 1, 15, 13, 5, tzinfo=UTC), "14\u00a0h\u00a005"),
        (datetime(2030, 7, 15, 7, 0, tzinfo=UTC), "9\u00a0h\u00a000"),
    ],
)
def test_hours_are_french_and_local(moment, text):
    assert look.hour(moment) == text


def test_a_moment_to_come_is_rounded_up_to_the_minute_so_that_a_lock_is_open_by_then():
    tomorrow = timezone.localtime().replace(hour=12, minute=0, second=40, microsecond=0) + timedelta(days=1)
    assert look.when(tomorrow) == "demain à 12\u00a0h\u00a001"
    assert look.when(tomorrow - timedelta(days=2)) == "hier à 12\u00a0h\u00a000"


def test_a_moment_is_named_by_its_day():
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    assert look.when(noon) == "à 12\u00a0h\u00a000"
    assert look.when(noon + timedelta(days=1)) == "demain à 12\u00a0h\u00a000"
    assert look.when(noon - timedelta(days=1)) == "hier à 12\u00a0h\u00a000"
    assert re.fullmatch(r"\w+ \d+ \w+ à 12\u00a0h\u00a000|\d+ \w+ \d{4} à 12.*", look.when(noon + timedelta(days=9)))


def test_seconds_left_are_never_negative():
    assert look.seconds_left(timezone.now() - timedelta(hours=1)) == 0
    assert 53 <= look.seconds_left(timezone.now() + timedelta(seconds=54)) <= 54


# --- Side bar ---


def mark(slug, group="", done=False, current=False):
    step = Step(slug=slug, title=slug.title(), view=View, is_done=lambda subject: done, group=group)
    return Mark(step=step, url=f"/{slug}/", done=done, current=current, reachable=done or current)


ROUTE = [mark("terms", done=True), mark("mobile", "Numéro", True), mark("code", "Numéro", current=True), mark("mode")]


def test_neighbouring_steps_of_a_group_share_a_number():
    way = look._grouped(ROUTE)
    assert [(group.number, group.name, group.state) for group in way.groups] == [
        ("01", "Terms", "done"),
        ("02", "Numéro", "now"),
        ("03", "Mode", "ahead"),
    ]
    assert (way.position, way.total) == (3, 4)


def test_the_side_bar_marks_the_current_step_and_links_only_what_is_open():
    html = render("{% load look %}{% progress route %}", route=ROUTE)
    assert html.count('aria-current="step"') == 1
    assert 'href="/mobile/"' in html
    assert 'href="/code/"' not in html
    assert 'href="/mode/"' not in html
    assert re.search(r'<progress max="4"\s+value="3"', html)


@pytest.mark.parametrize(("stage", "done"), [(1, 0), (2, 1), (5, 4)])
def test_the_four_stages_show_what_is_complete(stage, done):
    html = render("{% load look %}{% stages stage %}", stage=stage)
    assert html.count("(terminé)") == done
    assert html.count('aria-current="step"') == (stage <= 4)


# --- Territories ---


def test_mainland_france_comes_first_and_every_prefix_once():
    assert PREFIXES[0] == "+33"
    assert len(PREFIXES) == len(set(PREFIXES))
    assert [prefix for prefix, _ in prefix_choices()] == list(PREFIXES)
    assert dict(prefix_choices())["+262"] == "+262 (La Réunion, Mayotte)"


@pytest.mark.parametrize("territory", TERRITORIES, ids=lambda territory: territory.region)
def test_every_territory_has_the_prefix_and_an_example_of_its_own_mobiles(territory):
    import phonenumbers

    number = phonenumbers.parse(territory.example, territory.region)
    assert f"+{number.country_code}" == territory.prefix
    assert phonenumbers.is_valid_number_for_region(number, territory.region)
    assert phonenumbers.number_type(number) in (
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    )
