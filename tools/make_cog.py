"""Make the tables of communes and countries that `identite/cog/` ships.

    npm pack @etalab/decoupage-administratif && tar xzf *.tgz
    python -m tools.make_cog package/data/communes.json        (needs Babel: `pip install babel`)

Sources: Code officiel géographique of INSEE and postal codes of La Poste, as gathered by that package (Licence
Ouverte); codes of countries: INSEE, «Code officiel géographique: pays et territoires étrangers» (Licence Ouverte);
names in French and three-letter codes: Unicode CLDR.
"""

import csv
import json
import lzma
import sys
from pathlib import Path
from typing import Any

from identite.cog.text import normalize

TARGET = Path(__file__).resolve().parent.parent / "identite" / "cog"
KINDS = {"commune-actuelle": "", "arrondissement-municipal": "m", "commune-deleguee": "d", "commune-associee": "a"}
# Births there are registered in an arrondissement.
DIVIDED = {"75056", "69123", "13055"}

# ISO 3166 alpha-2 → code of INSEE without its leading 99. Territories of France are communes of the other table.
CODES = """
AD130 AE247 AF212 AG441 AI425 AL125 AM252 AO395 AR415 AS505 AT110 AU501 AW431 AX160 AZ253 BA118 BB434 BD246 BE131
BF331 BG111 BH249 BI321 BJ327 BM425 BN225 BO418 BQ443 BR416 BS436 BT214 BW347 BY148 BZ429 CA401 CC265 CD312 CF323
CG324 CH140 CI326 CK520 CL417 CM322 CN216 CO419 CR406 CU407 CV396 CW444 CX265 CY254 CZ116 DE109 DJ399 DK101 DM438
DO408 DZ352 EC420 EE106 EG301 EH389 ER317 ES134 ET315 FI105 FJ508 FK427 FM516 FO158 FR100 GA328 GB132 GD435 GE255
GG161 GH329 GI133 GL430 GM304 GN330 GQ314 GR126 GS427 GT409 GU505 GW392 GY428 HK230 HN411 HR119 HT410 HU112 ID231
IE136 IL207 IM161 IN223 IO308 IQ203 IR204 IS102 IT127 JE161 JM426 JO222 JP217 KE332 KG257 KH234 KI513 KM397 KN442
KP238 KR239 KW240 KY425 KZ256 LA241 LB205 LC439 LI113 LK235 LR302 LS348 LT108 LU137 LV107 LY316 MA350 MC138 MD151
ME120 MG333 MH515 MK156 ML335 MM224 MN242 MO232 MP505 MR336 MS425 MT144 MU390 MV229 MW334 MX405 MY227 MZ393 NA311
NE337 NF522 NG338 NI412 NL135 NO103 NP215 NR507 NU521 NZ502 OM250 PA413 PE422 PG510 PH220 PK213 PL122 PN503 PR432
PS261 PT139 PW517 PY421 QA248 RO114 RS121 RU123 RW340 SA201 SB512 SC398 SD343 SE104 SG226 SH306 SI145 SK117 SL342
SM128 SN341 SO318 SR437 SS349 ST394 SV414 SX445 SY206 SZ391 TC425 TD344 TG345 TH219 TJ259 TK519 TL262 TM260 TN351
TO509 TR208 TT433 TV511 TW236 TZ309 UA155 UG339 US404 UY423 UZ258 VA129 VC440 VE424 VG425 VI432 VN243 VU514 WS506
XK157 YE251 ZA303 ZM346 ZW310
"""
# Shorter or more usual than the name of CLDR.
NAMES = {
    "CD": "République démocratique du Congo",
    "CG": "Congo",
    "HK": "Hong Kong",
    "MM": "Birmanie",
    "MO": "Macao",
    "PS": "Territoires palestiniens",
    "VA": "Vatican",
}
# What people also write; former names, and those of the parts of France.
ALIASES = {
    "FR": "République française, Martinique, Guadeloupe, Guyane, La Réunion, Mayotte, Nouvelle-Calédonie, "
    "Polynésie française, "
    "Saint-Pierre-et-Miquelon, Saint-Barthélemy, Saint-Martin, Wallis-et-Futuna",
    "BF": "Haute-Volta",
    "BJ": "Dahomey",
    "BY": "Belarus",
    "CD": "Zaïre, Congo-Kinshasa",
    "CG": "Congo-Brazzaville",
    "CZ": "République tchèque, Tchécoslovaquie",
    "DE": "RDA, RFA",
    "ET": "Abyssinie",
    "GB": "Angleterre, Écosse, Pays de Galles, Irlande du Nord, Grande-Bretagne",
    "IE": "Eire",
    "IR": "Perse",
    "KH": "Kampuchéa",
    "LK": "Ceylan",
    "MM": "Myanmar",
    "NL": "Hollande",
    "PS": "Territoires palestiniens",
    "RS": "Yougoslavie",
    "RU": "URSS, Union soviétique",
    "SK": "Tchécoslovaquie",
    "SZ": "Swaziland",
    "TH": "Siam",
    "TL": "Timor-Leste",
    "TZ": "Tanganyika, Zanzibar",
    "US": "États-Unis d’Amérique, USA",
    "VA": "Saint-Siège",
    "VN": "Viêt Nam",
    "ZW": "Rhodésie",
    "CN": "République populaire de Chine",
    "TW": "Formose",
}
# Kosovo has no ISO code: RKS is printed in its travel documents.
# The others have several aliases in CLDR.
ALPHA3 = {
    "XK": "RKS",
    "FR": "FRA",
    "DE": "DEU",
    "RU": "RUS",
    "RS": "SRB",
    "YE": "YEM",
    "MM": "MMR",
    "TL": "TLS",
    "CD": "COD",
}


