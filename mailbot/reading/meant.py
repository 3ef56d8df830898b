"""From stretches that the network takes for names to candidates: one a name, whole, with what belongs to it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mailbot.core.intents import Category, Span
from mailbot.reading.candidates import Candidate, Found
from mailbot.reading.choosing import key
from mailbot.reading.learned.judgement import Judgement, Named
from mailbot.reading.learned.places import Place
from mailbot.reading.learned.tagging import Role
from mailbot.reading.misplaced import is_label
from mailbot.reading.naming import Naming, clean_name
from mailbot.reading.people import Entry, read_group, read_person
from mailbot.reading.phrases import has_ideographs
from mailbot.reading.weighing import Name

_SIGNING = frozenset({Role.ORGANIZATION, Role.PERSON})
_NEAR = 30  # characters before a name in which an honorific may stand
_TITLE = 80  # characters behind a name that may tell an office
_APART = 4  # characters, at most, between the two languages of one name
_BETWEEN = re.compile(r"\s*[/|／()（）]\s*")
_ONE_WORD = re.compile(r"[ -]?\w+\.?")
_ARTICLE = re.compile(r"(?<![^\s«“\"(])(The |Les |Le |La |L['’])$")
_CLAUSE_END = re.compile(r"[.;!?()\n。；！？（）]")
_JOINED = re.compile(r"[\s,，、/|(（)）·–—-]*\Z")


_TOLD = 0.3  # likelihood from which on a name as it was is told
_UNSEEN = 0.002  # likelihood of a name that a rule sees and the network does not


@dataclass(frozen=True, slots=True)
class Meant:
    """The names meant, in the order in which they stand; `letter` is that of the first."""

    candidates: list[Candidate]
    letter: int


def names(judgement: Judgement, places: Sequence[Place], by_rule: Iterable[Candidate], naming: Naming) -> list[Name]:
    """Every name that may be meant, whoever sees it, the network or a rule; in the order in which they stand."""
    rules = tuple(by_rule)
    spelled: dict[str, list[tuple[Named, Candidate]]] = {}
    for named in judgement.named:
        candidate = _candidate(named, rules, naming) if named.role in _SIGNING else None
        if candidate and not is_label(candidate.entry.name):
            spelled.setdefault(key(candidate.entry.name), []).append((named, candidate))
    seen: dict[str, list[Candidate]] = {}
    for candidate in rules:
        name = key(candidate.entry.name)
        seen.setdefault(name, []).append(candidate)
        stretch = None if name in spelled else _unseen(candidate, places, judgement)
        if stretch:
            spelled[name] = [(stretch, candidate)]
    return [_name(found, seen.get(name, [])) for name, found in spelled.items()]


def meant(found: Sequence[Name], scored: Sequence[Candidate], floor: float) -> Meant | None:
    """The names that are sure enough, `scored` as `found` is; None where none is."""
    likely = [(name, candidate) for name, candidate in zip(found, scored, strict=True) if candidate.score >= floor]
    kept = _one_a_name([(name.mentions[0], candidate) for name, candidate in likely])
    if not kept:
        return None
    return Meant(_bilingual(kept), kept[0][0].place.letter)


def former(judgement: Judgement, found: Meant) -> Span | None:
    """The name that stands on the list now, where the mail tells it."""
    new = {key(c.entry.name) for c in found.candidates}
    told = [n for n in judgement.named if n.role is Role.FORMER and n.sure >= _TOLD and key(_text(n)) not in new]
    return _span(max(told, key=lambda n: n.sure)) if told else None


def _halves(name: str) -> tuple[str, str]:
    """("Harbour Street Choir", "港灣街合唱團") of one name in two languages; (name, "") of any other."""
    parts = [part for part in _BETWEEN.split(name) if part]
    if len(parts) != 2 or has_ideographs(parts[0]) == has_ideographs(parts[1]):
        return name, ""
    return parts[0], parts[1]


def _name(found: Sequence[tuple[Named, Candidate]], rules: Sequence[Candidate]) -> Name:
    found = sorted(found, key=lambda f: -f[0].sure)
    category = found[0][1].entry.category
    alike = tuple(c for c in rules if c.entry.category is category)
    return Name(candidate=found[0][1], mentions=tuple(named for named, _ in found), rules=alike)


def _unseen(candidate: Candidate, places: Sequence[Place], judgement: Judgement) -> Named | None:
    """The stretch in which a rule alone sees a name, as if the network had; None where it reads no token of it."""
    for number, place in enumerate(places):
        piece = place.passage.piece(candidate.span.where)
        if piece is None:
            continue
        tokens = [
            d for d in judgement.read if d.place == number and piece.start <= d.token.start and d.token.end <= piece.end
        ]
        role = Role.PERSON if candidate.entry.category is Category.PERSON else Role.ORGANIZATION
        if tokens:
            return Named(place=place, start=piece.start, end=piece.end, role=role, sure=_UNSEEN, tokens=tokens)
    return None


def _candidate(named: Named, rules: Sequence[Candidate], naming: Naming) -> Candidate | None:
    """The name with its honorific and office, or None where nobody could print it."""
    named = replace(named, start=_with_article(named), end=_whole(named, rules))
    name = clean_name(_text(named))
    if not any(map(str.isalnum, name)) or not naming.is_plausible(name):
        return None
    alt_names: tuple[str, ...] = ()
    if named.role is Role.PERSON:
        entry, spans = _person(named, name, naming)
    else:
        group = read_group(name, naming)  # without the town behind a comma
        first, other = _halves(group.name if group else name)
        entry, spans = Entry(name=first, category=Category.ORGANIZATION), {"alt_names": _span(named)} if other else {}
        alt_names = (other,) if other else ()
    return Candidate(
        entry=entry,
        span=_span(named),
        spans=spans,
        found=Found.LEARNED,
        score=named.sure,
        start=named.start,
        alt_names=alt_names,
    )


def _whole(named: Named, rules: Sequence[Candidate]) -> int:
    """Where the name ends, its bracket closed; with the one word more that a rule sees: "Friends of Hong" Kong."""
    passage = named.place.passage
    where = f"{passage.where}:{passage.base + named.start}-"
    text = passage.source[named.start : named.end]
    longer = [c.span.text for c in rules if c.span.where.startswith(where) and c.span.text.startswith(text)]
    one_more = [named.start + len(whole) for whole in longer if _ONE_WORD.fullmatch(whole, len(text))]
    end = max(one_more, default=named.end)
    opened = any(bracket in passage.text[named.start : end] for bracket in "(（")
    return end + 1 if opened and passage.text[end : end + 1] in {")", "）"} else end


def _with_article(named: Named) -> int:
    """Where the name begins with its article: "Les Amis du Port"; a sentence's own "The" is none of the name."""
    text = named.place.passage.text
    line = text.rfind("\n", 0, named.start) + 1
    found = _ARTICLE.search(text, max(line, named.start - 5), named.start)
    if named.role is not Role.ORGANIZATION or found is None:
        return named.start
    before, behind = text[line : found.start(1)].rstrip(), text[named.end :].partition("\n")[0].strip(" .,")
    begins_sentence = not before or before[-1] in ".!?:"
    return named.start if found.group(1) != "Les " and begins_sentence and behind else found.start(1)


