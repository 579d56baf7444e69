from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enrollment", "0010_seal_rows")]

    operations = [
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["phone_digest"], name="account_phone"),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["last_name_digest"], name="account_last_name"),
        ),
        migrations.AddIndex(
            model_name="enrollment",
            index=models.Index(fields=["mobile_digest"], name="enrollment_mobile"),
        ),
        migrations.AddIndex(
            model_name="enrollment",
            index=models.Index(fields=["document_digest"], name="enrollment_document"),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(fields=["email_digest"], name="registration_address"),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(fields=("email_digest",), name="one_account_an_address"),
        ),
        migrations.AddConstraint(
            model_name="enrollment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("activated", "suspended"))),
                fields=("mobile_digest",),
                name="one_identity_a_mobile",
            ),
        ),
    ]
