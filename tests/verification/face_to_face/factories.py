"""Post offices, for tests."""

from datetime import time
from typing import Any

import factory

from verification.face_to_face.models import Office, OpeningHours


class OfficeFactory(factory.django.DjangoModelFactory):
    """An office in Rennes that takes part. hours: stretches of each weekday, «09:00-12:00 14:00-17:00»; `week`: all workdays."""

    class Meta:
        model = Office
        skip_postgeneration_save = True

    identifier = factory.Sequence(lambda number: f"T{number:05d}")
    name = factory.Sequence(lambda number: f"Rennes {number}")
    kind = "Bureau de poste"
    street = "27 rue de la Maquette"
    postal_code = "35000"
    city = "Rennes"
    commune_code = "35238"
    country = "FRANCE"
    latitude = 48.11
    longitude = -1.68

    @factory.post_generation
    def hours(self: Any, _create: bool, given: dict[int, str] | None, **_more: Any) -> None:
        for weekday, day in (given or {}).items():
            for stretch in day.split():
                opens, closes = (time.fromisoformat(moment) for moment in stretch.split("-"))
                OpeningHours.objects.create(office=self, weekday=weekday, opens=opens, closes=closes)
