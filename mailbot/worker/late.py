"""Organizers are told when letters go out late: by one line of the next digest, and by another a day later."""

from datetime import datetime, timedelta

from mailbot.core.decision import Organizer
from mailbot.core.gathering import News, NewsKind
from mailbot.ports import UnitOfWork

LATE_AFTER = timedelta(hours=1)
AGAIN_AFTER = timedelta(days=1)
_TOLD = "late_letters_told"


def tell_late(uow: UnitOfWork, organizers: tuple[Organizer, ...], why: str, now: datetime) -> None:
    """Gather the line, where letters have waited for an hour and nobody was told of it today."""
    number, since = uow.late(now - LATE_AFTER)
    last = uow.get(_TOLD)
    if not number or since is None:
        if last:
            uow.put(_TOLD, "")
        return
    if last and now - datetime.fromisoformat(last) < AGAIN_AFTER:
        return
    uow.put(_TOLD, now.isoformat())
    facts = {"letters": str(number), "since": since.strftime("%Y-%m-%d %H:%M UTC"), "why": why[:200]}
    for organizer in organizers:
        uow.gather(organizer.address, News(kind=NewsKind.LATE, facts=facts), now)
