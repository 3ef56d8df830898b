"""How the works are: when mail was last looked for, what waits to go out, and what has fallen silent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Silence(StrEnum):
    """What may fall silent without anybody writing to us."""

    INBOX = "inbox"  # the mailbox cannot be looked into
    OUTBOX = "outbox"  # no letter can be handed over


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """What waits to go out, and what became of the letters of the last 24 hours; a time is None where nothing waits."""

    queued: int  # that should be out by now
    queued_since: datetime | None
    mail_came: datetime | None  # the oldest mail that one of them answers
    refused_since: datetime | None  # the oldest that was tried in vain; what was not tried yet is no trouble
    sent: int
    failed: int  # refused for good


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The works at one moment; a time is None where the thing never happened or nothing waits."""

    now: datetime
    polled_at: datetime | None  # the last time that the mailbox could be looked into
    changed_at: datetime | None  # the last time that the public list became another
    revision: int
    waiting: int  # requests that wait for organizers
    waiting_since: datetime | None
    letters: Letters
    a_day: int  # letters that our provider takes in 24 hours, 0 where no limit is known

    def silent(self, after: timedelta, watched_since: datetime) -> dict[Silence, datetime]:
        return silent(self.polled_at, self.letters.refused_since, after, watched_since, self.now)


def silent(
    polled_at: datetime | None,
    refused_since: datetime | None,
    after: timedelta,
    watched_since: datetime,
    now: datetime,
) -> dict[Silence, datetime]:
    """What has been silent for longer than `after`, and since when; a new campaign is silent since it began."""
    since = {Silence.INBOX: polled_at or watched_since, Silence.OUTBOX: refused_since or now}
    return {what: at for what, at in since.items() if now - at > after}
