"""A session points at its account. Those that are open end: a session holds who is logged in and nothing else."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def end_all(apps, schema_editor):
    apps.get_model("identite", "Session").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("identite", "0003_due_dates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(end_all, migrations.RunPython.noop),
        migrations.RemoveField(model_name="session", name="account"),
        migrations.AddField(
            model_name="session",
            name="account",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sessions",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
