"""The database: opened, migrated, and used one transaction at a time."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from mailbot.adapters.database.claims import ALONE, CLAIM, UNCLAIM
from mailbot.adapters.database.lease import Lease
from mailbot.adapters.database.tables import HEAD, metadata
from mailbot.adapters.database.unit_of_work import UnitOfWork
from mailbot.ports import Due, Job, PermanentFailure, TemporaryFailure

BUSY_SECONDS = 5
"""How long a writer waits for another before it says that the database is locked."""


Defer = Callable[[Connection, Sequence[Job]], None]

_CURES = {
    "sqlite": "the disk has room, the file may be written and no other program holds it",
    "postgresql": "the server runs, lets this user in and has room on its disk",
}


class Database:
    """One campaign's database. `migrations` is the folder db/; nothing is opened before the first use."""

    def __init__(self, url: str, migrations: Path) -> None:
        self.url, self.migrations = make_url(url), migrations
        self.engine = _engine(url)
        self.lease = Lease(self._transaction)
        self.defer: Defer | None = None
        """What keeps jobs in the transaction that makes them necessary, where there is a queue."""

    def migrate(self) -> None:
        """Bring the schema up to date. Raises TemporaryFailure or PermanentFailure."""
        self._keep_private()
        with self._transaction() as connection:
            if _revision(connection) != HEAD:
                _upgrade(connection, self.migrations)

    @contextmanager
    def begin(self, *, alone: bool = True) -> Iterator[UnitOfWork]:
        """One transaction, committed at the end, rolled back by any exception. Raises TemporaryFailure.

        Of a worker that has sought the lease, only while it is its own; else raises HeldElsewhere. Not `alone`, a
        PostgreSQL lets others write meanwhile; SQLite never does.
        """
        with self._transaction(alone=alone) as connection:
            self.lease.prove(connection)
            uow = UnitOfWork(connection, self._said)
            yield uow
            if self.defer is not None and uow.jobs:
                self.defer(connection, uow.jobs)

    @contextmanager
    def claim(self, letter_id: str, now: datetime) -> Iterator[Due | None]:
        """See ports.Store. With SQLite there is one sender, the lease's holder; with PostgreSQL a lock tells."""
        if self.url.get_backend_name() == "sqlite":
            with self.begin() as uow:
                due = uow.due_letter(letter_id, now)
            yield due
            return
        with self._said(), self.engine.connect() as connection:
            plain = connection.execution_options(isolation_level="AUTOCOMMIT", **{ALONE: False})
            if not plain.scalar(CLAIM, {"letter": letter_id}):
                yield None
                return
            try:
                yield UnitOfWork(plain).due_letter(letter_id, now)
            finally:
                plain.execute(UNCLAIM, {"letter": letter_id})

    def check(self) -> str:
        """One sentence for `doctor`. Raises like `begin`."""
        with self._transaction() as connection:
            revision = _revision(connection)
            if revision != HEAD:
                said = f"The database is at revision {revision or 'none'}, not {HEAD}: run mailbot once."
                raise PermanentFailure(said)
        return f"The database answers and is at revision {HEAD}."

    def close(self) -> None:
        self.engine.dispose()

    def _keep_private(self) -> None:
        """A new SQLite file is its owner's alone: contacts and raw mail are in it. Its journals take after it."""
        name = self.url.database
        if self.url.get_backend_name() == "sqlite" and name and name != ":memory:" and not Path(name).exists():
            try:
                Path(name).touch(mode=0o600)
            except OSError as error:
                raise PermanentFailure(
                    f"The database {name} could not be made: {error.strerror}. See that its folder is there and yours."
                ) from error

    @contextmanager
    def _transaction(self, *, alone: bool = True) -> Iterator[Connection]:
        engine = self.engine if alone else self.engine.execution_options(**{ALONE: False})
        with self._said(), engine.begin() as connection:
            yield connection

    @contextmanager
    def _said(self) -> Iterator[None]:
        """What the driver raises, said in one sentence with the cure and without parameters or passwords."""
        try:
            yield
        except DBAPIError as error:
            if not (isinstance(error, OperationalError) or error.connection_invalidated):
                raise
            where = self.url.render_as_string(hide_password=True)
            raise TemporaryFailure(
                f"The database {where} could not be used: {_reason(error)}. "
                f"Nothing was lost; see that {_CURES[self.url.get_backend_name()]}."
            ) from error


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url)
    try:
        from mailbot.adapters.database.postgresql import open_engine
    except ModuleNotFoundError as error:
        raise PermanentFailure(
            f"A database at PostgreSQL needs {error.name}, which is not installed: pip install 'mailbot[postgresql]'"
        ) from error
    return open_engine(url)


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy begins; see below
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")  # what is destroyed is not left in unused pages

    @event.listens_for(engine, "begin")
    def _immediately(connection: Connection) -> None:
        # A reader that turns writer in the middle of a transaction fails at once however long others
        # would have waited; taking the write lock at the start makes it wait instead.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")


def _upgrade(connection: Connection, migrations: Path) -> None:
    # Imported here because it takes longer than everything else that a start does.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _reason(error: DBAPIError) -> str:
    return str(error.orig).splitlines()[0]


__all__ = ["Database", "metadata"]
