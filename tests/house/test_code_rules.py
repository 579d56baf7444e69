"""The rules of ours that `make lint` reads the code by: each of them finds what it is there for."""

from pathlib import Path

import pytest

from tools.code_rules import RULES, UNSAFE_IN_TEMPLATES, broken, found

GOOD = """
if constant_time_compare(token, row.token): pass
if row.token_id == "": pass
logger.info("message %s was sent", message.pk)
rows.filter(pk=pk, owner=request.user)
get_object_or_404(Row, pk=pk, verification=found.verification)
subprocess.run([program, name])
cursor.execute("SELECT 1 WHERE %s", [name])
format_html("<b>{}</b>", name)
import secrets, json
"""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_finds_a_bad_line(rule):
    assert rule in [one for one, _line in broken(rule.bad, Path(rule.bad_file))]


def test_no_rule_finds_a_good_line():
    assert list(broken(GOOD, Path("identite/views.py"))) == []


@pytest.mark.parametrize("bad", ["{{ name|safe }}", "{% autoescape off %}", "{{ names|safeseq }}", "{{ name | safe }}"])
def test_templates_declare_nothing_safe(bad):
    assert UNSAFE_IN_TEMPLATES.search(bad)
    assert not UNSAFE_IN_TEMPLATES.search("{{ name }} is safe")


def test_the_code_keeps_them_and_uses_its_permissions():
    assert found() == []
