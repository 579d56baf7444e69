from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enrollment", "0003_file_reminder"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="enrollment",
            index=models.Index(
                condition=models.Q(("state__in", ("started", "proving", "refused"))),
                fields=["expires_at"],
                name="enrollment_unfinished",
            ),
        ),
        migrations.AddIndex(
            model_name="enrollment",
            index=models.Index(
                condition=models.Q(("reminded_at", None), ("state__in", ("started", "proving", "refused"))),
                fields=["expires_at"],
                name="enrollment_not_reminded",
            ),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(fields=["expires_at"], name="registration_end"),
        ),
    ]
