"""Prepared reads: the SQL of a query is worked out once a process, and run with other values each time.

A page of the funnel reads two to six rows by their keys. Django's ORM works out the SQL of each anew, which costs ten
times as much as SQLite takes to answer. Here the query is still written as a queryset, a slot in it for every value
that changes:

    NEWEST = Prepared(lambda account: Enrollment.objects.filter(account=account).order_by("-created_at"))
    enrollment = NEWEST.first(account=account)

Only for plain reads of rows by values: no locks, annotations or lists of values. All but the slots is worked out at
the first use: nothing that changes while the process runs, like the time, may stand outside a slot.
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.expressions import Expression
from django.db.models.lookups import Lookup
from django.db.models.query import get_related_populators
from django.db.models.sql.where import WhereNode

Row = TypeVar("Row", bound=models.Model)


class Slot(Expression):
    """Stands in a queryset for a value that comes later."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, tuple["Slot"]]:  # type: ignore[override]
        return "%s", (self,)


@dataclass(frozen=True)
class Statement(Generic[Row]):
    """One query, worked out.

    parameters: values as the database takes them, slots among them. fields: for each slot the column that its value is
    compared with. names, place: of the row's own columns, and where they stand in a line of the answer. converters:
    place in the line, functions, expression. populators: fill in what `select_related` asked for.
    """

    sql: str
    parameters: Sequence[Any]
    fields: dict[str, "models.Field[Any, Any]"]
    model: type[Row]
    names: Sequence[str]
    place: slice
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]
    populators: Sequence[Any]

    def run(self, values: dict[str, Any]) -> Iterator[Row]:
        parameters = [
            self.fields[each.name].get_db_prep_value(key(values[each.name]), connection)
            if isinstance(each, Slot)
            else each
            for each in self.parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            lines = cursor.fetchall()
        for line in map(list, lines):
            for place, functions, expression in self.converters:
                for function in functions:
                    line[place] = function(line[place], expression, connection)
            row = self.model.from_db(connection.alias, self.names, line[self.place])
            for populator in self.populators:
                populator.populate(line, row)
            yield row


class Prepared(Generic[Row]):
    """build: makes the queryset; each of its arguments is a slot. May be used by several threads."""

    def __init__(self, build: Callable[..., "models.QuerySet[Row]"]) -> None:
        self.build = build
        self._statements: dict[bool, Statement[Row]] = {}

    def all(self, **values: Any) -> list[Row]:
        """Every row, in the queryset's order."""
        return list(self._statement(one=False).run(values))

    def first(self, **values: Any) -> Row | None:
        """The first row in the queryset's order, by its key where it has none; None when there is no row."""
        return next(self._statement(one=True).run(values), None)

    def _statement(self, *, one: bool) -> Statement[Row]:
        if one not in self._statements:
            rows = self.build(**{name: Slot(name) for name in inspect.signature(self.build).parameters})
            if one:
                rows = (rows if rows.ordered else rows.order_by("pk"))[:1]
            self._statements[one] = worked_out(rows)
        return self._statements[one]


def worked_out(rows: "models.QuerySet[Row]") -> Statement[Row]:
    """What Django does for every use of a queryset, up to the point where the values come in."""
    compiler = rows.query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    own = compiler.klass_info["select_fields"]
    place = slice(own[0], own[-1] + 1)
    converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
    return Statement(
        sql=sql,
        parameters=parameters,
        fields=dict(compared(rows.query.where)),
        model=rows.model,
        names=[column.target.attname for column, _sql, _alias in compiler.select[place]],
        place=place,
        converters=[(position, functions, column) for position, (functions, column) in converters.items()],
        populators=get_related_populators(compiler.klass_info, compiler.select, connection.alias),  # type: ignore[call-arg]  # the stubs are Django 6's
    )


def compared(where: WhereNode) -> Iterator[tuple[str, "models.Field[Any, Any]"]]:
    """Each slot's name, and the column that it is compared with."""
    for condition in where.children:
        if isinstance(condition, WhereNode):
            yield from compared(condition)
        elif isinstance(condition, Lookup) and isinstance(condition.rhs, Slot):
            yield condition.rhs.name, condition.lhs.output_field


def key(value: Any) -> Any:
    """A row stands for its key."""
    return value.pk if isinstance(value, models.Model) else value
