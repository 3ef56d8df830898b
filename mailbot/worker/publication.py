"""The published list kept right: written when the public list, its letter or the number waiting is new."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from mailbot.core.editions import Edition
from mailbot.core.events import Status
from mailbot.core.page_orders import PAGE
from mailbot.core.roster import Roster, fingerprint
from mailbot.core.vouching import Vouched
from mailbot.failpoints import Point, at
from mailbot.ports import Publisher, Store
from mailbot.worker.roll import Names
from mailbot.worker.vouching import PublicLog

log = structlog.get_logger()


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


RenderData = Callable[[Roster, tuple[Vouched, ...], Edition], dict[str, bytes]]
"""(roster, everybody on it with their receipts, what is said beside them) → files by name."""

RenderPage = Callable[[Roster, int, datetime, int], dict[str, bytes]]
"""(roster, revision, when the list last changed, how many wait) → files by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    store: Store
    names: Names
    render: RenderPage
    render_data: RenderData
    log: PublicLog

    def publish(self, publisher: Publisher, now: datetime) -> Published:
        """Bring what is published up to date. Raises TemporaryFailure, PermanentFailure; the old list then stands.

        The revision grows by one each time the public list is another than the last one published. It is
        written down after the files are: dying between the two publishes the same revision once more.
        """
        draft = self._draft(now, keep=True)
        if draft.paused:
            return Published(revision=draft.revision, roster=draft.roster, waiting=draft.waiting, files=())
        files = self.log.follow(draft.files, draft.edition, draft.vouched)
        changed = publisher.publish(files)
        at(Point.PAGE_PLACED)
        with self.store.begin() as uow:
            uow.put("revision", str(draft.revision))
            uow.put("published", fingerprint(draft.roster))
            uow.put("published_at", draft.stamp)
        if changed:
            log.info("published", revision=draft.revision, files=len(changed))
        return Published(
            revision=draft.revision,
            roster=draft.roster,
            waiting=draft.waiting,
            files=tuple(changed),
            contents=files,
        )

    def rehearse(self, now: datetime) -> dict[str, bytes]:
        """The files that would be published now; nothing is written."""
        return self._draft(now, keep=False).files

    def _draft(self, now: datetime, *, keep: bool) -> "_Draft":
        with self.store.begin() as uow:
            state = uow.get(PAGE).partition(" ")[0]
            shown = () if state == "hidden" else uow.with_status(Status.LISTED, Status.WITHHELD)
            roster = self.names.roster(shown, now)
            waiting = uow.waiting()
            revision = int(uow.get("revision") or 0)
            stamp, mark = uow.get("published_at"), fingerprint(roster)
            if mark != uow.get("published"):
                revision, stamp = revision + 1, self.log.tried(uow, mark) or now.isoformat()
            keep = keep and state != "paused"
            vouched = self.log.vouched(uow, shown, now, keep=keep)
            edition = self.log.edition(
                uow, mark=mark, revision=revision, stamp=stamp, waiting=waiting, now=now, keep=keep
            )
        files = self.render(roster, revision, edition.updated, waiting) | self.render_data(roster, vouched, edition)
        return _Draft(
            roster=roster,
            waiting=waiting,
            revision=revision,
            stamp=stamp,
            files=files,
            paused=state == "paused",
            edition=edition,
            vouched=vouched,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    roster: Roster
    waiting: int
    revision: int
    stamp: str  # when the list last changed
    files: dict[str, bytes]
    paused: bool  # organizers want the page left as it is
    edition: Edition
    vouched: tuple[Vouched, ...]
