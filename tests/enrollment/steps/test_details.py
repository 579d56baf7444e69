from datetime import date, timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from tests.enrollment.factories import EnrollmentFactory, standing_at
from tests.enrollment.helpers import DETAILS, page_after, url_of

pytestmark = pytest.mark.django_db
PAGE = url_of("details")
PASSPORT = DETAILS | {"kind": "passport", "document_number": "12AA34567"}
PERMIT = DETAILS | {"kind": "permit", "document_number": "9A8B7C6D5", "nationality_text": "Maroc", "nationality": "MAR"}


def day(name: str, value: date) -> dict[str, str]:
    return {
        f"{name}_day": f"{value.day:02d}",
        f"{name}_month": f"{value.month:02d}",
        f"{name}_year": f"{value.year:04d}",
    }


@pytest.fixture
def post(login):
    """Type the details for a document; gives the page's answer and the file as saved."""

    def send(answers, kind="cni"):
        enrollment = standing_at("details", document_kind=kind)
        response = login(enrollment.account).post(PAGE, answers)
        enrollment.refresh_from_db()
        return response, enrollment

    return send


def errors(response) -> set[str]:
    return set(response.context["form"].errors) if response.context else set()


def test_what_is_typed_is_saved_as_documents_write_it(post):
    response, enrollment = post(DETAILS)
    assertRedirects(response, page_after("details"))
    assert (enrollment.first_names, enrollment.birth_name, enrollment.use_name) == ("Maëlys Gaëlle Marie", "Martin", "")
    assert enrollment.birth_date == "1990-07-13"
    assert (enrollment.birth_country, enrollment.birth_place_code) == ("99100", "75114")
    assert enrollment.birth_place == "Paris 14e Arrondissement"
    assert (enrollment.document_number, enrollment.nationality) == ("X4RTBPFW4", "FRA")
    assert (enrollment.issue_date, enrollment.expiry_date) == (date(2022, 2, 11), date(2032, 2, 11))


def test_nothing_is_typed_twice(login):
    enrollment = standing_at("details", account__civility="M", account__first_name="Émile", account__last_name="Zola")
    form = login(enrollment.account).get(PAGE).context["form"]
    assert [form[name].value() for name in ("civility", "first_names", "birth_name")] == ["M", "Émile", "Zola"]


def test_saved_answers_come_back_and_are_right_again(login):
    enrollment = EnrollmentFactory(with_details=True)
    browser = login(enrollment.account)
    form = browser.get(PAGE).context["form"]
    values = {name: form[name].value() for name in form.fields}
    typed = {name: value for name, value in values.items() if value not in (None, False)}
    assertRedirects(browser.post(PAGE, typed), page_after("details"))
    before = {
        name: getattr(enrollment, name) for name in ("first_names", "birth_date", "birth_place_code", "expiry_date")
    }
    enrollment.refresh_from_db()
    assert before == {name: getattr(enrollment, name) for name in before}


@pytest.mark.parametrize(
    "name", ["civility", "first_names", "birth_name", "birth_country_text", "birth_place_text", "document_number"]
)
def test_what_is_left_out_is_asked_for(post, name):
    response, enrollment = post(DETAILS | {name: ""})
    assert name in errors(response)
    assert enrollment.document_number == ""


@pytest.mark.parametrize("name", ["birth", "issue", "expiry"])
@pytest.mark.parametrize(
    "parts",
    [("", "", ""), ("1", "", "1990"), ("31", "2", "2021"), ("aa", "1", "2020"), ("1", "13", "2020"), ("1", "1", "85")],
)
def test_a_date_that_does_not_exist_is_refused_at_its_field(post, name, parts):
    response, _enrollment = post(
        DETAILS | dict(zip((f"{name}_day", f"{name}_month", f"{name}_year"), parts, strict=True))
    )
    assert f"{name}_day" in errors(response)


@pytest.mark.parametrize(
    ("parts", "saved"), [(("00", "00", "1950"), "1950-00-00"), (("00", "03", "1950"), "1950-03-00")]
)
def test_a_presumed_birth_date_may_be_known_in_part(post, parts, saved):
    answers = DETAILS | dict(zip(("birth_day", "birth_month", "birth_year"), parts, strict=True))
    response, enrollment = post(answers)
    assertRedirects(response, page_after("details"))
    assert enrollment.birth_date == saved


@pytest.mark.parametrize("parts", [("13", "00", "1950"), ("1", "1", "1850"), ("1", "1", "2999")])
def test_other_birth_dates_are_not_believed(post, parts):
    response, _enrollment = post(DETAILS | dict(zip(("birth_day", "birth_month", "birth_year"), parts, strict=True)))
    assert "birth_day" in errors(response)


