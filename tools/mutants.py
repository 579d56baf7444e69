"""Do the tests notice when a rule changes? Changes one thing at a time in the files that decide about people, and runs their tests.

    python -m tools.mutants [--sample 100] [--seed 1] [--only enrollment/] [--processes 2]

A mutant that no test notices has *lived*: write the test, or, where the change makes no difference to anybody, name it
with its reason in tools/mutants_harmless.toml. Exit code 1 when fewer than 95 % of the sample are killed or named.
"""

import argparse
import ast
import copy
import queue
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WANTED = 0.95
TIMEOUT_SECONDS = 600  # of one mutant's tests; one that never ends is noticed too
ROOMS = (
    "identite",
    "notifications",
    "verification",
    "enrollment",
    "authenticator",
    "sandbox",
    "attack",
    "templates",
    "static",
    "tests",
    "tools",
)
# Rules → the tests that must notice: whichever are the nearest to them.
RULES: dict[str, list[str]] = {
    "identite/transitions.py": ["tests/enrollment/test_transitions.py", "tests/verification/review"],
    "identite/quotas.py": ["tests/identite/test_limits.py", "tests/identite/codes", "tests/enrollment/test_login.py"],
    "identite/codes/*.py": ["tests/identite/codes", "tests/identite/test_limits.py", "tests/enrollment/steps"],
    "identite/tokens.py": ["tests/identite/test_limits.py", "tests/verification/letter", "tests/enrollment/test_reset.py"],
    "enrollment/transitions.py": ["tests/enrollment/test_transitions.py"],
    "enrollment/services/*.py": ["tests/enrollment", "tests/verification/letter", "tests/authenticator"],
    "enrollment/sweep.py": ["tests/enrollment/test_sweep.py", "tests/enrollment/test_registration_sweep.py"],
    "enrollment/receivers.py": ["tests/enrollment/steps/test_status.py", "tests/enrollment", "tests/verification/review"],
    "authenticator/services.py": ["tests/authenticator", "tests/identite/codes"],
    "authenticator/transitions.py": ["tests/authenticator"],
    "authenticator/device_key.py": ["tests/authenticator"],
    "verification/transitions.py": ["tests/verification/letter", "tests/verification/review", "tests/verification/capture"],
    "verification/services.py": ["tests/verification/letter", "tests/verification/review", "tests/verification/capture"],
    "verification/review/services.py": ["tests/verification/review", "tests/verification/letter"],
    "verification/review/deadlines.py": ["tests/verification/review"],
    "verification/letter/*.py": ["tests/verification/letter", "tests/verification/review", "tests/enrollment/steps"],
    "verification/capture/storing.py": ["tests/verification/capture"],
    "verification/capture/results.py": ["tests/verification/capture"],
    "verification/capture/erasure.py": ["tests/verification/capture", "tests/verification/review"],
    "verification/capture/challenge.py": ["tests/verification/capture"],
    "verification/checks/validity.py": ["tests/verification/checks/test_validity.py", "tests/enrollment/test_validity_page.py"],
    "notifications/delivery.py": ["tests/notifications"],
}  # fmt: skip
NOT_RULES = {"pdf.py", "models.py", "views.py", "forms.py", "__init__.py", "tasks.py", "timeline.py"}
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One change: `source` is the whole file with it."""

    path: str
    line: int
    before: str
    after: str
    source: str

    @property
    def name(self) -> str:
        """The same wherever the line stands."""
        return f"{self.path}: {self.before}  ->  {self.after}"


def changed(node: ast.AST) -> Iterator[ast.AST]:
    """What else could stand in the place of this node."""
    other = copy.deepcopy(node)
    match other:
        case ast.Compare(ops=[operator]) if type(operator) in COMPARISONS:
            other.ops = [COMPARISONS[type(operator)]()]
            yield other
        case ast.BoolOp():
            other.op = ast.Or() if isinstance(other.op, ast.And) else ast.And()
            yield other
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            other.op = ast.Sub() if isinstance(other.op, ast.Add) else ast.Add()
            yield other
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield ast.Constant(value + 1)
        case ast.Set(elts=elements) if len(elements) > 1:
            for index in range(len(elements)):
                yield ast.Set(elements[:index] + elements[index + 1 :])
        case ast.Call(func=ast.Name(id="min" | "max" as name)):
            other.func = ast.Name("max" if name == "min" else "min")
            yield other
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.Continue():
            yield ast.Pass()


def skipped(tree: ast.Module) -> set[int]:
    """Ids of nodes whose change changes no rule: annotations, log lines, decorators' arguments, sizes of columns."""
    found: set[int] = set()
    for node in ast.walk(tree):
        inert: list[ast.AST] = []
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            inert += node.decorator_list
        if isinstance(node, ast.FunctionDef) and node.returns:
            inert.append(node.returns)
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("models.") and node.keywords:
            inert.append(node)
        if isinstance(node, ast.arg) and node.annotation:
            inert.append(node.annotation)
        if isinstance(node, ast.AnnAssign):
            inert.append(node.annotation)
        if isinstance(node, ast.Expr) and "logger" in ast.unparse(node):
            inert.append(node)
        for part in inert:
            found |= {id(below) for below in ast.walk(part)}
    return found


