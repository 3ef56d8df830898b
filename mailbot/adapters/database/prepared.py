"""The statements that run for every mail: compiled once, and handed to SQLite's driver as they are.

SQLAlchemy takes ten times as long to carry a statement there as SQLite to answer it. A server, where the way costs
more than that, is asked through SQLAlchemy, which also knows when the connection to it is lost.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Executable, Select, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError

Values = Mapping[str, Any]
_Convert = Callable[[Any], Any]


class Prepared:
    """A statement whose every value is a bindparam or a literal of it; no IN, which grows with what it is asked."""

    def __init__(self, statement: Executable, columns: Sequence[str] = ()) -> None:
        """`columns` are those that an INSERT fills."""
        self._statement, self._columns = statement, columns

    def all(self, connection: Connection, values: Values) -> Sequence[tuple[Any, ...]]:
        """The rows that are found. Raises DBAPIError, as SQLAlchemy does."""
        if _is_server(connection):
            return [tuple(row) for row in connection.execute(self._statement, values)]
        return self._compiled.rows(_executed(connection, self._compiled.text, self._compiled.values(values)).fetchall())

    def scalar(self, connection: Connection, values: Values) -> Any:
        """The first value of the first row; None for none."""
        found = self.all(connection, values)
        return found[0][0] if found else None

    def run(self, connection: Connection, *rows: Values) -> None:
        """Once for each row."""
        if _is_server(connection) and rows:
            connection.execute(self._statement, rows[0] if len(rows) == 1 else rows)
            return
        for values in rows:
            _executed(connection, self._compiled.text, self._compiled.values(values))

    def add(self, connection: Connection, values: Values) -> int:
        """INSERT one row; the number that it was given."""
        if _is_server(connection):
            (number,) = connection.execute(self._statement, values).inserted_primary_key  # type: ignore[misc]
            return int(number)
        return int(_executed(connection, self._compiled.text, self._compiled.values(values)).lastrowid)

    @cached_property
    def _compiled(self) -> "_Compiled":
        return _compiled(self._statement, self._columns)


def inserting(table: Table, *, but: Collection[str] = ()) -> Prepared:
    """One row of a table: all its columns but those that the database numbers or that are filled later."""
    return Prepared(table.insert(), [column.name for column in table.columns if column.name not in but])


@contextmanager
def attempt(connection: Connection) -> Iterator[None]:
    """What is done within is undone by any exception, and nothing of what was done before."""
    if _is_server(connection):
        with connection.begin_nested():
            yield
        return
    _executed(connection, "SAVEPOINT attempt", ())
    try:
        yield
    except BaseException:
        _executed(connection, "ROLLBACK TO SAVEPOINT attempt", ())
        _executed(connection, "RELEASE SAVEPOINT attempt", ())
        raise
    _executed(connection, "RELEASE SAVEPOINT attempt", ())


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The words for SQLite; where each value comes from and how it is turned into what SQLite keeps, and back."""

    text: str
    places: tuple[tuple[str, Any, _Convert | None], ...]
    columns: tuple[_Convert | None, ...]

    def values(self, given: Values) -> list[Any]:
        found = []
        for name, fixed, convert in self.places:
            value = given[name] if name else fixed
            found.append(convert(value) if convert else value)
        return found

    def rows(self, found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        if not found or not any(self.columns):
            return found
        return [
            tuple(convert(value) if convert else value for convert, value in zip(self.columns, row, strict=True))
            for row in found
        ]


_SQLITE: Dialect = sqlite.dialect(paramstyle="qmark")


def _compiled(statement: Executable, columns: Sequence[str]) -> _Compiled:
    compiled: Any = statement.compile(dialect=_SQLITE, column_keys=list(columns) or None)  # type: ignore[attr-defined]
    places = []
    for place in compiled.positiontup:
        bound = compiled.binds[place]
        convert = bound.type.dialect_impl(_SQLITE).bind_processor(_SQLITE)
        given = bound.required or place in columns
        places.append((bound.key if given else "", None if given else bound.value, convert))
    asked = statement.selected_columns if isinstance(statement, Select) else ()
    return _Compiled(
        text=str(compiled),
        places=tuple(places),
        columns=tuple(column.type.dialect_impl(_SQLITE).result_processor(_SQLITE, None) for column in asked),
    )


def _is_server(connection: Connection) -> bool:
    return connection.dialect.name != "sqlite"


def _executed(connection: Connection, text: str, values: Sequence[Any]) -> Any:
    """The driver's cursor. What the driver raises is said as SQLAlchemy says it, without the values."""
    driver: Any = connection.connection.dbapi_connection
    try:
        return driver.execute(text, values)
    except connection.dialect.loaded_dbapi.Error as error:
        said = DBAPIError.instance(text, None, error, connection.dialect.loaded_dbapi.Error, dialect=connection.dialect)
        raise said from error
