"""The published list kept right: written when the public list, its letter or the number waiting is new.

What is written down of a publication says of each file what it was made of and what it reads as; so a pass in which
nothing happened looks at the files and makes none, and one in which a name came makes those that it changes.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from mailbot.core.editions import Edition
from mailbot.core.events import Status
from mailbot.core.page_orders import PAGE
from mailbot.core.roster import Roster, fingerprint
from mailbot.core.vouching import Vouched
from mailbot.failpoints import Point, at
from mailbot.ports import Publisher, Store
from mailbot.worker.placed import Record
from mailbot.worker.roll import Names
from mailbot.worker.vouching import PublicLog
from mailbot.writing.sheet import Sheet, mark

log = structlog.get_logger()

_RECORD = "published files"


class Folder(Publisher, Protocol):
    """The publisher of the campaign's own folder, which can be looked at before anything is made."""

    def astray(self, digests: Mapping[str, str]) -> set[str]:
        """Those of the files that are missing, or read otherwise than their SHA-256 (hexadecimal) says."""


class Maker(Protocol):
    """Makes the published files."""

    def mark(self) -> str:
        """Another whenever anything is another that the files are made of, beside the list itself."""

    def sheets(self, roster: Roster, edition: Edition, vouched: Sequence[Vouched]) -> list[Sheet]:
        """All files but the log; `vouched` is everybody on the list, with their receipts."""

    def vacated(self, name: str) -> Sheet:
        """What takes the place of a file that is published no more."""


Make = Callable[[Collection[str]], dict[str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What is public now; `files` are the names of those that were written this time.

    `digests` are the SHA-256 of all files by name, none while the page is left as it is; `make` gives the octets
    of some of them, for carriers.
    """

    revision: int
    counts: Mapping[str, int]
    waiting: int
    files: tuple[str, ...]
    digests: Mapping[str, str] = field(default_factory=dict, repr=False)
    make: Make = field(default=lambda _names: {}, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    store: Store
    names: Names
    maker: Maker
    log: PublicLog

    def publish(self, folder: Folder, now: datetime, *, anew: bool = False) -> Published:
        """Bring what is published up to date. Raises TemporaryFailure, PermanentFailure; the old list then stands.

        The revision grows by one each time the public list is another than the last one published. It is
        written down after the files are: dying between the two publishes the same revision once more. With
        `anew`, every file is made again and compared with what lies there.
        """
        known = self._known()
        astray = folder.astray(known.digests) if known.digests else set()
        if not anew and not astray and known.is_still_right(self._state(), now):
            return self._as_it_is(known, now)
        draft = self._draft(now, keep=True)
        if draft.paused:
            return Published(revision=draft.revision, counts=draft.roster.counts, waiting=draft.waiting, files=())
        stale = [one for one in draft.sheets if anew or one.name in astray or not known.has(one)]
        made = {one.name: one.make() for one in stale}
        self._announce(draft, known)
        changed = folder.publish(made)
        at(Point.PAGE_PLACED)
        record = self._keep(draft, known, made)
        if changed:
            log.info("published", revision=draft.revision, files=len(changed))
        return Published(
            revision=draft.revision,
            counts=draft.roster.counts,
            waiting=draft.waiting,
            files=tuple(changed),
            digests=record.digests,
            make=self._making(now, made),
        )

    def rehearse(self, now: datetime) -> dict[str, bytes]:
        """The files that would be published now; nothing is written."""
        return {sheet.name: sheet.make() for sheet in self._draft(now, keep=False).sheets}

    # -- private -----------------------------------------------------------------------------------

    def _state(self) -> str:
        """Another whenever the files may have to be others; but for the passing of time, see `Record.until`."""
        with self.store.begin() as uow:
            return mark(str(uow.last_event()), uow.get(PAGE), str(uow.waiting()), self.maker.mark())

    def _known(self) -> "Record":
        with self.store.begin() as uow:
            return Record.read(uow.get(_RECORD))

    def _draft(self, now: datetime, *, keep: bool) -> "_Draft":
        state_mark = self._state()  # before the list is read: what comes in between is looked at next time
        with self.store.begin() as uow:
            state = uow.get(PAGE).partition(" ")[0]
            shown = () if state == "hidden" else uow.with_status(Status.LISTED, Status.WITHHELD)
            roster = self.names.roster(shown, now)
            waiting = uow.waiting()
            revision = int(uow.get("revision") or 0)
            before = Record.read(uow.get(_RECORD))
            stamp, listed = uow.get("published_at"), fingerprint(roster)
            if listed != uow.get("published"):
                revision, stamp = revision + 1, self.log.tried(uow, listed) or now.isoformat()
            keep = keep and state != "paused"
            vouched = self.log.vouched(uow, shown, now, keep=keep)
            edition = self.log.edition(
                uow, mark=listed, revision=revision, stamp=stamp, waiting=waiting, now=now, keep=keep
            )
        sheets = self.maker.sheets(roster, edition, vouched)
        signatories = next(sheet for sheet in sheets if sheet.name == "signatories.json")
        sheets.append(self.log.sheet(signatories, edition, vouched, keep=keep))
        names = {sheet.name for sheet in sheets}
        sheets += [self.maker.vacated(name) for name in sorted(before.names) if name not in names]
        return _Draft(
            roster=roster,
            waiting=waiting,
            revision=revision,
            stamp=stamp,
            sheets=sheets,
            paused=state == "paused",
            state=state_mark,
            at=now,
            until=min((s.effective_at for s in shown if s.effective_at and s.effective_at > now), default=None),
        )

    def _announce(self, draft: "_Draft", known: "Record") -> None:
        """Remember the names of files before they are placed: none that was ever public is forgotten."""
        new = {sheet.name for sheet in draft.sheets} - known.names
        if new:
            with self.store.begin() as uow:
                kept = Record.read(uow.get(_RECORD))
                uow.put(_RECORD, kept.with_names(new).written())

    def _keep(self, draft: "_Draft", known: "Record", made: Mapping[str, bytes]) -> "Record":
        files = {
            sheet.name: (sheet.key, _digest(made[sheet.name])) if sheet.name in made else known.files[sheet.name]
            for sheet in draft.sheets
        }
        record = Record(state=draft.state, at=draft.at, until=draft.until, counts=draft.roster.counts, files=files)
        with self.store.begin() as uow:
            uow.put("revision", str(draft.revision))
            uow.put("published", fingerprint(draft.roster))
            uow.put("published_at", draft.stamp)
            uow.put(_RECORD, record.written())
        return record

    def _as_it_is(self, known: "Record", now: datetime) -> Published:
        with self.store.begin() as uow:
            revision, waiting = int(uow.get("revision") or 0), uow.waiting()
        return Published(
            revision=revision,
            counts=known.counts,
            waiting=waiting,
            files=(),
            digests=known.digests,
            make=self._making(now, {}),
        )

    def _making(self, now: datetime, made: Mapping[str, bytes]) -> Make:
        """Files for carriers: those at hand, and others made when one asks for them."""

        def make(names: Collection[str]) -> dict[str, bytes]:
            wanted = set(names) - set(made)
            sheets = self._draft(now, keep=True).sheets if wanted else []
            others = {one.name: one.make() for one in sheets if one.name in wanted}
            return {**others, **{name: made[name] for name in names if name in made}}

        return make


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    roster: Roster
    waiting: int
    revision: int
    stamp: str  # when the list last changed
    sheets: list[Sheet]
    paused: bool  # organizers want the page left as it is
    state: str
    at: datetime
    until: datetime | None


def _digest(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()
