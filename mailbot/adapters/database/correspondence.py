"""Questions put to the letters that went out and to the news that waits for a digest."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    type_coerce,
)

from mailbot.adapters.database import statements
from mailbot.adapters.database.prepared import Prepared
from mailbot.adapters.database.tables import deliveries, gathered, letters, signatures
from mailbot.core.budget import Spent, saying, sharing
from mailbot.core.decision import Answered, Letter
from mailbot.core.gathering import News, NewsKind
from mailbot.ports import Due


def answered(connection: Connection, *, letter_id: str = "", message_ids: tuple[str, ...] = ()) -> Answered | None:
    """The letter of ours with that id, else the latest among the Message-IDs, with the mail that it answered."""
    if letter_id:
        row: Any = connection.execute(_ANSWERED_BY_ID, {"wanted": letter_id}).first()
    elif message_ids:
        row = connection.execute(_ANSWERED_BY_MESSAGE_ID, {"wanted": message_ids[:100]}).first()
    else:
        return None
    return _answered(row) if row else None


def shown(connection: Connection, ref: str, address: str) -> datetime | None:
    """When a letter that shows that signature was last written to that address; None for never."""
    statement = select(func.max(letters.c.created_at)).where(
        letters.c.recipient == address.casefold(),
        letters.c.template.in_(["card", "digest", "reminder", "show"]),
        letters.c.refs.contains(json.dumps(ref), autoescape=True),
    )
    at: datetime | None = connection.scalar(statement)
    return at


def spent(connection: Connection, letter: Letter, thread: str, now: datetime) -> Spent:
    """How many automatic letters went to an address, its domain and a thread; whether it ever confirmed."""
    key = letter.to.casefold()
    values = {
        "recipient": key,
        "domain": key.rpartition("@")[2],
        "thread": thread,
        "refs": json.dumps(letter.refs),
        "hour": now - timedelta(hours=1),
        "day": now - timedelta(days=1),
        "month": now - timedelta(days=30),
    }
    (row,) = _spent(letter.template).all(connection, values)
    return Spent(**dict(zip((field.name for field in fields(Spent)), row, strict=True)))


def due(connection: Connection, now: datetime, limit: int) -> Iterator[Due]:
    """Letters to be sent by now, confirmations before digests."""
    for row in connection.execute(statements.DUE, {"now": now, "most": limit}):
        yield _due(row)


def due_letter(connection: Connection, letter_id: str, now: datetime) -> Due | None:
    """That letter, where it is to be sent by now."""
    row = connection.execute(statements.DUE_LETTER, {"now": now, "letter": letter_id}).first()
    return _due(row) if row else None


def gathered_for(connection: Connection, recipient: str, until: datetime, limit: int) -> tuple[tuple[int, News], ...]:
    """What waits for one organizer's digest, `limit` of each kind, oldest first, each with its number."""
    own = (gathered.c.recipient == recipient.casefold(), gathered.c.at <= until)
    found: list[tuple[int, News]] = []
    for kind in NewsKind:
        statement = select(gathered).where(*own, gathered.c.kind == kind).order_by(gathered.c.seq).limit(limit)
        found += [(row.seq, News(kind=kind, facts=json.loads(row.facts))) for row in connection.execute(statement)]
    return tuple(found)


def gathered_counts(connection: Connection, recipient: str, until: datetime) -> Mapping[NewsKind, int]:
    statement = (
        select(gathered.c.kind, func.count().label("number"))
        .where(gathered.c.recipient == recipient.casefold(), gathered.c.at <= until)
        .group_by(gathered.c.kind)
    )
    return {NewsKind(row.kind): int(row.number) for row in connection.execute(statement)}


def _due(row: Row[Any]) -> Due:
    return Due(
        id=row.id,
        message_id=row.message_id,
        recipient=row.recipient,
        octets=row.octets,
        attempts=row.attempts,
        created_at=row.created_at,
        about=row.about,
        lane=row.lane,
        in_flight=row.state == "sending",
    )


# The letter's own octets are left where they are.
_ANSWERED = (
    select(
        *(letters.c[name] for name in ("id", "template", "recipient", "about", "created_at", "refs", "mail")),
        deliveries.c.author,
        deliveries.c.message_id.label("mail_message_id"),
    )
    .outerjoin(deliveries, deliveries.c.id == letters.c.mail)
    .order_by(letters.c.seq.desc())
    .limit(1)
)
_ANSWERED_BY_ID = _ANSWERED.where(letters.c.id == bindparam("wanted"))
_ANSWERED_BY_MESSAGE_ID = _ANSWERED.where(letters.c.message_id.in_(bindparam("wanted", expanding=True)))


@lru_cache(maxsize=100)
def _spent(template: str) -> Prepared:
    """All counts in one question, as `Spent` names them: seven would take seven times as long, so little is counted."""
    own = letters.c.recipient == bindparam("recipient")

    def since(age: str) -> ColumnElement[bool]:
        return letters.c.created_at > bindparam(age)

    def one_of(templates: tuple[str, ...]) -> ColumnElement[bool]:
        return or_(*(letters.c.template == one for one in templates))

    same = and_(one_of(saying(template)), letters.c.refs == bindparam("refs"))
    confirmed = exists().where(signatures.c.address == bindparam("recipient"), signatures.c.confirmed == 1)
    counts: dict[str, ColumnElement[Any]] = {
        "lane_last_hour": _number(own, since("hour"), one_of(sharing(template))),
        "last_day": _number(own, since("day")),
        "last_month": _number(own, since("month")),
        "same_last_month": _number(own, since("month"), same),
        "domain_last_hour": _number(letters.c.domain == bindparam("domain"), since("hour")),
        "in_thread": _number(letters.c.thread == bindparam("thread"), letters.c.thread != "", own),
        "confirmed": type_coerce(confirmed, Boolean),
    }
    return Prepared(select(*(counts[field.name].label(field.name) for field in fields(Spent))))


def _number(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(letters).where(*conditions).scalar_subquery()


def _answered(row: Row[Any]) -> Answered:
    return Answered(
        id=row.id,
        template=row.template,
        recipient=row.recipient,
        about=row.about,
        at=row.created_at,
        refs=tuple(json.loads(row.refs)),
        mail=row.mail,
        mail_author=row.author or "",
        mail_message_id=row.mail_message_id or "",
    )
