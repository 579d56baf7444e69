import pytest

from identite.territories import PREFIXES, TERRITORIES, prefix_choices


def test_mainland_france_comes_first_and_every_prefix_once():
    assert PREFIXES[0] == "+33"
    assert len(PREFIXES) == len(set(PREFIXES))
    assert [prefix for prefix, _ in prefix_choices()] == list(PREFIXES)
    assert dict(prefix_choices())["+262"] == "+262 La Réunion, Mayotte"


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
