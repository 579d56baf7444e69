from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identite", "0002_journal_beginnings"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="onetimecode",
            index=models.Index(fields=["expires_at"], name="code_end"),
        ),
        migrations.AddIndex(
            model_name="quota",
            index=models.Index(fields=["window_started_at"], name="quota_window"),
        ),
        migrations.AddIndex(
            model_name="token",
            index=models.Index(fields=["expires_at"], name="token_end"),
        ),
    ]
