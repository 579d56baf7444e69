"""What a room says of its one-time code: the purpose, what the code proves, its words. The limits are the same for all."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from django.db import transaction
from django.db.models import Model

from identite import quotas
from identite.codes import one_time
from identite.codes.one_time import CodeResult, CodeState

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Row = TypeVar("Row", bound=Model)
Send = TypeVar("Send", bound=Callable[..., Any])
USES: "dict[str, CodeUse[Any]]" = {}  # by purpose


class CodeNotSent(Exception):
    """A limit was reached, nothing left. until: when the next one may leave. per_client: it is the client's limit."""

    def __init__(self, until: datetime, *, per_client: bool = False) -> None:
        super().__init__(until.isoformat())
        self.until = until
        self.per_client = per_client


def refusals_count(send: Send) -> Send:
    """Of a function that asks for a code for `client`, around its transaction: who is refused has asked all the same.

    The refusal undoes the count with everything else; without this, hammering would be free.
    """

    @wraps(send)
    def counting(*arguments: Any, client: str, **more: Any) -> Any:
        try:
            return send(*arguments, client=client, **more)
        except CodeNotSent as refused:
            if not refused.per_client:
                with suppress(quotas.LimitReached):
                    quotas.take("ip_code", client)
            raise

    return cast(Send, counting)


@dataclass(frozen=True, kw_only=True, eq=False)
class CodeUse(Generic[Row]):
    """One use of one-time codes. Rows are handed to it as they are under their lock.

    purpose: begins the names of its settings: `<PURPOSE>_CODE_LIFETIME_SECONDS`, `<PURPOSE>_CODE_MAX_ATTEMPTS` and the
    quota `<purpose>_code_send`. bound_to: the address or number of a row, which the code proves. account: whose sends
    are counted besides those to the address; None where there is no account yet.
    label: of the field. crowded: heading where as many were asked for as an hour allows.
    """

    purpose: str
    bound_to: Callable[[Row], str]
    account: Callable[[Row], object] | None = None
    label: "str | StrPromise"
    crowded: "str | StrPromise"

    def __post_init__(self) -> None:
        USES[self.purpose] = self

    @transaction.atomic
    def ask(self, row: Row, address: str, *, client: str, decoy: bool = False) -> str:
        """Somebody asks for a code: count it, draw it, return it. Raises CodeNotSent, and counts nothing.

        address: where it goes; another one than `row` has does not wait for the delay, which protects the address.
        decoy: draw a code that nobody knows. Page, counters and work are those of any other, and no code is right.
        """
        try:
            quotas.take("ip_code", client)
        except quotas.LimitReached as reached:
            raise CodeNotSent(reached.until, per_client=True) from reached
        try:
            for key in self._counted(row, address):
                quotas.take(self._sends, key)
            if address != self.bound_to(row):
                one_time.forget(self.purpose, row)
            return one_time.issue(self.purpose, row, binding=secrets.token_urlsafe() if decoy else address)
        except quotas.LimitReached as reached:
            raise CodeNotSent(reached.until) from reached

    @transaction.atomic
    def give(self, row: Row) -> str:
        """The service sends a code by itself, and no limit counts: end the one before, draw another, return it."""
        one_time.forget(self.purpose, row)
        return one_time.issue(self.purpose, row, binding=self.bound_to(row))

    def check(self, row: Row, typed: str, *, client: str) -> CodeResult:
        """RIGHT uses the code up. Raises QuotaExceeded when this client has typed too many."""
        quotas.take("ip_code", client)
        return one_time.check(self.purpose, row, typed, binding=self.bound_to(row))

    def state(self, row: Row) -> CodeState:
        return one_time.state(self.purpose, row)

    def locked_until(self, row: Row) -> datetime | None:
        """When the next code may be asked for, if as many as allowed have left; None otherwise."""
        used = quotas.usages(self._sends, self._counted(row, self.bound_to(row)))
        return max((usage.until for usage in used if usage.exceeded and usage.until), default=None)

    @property
    def _sends(self) -> str:
        return f"{self.purpose}_code_send"

    def _counted(self, row: Row, address: str) -> Iterator[str]:
        yield address
        if self.account is not None:
            yield f"account:{self.account(row)}"
