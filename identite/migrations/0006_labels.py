from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identite", "0005_codes_of_any_use"),
    ]

    operations = [
        migrations.AlterField(
            model_name="journal",
            name="after",
            field=models.CharField(blank=True, max_length=30, verbose_name="après"),
        ),
        migrations.AlterField(
            model_name="journal",
            name="at",
            field=models.DateTimeField(verbose_name="date"),
        ),
        migrations.AlterField(
            model_name="journal",
            name="before",
            field=models.CharField(blank=True, max_length=30, verbose_name="avant"),
        ),
        migrations.AlterField(
            model_name="journal",
            name="chain",
            field=models.UUIDField(verbose_name="chaîne"),
        ),
        migrations.AlterField(
            model_name="journal",
            name="detail",
            field=models.JSONField(blank=True, default=dict, verbose_name="détail"),
        ),
        migrations.AlterField(
            model_name="journal",
            name="event",
            field=models.CharField(max_length=60, verbose_name="événement"),
        ),
        migrations.AlterField(
            model_name="journal",
            name="origin",
            field=models.CharField(blank=True, max_length=64, verbose_name="adresse"),
        ),
        migrations.AlterField(
            model_name="journal",
            name="reason",
            field=models.TextField(blank=True, verbose_name="motif"),
        ),
        migrations.AlterField(
            model_name="journal",
            name="seal",
            field=models.CharField(max_length=64, verbose_name="sceau"),
        ),
        migrations.AlterField(
            model_name="journal",
            name="sequence",
            field=models.PositiveIntegerField(verbose_name="rang"),
        ),
        migrations.AlterField(
            model_name="journal",
            name="subject",
            field=models.CharField(max_length=100, verbose_name="objet"),
        ),
    ]
