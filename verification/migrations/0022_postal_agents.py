from typing import Any

from django.db import migrations

GROUP = "Agents postaux"


def make_group(apps: Any, schema_editor: Any) -> None:
    """With its right, which a new database would only get once all migrations are through."""
    content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="verification", model="appointment"
    )
    right, _made = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename="hold_meeting", defaults={"name": "Peut tenir un rendez-vous"}
    )
    group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
    group.permissions.add(right)


def drop_group(apps: Any, schema_editor: Any) -> None:
    apps.get_model("auth", "Group").objects.filter(name=GROUP).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("verification", "0021_counter"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(make_group, drop_group)]
