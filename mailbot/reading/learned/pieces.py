"""The pieces of words that the encoder reads the tokens of a mail by.

A run of letters is cut into the known pieces that together are likeliest (unigram language model, Kudo 2018),
with the vocabulary of multilingual-e5-small as far as it serves English, French and Chinese.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from mailbot.reading.learned.features import Described

_BEGIN, _UNKNOWN, _END = range(3)  # the first three pieces; the end of a line or of a place reads as an end
_SPACE = "\u2581"  # stands before a word that begins anew
_MOST = 400  # pieces of a mail
_OF_ONE_WORD = 12
_RUN = 30  # ideographs that are cut together
_WORDS = frozenset({"small", "capital", "capitals", "mixed", "initial", "number"})
_OPENING = frozenset({"quote", "open"})
_UNLIKELY = 10.0  # how much less likely an unknown letter is than the rarest piece


@dataclass(frozen=True, slots=True)
class Pieced:
    """The pieces of a mail. `spans`: the first and last piece of each token. `owners`: each piece's token, or None."""

    pieces: Sequence[int]
    spans: Sequence[tuple[int, int]]
    owners: Sequence[int | None]


class Pieces:
    """Known pieces with the logarithms of how likely they are, the beginning, the unknown and the end first."""

    def __init__(self, known: Sequence[str], likely: Sequence[float]) -> None:
        self._rows = {piece: row for row, piece in enumerate(known) if row > _END}
        self._likely = likely
        self._unknown = min(likely) - _UNLIKELY
        self._longest = max(map(len, known))
        self._cut = lru_cache(maxsize=20_000)(self._best)

    def of(self, found: Sequence[Described]) -> Pieced:
        """The first pieces of the tokens; what is beyond them is read as the end."""
        pieces: list[int] = [_BEGIN]
        owners: list[int | None] = [None]
        spans: list[tuple[int, int]] = []
        while len(spans) < len(found) and len(pieces) < _MOST:
            at = len(spans)
            if at and found[at].place != found[at - 1].place:
                pieces.append(_END)
                owners.append(at)
            for starts, rows in self._of_run(found, at):
                spans.extend((len(pieces), len(pieces) + len(rows) - 1) for _ in starts)
                pieces.extend(rows)
                owners.extend([starts[0]] * len(rows))
        last = len(pieces)
        spans += [(last, last)] * (len(found) - len(spans))
        return Pieced([*pieces, _END], spans, [*owners, None])

    def _of_run(self, found: Sequence[Described], at: int) -> list[tuple[range, Sequence[int]]]:
        """The token at `at`, or the run of ideographs that it begins: tokens, and the pieces that they share."""
        token = found[at].token
        if token.shape == "line":
            return [(range(at, at + 1), (_END,))]
        if token.shape != "ideograph":
            joined = at > 0 and found[at - 1].token.text.endswith(("'", "’"))
            apart = token.shape in _OPENING or (token.shape in _WORDS and not joined)
            cut = self._cut((_SPACE if apart else "") + _normal(token.text))
            return [(range(at, at + 1), [row for _, row in cut[:_OF_ONE_WORD]])]
        end = at
        while end < min(len(found), at + _RUN) and found[end].token.shape == "ideograph":
            if found[end].place != found[at].place:
                break
            end += 1
        cut = self._cut("".join(d.token.text for d in found[at:end]))
        return [(range(at + start, at + start + length), [row]) for (start, length), row in cut]

    def _best(self, text: str) -> list[tuple[tuple[int, int], int]]:
        """The likeliest pieces: where each stands (start, length), and its row."""
        best, back = [0.0] + [-1e30] * len(text), [(0, _UNKNOWN)] * (len(text) + 1)
        for start in range(len(text)):
            for end in range(start + 1, min(len(text), start + self._longest) + 1):
                row = self._rows.get(text[start:end])
                if row is None and end > start + 1:
                    continue
                score = best[start] + (self._unknown if row is None else self._likely[row])
                if score > best[end]:
                    best[end], back[end] = score, (start, _UNKNOWN if row is None else row)
        cut = []
        end = len(text)
        while end:
            start, row = back[end]
            cut.append(((start, end - start), row))
            end = start
        return cut[::-1]


def _normal(text: str) -> str:
    """As the pieces are written. No space is left in it, nor is it ever empty."""
    return "".join(unicodedata.normalize("NFKC", text).split()) or text
