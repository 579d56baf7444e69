import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("verification", "0008_labels"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecordingBand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("value", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "bande d’enregistrement",
                "verbose_name_plural": "bandes d’enregistrement",
            },
        ),
        migrations.AddIndex(
            model_name="capture",
            index=models.Index(
                condition=models.Q(("kind", "video"), ("signature__isnull", False)),
                fields=["uploaded_at"],
                name="capture_recordings",
            ),
        ),
        migrations.AddField(
            model_name="recordingband",
            name="capture",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="bands", to="verification.capture"
            ),
        ),
        migrations.AddIndex(
            model_name="recordingband",
            index=models.Index(fields=["value"], name="recording_band"),
        ),
    ]
