"""What becomes of each name of an existing list: it is new, it is there already, or people should look at it first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from mailbot.core.decision import Roll
from mailbot.core.events import Entry, Status
from mailbot.core.intents import Category
from mailbot.core.signature import ACCEPTED, ON_THE_DESK, Signature


class Found(StrEnum):
    NEW = "new"
    THERE = "there"
    ALIKE = "alike"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One entry held against the roll; `reason`: one of names.look_alikes', or how a signature like it ended."""

    entry: Entry
    found: Found
    other: Signature | None = None
    reason: str = ""


_STANDING = ACCEPTED | ON_THE_DESK | {Status.AWAITING_SIGNER, Status.HELD}
_ENDED = frozenset({Status.WITHDRAWN, Status.REJECTED})
_SAME = frozenset({"same_name", "same_alternate_name", "same_without_acronym"})


def match(entry: Entry, roll: Roll) -> Match:
    """Hold one entry against the roll.

    What was withdrawn or rejected is not new: an old list must not bring back who asked to be taken off. Two
    persons of one name with different offices may be two; letters that only look the same are to be looked at.
    """
    alike = roll.alike(entry)
    for other, reason in alike:
        if reason in _SAME and other.status in _STANDING and not _may_be_two(entry, other):
            return Match(entry=entry, found=Found.THERE, other=other, reason=reason)
    for other, reason in alike:
        if reason in _SAME and other.status in _ENDED:
            return Match(entry=entry, found=Found.ALIKE, other=other, reason=str(other.status))
    for other, reason in alike:
        if other.status in _STANDING:
            return Match(entry=entry, found=Found.ALIKE, other=other, reason=reason)
    return Match(entry=entry, found=Found.NEW)


def match_all(entries: Iterable[Entry], roll: Roll, fold: Callable[[str], str]) -> tuple[Match, ...]:
    """Each entry held against the roll; one that stands in the list twice is there the second time."""
    seen: set[tuple[str, str, str]] = set()
    matches = []
    for entry in entries:
        key = (fold(entry.name), str(entry.category), entry.title.casefold())
        twice = key in seen
        seen.add(key)
        matches.append(Match(entry=entry, found=Found.THERE, reason="twice") if twice else match(entry, roll))
    return tuple(matches)


def _may_be_two(entry: Entry, other: Signature) -> bool:
    """A person and a group of one name, or two persons whose offices differ."""
    listed = other.entry
    if listed is None or entry.category is not listed.category:
        return listed is not None
    if entry.category is not Category.PERSON:
        return False
    return bool(entry.title and listed.title) and entry.title.casefold() != listed.title.casefold()
