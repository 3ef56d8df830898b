"""The alphabetical order of a language, as a key for sorting.

With PyICU, where it is installed, it is that language's own (CLDR). Without, it is the Unicode Collation
Algorithm's default order (UTS 10), and Han is ordered by pinyin, after all other scripts.
"""

import importlib
import re
from collections.abc import Callable
from functools import cache
from typing import Any

SortKey = Callable[[str], Any]

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]")


@cache
def sort_key(language: str) -> SortKey:
    """A key function for `language` (BCP 47): its keys compare with each other and with no others.

    Loads nothing by itself: the tables (about 0.2 s, Han another 0.3 s) are read with the first name.
    """
    try:
        icu = importlib.import_module("icu")
    except ImportError:
        return _default_key
    collator = icu.Collator.createInstance(icu.Locale(language.replace("-", "_")))
    return lambda text: bytes(collator.getSortKey(text))


def _default_key(text: str) -> tuple[Any, ...]:
    """Syllable by syllable for Han, character by character for the rest; the characters themselves break ties."""
    if not _HAN.search(text):
        return (0, _uca().sort_key(text), text)
    return (int(bool(_HAN.match(text))), _uca().sort_key(_HAN.sub(_syllable, text)), text)


def _syllable(found: re.Match[str]) -> str:
    return _pinyin(found[0]) + " "


@cache
def _uca() -> Any:
    return importlib.import_module("pyuca").Collator()


@cache
def _pinyin(character: str) -> str:
    """The syllable with the number of its tone; the character itself where pypinyin does not know it."""
    pypinyin = importlib.import_module("pypinyin")
    return str(pypinyin.lazy_pinyin(character, style=pypinyin.Style.TONE3)[0])