NUMBERS = [
    ("cni", "X4RTBPFW4", True), ("cni", "x4r tbp fw4", True), ("cni", "X4RTBPFW", False), ("cni", "JXVKPZFFC", True),
    ("cni", "12AA34567890123", False), ("passport", "12AA34567", True), ("passport", "12-aa-34567", True),
    ("passport", "12A034567", False), ("passport", "X4RTBPFW4", False), ("passport", "12AA3456", False),
    ("permit", "9A8B7C6D5", True), ("permit", "9904012345", False), ("permit", "ABCDEFGHI", False), ("permit", "9A8B7C6DÉ", False),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "number", "right"), NUMBERS)
def test_each_document_has_its_own_number(post, kind, number, right):
    answers = {"cni": DETAILS, "passport": PASSPORT, "permit": PERMIT}[kind] | {"document_number": number}
    response, enrollment = post(answers, kind)
    assert ("document_number" not in errors(response)) is right
    assert bool(enrollment.document_number) is right


@pytest.mark.parametrize("number", ["050793102345", "1809 2A3 12345", "1906990123Z4"])
def test_the_old_card_has_twelve_characters_that_may_be_letters(post, number):
    issued = timezone.localdate() - timedelta(days=7 * 365)
    answers = (
        DETAILS | {"document_number": number} | day("issue", issued) | day("expiry", issued + timedelta(days=15 * 365))
    )
    right = number != "1906990123Z4"  # letters stand for the department, not in the serial
    response, enrollment = post(answers)
    assert bool(enrollment.document_number) is right


@pytest.mark.parametrize(("number", "issued"), [("X4RTBPFW4", date(2019, 5, 4)), ("190575102345", date(2022, 5, 4))])
def test_a_number_of_the_other_model_does_not_fit_the_date(post, number, issued):
    answers = DETAILS | {"document_number": number} | day("issue", issued) | day("expiry", date(2029, 5, 3))
    response, _enrollment = post(answers)
    assert "issue_day" in errors(response)


def test_an_expired_document_is_taken_and_leads_face_to_face(post):
    expired = timezone.localdate() - timedelta(days=1)
    issued = date(expired.year - 10, expired.month, min(expired.day, 28))
    response, enrollment = post(PASSPORT | day("issue", issued) | day("expiry", expired), "passport")
    assertRedirects(response, page_after("details"))
    assert enrollment.document_number == "12AA34567"


def test_an_old_card_lives_five_years_longer_than_printed(post):
    answers = DETAILS | {"document_number": "131275102345", "birth_year": "1970"}
    response, enrollment = post(answers | day("issue", date(2013, 12, 10)) | day("expiry", date(2023, 12, 9)))
    assertRedirects(response, page_after("details"))
    assert enrollment.expiry_date == date(2023, 12, 9)


def test_a_minor_is_refused_with_an_explanation(post):
    birth = timezone.localdate() - timedelta(days=17 * 365)
    response, enrollment = post(DETAILS | day("birth", birth))
    assertContains(response, "Il faut avoir 18\u00a0ans")
    assert "birth_day" in errors(response)
    assert enrollment.birth_date == ""


def test_who_turns_eighteen_today_may_go_on(post):
    today = timezone.localdate()
    birth = date(today.year - 18, today.month, min(today.day, 28))
    response, _enrollment = post(DETAILS | day("birth", birth))
    assertRedirects(response, page_after("details"))


def test_a_permit_of_less_than_five_years_is_not_accepted(post):
    answers = PERMIT | day("issue", date(2024, 1, 15)) | day("expiry", date(2028, 1, 14))
    response, _enrollment = post(answers, "permit")
    assertContains(response, "délivré pour moins de cinq ans")


def test_dates_in_the_wrong_order_are_refused(post):
    for answers in (
        day("issue", date(2030, 1, 1)) | day("expiry", date(2035, 1, 1)),
        day("issue", date(2022, 1, 1)) | day("expiry", date(2021, 1, 1)),
        day("issue", date(2022, 1, 1)) | day("expiry", date(2052, 1, 1)),
        day("birth", date(2005, 1, 1)) | day("issue", date(2004, 1, 1)) | day("expiry", date(2032, 1, 1)),
    ):
        response, _enrollment = post(DETAILS | answers)
        assert errors(response) & {"issue_day", "expiry_day"}


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("Nantes", "", "44109"),
        ("nantes 44000", "", "44109"),
        ("saint denis", "93066", "93066"),
        ("Saint-Denis (97400)", "97411", "97411"),
        ("75014", "75114", "75114"),
        ("Arbignieu", "01015 Arbignieu", "01015"),
    ],
)
def test_a_commune_is_picked_or_named(post, text, value, code):
    _response, enrollment = post(DETAILS | {"birth_place_text": text, "birth_place": value})
    assert enrollment.birth_place_code == code


@pytest.mark.parametrize("text", ["Saint-Denis", "Lyon", "marseil"])
def test_an_ambiguous_commune_is_offered_as_a_list(post, text):
    response, enrollment = post(DETAILS | {"birth_place_text": text, "birth_place": ""})
    assertContains(response, "Choisissez dans la liste ci-dessous")
    offered = response.context["form"].found["birth_place_text"]
    assert len(offered) > 3
    assertContains(response, offered[0][1])
    assert enrollment.birth_place == ""


