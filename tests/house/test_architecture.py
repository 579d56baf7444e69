"""The pictures of docs/architecture.md are those of the code: who imports whom, what calls what, who hears the signal."""

import ast
import re
import tomllib
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import grimp
import pytest
from django.conf import settings

from enrollment.registration import REGISTRATION
from enrollment.steps import ENROLLMENT
from enrollment.transitions import ARROWS
from verification.signals import verification_changed
from verification.steps import VERIFICATION

ROOT = Path(settings.BASE_DIR)
PAGE = (ROOT / "docs" / "architecture.md").read_text()
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
GRAPH = grimp.build_graph(*CONFIG["root_packages"])
ROOMS = set(CONFIG["root_packages"])
SIGNAL = "verification_changed"


# --- Rooms ---


def package(room: str) -> str:
    return room if room in ROOMS else f"verification.{room}"


def drawn() -> set[tuple[str, str]]:
    """The arrows of the first picture, as (importer, imported)."""
    picture = PAGE.partition("flowchart TD\n")[2].partition("```")[0]
    picture = re.sub(r'\["[^"]*"\]', "", picture)
    arrows = set()
    for source, targets in re.findall(r"^\s*(\w+) --> ([\w &]+)$", picture, re.MULTILINE):
        arrows |= {(source, target) for target in targets.split(" & ")}
    return arrows


def below(room: str) -> set[str]:
    """What a room may import: where its arrows lead, and on from there. The inner rooms may what theirs may."""
    reached: set[str] = set()
    ahead = [room] if room in ROOMS else [room, "verification"]
    while ahead:
        new = {target for source, target in drawn() if source == ahead[-1]} - reached
        ahead.pop()
        ahead += new
        reached |= new
    return reached


def excepted() -> set[tuple[str, str]]:
    """Imports that the contracts of import-linter let pass by name."""
    lines = [line for contract in CONFIG["contracts"] for line in contract.get("ignore_imports", ())]
    return {(source, target) for source, _, target in (line.partition(" -> ") for line in lines)}


def imports(source: str, target: str) -> set[tuple[str, str]]:
    """The imports from one room to another, as (module, the target's package or one below it), but for the excepted."""
    found = set()
    for module in {package(source), *GRAPH.find_descendants(package(source))}:
        for imported in GRAPH.find_modules_directly_imported_by(module):
            inside = imported == package(target) or imported.startswith(package(target) + ".")
            if inside and not any(module == one and imported.startswith(other) for one, other in excepted()):
                found.add((module, imported))
    return found - {pair for pair in found if pair[0] == "identite.urls"}


@pytest.mark.parametrize("arrow", sorted(drawn()), ids=" → ".join)
def test_every_drawn_arrow_is_an_import(arrow):
    assert imports(*arrow)


def test_every_import_between_rooms_is_drawn():
    rooms = {room for arrow in drawn() for room in arrow}
    assert rooms >= ROOMS
    inner = rooms - ROOMS
    for source in rooms:
        # A room and its own inner rooms are one.
        others = rooms - {source} - below(source) - ({"verification"} if source in inner else set())
        others -= inner if source == "verification" or "verification" in below(source) else set()
        for target in others:
            assert imports(source, target) == set(), f"{source} → {target} is not drawn"


# --- Walks ---


@dataclass(frozen=True)
class Line:
    """One line of a walk between two modules, by their place among the columns. text: what stands on it."""

    caller: str
    callee: str
    rightwards: bool
    dotted: bool
    text: str

    @property
    def name(self) -> str:
        return self.text.partition(":")[0]


