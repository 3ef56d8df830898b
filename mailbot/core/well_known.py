"""Whether a name would be taken for one that everybody knows: as it looks, with a slip of the pen, or as a part."""

from collections.abc import Callable, Iterable

from mailbot.core.names import latin_look


def like_well_known(names: Iterable[str], well_known: Iterable[str], fold: Callable[[str], str]) -> str | None:
    """The known name that one of `names` (of strangers) could be taken for.

    Compared as they look (UTS 39): "Аmnesty" with a Cyrillic А is Amnesty. "Human Right Watch" is one letter off,
    "Amnesty International Canada" has the known name whole, "HumanRightsWatch" without its spaces.
    """
    looks = [latin_look(fold(name))[:_LONGEST] for name in names]
    for known in well_known:
        key = latin_look(fold(known))
        if key and any(_is_like(look, key) for look in looks):
            return known
    return None


_LONGEST = 200  # characters of a name that are compared


def _is_like(look: str, key: str) -> bool:
    if f" {key} " in f" {look} " or (not key.isascii() and key in look):
        return True
    words, known = look.split(), key.replace(" ", "")
    slips = _slips(known)
    size = len(key.split())
    stretches = {"".join(words)} | {
        "".join(words[at : at + many])
        for many in range(max(1, size - 1), size + 2)
        for at in range(len(words) - many + 1)
    }
    return any(_distance(stretch, known, slips) <= slips for stretch in stretches)


def _slips(known: str) -> int:
    """How many letters may differ: of a short name none, for one letter makes it another."""
    return 0 if len(known) < 8 else 1 if len(known) < 12 else 2


def _distance(one: str, other: str, most: int) -> int:
    """Letters left out, put in or exchanged between two texts (Levenshtein); anything above `most` where it is more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for at, c in enumerate(one, 1):
        before, row[0] = row[0], at
        for place, d in enumerate(other, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (c != d))
        if min(row) > most:
            return most + 1
    return row[-1]
