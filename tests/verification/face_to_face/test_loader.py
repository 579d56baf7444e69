"""manage.py load_post_offices: the published file laid over what is known."""

from datetime import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.verification.face_to_face.factories import OfficeFactory
from verification.face_to_face.models import Office, OpeningHours

PUBLISHED = (
    "Identifiant_A;Libellé_du_site;Caractéristique_du_site;Adresse;Complément;Lieu_dit;Code_postal;Localité;"
    "Code_INSEE;Pays;Latitude;Longitude;Numéro_de_téléphone"
)
HOURS = "Lundi;Mardi;Mercredi;Jeudi;Vendredi;Samedi;Dimanche"
WITH_HOURS = f"{PUBLISHED};Accessibilité_Boucle_magnétique_en_état_de_fonctionnement;{HOURS}"
OPEN = "Oui;9h-12h 14:00-17:30;9h - 12h30, 14h-18h;FERME;09:00-18:00;09:00-18:00;;"
RENNES = "35001A;Rennes République;Bureau de poste;27 rue du Palais;;;35000;Rennes;35238;FRANCE;48.1098;-1.6784;3631"
REDON = "35002A;Redon;Bureau de poste;1 place de Bretagne;;;35600;Redon;35236;FRANCE;47.6511;-2.0845;3631"
IFFENDIC = "35003A;Iffendic;Agence postale communale;2 place de l’Église;;;35750;Iffendic;35133;FRANCE;48.129;-2.034;"
# What is wrong → a line that is otherwise right.
DAMAGED = {
    "no identifier": ";Rennes;Bureau de poste;;;;35000;Rennes;35238;FRANCE;48.1;-1.6;;",
    "identifier 'a b'": "a b;Rennes;Bureau de poste;;;;35000;Rennes;35238;FRANCE;48.1;-1.6;",
    "no name": "D02;;Bureau de poste;;;;35000;Rennes;35238;FRANCE;48.1;-1.6;",
    "no city": "D03;Rennes;Bureau de poste;;;;35000;;35238;FRANCE;48.1;-1.6;",
    "no latitude": "D04;Rennes;Bureau de poste;;;;35000;Rennes;35238;FRANCE;;-1.6;",
    "no longitude": "D05;Rennes;Bureau de poste;;;;35000;Rennes;35238;FRANCE;48.1;;",
    "coordinate 'nord' is no number": "D06;Rennes;Bureau de poste;;;;35000;Rennes;35238;FRANCE;nord;-1.6;",
    "coordinate 'nan' is no number": "D07;Rennes;Bureau de poste;;;;35000;Rennes;35238;FRANCE;48.1;nan;",
    "coordinate '48.1.2'": "D08;Rennes;Bureau de poste;;;;35000;Rennes;35238;FRANCE;48.1.2;-1.6;",
    "coordinates 0.0, 0.0 lie outside": "D09;Rennes;Bureau de poste;;;;35000;Rennes;35238;FRANCE;0;0;",
    "coordinates -1.6, 48.1 lie outside": "D10;Rennes;Bureau de poste;;;;35000;Rennes;35238;FRANCE;-1.6;48.1;",
    "coordinates 481.0, -1.6 lie outside": "D11;Rennes;Bureau de poste;;;;35000;Rennes;35238;FRANCE;481;-1.6;",
    "8 columns instead of 13": "D12;Rennes;Bureau de poste;;;;35000;Rennes",
    "14 columns instead of 13": "D13;Rennes;Bureau de poste;;;;35000;Rennes;35238;FRANCE;48.1;-1.6;;one more",
    "postal code '3500'": "D14;Rennes;Bureau de poste;;;;3500;Rennes;35238;FRANCE;48.1;-1.6;",
    "commune code 'ABCDE'": "D15;Rennes;Bureau de poste;;;;35000;Rennes;ABCDE;FRANCE;48.1;-1.6;",
    "phone 'appelez'": "D16;Rennes;Bureau de poste;;;;35000;Rennes;35238;FRANCE;48.1;-1.6;appelez",
    "quotation marks": 'D17;"Rennes;Bureau de poste;;;;35000;Rennes;35238;FRANCE;48.1;-1.6;',
    "name of 200 characters": f"D18;{'R' * 200};Bureau de poste;;;;35000;Rennes;35238;FRANCE;48.1;-1.6;",
    "characters that cannot be read": "D19;Ren\u202enes;Bureau de poste;;;;35000;Rennes;35238;FRANCE;48.1;-1.6;",
    "identifier 35001A stands on line 2 already": RENNES,
}


