"""By which names an entry is known, in every language that it gives."""

import re
from functools import lru_cache

from mailbot.core.events import Entry
from mailbot.core.plausible import cleaned


@lru_cache(maxsize=50_000)
def known_names(entry: Entry) -> tuple[str, ...]:
    """The entry's name, its names in other languages, and the halves of a name that is printed in two.

    "Comité Saint-Roch / Saint-Roch Committee" is known by either half, "Harbour Choir 港灣合唱團" and
    "港灣合唱團 (Harbour Choir)" as well. What stands in parentheses in the same writing is a place or a
    branch more often than a name, and is none.
    """
    halves = [half for name in (entry.name, *entry.alt_names) for half in _halves(cleaned(name))]
    return tuple(dict.fromkeys((entry.name, *entry.alt_names, *halves)))


_SLASH = re.compile(r"\s+[/|]\s+|\s*[／｜]\s*")
_HAN = r"\u2e80-\u2fdf\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_RUN = re.compile(f"[{_HAN}][{_HAN}·・《》「」、\\s]*")
_SHORTEST_HAN = 3  # characters: 港加聯
_SHORTEST = 6  # characters of a half in letters: "HK" beside a Chinese name is no name of its own
_EDGES = " ()（）-–—/|,，:：·"


def _halves(name: str) -> list[str]:
    parts = [part for part in _SLASH.split(name) if len(part) >= _SHORTEST_HAN]
    found = parts if len(parts) > 1 else []
    return found + [half for part in parts for half in _by_writing(part)]


def _by_writing(name: str) -> list[str]:
    """A name in Han writing beside one in letters: both; nothing where the two are mixed in any other way."""
    runs = list(_HAN_RUN.finditer(name))
    if len(runs) != 1:
        return []
    han = runs[0][0].strip(_EDGES)
    before, after = name[: runs[0].start()].strip(_EDGES), name[runs[0].end() :].strip(_EDGES)
    letters = before or after
    if (before and after) or len(han) < _SHORTEST_HAN or len(letters) < _SHORTEST:
        return []
    return [letters, han]
