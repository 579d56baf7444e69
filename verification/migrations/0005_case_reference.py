import django.db.models.deletion
from django.db import migrations, models

import identite.references


def draw_references(apps, schema_editor):
    """Every case that there is gets a reference of its own."""
    cases = apps.get_model("verification", "Case").objects
    taken: set[str] = set()
    for pk in list(cases.filter(reference=None).values_list("pk", flat=True)):
        reference = identite.references.draw()
        while reference in taken:
            reference = identite.references.draw()
        taken.add(reference)
        cases.filter(pk=pk).update(reference=reference)


class Migration(migrations.Migration):
    dependencies = [("verification", "0004_due_dates")]

    operations = [
        migrations.AddField(
            model_name="verification",
            name="mode",
            field=models.CharField(
                choices=[("online", "En ligne"), ("face_to_face", "En face à face")],
                default="online",
                editable=False,
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="reference",
            field=models.CharField(editable=False, max_length=8, null=True, verbose_name="référence"),
        ),
        migrations.RunPython(draw_references, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="case",
            name="alert",
            field=models.CharField(
                blank=True,
                choices=[("not_me", "la personne jointe a répondu « Je ne suis pas cette personne »")],
                max_length=20,
                verbose_name="alerte",
            ),
        ),
        migrations.AlterModelOptions(
            name="decision",
            options={"ordering": ("at", "id"), "verbose_name": "décision"},
        ),
        migrations.AlterField(
            model_name="decision",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="verification.case"
            ),
        ),
    ]
