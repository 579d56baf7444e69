"""Invented people: the same seed gives the same person for ever. Nobody here exists.

`make_person(seed)` draws sex, names, birth and the face that goes with them. The names cover what forms get wrong: accents,
hyphens, apostrophes, several first names, a name of use; births in mainland communes, Corsica, overseas and abroad.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sandbox.specimens.faces import FACES, Face

TODAY = date(
    2026, 6, 1
)  # ages and validity are drawn around this day, so that a specimen never changes with the calendar

FIRST_NAMES = {
    "F": (
        "Maëlys Éloïse", "Anne-Sophie", "Zoé", "Françoise", "Marie-Thérèse Jeanne", "Léa", "Chloé Noémie", "Océane",
        "Héloïse", "Fatoumata", "Inès Yasmine", "Gaëlle", "Thi Mai", "Solène Aliénor", "Bérénice", "Josiane Andrée Lucette",
        "Ludivine", "Maria-Concetta", "Anaïs", "Célestine",
    ),
    "M": (
        "Jean-Baptiste", "François Xavier", "Loïc", "Mehdi", "Théo Gaël", "Noël André Marius", "Aurélien", "Jérôme",
        "Mamadou", "Kévin", "Étienne", "Benoît Louis", "Ange-Toussaint", "René", "Raphaël Élie", "Georges-Henri", "Gaëtan",
        "Yann-Ewen", "Clément", "Stéphane Guy",
    ),
}  # fmt: skip
BIRTH_NAMES = (
    "Lefèvre", "D'Hôtelans", "Béranger-Caillou", "Nguyen-Quérel", "Le Goffic", "Œillet", "Dos Santos Brévier", "Ça-Valière",
    "Colombani-Piétri", "Hoareau-Dijoux", "Bâcle", "Müllerhoff", "N'Diayé", "Garçonnet", "De La Bruère-Montferrat d'Argenson",
    "Noël", "Quintrec", "Traorez", "Lukaszek", "Vandenbrouckère", "Aït-Belkaïd", "Tuheiava-Poroi", "Desjardinières", "Ô",
)  # fmt: skip
BIRTHPLACES = (
    # name, 5-character COG of the commune (empty abroad), 5-character COG of the country, ISO 3166 alpha-3 of the country
    ("Paris 18e Arrondissement", "75118", "99100", "FRA"),
    ("Ajaccio", "2A004", "99100", "FRA"),
    ("Bastia", "2B033", "99100", "FRA"),
    ("Saint-Denis", "97411", "99100", "FRA"),
    ("Fort-de-France", "97209", "99100", "FRA"),
    ("Cayenne", "97302", "99100", "FRA"),
    ("Nouméa", "98818", "99100", "FRA"),
    ("L'Haÿ-les-Roses", "94038", "99100", "FRA"),
    ("Saint-Étienne", "42218", "99100", "FRA"),
    ("Châlons-en-Champagne", "51108", "99100", "FRA"),
    ("Quimper", "29232", "99100", "FRA"),
    ("Lyon 3e Arrondissement", "69383", "99100", "FRA"),
    ("Alger", "", "99352", "DZA"),
    ("Porto", "", "99139", "PRT"),
    ("Dakar", "", "99341", "SEN"),
    ("Hanoï", "", "99243", "VNM"),
    ("Bruxelles", "", "99131", "BEL"),
    ("Casablanca", "", "99350", "MAR"),
)
STREETS = ("rue des Écoles", "allée du Château-d'Eau", "impasse de l'Œuvre", "chemin de la Forêt", "place du Marché")
TOWNS = ("29000 QUIMPER", "20000 AJACCIO", "97400 SAINT-DENIS", "51000 CHÂLONS-EN-CHAMPAGNE", "42000 SAINT-ÉTIENNE")


@dataclass(frozen=True, kw_only=True)
class Person:
    """`face` names one of `sandbox.specimens.faces.FACES`. `birth_cog` is empty for a birth abroad."""

    seed: int
    sex: str
    first_names: str
    birth_name: str
    use_name: str
    birth_date: date
    birth_place: str
    birth_cog: str
    birth_country_cog: str
    birth_country: str
    height: int  # centimetres
    address: tuple[str, str]
    face: str

    @property
    def first_name(self) -> str:
        return self.first_names.split()[0]

    def as_json(self) -> dict[str, Any]:
        return {
            "seed": self.seed,
            "sex": self.sex,
            "first_names": self.first_names,
            "birth_name": self.birth_name,
            "use_name": self.use_name,
            "birth_date": self.birth_date.isoformat(),
            "birth_place": self.birth_place,
            "birth_cog": self.birth_cog,
            "birth_country_cog": self.birth_country_cog,
            "birth_country": self.birth_country,
            "height": self.height,
            "address": list(self.address),
            "face": self.face,
        }


def make_person(seed: int, *, face: str | None = None) -> Person:
    """A person of `seed`. With `face`, the sex and the age follow that face. Raises ValueError for an unknown face."""
    draw = random.Random(f"person {seed}")
    if face is not None and face not in FACES:
        raise ValueError(f"no face {face!r}, there are {', '.join(FACES)}")
    look: Face = FACES[face] if face else FACES[list(FACES)[seed % len(FACES)]]
    age = draw.randint(*look.ages)
    place, commune, country, alpha3 = draw.choice(BIRTHPLACES)
    birth_name = draw.choice(BIRTH_NAMES)
    married = look.sex == "F" and age > 25 and draw.random() < 0.4
    return Person(
        seed=seed,
        sex=look.sex,
        first_names=draw.choice(FIRST_NAMES[look.sex]),
        birth_name=birth_name,
        use_name=draw.choice([name for name in BIRTH_NAMES if name != birth_name]) if married else "",
        birth_date=TODAY - timedelta(days=int(age * 365.25) + draw.randrange(365)),
        birth_place=place,
        birth_cog=commune,
        birth_country_cog=country,
        birth_country=alpha3,
        height=draw.randint(150, 178) if look.sex == "F" else draw.randint(162, 195),
        address=(f"{draw.randint(1, 180)} {draw.choice(STREETS)}", draw.choice(TOWNS)),
        face=look.name,
    )
