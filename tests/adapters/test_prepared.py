"""Prepared statements say the same through SQLite's driver as through SQLAlchemy, and fail the same way."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, bindparam, create_engine, select
from sqlalchemy.exc import IntegrityError, OperationalError

from mailbot.adapters.database.prepared import Prepared, attempt, inserting
from mailbot.adapters.database.tables import campaign, letters, metadata

NOW = datetime(2021, 1, 9, 12, tzinfo=UTC)
PUT = inserting(campaign)
FOUND = Prepared(select(campaign.c.value).where(campaign.c.key == bindparam("wanted")))


@pytest.fixture
def connection():
    with create_engine("sqlite://").begin() as connection:
        metadata.create_all(connection)
        yield connection


def letter(number: int) -> dict[str, object]:
    words = dict.fromkeys(("template", "recipient", "domain", "about", "refs", "thread", "state", "error"), "")
    numbers = {"lane": 1, "mail": 0, "attempts": 0}
    return (
        words
        | numbers
        | {"id": f"L{number}", "message_id": f"{number}@x.example", "octets": b"\0\xff"}
        | {
            "created_at": NOW,
            "due_at": NOW,
        }
    )


def test_rows_come_back_as_sqlalchemy_would_give_them(connection: Connection) -> None:
    number = inserting(letters, but=("seq", "sent_at")).add(connection, letter(1))
    statement = select(letters.c.seq, letters.c.octets, letters.c.created_at, letters.c.sent_at)
    assert Prepared(statement).all(connection, {}) == [tuple(row) for row in connection.execute(statement)]
    assert Prepared(statement).all(connection, {}) == [(number, b"\0\xff", NOW, None)]


def test_what_is_not_there_is_none(connection: Connection) -> None:
    assert FOUND.scalar(connection, {"wanted": "nothing"}) is None


def test_what_the_driver_raises_is_said_as_sqlalchemy_says_it_and_without_the_values(connection: Connection) -> None:
    PUT.run(connection, {"key": "a", "value": "first"})
    with pytest.raises(IntegrityError) as error:
        PUT.run(connection, {"key": "a", "value": "secret"})
    assert "secret" not in str(error.value)
    connection.exec_driver_sql("DROP TABLE campaign")
    with pytest.raises(OperationalError):
        PUT.run(connection, {"key": "b", "value": "second"})


def test_a_value_that_was_forgotten_is_an_error(connection: Connection) -> None:
    with pytest.raises(KeyError):
        PUT.run(connection, {"key": "a"})


def test_an_attempt_that_fails_undoes_itself_and_nothing_before_it(connection: Connection) -> None:
    PUT.run(connection, {"key": "before", "value": "kept"})
    with pytest.raises(ZeroDivisionError), attempt(connection):
        with attempt(connection):
            PUT.run(connection, {"key": "within", "value": "gone"})
        raise ZeroDivisionError
    with attempt(connection):
        PUT.run(connection, {"key": "after", "value": "kept"})
    assert [FOUND.scalar(connection, {"wanted": key}) for key in ("before", "within", "after")] == [
        "kept",
        None,
        "kept",
    ]
