from django.db import migrations

from identite.sealing import seal_old_rows


class Migration(migrations.Migration):
    """In batches; broken off, it goes on where it was."""

    atomic = False
    dependencies = [("notifications", "0004_message_queued")]

    operations = [migrations.RunPython(seal_old_rows("notifications"), migrations.RunPython.noop, elidable=True)]
