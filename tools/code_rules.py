"""What no line of the service may do, beyond what ruff knows: rules of ours over the syntax tree.

    python -m tools.code_rules

A file that may has its name in the rule, and must still do it: a permission that nobody uses is told as well.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("identite", "notifications", "verification", "enrollment", "authenticator", "sandbox")
SECRET = re.compile(r"token|digest|secret|seal|signature|hmac|password", re.IGNORECASE)
PERSONAL = re.compile(
    r"^(email|phone|mobile|number|address|recipient|(first|last|birth|use)_names?|document_number|code|token|password|link|text)$"
)
LOGGERS = {"logger", "log", "logging"}
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
UNSAFE_MODULES = {"pickle", "marshal", "shelve", "dill", "yaml", "xml", "telnetlib", "ftplib"}
RANDOM = ("evaluation/faces", "specimens/documents", "specimens/layouts", "specimens/people")
VIEWS = re.compile(r"(^|_)views\.py$|^handoff\.py$")


@dataclass(frozen=True)
class Rule:
    """finds: is this node of this file against it? bad: a line that is. allowed: files that may, each for a reason of its own."""

    name: str
    why: str
    finds: Callable[[ast.AST, Path], bool]
    bad: str
    allowed: frozenset[str] = frozenset()
    bad_file: str = "identite/example.py"


def called(node: ast.AST) -> str:
    """The last name of what is called: «filter» of `rows.filter(…)`."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def last_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def imports(node: ast.AST, modules: set[str]) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.partition(".")[0] in modules for alias in node.names)
    return isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in modules


def exempts_from_csrf(node: ast.AST, _path: Path) -> bool:
    if isinstance(node, ast.ImportFrom):
        return any(alias.name == "csrf_exempt" for alias in node.names)
    return isinstance(node, ast.Name | ast.Attribute) and last_name(node) == "csrf_exempt"


def compares_secrets(node: ast.AST, _path: Path) -> bool:
    if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
        return False
    sides = [node.left, *node.comparators]
    if any(isinstance(side, ast.Constant) for side in sides):
        return False  # a column's name, an empty text
    return any(SECRET.search(last_name(side) or called(side)) for side in sides)


def logs_a_person(node: ast.AST, _path: Path) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in LEVELS:
        return False
    written = [child for argument in node.args for child in ast.walk(argument)]
    return last_name(node.func.value) in LOGGERS and any(PERSONAL.match(last_name(child)) for child in written)


def gets_by_id_alone(node: ast.AST, path: Path) -> bool:
    """`get_object_or_404(Row, pk=pk)`, `rows.filter(pk=pk)`: whose row it is has not been asked."""
    if not VIEWS.search(path.name) or called(node) not in {"get", "filter", "get_object_or_404"}:
        return False
    assert isinstance(node, ast.Call)  # noqa: S101 (`called` is empty for anything else)
    conditions = {keyword.arg: keyword.value for keyword in node.keywords}
    return set(conditions) in ({"pk"}, {"id"}) and all(isinstance(value, ast.Name) for value in conditions.values())


def runs_a_shell(node: ast.AST, _path: Path) -> bool:
    if not isinstance(node, ast.Call):
        return False
    of_os = isinstance(node.func, ast.Attribute) and last_name(node.func.value) == "os"
    return (of_os and called(node) in {"system", "popen"}) or any(keyword.arg == "shell" for keyword in node.keywords)


def writes_sql(node: ast.AST, _path: Path) -> bool:
    """Whole queries of ours, or a statement that is put together."""
    if called(node) in {"raw", "extra", "RawSQL"}:
        return True
    return called(node) in {"execute", "executemany"} and isinstance(node, ast.Call) and bool(node.args) and (
        isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
    )  # fmt: skip


RULES = (
    Rule(
        "secrets",
        "compare them in constant time",
        compares_secrets,
        "if token == row.token: pass",
        # Chains that are verified, and columns that are sealed anew, by whoever has their key; a parser's token.
        frozenset({"identite/journal_check.py", "identite/sealing.py", "identite/template_loader.py"}),
    ),
    Rule("logs", "no word about a person", logs_a_person, "logger.info('sent to %s', account.email)"),
    Rule(
        "owner",
        "a page that takes an id asks whose row it is",
        gets_by_id_alone,
        "rows.get(pk=pk)",
        # Agents see every case by permission; testers every message.
        frozenset({"verification/review/views.py", "sandbox/views.py"}),
        "a/views.py",
    ),
    Rule("shell", "no command goes through a shell", runs_a_shell, "subprocess.run(line, shell=True)"),
    Rule("sql", "no query of our own making", writes_sql, "cursor.execute(f'SELECT {name}')"),
    Rule(
        "html",
        "nothing is declared to be safe",
        lambda node, _path: called(node) in {"mark_safe", "SafeString"},
        "mark_safe(text)",
        # Made of escaped parts; a drawing of segno's; an empty text.
        frozenset({"identite/templatetags/forms.py", "identite/qr.py", "identite/template_loader.py"}),
    ),
    Rule(
        "csrf",
        "every form is checked",
        exempts_from_csrf,
        "@csrf_exempt\ndef view(): pass",
        # Checked further in, once the body is small enough to be read; JSON that no form of another site can send.
        frozenset(
            {
                "verification/capture/practice_views.py",
                "verification/capture/steps.py",
                "verification/face_to_face/counter/steps/photos.py",
                "sandbox/api.py",
            }
        ),
    ),
    Rule("eval", "nothing is executed", lambda node, _path: called(node) in {"eval", "exec"}, "eval(text)"),
    Rule(
        "modules", "nothing is read that runs code", lambda node, _path: imports(node, UNSAFE_MODULES), "import pickle"
    ),
    Rule(
        "random",
        "what must not be guessed comes from `secrets`",
        lambda node, _path: imports(node, {"random"}),
        "import random",
        # Specimens come out the same for the same seed.
        frozenset(f"sandbox/{name}.py" for name in RANDOM),
    ),
    Rule(
        "templates",
        "no template is made of text",
        lambda node, _path: called(node) in {"from_string", "Template"},
        "Template(text)",
        frozenset({"identite/template_loader.py"}),  # of an empty one
    ),
)
UNSAFE_IN_TEMPLATES = re.compile(r"\|\s*safe\b|safeseq|autoescape\s+off")


def broken(source: str, path: Path) -> Iterator[tuple[Rule, int]]:
    """Each rule that this source breaks, and where."""
    for node in ast.walk(ast.parse(source)):
        for rule in RULES:
            if rule.finds(node, path):
                yield rule, getattr(node, "lineno", 0)


def found() -> list[str]:
    """What breaks a rule, and permissions that are not used."""
    lines, used = [], set()
    for path in (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))):
        name = path.relative_to(ROOT).as_posix()
        for rule, line in broken(path.read_text(encoding="utf-8"), path):
            if name in rule.allowed:
                used.add((rule.name, name))
            else:
                lines.append(f"{name}:{line}: {rule.name}: {rule.why}")
    lines += [
        f"{name}: {rule.name}: a permission that is not used"
        for rule in RULES
        for name in sorted(rule.allowed)
        if (rule.name, name) not in used
    ]
    for path in sorted((ROOT / "templates").rglob("*.html")):
        if UNSAFE_IN_TEMPLATES.search(path.read_text(encoding="utf-8")):
            lines.append(f"{path.relative_to(ROOT)}: html: nothing is declared to be safe")
    return lines


def main() -> int:
    lines = found()
    print(*lines, sep="\n", end="\n" if lines else "")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
