"""Try the attacks, print what came of them. Ends with 1 when one does not hold."""

import argparse
import contextlib
import pkgutil
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from attack import fuzz, nights, visitors
from attack.nights import kills
from attack.room import Room, embedded, on_services
from attack.trial import Trial, Visitor
from bench.table import Report

# By name only, with options and a table of its own.
COMMANDS: dict[str, Any] = {"fuzz": fuzz}
MAX_SECONDS = 120  # of one attack that does not give itself more


@dataclass(frozen=True)
class Attack:
    name: str
    says: str
    run: Callable[[Room, Trial], None]


def attacks_of(folder: object) -> list[Attack]:
    """The modules of a folder, by name."""
    found = []
    for info in pkgutil.iter_modules(folder.__path__):  # type: ignore[attr-defined]
        module = import_module(f"{folder.__name__}.{info.name}")  # type: ignore[attr-defined]
        found.append(Attack(info.name, (module.__doc__ or "").strip(), module.attack))
    return found


GROUPS: list[tuple[Callable[[], AbstractContextManager[Room]], list[Attack]]] = [
    (embedded, attacks_of(visitors)),
    (on_services, attacks_of(nights)),
]


def too_long(signum: int, frame: object) -> None:
    raise TimeoutError("not done in its time")


def tried(attack: Attack, room: Room) -> tuple[Trial, float]:
    """What came of it, and the slowest answer to a visitor meanwhile, in seconds."""
    trial = Trial()
    signal.alarm(MAX_SECONDS)
    try:
        with Visitor(room.port) as visitor:
            attack.run(room, trial)
    except Exception as error:  # noqa: BLE001 (the attack that breaks did not hold; the next one is tried)
        trial.said.append(f"{type(error).__name__}: {error}"[:600])
    finally:
        signal.alarm(0)
    if visitor.slowest > trial.health_seconds:
        trial.said.append(f"/health/live answered after {visitor.slowest:.1f} s")
    if trial.lost or trial.doubled:
        trial.said.append(f"{trial.lost} lost, {trial.doubled} doubled")
    return trial, visitor.slowest


def try_all(names: Sequence[str]) -> int:
    rows, said, began = [], [], time.monotonic()
    signal.signal(signal.SIGALRM, too_long)
    for start, attacks in GROUPS:
        wanted = [attack for attack in attacks if attack.name in names]
        with contextlib.ExitStack() as stack:
            room = stack.enter_context(start()) if wanted else None
            for attack in wanted:
                assert room is not None
                print(f"{attack.name}: {attack.says}", flush=True)
                trial, slowest = tried(attack, room)
                rows.append(
                    (attack.name, trial.tried, trial.held, trial.lost, trial.doubled, f"{slowest * 1000:.0f} ms")
                )
                for note in trial.notes:
                    print(f"  {note}", flush=True)
                said += [f"{attack.name}: {sentence}" for sentence in trial.said]
    print()
    Report().table(["attack", "tried", "held", "lost", "doubled", "slowest health answer"], rows)
    print(f"\n{len(rows)} attacks in {time.monotonic() - began:.0f} s.", *said, sep="\n- ")
    return 1 if said else 0


def main() -> int:
    every = {attack.name: attack.says for _start, attacks in GROUPS for attack in attacks}
    parser = argparse.ArgumentParser(prog="python -m attack", description="Without names: all that must hold.")
    parser.add_argument("names", nargs="*", help="some of the attacks")
    parser.add_argument("--list", action="store_true", help="say what is tried")
    parser.add_argument("--seed", type=int, default=kills.PLAN.seed, help="which process is killed when, what is drawn")
    group = parser.add_argument_group("kills")
    group.add_argument("--kills", type=int, default=kills.PLAN.kills, help="how many processes are killed")
    group.add_argument("--funnels", type=int, default=kills.PLAN.funnels, help="how many people enrol meanwhile")
    group.add_argument("--minutes", type=float, default=kills.PLAN.seconds / 60, help="of kills, at most")
    for command in COMMANDS.values():
        command.add_options(parser)
    given = parser.parse_args()
    if unknown := set(given.names) - {*every, *COMMANDS}:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join([*every, *COMMANDS])}")
    if given.list:
        print(*(f"{name}: {says}" for name, says in every.items()), sep="\n")
        return 0
    signal.signal(signal.SIGTERM, lambda signum, frame: sys.exit(143))  # and the stack ends with us
    kills.PLAN = kills.Plan(given.kills, given.funnels, given.seed, given.minutes * 60)
    names = given.names or list(every)
    ends: list[int] = [command.run(given) for name, command in COMMANDS.items() if name in names]
    attacks = [name for name in names if name not in COMMANDS]
    return max([*ends, try_all(attacks) if attacks else 0])


if __name__ == "__main__":
    sys.exit(main())
