"""Jobs of procrastinate in the campaign's own PostgreSQL, kept in the very transaction that makes them necessary.

What is lost with the queue is time, never mail: what mail became and which letters went out stands in our own
tables, a job that comes twice does nothing the second time, and one that never comes is made anew. The queue's
tables are in a schema of their own, made anew where another version of procrastinate left them.
"""

import asyncio
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import procrastinate
import structlog
from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from mailbot.ports import Job

log = structlog.get_logger()

READ, SEND = "read", "send"
SCHEMA = "mailbot_jobs"
BEAT = 5.0
"""Seconds between two signs of life of a worker."""
STALLED = 20.0
"""Seconds without one after which its jobs go to others."""
_BLINK = 0.2

Task = Callable[[list[Any]], None]


def prepare(connection: Connection) -> None:
    """Make the queue's tables, once; in a transaction that no other worker's overlaps."""
    found = connection.scalar(
        text("SELECT obj_description(to_regnamespace(:schema), 'pg_namespace')"), {"schema": SCHEMA}
    )
    if found == procrastinate.__version__:
        return
    driver = connection.connection.driver_connection
    assert driver is not None
    connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    connection.exec_driver_sql(f"CREATE SCHEMA {SCHEMA}")
    connection.exec_driver_sql(f"COMMENT ON SCHEMA {SCHEMA} IS '{procrastinate.__version__}'")
    connection.exec_driver_sql(_WITHIN)
    driver.execute(procrastinate.schema.SchemaManager.get_schema())


def defer(connection: Connection, jobs: Sequence[Job]) -> None:
    """Keep the jobs; nobody sees them before the transaction is committed, and then all workers do at once."""
    rows = [*_reading(jobs), *_sending(jobs)]
    connection.exec_driver_sql(_WITHIN)
    connection.execute(_DEFER, rows)


class JobQueue:
    """Takes jobs, one of each kind at a time."""

    def __init__(self, url: str) -> None:
        parts = make_url(url)
        self._conninfo = make_conninfo(parts.set(drivername="postgresql").render_as_string(hide_password=False))

    def work(self, tasks: Mapping[str, Task], stop: threading.Event) -> None:
        """Take jobs until told to stop; those under way are finished. Raises what procrastinate raises."""
        asyncio.run(self._work(tasks, stop))

    async def _work(self, tasks: Mapping[str, Task], stop: threading.Event) -> None:
        app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(
                conninfo=self._conninfo, kwargs={"options": f"-c search_path={SCHEMA}"}
            )
        )
        for name, task in tasks.items():
            app.task(name=name, queue=name)(_in_a_thread(task))
        async with app.open_async():
            workers = [asyncio.create_task(_worker(app, name)) for name in tasks]
            beside = asyncio.create_task(_take_over(app))
            try:
                while not stop.is_set() and not any(task.done() for task in (*workers, beside)):
                    await asyncio.sleep(_BLINK)
            finally:
                for under_way in (*workers, beside):
                    under_way.cancel()
                ended = await asyncio.gather(*workers, beside, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error


# Nothing of ours is asked for afterwards: jobs are kept last of all.
_WITHIN = f"SET LOCAL search_path TO {SCHEMA}, public"
_DEFER = text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(:kind, :kind, :priority, NULL, NULL, CAST(:args AS jsonb), "
    "CAST(:at AS timestamptz))::procrastinate_job_to_defer_v1])"
)


async def _worker(app: procrastinate.App, name: str) -> None:
    await app.run_worker_async(
        queues=[name],
        name=name,
        concurrency=1,
        install_signal_handlers=False,
        delete_jobs="always",
        update_heartbeat_interval=BEAT,
        stalled_worker_timeout=STALLED,
    )


async def _take_over(app: procrastinate.App) -> None:
    """Give the jobs of workers that died to those that live."""
    while True:
        await asyncio.sleep(BEAT)
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
            log.warning("job_of_a_dead_worker", kind=job.task_name)
            await app.job_manager.retry_job(job)


def _in_a_thread(task: Task) -> Callable[..., object]:
    async def run(of: list[Any]) -> None:
        await asyncio.to_thread(task, of)

    return run


def _reading(jobs: Sequence[Job]) -> list[dict[str, object]]:
    return [_row(READ, list(job.mail), 0, None) for job in jobs if job.mail]


def _sending(jobs: Sequence[Job]) -> list[dict[str, object]]:
    """Letters that go out at the same moment in the same lane are one job."""
    sends = sorted((job for job in jobs if job.letters), key=_when)
    grouped = [(lane, list(some)) for (_, lane), some in groupby(sends, key=_when)]
    return [
        _row(SEND, [letter for job in some for letter in job.letters], -lane, some[0].due_at) for lane, some in grouped
    ]


def _when(job: Job) -> tuple[str, int]:
    return (job.due_at.isoformat() if job.due_at else "", job.lane)


def _row(kind: str, of: Sequence[object], priority: int, at: datetime | None) -> dict[str, object]:
    return {"kind": kind, "priority": priority, "args": json.dumps({"of": of}), "at": at}
