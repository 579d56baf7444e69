"""A threshold is declared once, with its unit and its meaning; whoever runs the checks may change it by its name."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Self, TypeVar

Number = TypeVar("Number", int, float)


@dataclass(frozen=True)
class Threshold:
    """unit: empty for a share or a probability, from 0 to 1."""

    name: str
    default: int | float
    unit: str
    meaning: str


def threshold(default: Number, unit: str, meaning: str) -> Number:
    """One field of `Thresholds`. Its name ends with `_min` or `_max`: what is accepted lies above it, or below."""
    number: Number = field(default=default, metadata={"unit": unit, "meaning": meaning})
    return number


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """The numbers of one kind of capture: a dataclass whose fields are all made by `threshold`.

    Its docstring says how they were calibrated and is printed with them.
    """

    @classmethod
    def described(cls) -> Iterator[Threshold]:
        """Each of them, in the order in which they are declared."""
        for one in fields(cls):
            yield Threshold(one.name, getattr(cls, one.name), one.metadata["unit"], one.metadata["meaning"])

    def changed(self, values: Mapping[str, str | float]) -> Self:
        """The same with other values, by name; a text becomes a number of the threshold's own type.

        Raises ValueError for a name that no threshold has, and for a value that is no such number.
        """
        types = {one.name: type(one.default) for one in self.described()}
        numbers: dict[str, float] = {}
        for name, value in values.items():
            if name not in types:
                raise ValueError(f"there is no threshold {name}")
            numbers[name] = _number(name, types[name], value)
        return replace(self, **numbers)


def _number(name: str, kind: type[float], value: str | float) -> float:
    try:
        number = kind(value)
    except ValueError:
        raise ValueError(f"the threshold {name} is of type {kind.__name__}, not {value!r}") from None
    if not math.isfinite(number):  # nothing compares with «nan»: the check would be off
        raise ValueError(f"the threshold {name} is a finite number, not {value!r}")
    return number
