"""Text as typed → comparable atoms, each knowing where it stood.

No case, no accents, no width, one kind of each quote and dash; skin tones and invisible signs dropped.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass


def fold(text: str) -> str:
    """The form in which words are compared: no case, no accents, no width, one kind of each quote and dash."""
    return "".join(char for char, _ in _folded(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """A word, a Han character or another sign, folded, with its place as typed."""

    text: str
    start: int
    end: int
    spaced: bool
    han: bool


_REPLACED = {
    **dict.fromkeys("’‘ʼ′`´＇", "'"),
    **dict.fromkeys("–—‐‑−―﹣", "-"),
    **dict.fromkeys("“”„«»「」『』《》〈〉\u2039\u203a", '"'),
    **dict.fromkeys("、﹑､", ","),
    **dict.fromkeys("。｡", "."),
    "№": "#",
    "º": "°",
    "…": ".",
    "→": ">",
}
_IGNORED = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u20e3") | frozenset(
    chr(c) for c in (*range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
)


def _folded(text: str) -> Iterator[tuple[str, int]]:
    """Folded characters, each with the position that it came from."""
    for at, char in enumerate(text):
        if char in _IGNORED:
            continue
        if char in _REPLACED:
            yield _REPLACED[char], at
        elif char.isascii():
            yield char.lower(), at
        elif unicodedata.category(char) == "No":  # ① would run into its neighbours
            yield from ((c, at) for c in f" {unicodedata.normalize('NFKC', char)} ")
        else:
            plain = unicodedata.normalize("NFKC", char).casefold()
            for c in unicodedata.normalize("NFKD", plain):
                if not unicodedata.combining(c):
                    yield c, at


def atoms_of(text: str) -> Iterator[Atom]:
    """Words (with a closing apostrophe, as in l' and don'), single Han characters, single other signs."""
    run: list[str] = []
    start = end = 0
    spaced, run_spaced = True, True
    for char, at in _folded(text):
        wordy = char.isalnum() and not _is_han(char)
        if run and not wordy:
            closing = "'" if char == "'" else ""
            yield Atom(
                text="".join(run) + closing, start=start, end=at + 1 if closing else end, spaced=run_spaced, han=False
            )
            run, spaced = [], False
            if closing:
                continue
        if wordy:
            if not run:
                start, run_spaced = at, spaced
            run.append(char)
            end = at + 1
        elif char.isspace():
            spaced = True
        elif unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co"):
            yield Atom(text=char, start=at, end=at + 1, spaced=spaced, han=_is_han(char))
            spaced = False
    if run:
        yield Atom(text="".join(run), start=start, end=end, spaced=run_spaced, han=False)


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff" or "\uf900" <= char <= "\ufaff"
