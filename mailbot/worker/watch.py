"""Whether the works still turn: how they look from outside, and a letter to a second organizer when they stand."""

from datetime import datetime, timedelta

import structlog

from mailbot.core.decision import Grant, Letter, Organizer
from mailbot.core.health import Health, silent
from mailbot.ports import UnitOfWork
from mailbot.worker.post import Post
from mailbot.worker.roll import organizers

log = structlog.get_logger()

BEFORE_ALL = -1  # lane of what must not wait behind the letters that it speaks of
_POLLED = "polled_at"
_WATCHED = "watched_since"
_ALARMED = "alarmed"


def polled(uow: UnitOfWork, now: datetime) -> None:
    """The mailbox was looked into."""
    uow.put(_POLLED, now.isoformat())


def health(uow: UnitOfWork, now: datetime, a_day: int = 0) -> Health:
    """The works as they are now; `a_day` as Limits has it."""
    desk = uow.desk()
    return Health(
        now=now,
        polled_at=_moment(uow.get(_POLLED)),
        changed_at=_moment(uow.get("published_at")),
        revision=int(uow.get("revision") or 0),
        waiting=len(desk),
        waiting_since=min((s.waiting_since for s in desk if s.waiting_since), default=None),
        letters=uow.letters_at(now),
        a_day=a_day,
    )


def raise_alarm(
    uow: UnitOfWork, post: Post, configured: tuple[Organizer, ...], after: timedelta, now: datetime
) -> None:
    """Once for each silence: a letter to the second organizer, for the first may be the one who is away.

    It stands in front of all others that wait. Where no letter can go out either, the log says it.
    """
    since = _moment(uow.get(_WATCHED))
    if since is None or since > now:  # a clock that was set back begins anew
        uow.put(_WATCHED, now.isoformat())
        since = now
    found = silent(_moment(uow.get(_POLLED)), uow.refused_since(now), after, since, now)
    said = " ".join(sorted(found))
    if said == uow.get(_ALARMED):
        return
    uow.put(_ALARMED, said)
    if not found:
        log.info("turning_again")
        return
    in_office = organizers(uow, configured)
    to = in_office[1] if len(in_office) > 1 else in_office[0]
    facts = {
        "you": to.name,
        "silent": [{"what": what.value, "since": f"{at:%Y-%m-%d %H:%M} UTC"} for what, at in found.items()],
    }
    log.error("silent", what=said, hours=round(after.total_seconds() / 3600, 1))
    letter = Letter(
        template="alarm",
        to=to.address,
        language=to.language,
        facts=facts,
        grant=Grant(actions="organizer"),
        lane=BEFORE_ALL,
    )
    post.enqueue(uow, [letter], now=now)


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
