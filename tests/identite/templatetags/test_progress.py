import re

import pytest
from django.template import engines
from django.views.generic import View

from identite.funnel import Mark, Step
from identite.templatetags import progress


def render(text, **context):
    return engines["django"].from_string("{% load progress %}" + text).render(context)


def mark(slug, group="", done=False, current=False):
    step = Step(slug=slug, title=slug.title(), view=View, is_done=lambda subject: done, group=group)
    return Mark(step=step, url=f"/{slug}/", done=done, current=current, reachable=done or current)


ROUTE = [mark("terms", done=True), mark("mobile", "Numéro", True), mark("code", "Numéro", current=True), mark("mode")]


def test_neighbouring_steps_of_a_group_share_a_number():
    way = progress._grouped(ROUTE)
    assert [(group.number, group.name, group.state) for group in way.groups] == [
        ("01", "Terms", "done"),
        ("02", "Numéro", "now"),
        ("03", "Mode", "ahead"),
    ]
    assert (way.position, way.total) == (3, 4)


def test_the_side_bar_marks_the_current_step_and_links_only_what_is_open():
    html = render("{% progress route %}", route=ROUTE)
    assert html.count('aria-current="step"') == 1
    assert 'href="/mobile/"' in html
    assert 'href="/code/"' not in html
    assert 'href="/mode/"' not in html
    assert re.search(r'<progress max="4"\s+value="3"', html)


@pytest.mark.parametrize(("stage", "done"), [(1, 0), (2, 1), (5, 4)])
def test_the_four_stages_show_what_is_complete(stage, done):
    html = render("{% stages stage %}", stage=stage)
    assert html.count("(terminé)") == done
    assert html.count('aria-current="step"') == (stage <= 4)
