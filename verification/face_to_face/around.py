"""What `_offices.html` shows: the nearest offices of a commune, as a list and as a drawing."""

from datetime import datetime
from typing import Any

from verification.face_to_face import map as drawing
from verification.face_to_face.finder import centre_of, near

FAR_KM = 50  # from here on another way is proposed beside the list


def around(commune_code: str, origin_name: str, *, at: datetime | None = None) -> dict[str, Any]:
    """Context of `_offices.html`: found, origin_name, map, is_far. found is empty where there are no offices or no such commune."""
    origin = centre_of(commune_code)
    found = near(*origin, at=at) if origin else []
    return {
        "found": found,
        "origin_name": origin_name,
        "map": drawing.draw(origin, found) if origin and found else "",
        "is_far": bool(found) and found[0].km > FAR_KM,
    }
