from django.db import migrations

from identite.sealing import seal_old_rows


class Migration(migrations.Migration):
    """In batches; broken off, it goes on where it was."""

    atomic = False
    dependencies = [("enrollment", "0009_sealed_columns")]

    operations = [migrations.RunPython(seal_old_rows("enrollment"), migrations.RunPython.noop, elidable=True)]
