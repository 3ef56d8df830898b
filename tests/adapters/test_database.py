"""The database keeps what it was given, in one transaction, and its schema is what the tables say."""

import contextlib
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from mailbot import config
from mailbot.adapters.database import log
from mailbot.adapters.database.engine import Database
from mailbot.adapters.database.queries import NEIGHBOURS
from mailbot.adapters.database.tables import HEAD, metadata
from mailbot.core.events import Confirmed, Contact, Entry, Event, Listed, Requested, Status
from mailbot.core.intents import Category
from mailbot.core.message import Message
from mailbot.ports import Delivery, Disposition, TemporaryFailure

NOW = datetime(2021, 1, 9, 12, tzinfo=UTC)


@pytest.fixture
def database(database_url: str):
    database = Database(database_url, config.shipped("db"))
    database.migrate()
    yield database
    database.close()


def requested(ref: str, name: str = "Harbour Choir") -> Event:
    change = Requested(
        contact=Contact(address="ada@choir.example", language="zh-Hant"),
        entry=Entry(name=name, alt_names=("港灣合唱團",), category=Category.ORGANIZATION),
        words="Please add\nus",
    )
    return Event(ref=ref, at=NOW, by="ada@choir.example", mail=1, reason="plain", change=change)


def keys(entry: Entry) -> tuple[str, ...]:
    return tuple(name.casefold() for name in (entry.name, *entry.alt_names))


def event(ref: str, change: object) -> Event:
    return Event(ref=ref, at=NOW, by="mailbot", reason="test", change=change)


def test_migrations_build_exactly_the_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        found = [index for table in metadata.tables for index in inspect(connection).get_indexes(table)]
        # PostgreSQL tells of a UNIQUE as of an index as well.
        built = {index["name"] for index in found if not index.get("duplicates_constraint")}
    declared = {str(index.name) for table in metadata.tables.values() for index in table.indexes}
    assert built == declared


def test_the_revision_that_a_start_looks_for_is_the_newest_migration() -> None:
    script = ScriptDirectory(str(config.shipped("db")))
    assert script.get_heads() == [HEAD]


def test_events_come_back_as_they_were_recorded(database: Database) -> None:
    events = (requested("K7Q4"), event("K7Q4", Confirmed("token")), event("K7Q4", Listed(effective_at=NOW)))
    with database.begin() as uow:
        uow.record(events, keys)
    with database.begin() as uow:
        assert uow.history("K7Q4") == events
        signature = uow.signature("K7Q4")
        assert signature is not None
        assert signature.status is Status.LISTED
        assert uow.by_key("harbour choir") == (signature,)
        assert uow.by_key("港灣合唱團") == (signature,)
        assert uow.near_keys(["港灣"]) == (("港灣", signature.ref, "港灣合唱團"),)
        assert uow.by_address("ADA@choir.example") == (signature,)
        assert uow.counts() == {"listed": 1}


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    class BoomError(Exception):
        pass

    with pytest.raises(BoomError), database.begin() as uow:
        uow.record([requested("K7Q4")], keys)
        raise BoomError
    with database.begin() as uow:
        assert uow.signature("K7Q4") is None
        assert uow.history("K7Q4") == ()


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        pytest.param(
            "UPDATE events SET payload = replace(payload, 'Harbour', 'Forged') WHERE seq = 1",
            "changed",
            id="edited payload",
        ),
        pytest.param("UPDATE events SET at = '2020-01-01T00:00:00+00:00' WHERE seq = 2", "changed", id="edited time"),
        pytest.param("DELETE FROM events WHERE seq = 2", "missing", id="dropped event"),
        pytest.param("UPDATE events SET previous = hash WHERE seq = 2", "follow", id="broken link"),
    ],
)
def test_the_chain_shows_what_was_tampered_with(database: Database, tampering: str, said: str) -> None:
    with database.begin() as uow:
        uow.record(
            [requested("K7Q4"), event("K7Q4", Confirmed("token")), event("K7Q4", Listed(effective_at=NOW))], keys
        )
        assert [fault for _, fault in log.walk(uow.connection) if fault] == []
    with database.engine.begin() as connection:
        connection.execute(text(tampering))
        faults = [fault for _, fault in log.walk(connection) if fault]
    assert faults
    assert said in faults[0]