def module(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def walks() -> dict[str, list[Line]]:
    """Title → its lines; what people do and see is left out."""
    found = {}
    for title, walk in re.findall(r"### ([^\n]+)\n+```mermaid\nsequenceDiagram\n(.*?)```", PAGE, re.DOTALL):
        columns = dict(re.findall(r"participant (\w+) as (\S+)", walk))
        places = list(columns)
        found[title] = [
            Line(
                module(columns[caller]),
                module(columns[callee]),
                places.index(caller) < places.index(callee),
                arrow == "-->>",
                text,
            )
            for caller, arrow, callee, text in re.findall(r"^\s*(\w+)(--?>>)(\w+): (.+)$", walk, re.MULTILINE)
            if caller in columns and callee in columns
        ]
    return found


WALKS = walks()
CALLS = [pytest.param(line, id=f"{line.caller} → {line.text}") for lines in WALKS.values() for line in lines]
SOLID = [param for param in CALLS if not param.values[0].dotted]
DOTTED = [param for param in CALLS if param.values[0].dotted]


def defined(name: str) -> set[str]:
    """Names of functions, methods and classes of a module."""
    tree = ast.parse((ROOT / (name.replace(".", "/") + ".py")).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def used(name: str) -> set[str]:
    """Names that a module calls, or goes on from."""
    tree = ast.parse((ROOT / (name.replace(".", "/") + ".py")).read_text())
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_there_are_four_walks():
    assert {title: len(lines) > 3 for title, lines in WALKS.items()} == {
        "A photo of the document": True,
        "A code by e-mail": True,
        "A decision": True,
        "A meeting": True,
    }


@pytest.mark.parametrize("line", SOLID)
def test_a_call_goes_right_to_a_function_of_a_module_that_is_imported(line):
    assert line.rightwards
    assert line.name in defined(line.callee)
    assert line.name in used(line.caller)
    assert GRAPH.direct_import_exists(importer=line.caller, imported=line.callee)
    assert GRAPH.find_shortest_chain(importer=line.callee, imported=line.caller) is None


@pytest.mark.parametrize("line", DOTTED)
def test_where_nothing_is_imported_the_signal_is_sent_and_received(line):
    assert line.name == SIGNAL
    assert line.rightwards
    assert SIGNAL in used(line.caller)
    assert import_module(line.callee).__name__ in receivers()
    assert not GRAPH.direct_import_exists(importer=line.caller, imported=line.callee)


def receivers() -> list[str]:
    """Modules of what receives the signal, in the order in which it is called."""
    live, _ = verification_changed._live_receivers(None)
    return [receiver.__module__ for receiver in live]


def test_the_signal_is_heard_in_the_order_that_is_told():
    order = receivers()
    rooms = ("verification.review", "verification.letter", "verification.face_to_face", "enrollment")
    assert order == [f"{room}.receivers" for room in rooms]
    for lines in WALKS.values():
        heard = [line.callee for line in lines if line.dotted]
        assert heard == sorted(heard, key=order.index)


# --- Steps and states ---


@pytest.mark.parametrize(
    ("folder", "funnel"),
    [
        ("enrollment/registration", REGISTRATION),
        ("enrollment/steps", ENROLLMENT),
        ("verification/steps", VERIFICATION),
    ],
    ids=["registration", "enrollment", "verification"],
)
def test_the_list_of_steps_is_the_funnel(folder, funnel):
    listed = re.search(rf"^{folder}/ +(.+(?:\n +.+)*)", PAGE, re.MULTILINE)
    assert listed
    assert re.findall(r"[\w-]+", listed[1]) == [step.slug for step in funnel.steps]


def test_the_table_of_states_is_the_arrows():
    rows = re.findall(r"^\| (\w+)[^|]* \| ([\w ,]+) \| ([\w ]+)[^|]*\|$", PAGE, re.MULTILINE)
    told = {
        name: ({start.replace(" ", "_") for start in starts.strip().split(", ")}, end.strip().replace(" ", "_"))
        for name, starts, end in rows
    }
    del told["arrow"]  # the heading
    assert told == {name: (set(map(str, arrow.from_)), str(arrow.to)) for name, arrow in ARROWS.items()}
