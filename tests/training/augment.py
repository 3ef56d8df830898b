"""The same mails with other names in them, so that the network learns where names stand, and none by heart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from training.mails import Learned, Mail

from mailbot.reading.learned.features import lexical
from mailbot.reading.learned.tagging import ROLES, Role
from mailbot.reading.learned.tokens import is_ideograph, tokens
from mailbot.reading.naming import Naming

_OF_THE_WORD = ("shape ", "noun", "particle", "article", "opener", "generic", "surname", "ending", "in office")
_OF_THE_FIRST = frozenset({"line start"})
_SWAPPED = 0.7  # of the names
_SMALL = 0.06  # of the mails lose their capitals
_BARE = 0.3  # of the mails lose the phrases of the rules

Names = Mapping[tuple[Role, bool], Sequence[str]]
"""Invented names by role and by whether they hold ideographs."""


def read_names(folder: Path) -> Names:
    """The banks names_*.tsv: `org` or `person`, a tab, the name."""
    banks: dict[tuple[Role, bool], list[str]] = {}
    roles = {"org": Role.ORGANIZATION, "person": Role.PERSON}
    for file in sorted(folder.glob("names_*.tsv")):
        for line in file.read_text("utf-8").splitlines():
            kind, _, name = line.partition("\t")
            if kind in roles and name:
                banks.setdefault((roles[kind], any(map(is_ideograph, name))), []).append(name)
    return banks


def varied(mail: Mail, names: Names, naming: Naming, chance: Random) -> Mail:
    """The mail with most of its names exchanged, each for the same other one wherever it stands."""
    swapped = tuple(_swapped(mail.tokens, names, naming, chance))
    if chance.random() < _SMALL:
        swapped = tuple(_small(one) for one in swapped)
    if chance.random() < _BARE:
        swapped = tuple(
            replace(one, features=tuple(f for f in one.features if not f.startswith("asks "))) for one in swapped
        )
    return replace(mail, tokens=swapped)


def _swapped(found: Sequence[Learned], names: Names, naming: Naming, chance: Random) -> Iterator[Learned]:
    chosen: dict[tuple[str, ...], str] = {}
    at = 0
    while at < len(found):
        role, end = found[at].role, at + 1
        if role % 2 == 0:
            yield found[at]
            at = end
            continue
        while end < len(found) and found[end].role == role + 1:
            end += 1
        stretch = found[at:end]
        key = tuple(one.token.text.casefold() for one in stretch)
        if key not in chosen:
            chosen[key] = _other(stretch, names, chance) if chance.random() < _SWAPPED else ""
        yield from _written(chosen[key], stretch[0], naming) if chosen[key] else stretch
        at = end


def _other(stretch: Sequence[Learned], names: Names, chance: Random) -> str:
    text = "".join(one.token.text for one in stretch)
    called = ROLES[stretch[0].role + 1]
    role = Role.PERSON if called in (Role.PERSON, Role.CONTACT) else Role.ORGANIZATION
    name = chance.choice(names[role, any(map(is_ideograph, text))])
    return name.lower() if text.islower() else name


def _written(name: str, first: Learned, naming: Naming) -> Iterator[Learned]:
    """The tokens of the name in the place of another: what the place says stays, what the word says is its own."""
    carried = tuple(f for f in first.features if not f.startswith(_OF_THE_WORD))
    later = tuple(f for f in carried if f not in _OF_THE_FIRST)
    for number, token in enumerate(tokens(name, 40)):
        own = [f"shape {token.shape}", *lexical(token.text, naming)]
        if token.shape == "ideograph" and name.endswith(naming.endings, 0, token.end):
            own.append("ending")
        features = (*own, *(later if number else carried))
        yield Learned(token, features, first.place, first.role + (number > 0))


def _small(one: Learned) -> Learned:
    token = one.token
    if token.shape not in {"capital", "capitals", "mixed", "initial"}:
        return one
    features = ("shape small", *(f for f in one.features if not f.startswith("shape ")))
    return replace(one, token=token._replace(text=token.text.lower(), shape="small"), features=features)