def _person(named: Named, name: str, naming: Naming) -> tuple[Entry, dict[str, Span]]:
    """A person's name with what stands around it: "Hon. Linda Frum, Senator"."""
    passage = named.place.passage
    text = passage.text
    line = max(text.rfind("\n", 0, named.start) + 1, named.start - _NEAR)
    before = list(naming.honorifics.finditer(passage.folded, line, named.start))
    start = before[-1].start() if before and not text[before[-1].end() : named.start].strip(" .") else named.start
    cut = _CLAUSE_END.search(text, named.end + 1)
    end = min(cut.start() if cut else len(text), named.end + _TITLE)
    entry = read_person(text[start:end], naming)
    if entry is None or key(entry.name) != key(name):
        return Entry(name=name, category=Category.PERSON), {}
    spans = {}
    for field, value in (("honorific", entry.honorific), ("title", entry.title)):
        at = text.find(value, start, end) if value else -1
        if at >= 0:
            where = passage.place(at, at + len(value))
            spans[field] = Span(text=passage.source[at : at + len(value)], where=where, rule=Found.LEARNED.value)
    return entry, spans


def _one_a_name(found: Sequence[tuple[Named, Candidate]]) -> list[tuple[Named, Candidate]]:
    """The surest spelling of each name; one that is part of another is the same name cut short."""
    kept: list[tuple[Named, Candidate]] = []
    for named, candidate in sorted(found, key=lambda f: -f[1].score):
        name = key(candidate.entry.name)
        if not any(name in key(other.entry.name) or key(other.entry.name) in name for _, other in kept):
            kept.append((named, candidate))
    order = {id(named): n for n, (named, _) in enumerate(found)}
    return sorted(kept, key=lambda f: order[id(f[0])])


def _bilingual(kept: list[tuple[Named, Candidate]]) -> list[Candidate]:
    """An organization's name in ideographs beside one in letters is one name in two languages."""
    joined: list[Candidate] = []
    last: Named | None = None
    for named, candidate in kept:
        if joined and last and _is_translation(last, joined[-1], named, candidate):
            first = joined[-1]
            joined[-1] = replace(
                first,
                alt_names=(candidate.entry.name,),
                spans={**first.spans, "alt_names": candidate.span},
            )
        else:
            joined.append(candidate)
        last = named
    return joined


def _is_translation(last: Named, first: Candidate, named: Named, second: Candidate) -> bool:
    groups = all(c.entry.category is Category.ORGANIZATION for c in (first, second))
    scripts = has_ideographs(first.entry.name) != has_ideographs(second.entry.name)
    between = last.place.passage.text[last.end : named.start]
    near = last.place is named.place and 0 <= named.start - last.end <= _APART
    return groups and scripts and near and not first.alt_names and _JOINED.match(between) is not None


def _text(named: Named) -> str:
    return named.place.passage.text[named.start : named.end]


def _span(named: Named) -> Span:
    passage = named.place.passage
    where = passage.place(named.start, named.end)
    return Span(text=passage.source[named.start : named.end], where=where, rule=Found.LEARNED.value)