class Exchange(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else super().generic_visit(node)


def mutants_of(path: Path) -> Iterator[Mutant]:
    tree = ast.parse(path.read_text())
    inert = skipped(tree)
    for node in ast.walk(tree):
        if id(node) in inert:
            continue
        for other in changed(node):
            fresh = ast.parse(path.read_text())
            twin = next(b for a, b in zip(ast.walk(tree), ast.walk(fresh), strict=True) if a is node)
            source = ast.unparse(ast.fix_missing_locations(Exchange(twin, other).visit(fresh)))
            line = getattr(node, "lineno", 0)
            yield Mutant(str(path.relative_to(ROOT)), line, ast.unparse(node), ast.unparse(other), source)


def all_mutants(only: str) -> list[tuple[Mutant, list[str]]]:
    found = []
    for pattern, tests in RULES.items():
        for path in sorted(ROOT.glob(pattern)):
            if path.name not in NOT_RULES and str(path.relative_to(ROOT)).startswith(only):
                found += [(mutant, tests) for mutant in mutants_of(path)]
    return found


def copy_project(folder: Path) -> None:
    for name in (*ROOMS, "pyproject.toml", "manage.py"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "e2e"))
        else:
            shutil.copy(source, folder / name)


def passes(tests: list[str], folder: Path) -> bool:
    options = ["-x", "-q", "--no-migrations", "-p", "no:cacheprovider", "-m", "not services and not migrations"]
    command = [sys.executable, "-m", "pytest", *options, *tests]
    try:
        run = subprocess.run(command, cwd=folder, capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return False
    return run.returncode == 0


def is_killed(mutant: Mutant, tests: list[str], folder: Path) -> bool:
    target = folder / mutant.path
    original = target.read_text()
    target.write_text(mutant.source)
    try:
        return not passes(tests, folder)
    finally:
        target.write_text(original)


def check_unchanged(work: list[tuple[Mutant, list[str]]]) -> None:
    """Tests that fail without any change would kill everything. Ends the command when some do."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        copy_project(Path(name))
        used = sorted({test for _mutant, tests in work for test in tests})
        broken = [test for test in used if not passes([test], Path(name))]
        if broken:
            sys.exit(f"These tests fail without any change: {' '.join(broken)}")


def judge(work: list[tuple[Mutant, list[str]]], processes: int) -> list[Mutant]:
    """The mutants that lived, each tried in a copy of the project of its own process."""
    waiting: queue.SimpleQueue[tuple[Mutant, list[str]]] = queue.SimpleQueue()
    for one in work:
        waiting.put(one)
    lived: list[Mutant] = []

    def worker() -> None:
        with tempfile.TemporaryDirectory(prefix="mutants-") as name:
            copy_project(Path(name))
            while True:
                try:
                    mutant, tests = waiting.get_nowait()
                except queue.Empty:
                    return
                killed = is_killed(mutant, tests, Path(name))
                print(
                    "." if killed else f"\nlived: {mutant.path}:{mutant.line}: {mutant.before} -> {mutant.after}",
                    flush=True,
                    end="",
                )
                if not killed:
                    lived.append(mutant)

    threads = [threading.Thread(target=worker) for _ in range(processes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return lived


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="paths that begin so")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    harmless = {
        entry["mutant"] for entry in tomllib.loads((ROOT / "tools/mutants_harmless.toml").read_text())["harmless"]
    }
    found = all_mutants(arguments.only)
    work = random.Random(arguments.seed).sample(found, min(arguments.sample, len(found)))  # noqa: S311  (which ones: nothing secret)
    check_unchanged(work)
    begun = time.monotonic()
    lived = judge([one for one in work if one[0].name not in harmless], arguments.processes)
    named = sum(one[0].name in harmless for one in work)
    share = 1 - len(lived) / max(1, len(work))
    print(f"\n\n{len(found)} possible, {len(work)} tried in {time.monotonic() - begun:.0f} s: {len(work) - named - len(lived)} killed, "
          f"{named} named harmless, {len(lived)} lived: {share:.1%}")  # fmt: skip
    for mutant in sorted(lived, key=lambda one: one.name):
        print(f"  line {mutant.line:<4} {mutant.name}")
    return 0 if share >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