def test_a_choice_made_before_the_text_was_changed_does_not_count(post):
    _response, enrollment = post(DETAILS | {"birth_place_text": "Nantes", "birth_place": "75114"})
    assert enrollment.birth_place_code == "44109"


def test_a_former_commune_can_be_kept_as_typed(post):
    response, _enrollment = post(DETAILS | {"birth_place_text": "Blidaville-sur-Loire", "birth_place": ""})
    assertContains(response, "garder ce que j’ai saisi")
    answers = DETAILS | {"birth_place_text": "Blidaville-sur-Loire", "birth_place": "", "keep_place": "on"}
    response, enrollment = post(answers)
    assertRedirects(response, page_after("details"))
    assert (enrollment.birth_place, enrollment.birth_place_code, enrollment.birth_country) == (
        "Blidaville-sur-Loire",
        "",
        "99100",
    )


def test_abroad_the_place_is_free(post):
    answers = {
        "birth_country_text": "Algérie",
        "birth_country": "DZA",
        "birth_place_text": "Tizi Ouzou",
        "birth_place": "",
    }
    response, enrollment = post(DETAILS | answers)
    assertRedirects(response, page_after("details"))
    assert (enrollment.birth_country, enrollment.birth_place, enrollment.birth_place_code) == (
        "99352",
        "Tizi Ouzou",
        "",
    )


def test_an_unknown_country_is_refused_and_an_ambiguous_one_offered(post):
    response, _enrollment = post(DETAILS | {"birth_country_text": "Atlantide", "birth_country": ""})
    assert "birth_country_text" in errors(response)
    response, _enrollment = post(DETAILS | {"birth_country_text": "Tchécoslovaquie", "birth_country": ""})
    assertContains(response, "Slovaquie")


@pytest.mark.parametrize(
    ("text", "value", "saved"),
    [("Maroc", "", "MAR"), ("mar", "MAR", "MAR"), ("Apatride", "", "XXA"), ("Royaume-Uni", "", "GBR")],
)
def test_a_permit_bears_its_holders_nationality(post, text, value, saved):
    response, enrollment = post(PERMIT | {"nationality_text": text, "nationality": value}, "permit")
    assertRedirects(response, page_after("details"))
    assert enrollment.nationality == saved


@pytest.mark.parametrize("text", ["", "France", "Atlantide"])
def test_a_permit_has_no_french_or_unknown_holder(post, text):
    response, _enrollment = post(PERMIT | {"nationality_text": text, "nationality": ""}, "permit")
    assert "nationality_text" in errors(response)


def test_without_javascript_a_button_searches_and_keeps_everything(login):
    enrollment = standing_at("details")
    browser = login(enrollment.account)
    typed = DETAILS | {
        "birth_place_text": "st etienne",
        "birth_place": "",
        "first_names": "Zoé Anne",
        "search": "birth_place_text",
    }
    page = browser.post(PAGE, typed)
    assertContains(page, "Saint-Étienne (42000)")
    assertContains(page, "Zoé Anne")
    assertNotContains(page, "à corriger")
    chosen = {name: value for name, value in typed.items() if name != "search"} | {"birth_place": "42218"}
    assertRedirects(browser.post(PAGE, chosen), page_after("details"))
    enrollment.refresh_from_db()
    assert (enrollment.birth_place_code, enrollment.first_names) == ("42218", "Zoé Anne")


def test_a_search_that_finds_nothing_says_so(login):
    enrollment = standing_at("details")
    page = login(enrollment.account).post(PAGE, DETAILS | {"birth_place_text": "zzzz", "search": "birth_place_text"})
    assertContains(page, "Aucun résultat")


def test_what_was_chosen_stays_chosen_while_another_field_is_searched(login):
    enrollment = standing_at("details", document_kind="permit")
    typed = PERMIT | {
        "birth_place_text": "saint denis",
        "birth_place": "93066",
        "nationality_text": "mar",
        "search": "nationality_text",
    }
    form = login(enrollment.account).post(PAGE, typed).context["form"]
    assert form["birth_place_text"].value() == "Saint-Denis (93200)"
    assert ("MAR", "Maroc") in form.found["nationality_text"]


@pytest.mark.parametrize("name", ["R2D2", "Zoé!", "<b>Zoé</b>", "李", "x" * 300])
def test_what_is_no_name_is_refused(post, name):
    response, _enrollment = post(DETAILS | {"first_names": name})
    assert "first_names" in errors(response)


def test_of_a_document_that_expires_meanwhile_the_confirmation_says_where_it_leads(login):
    enrollment = EnrollmentFactory(with_details=True)
    enrollment.expiry_date = timezone.localdate() - timedelta(days=1)
    enrollment.save(update_fields=["expiry_date"])
    page = login(enrollment.account).get(url_of("confirmation"))
    assertContains(page, "la vérification se fera en face à face")
