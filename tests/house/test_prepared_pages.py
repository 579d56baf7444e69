"""Templates that are prepared when they are loaded write what Django alone writes: every page, mail and paper of the walk."""

import re
from copy import deepcopy
from typing import Any

import pytest
from django.conf import settings as project
from django.template.backends.django import DjangoTemplates, Template

from tests.house.walk import everything

OURS = "identite.template_loader.Loader"
PLAIN = "django.template.loaders.cached.Loader"
# Drawn anew at each rendering, whoever loads the template.
TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=|data-csrf=)"\w+"')


def by_django_alone() -> DjangoTemplates:
    options = deepcopy(project.TEMPLATES[0])
    (name, loaders), *others = options["OPTIONS"]["loaders"]
    assert name == OURS
    options["OPTIONS"]["loaders"] = [(PLAIN, loaders), *others]
    options.pop("BACKEND")
    return DjangoTemplates({"NAME": "plain", "APP_DIRS": False, **options})


@pytest.fixture
def compared(monkeypatch) -> dict[str, list[bool]]:
    """Name of each template that is rendered from here on → whether both ways wrote the same, for each time."""
    found: dict[str, list[bool]] = {}
    plain, render = by_django_alone(), Template.render

    def twice(template: Template, context: Any = None, request: Any = None) -> str:
        prepared = render(template, context, request)
        name = template.template.name
        if name is not None and not name.startswith(("django/", "admin/widgets/")):  # of the forms' own engine

            def written(one: Template) -> str:
                return TOKEN.sub("", render(one, context, request))

            alone = plain.get_template(name)
            # Between two renderings a countdown may go on by a second.
            found.setdefault(name, []).append(any(written(template) == written(alone) for _time in range(3)))
        return prepared

    monkeypatch.setattr(Template, "render", twice)
    return found


def test_a_prepared_page_is_the_same_to_the_byte(compared, transactional_db):
    everything()
    assert len(compared) > 90
    assert [name for name, same in compared.items() if not all(same)] == []
