"""Questions about the works themselves: what waits to go out and since when, what went out today."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, case, func, select, type_coerce

from mailbot.adapters.database.tables import Instant, deliveries, letters
from mailbot.core.health import Letters

_DAY = timedelta(days=1)
# What was put off is due later again; its making tells how long it waits.
_SINCE = case((letters.c.attempts > 0, letters.c.created_at), else_=letters.c.due_at)
_IN_VAIN = case(((letters.c.state == "queued") & (letters.c.attempts > 0), letters.c.created_at))
_UNSENT = letters.c.state.in_(["queued", "sending"])


def sent_since(connection: Connection, moment: datetime, at_most: int) -> int:
    """How many of the last `at_most` letters that went out did so since; looks at no more than those."""
    last = select(letters.c.sent_at).where(letters.c.state == "sent").order_by(letters.c.seq.desc()).limit(at_most)
    recent = last.subquery()
    return int(connection.scalar(select(func.count()).where(recent.c.sent_at > moment)) or 0)


def late(connection: Connection, before: datetime) -> tuple[int, datetime | None]:
    """Letters that should have gone out before: how many, and since when the first of them waits."""
    statement = select(func.count(), func.min(type_coerce(_SINCE, Instant))).where(_UNSENT, before > _SINCE)
    number, first = connection.execute(statement).one()
    return int(number), first


def refused_since(connection: Connection, now: datetime) -> datetime | None:
    """The making of the oldest letter that should be out by `now` and was tried in vain; None for none."""
    wanted = select(func.min(type_coerce(_IN_VAIN, Instant))).where(_UNSENT, now >= _SINCE)
    at: datetime | None = connection.scalar(wanted)
    return at


def letters_at(connection: Connection, now: datetime) -> Letters:
    """The letters that should be out by `now`, and what became of those of the 24 hours before."""
    queued, since, came, refused = connection.execute(
        select(
            func.count(),
            func.min(type_coerce(_SINCE, Instant)),
            func.min(deliveries.c.received_at),
            func.min(type_coerce(_IN_VAIN, Instant)),
        )
        .select_from(letters.outerjoin(deliveries, deliveries.c.id == letters.c.mail))
        .where(letters.c.state.in_(["queued", "sending"]), now >= _SINCE)
    ).one()
    today = letters.c.created_at > now - _DAY
    sent = connection.scalar(select(func.count()).where(letters.c.state == "sent", letters.c.sent_at > now - _DAY))
    failed = connection.scalar(select(func.count()).where(letters.c.state == "failed", today))
    return Letters(
        queued=queued,
        queued_since=since,
        mail_came=came,
        refused_since=refused,
        sent=int(sent or 0),
        failed=int(failed or 0),
    )