@pytest.fixture
def load(tmp_path: Path, db: None):
    """Load lines, or bytes; what the command said on both channels."""

    def run(*lines: str | bytes, header: str = PUBLISHED, encoding: str = "utf-8") -> tuple[str, str]:
        path = tmp_path / "offices.csv"
        path.write_bytes(
            b"\n".join(line if isinstance(line, bytes) else line.encode(encoding) for line in (header, *lines)) + b"\n"
        )
        output, errors = StringIO(), StringIO()
        call_command("load_post_offices", path, stdout=output, stderr=errors)
        return output.getvalue(), errors.getvalue()

    return run


def test_the_published_columns_become_an_office(load):
    said, bad = load(RENNES)
    assert "1 added" in said
    assert bad == ""
    office = Office.objects.get()
    assert (office.identifier, office.name, office.kind) == ("35001A", "Rennes République", "Bureau de poste")
    assert (office.street, office.postal_code, office.city, office.commune_code) == (
        "27 rue du Palais",
        "35000",
        "Rennes",
        "35238",
    )
    assert (office.latitude, office.longitude, office.phone) == (48.1098, -1.6784, "3631")
    assert office.participates


def test_twenty_damaged_lines_are_reported_and_the_others_loaded(load):
    assert len(DAMAGED) >= 20
    said, bad = load(RENNES, *DAMAGED.values(), b"D20;Redon\x81;;;;;35600;Redon;35236;FRANCE;47.6;-2.1;", REDON)
    reported = bad.splitlines()
    assert [line.split(":")[0] for line in reported] == [f"line {number}" for number in range(3, 3 + len(DAMAGED) + 1)]
    for reason, line in zip([*DAMAGED, "characters that cannot be read"], reported, strict=True):
        assert reason in line
    assert "2 added" in said
    assert f"{len(DAMAGED) + 1} lines were left out" in said
    assert set(Office.objects.values_list("identifier", flat=True)) == {"35001A", "35002A"}


def test_run_twice_it_changes_nothing_and_says_so(load):
    lines = (f"{RENNES};{OPEN}", f"{REDON};{OPEN}", "D02;;;;;")
    load(*lines, header=WITH_HOURS)
    before = [*Office.objects.values(), *OpeningHours.objects.values()]
    said, bad = load(*lines, header=WITH_HOURS)
    assert said.startswith("Nothing changed: 2 offices")
    assert "line 4" in bad
    assert [*Office.objects.values(), *OpeningHours.objects.values()] == before


@pytest.mark.parametrize(
    "header",
    [
        "\ufeff" + PUBLISHED,
        PUBLISHED.upper(),
        PUBLISHED.lower().replace("é", "e"),
        PUBLISHED.replace("_", " ").replace("Complément", "Complément_d_adresse"),
        PUBLISHED.replace("Identifiant_A", "#Identifiant"),
        PUBLISHED.replace(";", '";"').join('""'),
    ],
)
def test_headers_are_known_by_what_they_mean(load, header):
    load(RENNES, header=header)
    assert Office.objects.get().name == "Rennes République"


def test_columns_may_stand_in_any_order_among_others(load):
    load(
        "x;-1,6784;48,1098;Rennes;35000;Rennes République;35001A",
        header="Distributeur_de_billets;Longitude;Latitude;Localité;Code_postal;Libellé_du_site;Identifiant_A",
    )
    assert Office.objects.get().latitude == 48.1098