def communes(source: Path) -> bytes:
    """The table of `identite/cog/communes.py`: lines `code|name|kind|key|postal codes`, an empty line, then the words.

    Lines stand in the order in which a search shows them: arrondissements by number, then the largest places.
    Words: for each beginning of a word, 64 × line + place in the key, 4 bytes little-endian, in alphabetical order of
    what follows.
    """
    found: list[dict[str, Any]] = json.loads(source.read_text(encoding="utf-8"))
    divided = [row for row in found if row["type"] == "arrondissement-municipal"]
    others = [row for row in found if row["type"] != "arrondissement-municipal" and row["code"] not in DIVIDED]
    rows = sorted(divided, key=lambda row: row["code"])
    rows += sorted(others, key=lambda row: (-row.get("population", 0), normalize(row["nom"]), row["code"]))
    lines, words = [], []
    for number, row in enumerate(rows):
        name, key = row["nom"].replace("'", "’"), normalize(row["nom"])
        lines.append(f"{row['code']}|{name}|{KINDS[row['type']]}|{key}|{' '.join(row.get('codesPostaux', []))}")
        places = [place for place in range(min(len(key), 64)) if place == 0 or key[place - 1] == " "]
        words += [(key[place:], 64 * number + place) for place in places]
    index = b"".join(word.to_bytes(4, "little") for _text, word in sorted(words))
    return "\n".join(lines).encode() + b"\n\n" + index


def countries() -> list[list[str]]:
    """Code of INSEE, three-letter code, name, further names."""
    from babel import Locale
    from babel.core import get_global

    names = Locale("fr").territories
    alpha3 = {
        known[0]: alias
        for alias, known in sorted(get_global("territory_aliases").items(), reverse=True)
        if len(alias) == 3 and alias.isalpha() and len(known) == 1
    }
    alpha3 |= {
        "FR": "FRA",
        "DE": "DEU",
        "RU": "RUS",
        "RS": "SRB",
        "YE": "YEM",
        "MM": "MMR",
        "TL": "TLS",
        "CD": "COD",
    } | ALPHA3
    rows = [
        [
            f"99{entry[2:]}",
            alpha3[entry[:2]],
            NAMES.get(entry[:2], names[entry[:2]]).replace("'", "’"),
            ALIASES.get(entry[:2], ""),
        ]
        for entry in CODES.split()
    ]
    return sorted(rows, key=lambda row: (row[0], row[1]))


def main() -> None:
    (TARGET / "communes.xz").write_bytes(lzma.compress(communes(Path(sys.argv[1])), preset=9 | lzma.PRESET_EXTREME))
    with (TARGET / "countries.csv").open("w", encoding="utf-8", newline="") as target:
        csv.writer(target, lineterminator="\n").writerows(countries())


if __name__ == "__main__":
    main()
