import django.db.models.functions.comparison
from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.utils import timezone


def date_past_letters(apps, schema_editor):
    """Identified when the file was sent to the agents; erased where no proof is left."""
    letters = apps.get_model("verification", "RegisteredLetter").objects
    sent = apps.get_model("verification", "Verification").objects.filter(pk=OuterRef("verification"))
    letters.filter(verification__submitted_at__isnull=False).update(identified_at=Subquery(sent.values("submitted_at")))
    letters.filter(proofs=None).update(erased_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0002_due_dates"),
        ("verification", "0010_fill_recording_bands"),
    ]

    operations = [
        migrations.AddField(
            model_name="registeredletter",
            name="erased_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="registeredletter",
            name="identified_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(date_past_letters, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="registeredletter",
            index=models.Index(
                condition=models.Q(("ended_at", None), ("state", "sending")),
                fields=["created_at"],
                name="letter_unsent",
            ),
        ),
        migrations.AddIndex(
            model_name="registeredletter",
            index=models.Index(
                condition=models.Q(("identified_at", None), ("state", "notified")),
                fields=["reminder_due_at"],
                name="letter_reminder",
            ),
        ),
        migrations.AddIndex(
            model_name="registeredletter",
            index=models.Index(
                condition=models.Q(("identified_at", None), ("state", "notified")),
                fields=["due_at"],
                name="letter_term",
            ),
        ),
        migrations.AddIndex(
            model_name="registeredletter",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce("accepted_at", "ended_at", "created_at"),
                condition=models.Q(("erased_at", None)),
                name="letter_proofs_kept",
            ),
        ),
    ]
