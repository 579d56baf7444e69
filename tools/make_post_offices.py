"""Make the invented post offices of the demo, in the published columns: python -m tools.make_post_offices

Two in the largest communes of each department, more overseas and in the three largest towns; all of it is drawn from the
commune's code, so that the file comes out the same. Telephone numbers are of the ranges that ARCEP keeps for fiction.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256
from math import cos, radians
from pathlib import Path

from identite.cog import communes
from identite.cog.centres import centre

TARGET = Path(__file__).resolve().parent.parent / "sandbox" / "post_offices.csv"
PUBLISHED = (
    "Identifiant_A", "Libellé_du_site", "Caractéristique_du_site", "Adresse", "Complément", "Lieu_dit", "Code_postal",
    "Localité", "Code_INSEE", "Pays", "Latitude", "Longitude", "Numéro_de_téléphone",
)  # fmt: skip
SERVICES = (
    "Accessibilité_Entrée_autonome_en_fauteuil_roulant_possible", "Accessibilité_Absence_de_ressaut_de_plus_de_2_cm_de_haut",
    "Accessibilité_Boucle_magnétique_en_état_de_fonctionnement", "Accessibilité_Présence_de_bande_de_guidage_au_sol",
    "Accessibilité_Distributeur_de_billets_avec_prise_audio",
)  # fmt: skip
DAYS = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche")
WORKDAYS, NOON = ["09:00-18:00"] * 5, ["09:00-12:00 14:00-17:30"] * 5
WEEKS = (
    [*WORKDAYS, "09:00-12:30", "FERME"],
    [*NOON, "09:00-12:00", "FERME"],
    ["FERME", *NOON[1:], "09:00-12:00", "FERME"],
    [*NOON[:3], "10:00-12:00 14:00-17:30", NOON[4], "FERME", "FERME"],
    ["08:30-12:30"] * 5 + ["08:30-11:30", "FERME"],
)
STREETS = ("rue des Essais", "place du Modèle", "avenue de l’Exemple", "rue de la Maquette", "boulevard du Spécimen")
QUARTERS = ("Centre", "Gare", "Mairie", "Marché", "Halles")
FICTION = {"1": "01 99 00", "2": "02 61 91", "3": "03 53 01", "4": "04 65 71", "5": "05 36 49"}
ZONES = {  # first digit of a telephone number: Île-de-France, the north-west, the north-east; the south is between 4 and 5
    "1": "75 77 78 91 92 93 94 95",
    "2": "14 18 22 27 28 29 35 36 37 41 44 45 49 50 53 56 61 72 76 85",
    "3": "02 08 10 21 25 39 51 52 54 55 57 58 59 60 62 67 68 70 71 80 88 89 90",
    "4": "01 03 04 05 06 07 11 13 15 2A 2B 26 30 34 38 42 43 48 63 66 69 73 74 83 84",
}
# The towns of arrondissements: their code, the beginning of those of the arrondissements, how many of these have an office.
DIVIDED = (("75056", "751", 8), ("69123", "693", 4), ("13055", "132", 4))
MAINLAND, OVERSEAS = 2, 3


def draw(*about: object) -> int:
    """A number that depends on nothing else."""
    return int.from_bytes(sha256("|".join(map(str, about)).encode()).digest()[:6], "big")


def department(code: str) -> str:
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def sites() -> Iterator[communes.Commune]:
    """The communes with an office, the largest of their department."""
    found: dict[str, list[communes.Commune]] = defaultdict(list)
    for commune in communes.everything():
        most = OVERSEAS if len(department(commune.code)) == 3 else MAINLAND
        if (
            commune.kind == ""
            and commune.code not in {town for town, *_rest in DIVIDED}
            and commune.postcodes
            and centre(commune.code)
        ):
            found[department(commune.code)] += [commune] if len(found[department(commune.code)]) < most else []
    towns = sorted((commune for commune in communes.everything() if commune.kind == "m"), key=lambda one: one.code)
    for _town, first, count in DIVIDED:
        found[first] += [town for town in towns if town.code.startswith(first)][1 : 2 * count : 2]
    for place in sorted(found):
        yield from found[place]


def row(number: int, commune: communes.Commune) -> list[str]:
    place = centre(commune.code)
    assert place is not None  # noqa: S101 (`sites` leaves those out)
    latitude, longitude = place
    north, east = (
        draw(commune.code, side) % 2001 / 100_000 - 0.01 for side in ("north", "east")
    )  # a kilometre at most
    street = f"{1 + draw(commune.code, 'number') % 90} {STREETS[draw(commune.code, 'street') % len(STREETS)]}"
    quarter = QUARTERS[draw(commune.code, "quarter") % len(QUARTERS)]
    agency = draw(commune.code, "kind") % 12 == 0
    services = ["Oui" if draw(commune.code, name) % 5 < 3 else "Non" for name in SERVICES]
    unknown = draw(commune.code, "unknown") % 15 == 0
    return [
        f"X{number:05d}",
        f"{commune.name} {quarter}",
        "Agence postale communale" if agency else "Bureau de poste",
        street,
        "Bureau inventé pour les essais",
        "",
        commune.postcodes[0],
        commune.name,
        commune.code,
        "FRANCE",
        f"{latitude + north:.5f}",
        f"{longitude + east / cos(radians(latitude)):.5f}",
        telephone(commune.code),
        *services,
        *([""] * 7 if unknown else WEEKS[draw(commune.code, "week") % len(WEEKS)]),
    ]


def telephone(code: str) -> str:
    if len(department(code)) == 3:
        return ""  # no range of theirs is kept for fiction
    zone = next((zone for zone, places in ZONES.items() if department(code) in places.split()), "5")
    digits = draw(code, "telephone") % 10_000
    return f"{FICTION[zone]} {digits // 100:02d} {digits % 100:02d}"


def main() -> None:
    rows = [row(number, commune) for number, commune in enumerate(sites(), start=1)]
    with TARGET.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, delimiter=";", lineterminator="\n")
        writer.writerows([[*PUBLISHED, *SERVICES, *DAYS], *rows])
    print(f"{len(rows)} invented offices")


if __name__ == "__main__":
    main()
