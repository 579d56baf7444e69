"""A card of `_card_choice.html`."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Card:
    """value: the form's value. drawing: path under `static/`, e.g. "img/passport.svg".

    badge: a short recommendation over the label. closed: why it cannot be chosen now; empty where it can.
    """

    value: str
    label: str | Promise
    help: str | Promise = ""
    drawing: str = ""
    badge: str | Promise = ""
    closed: str | Promise = ""
