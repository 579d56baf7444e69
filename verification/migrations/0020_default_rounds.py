from django.db import migrations

WEEK = [(day, half) for day in range(5) for half in ("morning", "afternoon")]
SATURDAY_MORNING = (5, "morning")
PLACES = 4


def go_round_everywhere(apps, schema_editor):
    """Until somebody who knows the rounds says otherwise: every working half-day, and the morning of Saturday."""
    rounds = apps.get_model("verification", "Round").objects
    for weekday, half_day in [*WEEK, SATURDAY_MORNING]:
        rounds.get_or_create(commune_code="", weekday=weekday, half_day=half_day, defaults={"capacity": PLACES})


class Migration(migrations.Migration):
    dependencies = [("verification", "0019_appointment_over")]

    operations = [migrations.RunPython(go_round_everywhere, migrations.RunPython.noop)]
