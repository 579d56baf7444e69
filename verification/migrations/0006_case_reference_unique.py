from django.db import migrations, models

import identite.references


class Migration(migrations.Migration):
    """A migration of its own: PostgreSQL alters no table whose rows were written in the same transaction."""

    dependencies = [("verification", "0005_case_reference")]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="reference",
            field=models.CharField(
                default=identite.references.draw, editable=False, max_length=8, unique=True, verbose_name="référence"
            ),
        ),
    ]
