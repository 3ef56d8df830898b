"""The rows of the network's tables that a token is read by: its word, the word it is part of, and its letters."""

import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache

from mailbot.reading.learned.tokens import Token
from mailbot.reading.phrases import fold

BUCKETS = 4096
"""Rows for parts of words, into which any word falls; one row more stands for nothing."""

NONE = 0
"""The row of a word that is not known."""

_LONGEST = 4  # ideographs of a word


class Vocabulary:
    """Known words → their rows. A word is known in lower case; with accents, else without."""

    def __init__(self, words: Sequence[str]) -> None:
        self._rows: dict[str, int] = {word: row for row, word in enumerate(words, 1)}
        self._bare: dict[str, int] = {}
        for word, row in self._rows.items():
            self._bare.setdefault(fold(word), row)
        self._row = lru_cache(maxsize=20_000)(self._found)

    def rows(self, found: Sequence[Token]) -> tuple[list[int], list[int]]:
        """For each token the row of itself, and of the longest known word of ideographs that it is part of."""
        return [self._row(t.text) for t in found], _compound(found, self._rows)

    def _found(self, word: str) -> int:
        plain = word.lower().replace("’", "'")
        for form in (plain, plain.removesuffix("'s"), plain.split("-")[0]):
            row = self._rows.get(form) or self._bare.get(fold(form))
            if row:
                return row
        return NONE


def parts(found: Sequence[Token]) -> list[tuple[int, int, int]]:
    """Three rows of parts for each token: of a word the whole, beginning and end, of an ideograph its neighbours."""
    rows = []
    for n, token in enumerate(found):
        word = token.text
        if token.shape == "ideograph":
            before = found[n - 1].text if n and found[n - 1].shape == "ideograph" else "^"
            behind = found[n + 1].text if n + 1 < len(found) and found[n + 1].shape == "ideograph" else "$"
            rows.append((_bucket(f"z{word}"), _bucket(f"b{before}{word}"), _bucket(f"b{word}{behind}")))
        else:
            rows.append(_of_word(word))
    return rows


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> tuple[int, int, int]:
    if not word[0].isalnum():
        return _bucket(f"x{word}"), BUCKETS, BUCKETS
    plain = fold(word)
    return _bucket(f"w{plain}"), _bucket(f"p{plain[:3]}"), _bucket(f"s{plain[-3:]}")


@lru_cache(maxsize=50_000)
def _bucket(part: str) -> int:
    return zlib.crc32(part.encode("utf-8", "surrogatepass")) % BUCKETS


def _compound(found: Sequence[Token], known: Mapping[str, int]) -> list[int]:
    """Greedy, longest first, from the left."""
    rows = [NONE] * len(found)
    n = 0
    while n < len(found):
        reach = n
        while reach < len(found) and reach - n < _LONGEST and found[reach].shape == "ideograph":
            reach += 1
        for end in range(reach, n + 1, -1):
            row = known.get("".join(t.text for t in found[n:end]))
            if row:
                rows[n:end] = [row] * (end - n)
                break
        else:
            end = n + 1
        n = end
    return rows
