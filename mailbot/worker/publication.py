"""The published list kept right: written when the public list, its letter or the number waiting is new."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from mailbot.core.events import Status
from mailbot.core.page_orders import PAGE
from mailbot.core.paused import shown_while_paused
from mailbot.core.roster import Roster, fingerprint
from mailbot.failpoints import Point, at
from mailbot.ports import Publisher, Store
from mailbot.worker.roll import Names

log = structlog.get_logger()

_TRIMMED = "taken_off_while_paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What is public now; `files` are the names of those that were written this time.

    `contents` are all files by name, for carriers; none while the page is left as it is.
    """

    revision: int
    roster: Roster
    waiting: int
    files: tuple[str, ...]
    contents: dict[str, bytes] = field(default_factory=dict, repr=False)


RenderPage = Callable[[Roster, int, datetime, int], dict[str, bytes]]
"""(roster, revision, when the list last changed, how many wait) → files by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    store: Store
    names: Names
    render: RenderPage

    def publish(self, publisher: Publisher, now: datetime) -> Published:
        """Bring what is published up to date. Raises TemporaryFailure, PermanentFailure; the old list then stands.

        The revision grows by one each time the public list is another than the last one published. It is
        written down after the files are: dying between the two publishes the same revision once more.
        """
        draft = self._draft(now)
        if draft.left:
            return Published(revision=draft.revision, roster=draft.roster, waiting=draft.waiting, files=())
        changed = publisher.publish(draft.files)
        at(Point.PAGE_PLACED)
        with self.store.begin() as uow:
            uow.put("revision", str(draft.revision))
            uow.put("published", fingerprint(draft.roster))
            uow.put("published_at", draft.stamp)
            if draft.trimmed:
                uow.put(_TRIMMED, draft.trimmed)
        if changed:
            log.info("published", revision=draft.revision, files=len(changed))
        return Published(
            revision=draft.revision,
            roster=draft.roster,
            waiting=draft.waiting,
            files=tuple(changed),
            contents=draft.files,
        )

    def rehearse(self, now: datetime) -> dict[str, bytes]:
        """The files that would be published now; nothing is written."""
        return self._draft(now).files

    def _draft(self, now: datetime) -> "_Draft":
        with self.store.begin() as uow:
            known, stamp = uow.get("published"), uow.get("published_at")
            state, _, since = uow.get(PAGE).partition(" ")
            shown = () if state == "hidden" else uow.with_status(Status.LISTED, Status.WITHHELD)
            if state == "paused":
                paused_at = datetime.fromisoformat(since or stamp or now.isoformat())
                shown = shown_while_paused(shown, uow.history, paused_at)
            roster = self.names.roster(shown, now)
            waiting = uow.waiting()
            revision = int(uow.get("revision") or 0)
            # Once something is taken off a paused page, every carrier must hear of it, however late.
            less = state == "paused" and (fingerprint(roster) != known or uow.get(_TRIMMED) == f"since {since}")
        if fingerprint(roster) != known:
            revision, stamp = revision + 1, now.isoformat()
        files = self.render(roster, revision, datetime.fromisoformat(stamp), waiting)
        return _Draft(
            roster=roster,
            waiting=waiting,
            revision=revision,
            stamp=stamp,
            files=files,
            left=state == "paused" and not less,
            trimmed=f"since {since}" if less else "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    roster: Roster
    waiting: int
    revision: int
    stamp: str  # when the list last changed
    files: dict[str, bytes]
    left: bool  # organizers want the page left as it is, and nothing was taken off it
    trimmed: str  # since when it is paused, where something was taken off it since
