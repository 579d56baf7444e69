from verification.checks.mrz.template import _french_template, french_template


def test_whatever_is_read_for_the_first_letters_keeps_no_more_templates():
    for code in ("P<FRA", "PXFRA", "P<UTO", "QWERT", "IDFRA", "IRFRA", "ACXYZ"):
        for name in ("TD1", "TD3"):
            french_template(name, code)
    before = _french_template.cache_info().currsize
    for number in range(500):
        french_template("TD1", f"I{number:04d}")
        french_template("TD3", f"P{number % 10}FRA")
    assert _french_template.cache_info().currsize == before
    passport, other = french_template("TD3", "PPFRA"), french_template("TD3", "P<UTO")
    assert passport is french_template("TD3", "P<FRA")
    assert passport[1].any()
    assert not other[1].any()
