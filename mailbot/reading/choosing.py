"""From all candidates to the names that are meant: a table, a list, labelled lines, or the one most spoken for."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mailbot.core.intents import Category
from mailbot.reading.candidates import Candidate, Found
from mailbot.reading.naming import Naming
from mailbot.reading.phrases import fold, has_ideographs

_INTRODUCED = 0.8
_SECOND_PLACE = 0.12  # what each further place adds that shows the same name
_ONLY = 0.12  # what it adds to be the only organization that the body names
_IN_ADDRESS = 0.12
_EDGES = frozenset({Found.SIGNATURE, Found.HEADER, Found.AUTHOR})
_JOINTS = re.compile(r" (?:and|et|&) |同埋|以及|及|和|與|与")
_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the asking told of who signs."""

    individual: bool  # says that a person signs
    alone: bool  # speaks of the writer as the one who signs
    several: bool
    floor: float
    address: str = ""  # of the author: a domain often spells the name


def choose(candidates: Sequence[Candidate], wanted: Wanted, naming: Naming) -> list[Candidate]:
    """The candidates that are meant, in the order in which they stand; empty where none is sure enough."""
    tabled = [c for c in candidates if c.found is Found.TABLE]
    if tabled:
        return _unique(tabled)
    listed = _best_list(candidates)
    labelled = [c for c in candidates if c.found is Found.LABEL]
    if labelled and not (len(listed) > 1):
        return _bilingual(_unique(labelled))
    if len(listed) > 1:
        return _unique(listed)
    ranked = _ranked(candidates, wanted)
    if not ranked or ranked[0].score < wanted.floor:
        return []
    best = ranked[0]
    if wanted.several:
        halves = _halves(best, naming)
        if halves:
            return halves
        return _unique(sorted([best, *_companions(best, ranked[1:], wanted)], key=lambda c: c.start))
    return [best]


def key(name: str) -> str:
    """Letters and digits only: two spellings that differ in spaces and marks are one name."""
    return _NOT_LETTERS.sub("", fold(name))


def _best_list(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The list that was introduced as the list of names; else the first with two organizations or persons in it."""
    groups: dict[int, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.group and candidate.found in {Found.LIST, Found.LINE}:
            groups.setdefault(candidate.group, []).append(candidate)
    introduced = [g for g in groups.values() if g[0].score >= _INTRODUCED]
    return max(introduced, key=len, default=[])


def _bilingual(labelled: list[Candidate]) -> list[Candidate]:
    """Two labelled names of which one is in ideographs and one is not are one name in two languages."""
    groups = [c for c in labelled if c.entry.category is Category.ORGANIZATION]
    if len(groups) != 2 or has_ideographs(groups[0].entry.name) == has_ideographs(groups[1].entry.name):
        return labelled
    first, second = groups
    joined = replace(first, alt_names=(second.entry.name,), spans={**first.spans, "alt_names": second.span})
    return [joined, *(c for c in labelled if c not in groups)]


def _ranked(candidates: Sequence[Candidate], wanted: Wanted) -> list[Candidate]:
    """One candidate a name, the best first; a name that stands in several places gains."""
    by_key: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        by_key.setdefault(key(candidate.entry.name), []).append(candidate)
    merged = [_merged(group) for name, group in by_key.items() if name]
    bodily = {key(c.entry.name) for c in merged if c.entry.category is Category.ORGANIZATION and c.found is Found.PROSE}
    named = {key(c.entry.name) for c in merged if c.entry.category is Category.ORGANIZATION and c.found not in _EDGES}
    only = named if len(named) == 1 else bodily if len(bodily) == 1 else set()
    if wanted.alone and not wanted.individual and named:
        merged = [c for c in merged if c.entry.category is Category.ORGANIZATION or c.found is not Found.AUTHOR]
    fitting = [
        _fitted(replace(c, score=c.score + _ONLY * (key(c.entry.name) in only) + _spelled(c, wanted.address)), wanted)
        for c in merged
    ]
    return sorted(fitting, key=lambda c: (-c.score, c.start))


def _spelled(candidate: Candidate, address: str) -> float:
    """What it adds that two long words of the name, or one that is half of it, stand in the author's address."""
    words = [w for w in re.findall(r"[a-z0-9]{4,}", fold(candidate.entry.name)) if w in fold(address)]
    return (
        _IN_ADDRESS
        if sum(map(len, words)) >= 8 or sum(map(len, words)) * 2 >= len(key(candidate.entry.name)) > 0
        else 0.0
    )


def _merged(group: list[Candidate]) -> Candidate:
    best = max(group, key=lambda c: c.score)
    places = {c.found for c in group}
    return replace(best, score=min(1.0, best.score + _SECOND_PLACE * (len(places) - 1)))


def _fitted(candidate: Candidate, wanted: Wanted) -> Candidate:
    """A person where a person signs, an organization where a group does."""
    person = candidate.entry.category is Category.PERSON
    if wanted.individual:
        return replace(candidate, score=candidate.score + (0.15 if person else -0.25))
    if wanted.alone:
        return candidate if candidate.score > 0.6 or person else replace(candidate, score=candidate.score - 0.05)
    return replace(candidate, score=candidate.score - (0.3 if person else 0.0))


def _companions(best: Candidate, others: Iterable[Candidate], wanted: Wanted) -> list[Candidate]:
    """Further names that stand as firmly in the same place, where the mail speaks of more than one."""
    place = best.span.where.split(":")[0]
    return [
        c
        for c in others
        if c.score >= max(wanted.floor, best.score - 0.15)
        and c.span.where.split(":")[0] == place
        and key(c.entry.name) not in key(best.entry.name)
        and key(best.entry.name) not in key(c.entry.name)
    ][:8]


def _halves(best: Candidate, naming: Naming) -> list[Candidate]:
    """ "Knox United and Coteau Hills United", where the mail speaks of two."""
    for joint in _JOINTS.finditer(best.entry.name):
        parts = best.entry.name[: joint.start()], best.entry.name[joint.end() :]
        if all(naming.is_organization(part) and (len(part.split()) > 1 or not part.isascii()) for part in parts):
            return [replace(best, entry=replace(best.entry, name=part)) for part in parts]
    return []


def _unique(candidates: Iterable[Candidate]) -> list[Candidate]:
    seen: dict[str, Candidate] = {}
    for candidate in candidates:
        seen.setdefault(key(candidate.entry.name), candidate)
    return list(seen.values())
