from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("verification", "0018_face_to_face")]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="over_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("over_at__isnull", False), ("state", "booked")),
                fields=["over_at"],
                name="appointment_over",
            ),
        ),
    ]
