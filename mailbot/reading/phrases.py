"""Words and phrases of the language files, made searchable: one pass over a text finds them all.

A phrase is plain words. `...` stands for up to five words in between (twenty characters between
ideographs), `{name}` for any member of the list of that name. A phrase that begins or ends in a letter
of an alphabet matches whole words only. Matching looks at folded text (see `fold`), in which every
character stands where it stood before, so the places found hold for the text as it was written.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cache

_IDEOGRAPHS = "\u2e80-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
_IDEOGRAPH = re.compile(f"[{_IDEOGRAPHS}]")
_PARTS = re.compile(r"\s*\.\.\.\s*|\{[^{}]+\}|\s+|[^\s.{}]+|.")
_NAMED = re.compile(r"\{([^}]+)\}")
_NEVER = re.compile(r"(?!)")
_WIDE_GAP = r"(?:[ \t\u3000]+[^\s.!?;:。！？；]{1,40}){0,5}?[ \t\u3000]+"
_NARROW_GAP = r"[^\s。！？；!?;]{0,20}?"
_QUOTES = {"\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u00b4": "'", "\u2032": "'", "\u00a0": " "}
_WORD = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")  # a word of ASCII letters, or any other sign

Groups = Sequence[tuple[Iterable[str], Mapping[str, Iterable[str]]]]
"""Phrases, each group of them with its named lists."""

Span = tuple[int, int]


def fold(text: str) -> str:
    """Lower case, without accents, straight apostrophes; as long as `text`, character for character."""
    return text.lower() if text.isascii() else "".join(map(_fold_character, text))


def has_ideographs(text: str) -> bool:
    return _IDEOGRAPH.search(text) is not None


def phrases(*groups: tuple[Iterable[str], Mapping[str, Iterable[str]]]) -> re.Pattern[str]:
    """The pattern that finds, in folded text, any phrase of any group (phrases, their named lists), longest first."""
    spelled: _Tree = {}
    drawn: _Tree = {}
    for words, sets in groups:
        lists = {name: tuple(fold(member) for member in members) for name, members in sets.items()}
        for phrase in map(fold, map(str.strip, words)):
            if phrase:
                first = _first_letters(phrase, lists)
                tree = drawn if _IDEOGRAPH.match(first) else spelled
                tree.setdefault(first, {})[phrase] = _source(phrase, lists)
    found = [f"(?<![a-z0-9]){_branches(spelled)}"] * bool(spelled)
    found += [f"(?=[{_IDEOGRAPHS}]){_branches(drawn)}"] * bool(drawn)
    return re.compile("|".join(found)) if found else _NEVER


class Phrasebook:
    """Phrases of several kinds, which one pass over a text finds: each kind is tried only where a phrase may begin."""

    def __init__(self, kinds: Mapping[str, Groups]) -> None:
        self.patterns = {kind: phrases(*groups) for kind, groups in kinds.items()}
        self._by_word: dict[str, tuple[str, ...]] = {}
        self._by_sign: dict[str, tuple[str, ...]] = {}
        for kind, groups in kinds.items():
            for opening, whole in sorted({opening for group in groups for opening in _openings(*group)}):
                known, key = (self._by_word, opening) if whole else (self._by_sign, opening[0])
                known[key] = tuple(dict.fromkeys((*known.get(key, ()), kind)))

    def find(self, text: str, only: Set[str] = frozenset()) -> dict[str, tuple[Span, ...]]:
        """Where phrases of each kind (or of `only` some) stand in folded text; a kind that has none is left out.

        The same places as the kind's pattern finds alone: one after the other, none within another.
        """
        starts: dict[str, list[int]] = {}
        for word in _WORD.finditer(text):
            token = word.group()
            for kind in (*self._by_word.get(token, ()), *self._by_sign.get(token[0], ())):
                starts.setdefault(kind, []).append(word.start())
        found = {k: _matches(self.patterns[k], text, at) for k, at in starts.items() if not only or k in only}
        return {kind: spans for kind, spans in found.items() if spans}


def _matches(pattern: re.Pattern[str], text: str, starts: Iterable[int]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for start in starts:
        if (not spans or start >= spans[-1][1]) and (found := pattern.match(text, start)):
            spans.append(found.span())
    return tuple(spans)


def _openings(words: Iterable[str], lists: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, bool]]:
    """The word or sign with which each phrase may begin, and whether a text must have it whole."""
    for phrase in map(fold, map(str.strip, words)):
        named = _NAMED.match(phrase)
        members = lists.get(named.group(1)) if named else None
        for member in [""] if members is None else map(fold, members):
            head = phrase if named is None or members is None else member + phrase[named.end() :]
            found = _WORD.match(head)
            if found:
                rest = head[found.end() :]
                more = rest.startswith("{") or (rest.lstrip().startswith("...") and has_ideographs(head))
                yield found.group(), not more


_Tree = dict[str, dict[str, str]]  # by the letters a phrase may begin with: phrase → source of its pattern


def _first_letters(phrase: str, lists: Mapping[str, tuple[str, ...]]) -> str:
    found = _NAMED.match(phrase)
    if found and found.group(1) in lists:
        return "".join(sorted({member[0] for member in lists[found.group(1)] if member}))
    return phrase[0]


def _branches(tree: _Tree) -> str:
    """Alternatives by first letter, then length: the search tries only those that begin as the text does."""
    branches = []
    for letters, members in sorted(tree.items(), key=lambda item: (-len(item[0]), item[0])):
        ordered = sorted(members, key=lambda w: (-len(w), w))
        branches.append(f"(?=[{re.escape(letters)}])(?:{'|'.join(members[word] for word in ordered)})")
    return "(?:" + "|".join(branches) + ")"


@cache
def _fold_character(character: str) -> str:
    plain = _QUOTES.get(character, character)
    base = unicodedata.normalize("NFD", plain)[0].lower()
    return base if len(base) == 1 else character


def _choice(members: Iterable[str]) -> str:
    ordered = sorted(set(members), key=lambda w: (-len(w), w))
    return "(?:" + "|".join(_literal(member) for member in ordered) + ")"


def _literal(text: str) -> str:
    return r"\s+".join(re.escape(word) for word in text.split())


def _source(phrase: str, lists: Mapping[str, tuple[str, ...]]) -> str:
    gap = _NARROW_GAP if has_ideographs(phrase) else _WIDE_GAP
    parts = []
    for part in _PARTS.findall(phrase):
        if part.strip() == "...":
            parts.append(gap)
        elif part.startswith("{") and part[1:-1] in lists:
            parts.append(_choice(lists[part[1:-1]]))
        else:
            parts.append(r"\s+" if part.isspace() else re.escape(part))
    last = phrase[-1]
    whole = last == "}" or (last.isalnum() and not _IDEOGRAPH.match(last))
    return "".join(parts) + (r"(?![a-z0-9])" if whole else "")
