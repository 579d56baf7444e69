"""Attacks on a stack that this command starts for itself, on loopback only, each of them bounded in time and bytes.

    python -m attack [--list] [NAME …]        without names: those that must hold
    python -m attack kills --kills 200 --funnels 50 --seed 1
    python -m attack fuzz --count 10000 --seed 1

`visitors/` are tried on the embedded stack, `nights/` on one with a PostgreSQL and a Redis of its own. A module there is an
attack: its first line says what is tried and what must hold, `attack(room, trial)` does it.
"""
