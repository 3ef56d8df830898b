"""The roll of all signatures as `decide` may ask it: one transaction's queries, and names compared by the rules."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailbot.core import names
from mailbot.core.commands import CommandWords, HelpRow, help_rows
from mailbot.core.decision import Organizer, Roll
from mailbot.core.events import Entry, Status
from mailbot.core.name_keys import keys, may_be_alike
from mailbot.core.names import NameWords
from mailbot.core.organizers import ORGANIZERS, formerly_in_office, in_office
from mailbot.core.references import draw_reference
from mailbot.core.roster import Roster, roster
from mailbot.core.signature import Signature
from mailbot.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How this campaign compares and orders names."""

    words: NameWords
    commands: Callable[[], Mapping[str, CommandWords]]  # by language; asked for when somebody is sent help
    sort_key: Callable[[str], Any]

    def fold(self, name: str) -> str:
        return names.fold(name, self.words)

    def keys(self, entry: Entry) -> tuple[str, ...]:
        return keys(entry, self.words)

    def roster(self, signatures: Iterable[Signature], now: datetime) -> Roster:
        return roster(signatures, now=now, sort_key=self.sort_key, words=self.words)

    def help_rows(self, language: str) -> tuple[HelpRow, ...]:
        known = self.commands()
        return help_rows(known.get(language) or next(iter(known.values())))


def organizers(uow: UnitOfWork, ground: tuple[Organizer, ...]) -> tuple[Organizer, ...]:
    """The organizers now; `ground` are those of campaign.toml."""
    return in_office(ground, uow.get(ORGANIZERS))


def former_organizers(uow: UnitOfWork, ground: tuple[Organizer, ...]) -> tuple[Organizer, ...]:
    return formerly_in_office(ground, uow.get(ORGANIZERS))


def roll(uow: UnitOfWork, names_: Names, now: datetime) -> Roll:
    """The roll in one transaction, as it stands before what is being decided."""
    return Roll(
        get=uow.signature,
        by_address=uow.by_address,
        by_key=uow.by_key,
        alike=lambda entry: _alike(uow, names_, entry),
        desk=uow.desk,
        roster=lambda: names_.roster(uow.with_status(Status.LISTED, Status.WITHHELD), now),
        search=lambda text: uow.search(names_.fold(text)),
        counts=uow.counts,
        history=uow.history,
        requests_from=uow.requests_from,
        open_requests=uow.open_requests,
        touched=uow.touched,
        last_ordered=uow.last_ordered,
        shown=uow.shown,
        state=uow.get,
    )


def fresh_refs(uow: UnitOfWork, draw: Callable[[int], int]) -> Iterator[str]:
    """References that no signature has; a character longer when the short ones run out."""
    given: set[str] = set()
    for attempt in range(10_000):
        ref = draw_reference(draw, 4 + min(2, attempt // 8))
        if ref not in given and uow.signature(ref) is None:
            given.add(ref)
            yield ref


def _alike(uow: UnitOfWork, names_: Names, entry: Entry) -> tuple[tuple[Signature, str], ...]:
    """Signatures whose entry somebody might take for this one, the surest first."""
    known = uow.near_keys(names_.keys(entry))
    refs = {ref for key, ref, other in known if entry.website or may_be_alike(key, other)}
    near = {ref: signature for ref in sorted(refs) if (signature := uow.signature(ref))}
    found = names.look_alikes(entry, [s.entry for s in near.values() if s.entry], names_.words, limit=20)
    order = {id(one.entry): (place, one.reason) for place, one in enumerate(found)}
    alike = [(order[id(s.entry)], s) for s in near.values() if id(s.entry) in order]
    return tuple((signature, reason) for (_, reason), signature in sorted(alike, key=lambda pair: pair[0][0]))
