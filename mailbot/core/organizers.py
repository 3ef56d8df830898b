"""Who the organizers are: those of campaign.toml, with the changes that two people made by mail laid over them."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mailbot.core.decision import Organizer

ORGANIZERS = "organizers"
"""Key of the campaign's state under which the changes stand, as JSON: oldest first, each with who wanted it."""


class Kind(StrEnum):
    ADD = "add"
    REMOVE = "remove"


class Stage(StrEnum):
    ASKED = "asked"  # one organizer wants it; another is asked
    INVITED = "invited"  # two want it; the new organizer is asked
    DONE = "done"
    ENDED = "ended"  # somebody said no


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterChange:
    """An organizer to be added or removed: asked for under a reference, as a card is."""

    ref: str
    kind: Kind
    name: str
    address: str  # addr_spec
    language: str
    by: tuple[str, ...]  # addr_specs of the organizers who want it, in order
    at: datetime  # when it was asked for
    stage: Stage = Stage.ASKED

    @property
    def who(self) -> str:
        """ "Cy <cy@organizers.example>" for receipts and notices."""
        return f"{self.name} <{self.address}>"


def read_changes(state: str) -> tuple[RosterChange, ...]:
    """What `written` wrote; nothing for ""."""
    return tuple(
        RosterChange(
            ref=row["ref"],
            kind=Kind(row["kind"]),
            name=row["name"],
            address=row["address"],
            language=row["language"],
            by=tuple(row["by"]),
            at=datetime.fromisoformat(row["at"]),
            stage=Stage(row["stage"]),
        )
        for row in json.loads(state or "[]")
    )


def written(changes: Iterable[RosterChange]) -> str:
    rows = [asdict(change) | {"at": change.at.isoformat()} for change in changes]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def in_office(ground: tuple[Organizer, ...], state: str) -> tuple[Organizer, ...]:
    """The organizers now. `ground` are those of campaign.toml; they are back where nobody else would be left."""
    now = {organizer.address.casefold(): organizer for organizer in ground}
    for change in read_changes(state):
        if change.stage is Stage.DONE and change.kind is Kind.REMOVE:
            now.pop(change.address.casefold(), None)
        elif change.stage is Stage.DONE:
            now[change.address.casefold()] = _organizer(change)
    return tuple(now.values()) or ground


def formerly_in_office(ground: tuple[Organizer, ...], state: str) -> tuple[Organizer, ...]:
    """Those who were organizers once: what they did can still be taken back, and is told by their name."""
    now = {organizer.address.casefold() for organizer in in_office(ground, state)}
    added = (_organizer(c) for c in read_changes(state) if c.stage is Stage.DONE and c.kind is Kind.ADD)
    return tuple(o for o in (*ground, *added) if o.address.casefold() not in now)


def still_open(changes: Iterable[RosterChange], now: datetime, days: int) -> tuple[RosterChange, ...]:
    """Those that can still be agreed to; one that nobody answers in so many days lapses."""
    return tuple(c for c in changes if c.stage in (Stage.ASKED, Stage.INVITED) and now < c.at + timedelta(days=days))


def _organizer(change: RosterChange) -> Organizer:
    return Organizer(name=change.name, address=change.address, language=change.language)
