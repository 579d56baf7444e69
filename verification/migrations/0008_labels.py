from django.db import migrations, models

import verification.documents


class Migration(migrations.Migration):
    dependencies = [
        ("verification", "0007_document_kinds"),
    ]

    operations = [
        migrations.AlterField(
            model_name="verification",
            name="birth_country",
            field=models.CharField(blank=True, max_length=5, verbose_name="pays de naissance"),
        ),
        migrations.AlterField(
            model_name="verification",
            name="birth_date",
            field=models.CharField(blank=True, max_length=10, verbose_name="date de naissance"),
        ),
        migrations.AlterField(
            model_name="verification",
            name="birth_name",
            field=models.CharField(blank=True, max_length=256, verbose_name="nom de naissance"),
        ),
        migrations.AlterField(
            model_name="verification",
            name="birth_place",
            field=models.CharField(blank=True, max_length=200, verbose_name="lieu de naissance"),
        ),
        migrations.AlterField(
            model_name="verification",
            name="birth_place_code",
            field=models.CharField(blank=True, max_length=5, verbose_name="code de la commune de naissance"),
        ),
        migrations.AlterField(
            model_name="verification",
            name="civility",
            field=models.CharField(
                blank=True, choices=[("F", "Madame"), ("M", "Monsieur")], max_length=1, verbose_name="civilité"
            ),
        ),
        migrations.AlterField(
            model_name="verification",
            name="document_kind",
            field=models.CharField(
                blank=True, choices=verification.documents.choices, max_length=10, verbose_name="pièce d’identité"
            ),
        ),
        migrations.AlterField(
            model_name="verification",
            name="document_number",
            field=models.CharField(blank=True, max_length=20, verbose_name="numéro de la pièce"),
        ),
        migrations.AlterField(
            model_name="verification",
            name="expiry_date",
            field=models.DateField(blank=True, null=True, verbose_name="date d’expiration"),
        ),
        migrations.AlterField(
            model_name="verification",
            name="first_names",
            field=models.CharField(blank=True, max_length=256, verbose_name="prénoms"),
        ),
        migrations.AlterField(
            model_name="verification",
            name="issue_date",
            field=models.DateField(blank=True, null=True, verbose_name="date de délivrance"),
        ),
        migrations.AlterField(
            model_name="verification",
            name="nationality",
            field=models.CharField(blank=True, max_length=3, verbose_name="nationalité"),
        ),
        migrations.AlterField(
            model_name="verification",
            name="use_name",
            field=models.CharField(blank=True, max_length=256, verbose_name="nom d’usage"),
        ),
    ]
