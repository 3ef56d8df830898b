"""How sure one may be that a name is meant: all that is known of it, weighed as labelled mail has taught.

The network tells where names may stand and what the mail asks, the rules tell what they saw; here both come
together, name by name. Training and reading use this module alike.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from mailbot.core.intents import Category
from mailbot.reading.candidates import Candidate
from mailbot.reading.choosing import key
from mailbot.reading.learned.judgement import Judgement, Named
from mailbot.reading.learned.tagging import Role
from mailbot.reading.phrases import has_ideographs

_SIDE_BY_SIDE = 25  # characters between two names of one list, at most
_BULLET = 6  # characters of a bullet or number before a name
_BETWEEN = re.compile(r"\W*(?:[^\W\d_\u3400-\u9fff]{1,8}|[\u3400-\u9fff]{1,3})?\W*\Z")
_DIGIT = re.compile(r"\d")
_DOUBT = 1e-4  # no likelihood is taken to be nearer to 0 or 1
_OPENING, _CLOSING = frozenset('"“«「『'), frozenset('"”»」』)）')
_TOLD = ("noun", "ending", "in domain", "in from", "in signature", "in subject", "item")
_Holds = Callable[[str, Named, Named], bool]
_ODD_START, _ODD_END = frozenset({"small", "mark", "comma"}), frozenset({"small", "mark", "comma", "dash"})


@dataclass(frozen=True)
class Name:
    """One name: as it would be printed, where it stands, likeliest first, and what the rules say of it."""

    candidate: Candidate
    mentions: tuple[Named, ...]
    rules: tuple[Candidate, ...]

    @cached_property
    def key(self) -> str:
        return key(self.candidate.entry.name)

    @cached_property
    def sure(self) -> float:
        """The likelihood that it is named at all: of one place or the other; at one place only one spelling can be."""
        places: list[list[float]] = []
        for mention in self.mentions:
            here = [p for p in places if p[0] == id(mention.place) and mention.start < p[2] and p[1] < mention.end]
            if here:
                here[0][3] += mention.sure
            else:
                places.append([id(mention.place), mention.start, mention.end, mention.sure])
        return 1 - math.prod(1 - min(place[3], 1.0) for place in places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """What the mail asks: the likelihood of each kind, what the rules say, and the names that they would choose."""

    likely: Mapping[str, float]
    by_rule: str
    reason: str
    chosen: frozenset[str]


def weighed(names: Sequence[Name], judgement: Judgement, asks: Asks, weights: Mapping[str, float]) -> list[Candidate]:
    """Each name as a candidate whose score is the likelihood that it is meant."""
    return [
        replace(name.candidate, score=_logistic(sum(weights.get(fact, 0.0) * value for fact, value in told.items())))
        for name, told in zip(names, facts(names, judgement, asks), strict=True)
    ]


def facts(names: Sequence[Name], judgement: Judgement, asks: Asks) -> list[dict[str, float]]:
    """What is known of each name, by the names that the weights have for it."""
    roles = _roles(judgement)
    return [
        {
            **_of_the_mail(asks),
            **_of_the_name(name, asks),
            **_of_the_others(name, names),
            **{f"is {role}": roles.get((name.key, role), 0.0) for role in (Role.CONTACT, Role.FORMER)},
        }
        for name in names
    ]


def _of_the_mail(asks: Asks) -> dict[str, float]:
    nothing = asks.likely.get("incomplete", 0.0) + asks.likely.get("other", 0.0)
    return {
        "always": 1.0,
        **{f"asks {kind}": _log_odds(asks.likely.get(kind, 0.0)) for kind in ("sign", "withdraw", "correct")},
        "asks nothing": _log_odds(nothing),
        "rules: sign": float(asks.by_rule == "sign"),
        "rules: not": float(asks.by_rule == "nothing" and asks.reason != "no_request"),
        "rules: change": float(asks.by_rule in {"withdraw", "correct"}),
    }


def _of_the_name(name: Name, asks: Asks) -> dict[str, float]:
    best = name.mentions[0]
    text = best.place.passage.text
    before, behind = text[best.start - 1 : best.start], text[best.end : best.end + 1]
    shapes = [d.token.shape for d in best.tokens]
    zones = {mention.place.zone.split()[-1] for mention in name.mentions}
    told = {feature for described in best.tokens for feature in described.features}
    found = {
        "sure": _log_odds(name.sure),
        "best": _log_odds(best.sure),
        "person": float(name.candidate.entry.category is Category.PERSON),
        "rules see it": float(bool(name.rules)),
        "rules' score": max((c.score for c in name.rules), default=0.0),
        "rules choose it": float(name.key in asks.chosen),
        "rules choose others": float(bool(asks.chosen) and name.key not in asks.chosen),
        "length": math.log(max(len(best.tokens), 1)),
        "again": float(len({(id(m.place), m.start // 40) for m in name.mentions}) > 1),
        "passed on": float(any(mention.place.letter for mention in name.mentions)),
        "odd start": float(shapes[0] in _ODD_START),
        "odd end": float(shapes[-1] in _ODD_END),
        "comma": float("comma" in shapes),
        "line": float("line" in shapes),
        "cut behind": float(behind.isalnum() and not has_ideographs(behind)),
        "cut before": float(before.isalnum() and not has_ideographs(before)),
        "capital behind": float(text[best.end : best.end + 30].lstrip(" ")[:1].isupper()),
        "closed": float(behind in _CLOSING),
        "opened": float(before in _OPENING),
        "asking": float(any(feature.startswith("asks") for feature in told)),
        "ideographs": float("ideograph" in shapes),
    }
    found |= {f"zone {zone}": 1.0 for zone in zones & {"from", "signature", "subject"}}
    found |= {feature: 1.0 for feature in _TOLD if feature in told}
    return found | {f"rule {rule}": 1.0 for rule in {c.found.value for c in name.rules}}


def _of_the_others(name: Name, names: Sequence[Name]) -> dict[str, float]:
    """Names that are more or less of the same letters shut each other out; names of one list go together."""
    variants = [n.sure for n in names if n is not name and _overlap(n.key, name.key)]
    others = [n for n in names if not _overlap(n.key, name.key)]
    beside = max((n.sure for n in others if _any_pair(name, n, _side_by_side)), default=0.0)
    aligned = max((n.sure for n in others if _any_pair(name, n, _aligned)), default=0.0)
    return {
        "variant": _log_odds(max(variants, default=0.0)),
        "rival": _log_odds(max((n.sure for n in others), default=0.0)),
        "beside": beside,
        "aligned": aligned,
        "in a list": _log_odds(max(beside, aligned, 0.01)),
    }


def _any_pair(one: Name, other: Name, holds: _Holds) -> bool:
    return any(
        a.place is b.place and holds(a.place.passage.text, *sorted((a, b), key=lambda m: m.start))
        for a in one.mentions
        for b in other.mentions
    )


def _side_by_side(text: str, first: Named, second: Named) -> bool:
    apart = second.start - first.end
    return 0 <= apart <= _SIDE_BY_SIDE and _BETWEEN.match(text, first.end, second.start) is not None


def _aligned(text: str, first: Named, second: Named) -> bool:
    lines = [text.rfind("\n", 0, named.start) + 1 for named in (first, second)]
    bullets = [text[line : named.start] for line, named in zip(lines, (first, second), strict=True)]
    if lines[0] == lines[1] or any(len(bullet) > _BULLET for bullet in bullets):
        return False
    alike = _DIGIT.sub("0", bullets[0]) == _DIGIT.sub("0", bullets[1])
    return alike and text.count("\n", lines[0], lines[1]) <= 2


def _overlap(one: str, other: str) -> bool:
    return one in other or other in one


def _roles(judgement: Judgement) -> dict[tuple[str, Role], float]:
    """How sure each name is that of somebody who does not sign: a contact, an entry as it was."""
    found: dict[tuple[str, Role], float] = {}
    for named in judgement.named:
        if named.role in {Role.CONTACT, Role.FORMER}:
            name = key(named.place.passage.text[named.start : named.end]), named.role
            found[name] = max(found.get(name, 0.0), named.sure)
    return found


def _log_odds(likely: float) -> float:
    likely = min(max(likely, _DOUBT), 1 - _DOUBT)
    return math.log(likely / (1 - likely))


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-min(max(x, -50.0), 50.0)))
