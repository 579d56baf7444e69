import uuid

import django.utils.timezone
from django.db import migrations, models

import identite.fields
import verification.documents


class Migration(migrations.Migration):
    dependencies = [
        ("enrollment", "0006_document_kinds"),
    ]

    operations = [
        migrations.AlterField(
            model_name="account",
            name="civility",
            field=models.CharField(
                blank=True, choices=[("F", "Madame"), ("M", "Monsieur")], max_length=1, verbose_name="civilité"
            ),
        ),
        migrations.AlterField(
            model_name="account",
            name="commercial_offers",
            field=models.BooleanField(default=False, verbose_name="offres commerciales acceptées"),
        ),
        migrations.AlterField(
            model_name="account",
            name="date_joined",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="créé le"),
        ),
        migrations.AlterField(
            model_name="account",
            name="id",
            field=models.UUIDField(
                default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name="identifiant"
            ),
        ),
        migrations.AlterField(
            model_name="account",
            name="is_active",
            field=models.BooleanField(default=True, verbose_name="actif"),
        ),
        migrations.AlterField(
            model_name="account",
            name="is_staff",
            field=models.BooleanField(default=False, verbose_name="agent"),
        ),
        migrations.AlterField(
            model_name="account",
            name="phone",
            field=models.CharField(blank=True, max_length=20, verbose_name="téléphone"),
        ),
        migrations.AlterField(
            model_name="account",
            name="terms_version",
            field=models.CharField(blank=True, max_length=20, verbose_name="version des conditions acceptées"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="activated_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="activé le"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="ar24_terms_accepted_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="conditions de la lettre acceptées le"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="ar24_terms_version",
            field=models.CharField(blank=True, max_length=20, verbose_name="version des conditions de la lettre"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="birth_country",
            field=models.CharField(blank=True, max_length=5, verbose_name="pays de naissance"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="birth_date",
            field=models.CharField(blank=True, max_length=10, verbose_name="date de naissance"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="birth_name",
            field=models.CharField(blank=True, max_length=256, verbose_name="nom de naissance"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="birth_place",
            field=models.CharField(blank=True, max_length=200, verbose_name="lieu de naissance"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="birth_place_code",
            field=models.CharField(blank=True, max_length=5, verbose_name="code de la commune de naissance"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="civility",
            field=models.CharField(
                blank=True, choices=[("F", "Madame"), ("M", "Monsieur")], max_length=1, verbose_name="civilité"
            ),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="confirmé le"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="created_at",
            field=models.DateTimeField(auto_now_add=True, verbose_name="commencé le"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="document_kind",
            field=models.CharField(
                blank=True, choices=verification.documents.choices, max_length=10, verbose_name="pièce d’identité"
            ),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="document_number",
            field=models.CharField(blank=True, max_length=20, verbose_name="numéro de la pièce"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="expires_at",
            field=models.DateTimeField(verbose_name="clos le"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="expiry_date",
            field=models.DateField(blank=True, null=True, verbose_name="date d’expiration"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="first_names",
            field=models.CharField(blank=True, max_length=256, verbose_name="prénoms"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="french_document",
            field=models.BooleanField(blank=True, null=True, verbose_name="pièce française"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="id",
            field=models.UUIDField(
                default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name="identifiant"
            ),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="issue_date",
            field=models.DateField(blank=True, null=True, verbose_name="date de délivrance"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="mobile",
            field=models.CharField(blank=True, max_length=20, verbose_name="mobile"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="mobile_verified_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="mobile vérifié le"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="mode",
            field=models.CharField(
                blank=True,
                choices=[("online", "En ligne"), ("face_to_face", "En face à face")],
                max_length=12,
                verbose_name="mode de vérification",
            ),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="nationality",
            field=models.CharField(blank=True, max_length=3, verbose_name="nationalité"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="reminded_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="rappelé le"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="state",
            field=models.CharField(
                choices=[
                    ("started", "commencé"),
                    ("proving", "vérification à faire"),
                    ("under_review", "vérification en cours"),
                    ("approved", "identité vérifiée"),
                    ("proven", "à activer"),
                    ("activated", "activée"),
                    ("refused", "refusé"),
                    ("suspended", "suspendue"),
                    ("revoked", "révoquée"),
                    ("lapsed", "caduc"),
                ],
                default="started",
                editable=False,
                max_length=12,
                verbose_name="état",
            ),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="terms_accepted_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="conditions acceptées le"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="terms_version",
            field=models.CharField(blank=True, max_length=20, verbose_name="version des conditions acceptées"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="unsent",
            field=identite.fields.EncryptedTextField(blank=True, verbose_name="saisie non envoyée"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="use_name",
            field=models.CharField(blank=True, max_length=256, verbose_name="nom d’usage"),
        ),
    ]
