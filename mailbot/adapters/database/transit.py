"""Raw mail on its way: taken in by one worker, read by any, settled by whoever looks after the mailbox."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select, update

from mailbot.adapters.database.engine import Database
from mailbot.adapters.database.tables import arrivals, letters
from mailbot.ports import Delivery, Disposition, Job

_AT_ONCE = 500  # mails settled, or jobs renewed, in one go
_IN_A_JOB = 10  # mails that one job reads: few enough that all workers have some, enough to make the job worth it


class Transit:
    """See worker.taking_in.Transit. Only PostgreSQL has a queue whose workers take the jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_in(self, deliveries: Sequence[Delivery], now: datetime) -> None:
        with self._database.begin() as uow:
            wanted = [delivery.locator for delivery in deliveries]
            known = set(uow.connection.scalars(select(arrivals.c.locator).where(arrivals.c.locator.in_(wanted))))
            rows = [
                {
                    "locator": delivery.locator,
                    "received_at": delivery.received_at,
                    "size": delivery.size,
                    "octets": delivery.octets,
                    "taken_at": now,
                    "disposition": "",
                }
                for delivery in deliveries
                if delivery.locator not in known
            ]
            if rows:
                numbers = uow.connection.scalars(_TAKE_IN, rows).all()
                uow.jobs.extend(_reading(numbers))

    def arrival(self, number: int) -> Delivery | None:
        with self._database.begin(alone=False) as uow:
            row = uow.connection.execute(_ARRIVAL, {"wanted": number}).first()
        return Delivery(row.locator, row.received_at, row.octets, row.size) if row else None

    def decided(self, number: int, disposition: Disposition) -> None:
        with self._database.begin(alone=False) as uow:
            uow.connection.execute(_DECIDED, {"wanted": number, "became": disposition})

    def to_settle(self) -> Sequence[tuple[int, Delivery, Disposition]]:
        with self._database.begin(alone=False) as uow:
            rows = uow.connection.execute(_TO_SETTLE).all()
        return [
            (row.id, Delivery(row.locator, row.received_at, b"", row.size), Disposition(row.disposition))
            for row in rows
        ]

    def settled(self, numbers: Sequence[int]) -> None:
        with self._database.begin(alone=False) as uow:
            uow.connection.execute(delete(arrivals).where(arrivals.c.id.in_(numbers)))

    def undecided(self) -> int:
        with self._database.begin(alone=False) as uow:
            return int(uow.connection.scalar(_UNDECIDED) or 0)

    def remind(self, before: datetime) -> int:
        """Jobs anew for mail that was taken in, and letters that were due, before then. How many jobs.

        A job may be lost with the worker that had it, or never have been: letters that `mailbot run` left, or what
        the operator's shell did. To do what is done already does nothing, so that one too many is no harm.
        """
        mail = select(arrivals.c.id).where(arrivals.c.disposition == "", arrivals.c.taken_at < before)
        late = select(letters.c.id).where(letters.c.state.in_(["queued", "sending"]), letters.c.due_at < before)
        with self._database.begin(alone=False) as uow:
            numbers = uow.connection.scalars(mail.order_by(arrivals.c.id).limit(_AT_ONCE)).all()
            ids = uow.connection.scalars(late.order_by(letters.c.lane, letters.c.seq).limit(_AT_ONCE)).all()
            uow.jobs.extend(_reading(numbers))
            if ids:
                uow.jobs.append(Job.send(ids))
            return len(uow.jobs)


_TAKE_IN = insert(arrivals).returning(arrivals.c.id)
_ARRIVAL = select(arrivals).where(arrivals.c.id == bindparam("wanted"), arrivals.c.disposition == "")
_DECIDED = update(arrivals).where(arrivals.c.id == bindparam("wanted")).values(disposition=bindparam("became"))
_TO_SETTLE = (
    select(arrivals.c.id, arrivals.c.locator, arrivals.c.received_at, arrivals.c.size, arrivals.c.disposition)
    .where(arrivals.c.disposition != "")
    .order_by(arrivals.c.id)
    .limit(_AT_ONCE)
)
_UNDECIDED = select(func.count()).where(arrivals.c.disposition == "")


def _reading(numbers: Sequence[int]) -> list[Job]:
    return [Job(mail=tuple(numbers[start : start + _IN_A_JOB])) for start in range(0, len(numbers), _IN_A_JOB)]
