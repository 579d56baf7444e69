import pytest
from django.core.exceptions import ValidationError

from enrollment.phones import display, parse_contact, parse_mobile
from identite.territories import TERRITORIES


@pytest.mark.parametrize("territory", TERRITORIES, ids=lambda territory: territory.region)
def test_every_eligible_territory_has_mobiles(territory):
    import phonenumbers

    example = phonenumbers.example_number_for_type(territory.region, phonenumbers.PhoneNumberType.MOBILE)
    e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    assert parse_mobile(e164) == e164
    national = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
    assert parse_mobile(national, territory.prefix) == e164


@pytest.mark.parametrize(
    "typed",
    [
        "0612345678",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "06-12-34-56-78",
        "+33 6 12 34 56 78",
        "0033612345678",
        "+33 (0)6 12 34 56 78",
    ],
)
def test_one_number_in_many_spellings(typed):
    assert parse_mobile(typed) == parse_contact(typed) == "+33612345678"


@pytest.mark.parametrize("typed", ["01 42 68 53 00", "09 70 12 34 56", "0262 20 12 34"])
def test_a_landline_is_a_contact_but_no_mobile(typed):
    assert parse_contact(typed)
    with pytest.raises(ValidationError, match="téléphone fixe"):
        parse_mobile(typed)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "Saisissez"),
        ("abc", "Saisissez"),
        ("06 12 34", "n’existe pas"),
        ("06 12 34 56 78 90", "n’existe pas"),
        ("+32 470 12 34 56", "France et d’Outre-mer"),
        ("+1 202 555 0143", "France et d’Outre-mer"),
        ("0800 123 456", "n’existe pas|numéro spécial"),
        ("0899 12 34 56", "numéro spécial"),
    ],
)
def test_any_other_text_is_refused_with_its_reason(typed, reason):
    for parse in (parse_mobile, parse_contact):
        with pytest.raises(ValidationError, match=reason):
            parse(typed)


def test_numbers_for_fiction_are_whole_numbers_of_the_allowed_range(settings):
    assert parse_mobile("06 39 98 12 34") == "+33639981234"
    for typed in ("06 39 98 12", "06 39 98 12 34 56"):
        with pytest.raises(ValidationError):
            parse_mobile(typed)
    settings.FICTION_MOBILE_PREFIXES = []
    with pytest.raises(ValidationError):
        parse_mobile("06 39 98 12 34")


def test_a_prefix_that_is_asked_for_apart_counts():
    assert parse_mobile("692 12 34 56", "+262") == "+262692123456"
    with pytest.raises(ValidationError):
        parse_mobile("06 12 34 56 78", "+262")


def test_a_number_is_shown_in_groups_on_one_line():
    assert display("+33639980001") == "+33\u00a06\u00a039\u00a098\u00a000\u00a001"
    assert display("+687751234") == "+687\u00a075\u00a012\u00a034"
    assert display("not a number") == "not a number"
