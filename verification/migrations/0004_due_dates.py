from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("verification", "0003_trial"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="capture",
            name="capture_due",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="case_queue",
        ),
        migrations.AddIndex(
            model_name="capture",
            index=models.Index(condition=models.Q(("state", "queued")), fields=["queued_at"], name="capture_due"),
        ),
        migrations.AddIndex(
            model_name="capture",
            index=models.Index(
                condition=models.Q(("purged_at", None)), fields=["uploaded_at"], name="capture_unpurged"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["due_at"], name="case_all"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("state", "waiting")), fields=["due_at"], name="case_queue"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("alert", ""), _negated=True), fields=["due_at"], name="case_alert"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state__in", ("approved", "refused"))), fields=["decided_at"], name="case_decided"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("evidence_purge_at__isnull", False)),
                fields=["evidence_purge_at"],
                name="case_evidence",
            ),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(fields=["created_at"], name="trial_age"),
        ),
    ]
