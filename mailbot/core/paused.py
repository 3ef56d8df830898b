"""What the page shows while it is paused: what it showed then, less whatever has been taken off since.

To hold back a name is never to keep one: who withdraws, is withheld or put in dispute goes at once.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from mailbot.core.events import Event, Status
from mailbot.core.signature import Signature, fold, public_entry


def shown_while_paused(
    accepted: Iterable[Signature], history: Callable[[str], tuple[Event, ...]], paused_at: datetime
) -> tuple[Signature, ...]:
    """Of what is accepted now, whatever was so when the page was paused, with its entry of then."""
    kept = (_as_it_was(signature, history, paused_at) for signature in accepted)
    return tuple(signature for signature in kept if signature is not None)


def _as_it_was(now: Signature, history: Callable[[str], tuple[Event, ...]], paused_at: datetime) -> Signature | None:
    if now.changed_at <= paused_at:
        then: Signature | None = now
    else:
        then = fold(event for event in history(now.ref) if event.at <= paused_at)
    if then is None:
        return None
    entry = public_entry(then, paused_at)
    if now.status is Status.WITHHELD:
        return now if entry is not None or then.status is Status.WITHHELD else None
    if entry is None:
        return None
    # What was shown again meanwhile waits out its own window; what was edited stands as it did.
    waits = now.effective_at if now.shown is None else None
    return replace(now, entry=entry, shown=None, effective_at=waits)
