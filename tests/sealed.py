"""What somebody with the database and without the keys can do to one row: a cell that opens nowhere."""

from django.db import models

from identite.fields import Sealed


def spoil(row: models.Model, *names: str) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**dict.fromkeys(names, Sealed(b"\x01" * 60)))