def test_the_same_mail_is_known_again_and_one_that_was_set_aside_may_be_replayed(database: Database) -> None:
    message = Message(digest="d" * 64, message_id="m@x.example")
    delivery = Delivery(locator="maildir:1", received_at=NOW, octets=b"x", size=1)
    with database.begin() as uow:
        assert uow.seen(message) is None
        uow.remember(delivery, message, again=False)
    with database.begin() as uow:
        assert uow.seen(message) is Disposition.SET_ASIDE
        uow.conclude(uow.remember(delivery, message, again=True), Disposition.HANDLED, "sign", "plain")
        assert uow.seen(message) is Disposition.HANDLED


@pytest.mark.parametrize(
    "message_id",
    [
        pytest.param("".join(chr(0x4E00 + number) for number in range(998)), id="longer than an index takes"),
        pytest.param("a\0b@x.example", id="with a NUL"),
    ],
)
def test_whatever_a_stranger_calls_a_mail_it_is_kept_and_known_again(database: Database, message_id: str) -> None:
    message = Message(digest="d" * 64, message_id=message_id)
    with database.begin() as uow:
        uow.remember(Delivery(locator="maildir:1", received_at=NOW, octets=b"x", size=1), message, again=False)
    with database.begin() as uow:
        assert uow.seen(message) is Disposition.SET_ASIDE


def test_a_locked_database_is_said_in_words_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailbot.adapters.database.engine.BUSY_SECONDS", 0.1)
    database = Database(f"sqlite:///{tmp_path}/mailbot.db", config.shipped("db"))
    database.migrate()
    holder = sqlite3.connect(tmp_path / "mailbot.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(TemporaryFailure, match=r"locked.*Nothing was lost"), database.begin():
        pass
    holder.rollback()
    holder.close()
    with database.begin() as uow:
        uow.record([requested("K7Q4")], keys)
    database.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_is_said_in_words_and_what_was_there_stays(database: Database) -> None:
    with database.begin() as uow:
        uow.record([requested("K7Q4")], keys)
    with database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(TemporaryFailure, match="full"), database.begin() as uow:
        for number in range(300):
            uow.record([requested(f"{number:04d}A", "x" * 2000)], keys)
    with database.begin() as uow:
        assert uow.counts() == {"awaiting_signer": 1}


def test_among_ever_so_many_names_that_begin_alike_the_nearest_are_found(database: Database) -> None:
    refs = [f"K{number:03}" for number in range(300)]
    with database.begin() as uow:
        for number, ref in enumerate(refs):
            uow.record([requested(ref)], lambda _, number=number: (f"harbour choir {number:03}",))
        found = {ref for _, ref, _ in uow.near_keys(["harbour choir 150"])}
        assert {"K149", "K150", "K151"} <= found
        assert len(found) == 2 * NEIGHBOURS
        assert uow.near_keys(["", "harvest"]) == ()


def test_a_step_that_fails_is_undone_and_what_was_done_before_it_stands(database: Database) -> None:
    with database.begin() as uow:
        uow.put("before", "kept")
        with contextlib.suppress(RuntimeError), uow.attempt():
            uow.put("within", "lost")
            uow.record([requested("K7Q4")], keys)
            raise RuntimeError
        assert uow.get("within") == ""
        assert uow.signature("K7Q4") is None
        with uow.attempt():
            uow.put("after", "kept")
    with database.begin() as uow:
        assert [uow.get(key) for key in ("before", "within", "after")] == ["kept", "", "kept"]
