"""Templates in the tests: a variable that a page of ours writes must be there, or be openly optional.

Openly optional is what Django asks after without writing it: `if`, `for`, `firstof`.
"""

from collections.abc import Iterator
from inspect import currentframe
from pathlib import Path
from types import FrameType

from django.template.base import FilterExpression, Node


class Undefined(str):
    """Set as `string_if_invalid`: empty, as everywhere, and an error where a template of the engine's own folders needs it.

    Templates of other packages, those of Django's admin for one, rely on variables that are not there: they get the
    empty text. Who asks, and for what, stands in the frames of the two callers alone.
    """

    def __bool__(self) -> bool:
        """False. Raises AssertionError when `{{ variable }}`, or an argument of a tag, turns out to be undefined."""
        frame = caller_of(currentframe())
        expression = frame.f_locals.get("self")
        if isinstance(expression, FilterExpression):
            refuse(str(expression.var), frame)
        return False

    def __contains__(self, text: object) -> bool:
        """As for any text. Raises AssertionError when `blocktrans`, looking for "%s", has an undefined variable."""
        frame = caller_of(currentframe())
        if frame.f_code.co_name == "render_value":
            refuse(frame.f_locals["key"], frame)
        return text == ""


def refuse(variable: str, frame: FrameType) -> None:
    """Raise AssertionError if the tag that `frame` works for was written in one of our files."""
    origin = next((node.origin for node in tags_above(frame)), None)
    folders = frame.f_locals["context"].template.engine.dirs
    if origin and any(Path(folder) in Path(origin.name).parents for folder in folders):
        raise AssertionError(f"{origin.template_name!s} writes {variable}, which nobody gave it")


def tags_above(frame: FrameType) -> Iterator[Node]:
    """The tags being rendered, innermost first: each knows the file that it was written in."""
    above = frame.f_back
    while above:
        if isinstance(node := above.f_locals.get("self"), Node):
            yield node
        above = above.f_back


def caller_of(frame: FrameType | None) -> FrameType:
    assert frame
    assert frame.f_back
    return frame.f_back
