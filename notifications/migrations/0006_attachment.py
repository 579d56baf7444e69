from django.db import migrations

import identite.fields


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_seal_rows")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="attachment",
            field=identite.fields.EncryptedJSONField(blank=True, default=dict),
        ),
    ]
