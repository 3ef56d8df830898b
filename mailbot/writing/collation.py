"""The alphabetical order of a language: a key for sorting, and the part of the alphabet that a name stands in.

With PyICU, where it is installed, the order is that language's own (CLDR). Without, it is the Unicode Collation
Algorithm's default order (UTS 10), which is right for English and French. Names that begin with Han stand together,
before all others where the language is Chinese and behind them elsewhere: by strokes or by pinyin, as asked for,
character by character.
"""

import importlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any, Literal

from mailbot.writing.chapters import Section

SortKey = Callable[[str], Any]
HanOrder = Literal["pinyin", "stroke"]

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]")


def icu() -> ModuleType | None:
    """PyICU, where it is installed."""
    try:
        return importlib.import_module("icu")
    except ImportError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collation:
    """One campaign's order. Loads nothing by itself: the tables (0.2 s, Han as much again) come with the first name.

    `strokes` gives the table of rules/strokes.txt; it is asked for where Han is ordered by strokes.
    """

    language: str  # BCP 47
    han: HanOrder = "pinyin"
    strokes: Callable[[], str] = field(default=str, repr=False)
    library: Callable[[], ModuleType | None] = field(default=icu, repr=False)

    def sort_key(self, text: str) -> Any:
        """Comes before another's where the name does; comparable with those of the same collation alone."""
        latin, han = _keys(self.language, self.han, self.strokes, self.library)
        is_han = bool(_HAN.match(text))
        return (is_han is not self._han_first, (han if is_han else latin)(text), text)

    def section(self, text: str) -> Section:
        """The letter, number of strokes or letter of pinyin under which a name is looked for; `text` as for the key."""
        first = text[:1]
        if _HAN.match(first):
            if self.han == "stroke":
                place = _strokes(self.strokes).get(first)
                return Section("strokes", str(place[0])) if place else Section("other", "han")
            syllable = _pinyin(first)[:1].upper()
            return Section("pinyin", syllable) if "A" <= syllable <= "Z" else Section("other", "han")
        if first.isdigit():
            return Section("digits")
        return Section("letter", _letter(first)) if first.isalpha() else Section("other")

    @property
    def _han_first(self) -> bool:
        return self.language.split("-")[0] == "zh"


_PLAIN = str.maketrans({"Œ": "O", "Æ": "A", "Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "T", "ẞ": "S", "Ħ": "H"})


def _letter(first: str) -> str:
    """The capital that a letter is filed under: É under E, Œ under O; a syllable of Hangul under its first sound."""
    capital = first.upper()[:1].translate(_PLAIN)
    return unicodedata.normalize("NFKD", capital)[:1].upper() or capital


# -- keys ----------------------------------------------------------------------------------------


@cache
def _keys(
    language: str, han: HanOrder, strokes: Callable[[], str], library: Callable[[], ModuleType | None]
) -> tuple[SortKey, SortKey]:
    """For names that do not begin with Han, and for those that do."""
    tables = library()
    if tables is not None:
        return _icu_key(tables, language), _icu_key(tables, f"zh-u-co-{han}")
    return _mixed_key, (_by_strokes(strokes) if han == "stroke" else _mixed_key)


def _icu_key(tables: ModuleType, tag: str) -> SortKey:
    collator = tables.Collator.createInstance(tables.Locale.forLanguageTag(tag))
    return lambda text: bytes(collator.getSortKey(text))


def _mixed_key(text: str) -> Any:
    """Syllable by syllable for Han, character by character for the rest."""
    return _uca().sort_key(_HAN.sub(_syllable, text) if _HAN.search(text) else text)


def _syllable(found: re.Match[str]) -> str:
    return _pinyin(found[0]) + " "


def _by_strokes(table: Callable[[], str]) -> SortKey:
    known = _strokes(table)

    def key(text: str) -> Any:
        """Characters of the table in its order, before whatever else there is, by code point."""
        return [(0, known[c][1]) if c in known else (1, ord(c)) for c in text]

    return key


@cache
def _strokes(table: Callable[[], str]) -> dict[str, tuple[int, int]]:
    """Character → its number of strokes, and its place among all."""
    known: dict[str, tuple[int, int]] = {}
    for line in table().splitlines():
        number, _, characters = line.partition(" ")
        if number.isdigit():
            known |= {c: (int(number), len(known) + place) for place, c in enumerate(characters)}
    return known


@cache
def _uca() -> Any:
    return importlib.import_module("pyuca").Collator()


@cache
def _pinyin(character: str) -> str:
    """The syllable with the number of its tone; the character itself where pypinyin does not know it."""
    pypinyin = importlib.import_module("pypinyin")
    return str(pypinyin.lazy_pinyin(character, style=pypinyin.Style.TONE3)[0])
