"""`mailbot status`: the works at a glance, for an operator at midnight and for a program that watches."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from mailbot.core.health import Health


def as_text(health: Health) -> Iterator[str]:
    """One line a thing, in the order in which a mail passes through them."""
    letters = health.letters
    yield f"last look into the mailbox   {_ago(health, health.polled_at, 'never yet')}"
    yield f"oldest unanswered mail       {_ago(health, letters.mail_came, 'none')}"
    yield f"waiting for organizers       {_many(health.waiting, health, health.waiting_since)}"
    yield f"letters waiting to go out    {_many(letters.queued, health, letters.queued_since)}"
    allowed = f" of {health.a_day} that our provider takes" if health.a_day else ""
    refused = f", {letters.failed} refused for good" if letters.failed else ""
    yield f"letters sent in 24 hours     {letters.sent}{allowed}{refused}"
    yield f"published list               revision {health.revision}, changed {_ago(health, health.changed_at, 'never')}"


def as_json(health: Health) -> str:
    """The same as one object; times in ISO 8601, ages in whole seconds, null for never and none."""
    letters = health.letters
    told: dict[str, Any] = {
        "now": health.now.isoformat(),
        "polled": _moment(health.polled_at),
        "polled_age": _age(health, health.polled_at),
        "oldest_unanswered_age": _age(health, letters.mail_came),
        "waiting": health.waiting,
        "waiting_age": _age(health, health.waiting_since),
        "queued": letters.queued,
        "queued_age": _age(health, letters.queued_since),
        "sent_24h": letters.sent,
        "failed_24h": letters.failed,
        "letters_a_day": health.a_day or None,
        "revision": health.revision,
        "published": _moment(health.changed_at),
    }
    return json.dumps(told)


def silences(health: Health, after: timedelta) -> list[str]:
    """What has been silent for longer than `after`, each in a sentence with its cure; empty while all turns."""
    cure = {"inbox": "No mail could be taken in", "outbox": "No letter could be sent"}
    silent = health.silent(after, health.polled_at or health.now)
    return [f"{cure[what]} since {at:%Y-%m-%d %H:%M} UTC. See why with: mailbot doctor" for what, at in silent.items()]


def _many(number: int, health: Health, since: datetime | None) -> str:
    return f"{number}, the oldest for {_span(health.now - since)}" if since else str(number)


def _ago(health: Health, at: datetime | None, never: str) -> str:
    return f"{_span(health.now - at)} ago" if at else never


def _span(age: timedelta) -> str:
    """ "40 seconds", "12 minutes", "5 hours", "3 days"; the largest unit of which there are two."""
    seconds = max(int(age.total_seconds()), 0)
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _age(health: Health, at: datetime | None) -> int | None:
    return max(int((health.now - at).total_seconds()), 0) if at else None
