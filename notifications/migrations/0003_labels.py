import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0002_due_dates"),
    ]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="channel",
            field=models.CharField(choices=[("email", "e-mail"), ("sms", "SMS")], max_length=10, verbose_name="canal"),
        ),
        migrations.AlterField(
            model_name="message",
            name="created_at",
            field=models.DateTimeField(auto_now_add=True, verbose_name="écrit le"),
        ),
        migrations.AlterField(
            model_name="message",
            name="event",
            field=models.CharField(max_length=60, verbose_name="événement"),
        ),
        migrations.AlterField(
            model_name="message",
            name="failure",
            field=models.CharField(blank=True, max_length=200, verbose_name="échec"),
        ),
        migrations.AlterField(
            model_name="message",
            name="id",
            field=models.UUIDField(
                default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name="identifiant"
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="next_try_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="prochain essai le"),
        ),
        migrations.AlterField(
            model_name="message",
            name="sends",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="envois"),
        ),
        migrations.AlterField(
            model_name="message",
            name="sent_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="envoyé le"),
        ),
        migrations.AlterField(
            model_name="message",
            name="status",
            field=models.CharField(
                choices=[
                    ("queued", "à envoyer"),
                    ("sending", "envoi en cours"),
                    ("sent", "envoyé"),
                    ("failed", "échec"),
                ],
                default="queued",
                editable=False,
                max_length=10,
                verbose_name="état",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="wiped_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="effacé le"),
        ),
    ]
