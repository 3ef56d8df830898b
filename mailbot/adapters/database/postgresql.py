"""PostgreSQL as a campaign's database: one writer at a time, and nobody who died or froze holds up the others."""

from typing import Any

from psycopg.types.string import StrDumperUnknown
from sqlalchemy import Connection, Engine, create_engine, event

from mailbot.adapters.database.claims import ALONE, WRITERS

SETTINGS = (
    # A worker that froze or fell off the network in the middle of a transaction loses it, and with it the lock.
    "SET idle_in_transaction_session_timeout = '30s'",
    "SET lock_timeout = '60s'",
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
)


def open_engine(url: str) -> Engine:
    """An engine whose transactions are READ COMMITTED and, unless they say otherwise, one at a time."""
    engine = create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10, "application_name": "mailbot"})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.adapters.register_dumper(str, _WithoutNul)
        for setting in SETTINGS:
            connection.execute(setting)
        connection.commit()

    @event.listens_for(engine, "begin")
    def _one_at_a_time(connection: Connection) -> None:
        if connection.get_execution_options().get(ALONE, True):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")

    return engine


class _WithoutNul(StrDumperUnknown):
    """PostgreSQL keeps no NUL in text, and what a stranger wrote must not be refused for one."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))