def test_latin_1_is_read_as_utf_8_is_even_line_by_line(load):
    load(RENNES, header=PUBLISHED, encoding="latin-1")
    assert Office.objects.get().name == "Rennes République"
    said, _bad = load(RENNES.encode("latin-1"), header=PUBLISHED)
    assert said.startswith("Nothing changed")


def test_windows_line_ends_and_empty_lines_do_not_matter(load):
    said, bad = load(f"{RENNES}\r", "", ";;;;;;;;;;;;\r", header=f"{PUBLISHED}\r")
    assert "1 added" in said
    assert bad == ""


def test_what_vanished_is_closed_and_open_again_when_it_comes_back(load):
    load(RENNES, REDON)
    said, _bad = load(RENNES)
    assert "1 closed" in said
    redon = Office.objects.get(identifier="35002A")
    assert redon.closed_at is not None
    assert load(RENNES)[0].startswith("Nothing changed")
    said, _bad = load(RENNES, REDON)
    assert "1 reopened" in said
    redon.refresh_from_db()
    assert redon.closed_at is None


def test_a_damaged_line_does_not_close_the_office_that_it_names(load):
    load(RENNES, REDON)
    said, bad = load(RENNES, REDON.replace("47.6511", "?"))
    assert "line 3" in bad
    assert said.startswith("Nothing changed")
    assert Office.objects.filter(closed_at=None).count() == 2


def test_what_changed_is_changed(load):
    load(RENNES, REDON)
    said, _bad = load(RENNES.replace("27 rue", "28 rue"), REDON)
    assert "1 changed" in said
    assert Office.objects.get(identifier="35001A").street == "28 rue du Palais"


def test_opening_hours_and_services_are_read_where_they_are_given(load):
    load(f"{RENNES};{OPEN}", header=WITH_HOURS)
    office = Office.objects.get()
    assert office.services == ["hearing_loop"]
    assert list(office.hours.values_list("weekday", "opens", "closes")) == [
        (0, time(9), time(12)),
        (0, time(14), time(17, 30)),
        (1, time(9), time(12, 30)),
        (1, time(14), time(18)),
        (3, time(9), time(18)),
        (4, time(9), time(18)),
    ]


@pytest.mark.parametrize("day", ["9h-8h", "09:00-12:00 11:00-14:00", "25:00-26:00", "09:00", "le matin", "9h60-10h"])
def test_hours_that_cannot_be_are_reported(load, day):
    _said, bad = load(f"{RENNES};;{day};;;;;;", f"{REDON};;;;;;;;", header=WITH_HOURS)
    assert bad.startswith("line 2: ")
    assert Office.objects.get().identifier == "35002A"


def test_what_the_file_does_not_tell_stays_as_agents_left_it(load):
    load(f"{RENNES};{OPEN}", header=WITH_HOURS)
    Office.objects.update(participates=False)
    OpeningHours.objects.filter(weekday=0).delete()
    assert load(RENNES)[0].startswith("Nothing changed")
    assert not Office.objects.get().participates
    assert OpeningHours.objects.count() == 4


def test_agencies_in_town_halls_and_shops_do_not_take_part_unless_the_file_says_so(load):
    load(IFFENDIC)
    assert not Office.objects.get().participates
    load(f"{IFFENDIC};oui", header=f"{PUBLISHED};Participe")
    assert Office.objects.get().participates


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([PUBLISHED.replace("Latitude;", ""), RENNES], "columns are missing: latitude"),
        (["", ""], "columns are missing"),
        ([PUBLISHED], "no line follows the header"),
        ([PUBLISHED, "D02;;;;;"], "not one line can be read"),
        (["\ufeff".join([PUBLISHED, RENNES]).encode("utf-16")], "UTF-16"),
    ],
)
def test_a_file_that_is_no_such_file_changes_nothing(load, lines, why):
    OfficeFactory()
    header, *rest = lines
    with pytest.raises(CommandError, match=why):
        load(*rest, header=header)
    assert Office.objects.filter(closed_at=None).count() == 1


def test_a_file_that_is_not_there_is_said_to_be(db):
    with pytest.raises(CommandError, match="No such file"):
        call_command("load_post_offices", "missing.csv")
