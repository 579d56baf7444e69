import re

from django import forms
from django.template import engines

from identite.cards import Card


def render(text, **context):
    return engines["django"].from_string(text).render(context)


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


def test_a_label_that_ends_a_sentence_stands_before_a_colon_without_its_mark():
    class Marked(forms.Form):
        terms = forms.BooleanField(label="J’accepte.", error_messages={"required": "Cochez la case."})
        french = forms.CharField(label="Avez-vous une pièce\u00a0?", error_messages={"required": "Répondez."})

    html = render('{% include "_errors.html" with form=form %}', form=Marked({}))
    assert "J’accepte&nbsp;: Cochez la case.<" in html
    assert "Avez-vous une pièce&nbsp;: Répondez.<" in html


def test_an_address_breaks_before_its_at_sign():
    html = render("{% load forms %}{{ email|breakable }}", email="<b>@laposte.example")
    assert html == "&lt;b&gt;<wbr>@laposte.example"
