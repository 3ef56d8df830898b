"""Words and phrases of the language files, made searchable: one pass over a text finds them all.

A phrase is plain words. `...` stands for up to five words in between (twenty characters between
ideographs), `{name}` for any member of the list of that name. A phrase that begins or ends in a letter
of an alphabet matches whole words only. Matching looks at folded text (see `fold`), in which every
character stands where it stood before, so the places found hold for the text as it was written.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from string import ascii_lowercase, digits

_IDEOGRAPHS = "\u2e80-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
_IDEOGRAPH = re.compile(f"[{_IDEOGRAPHS}]")
_PARTS = re.compile(r"\s*\.\.\.\s*|\{[^{}]+\}|\s+|[^\s.{}]+|.")
_NEVER = re.compile(r"(?!)")
_WIDE_GAP = r"(?:[ \t\u3000]+[^\s.!?;:。！？；]{1,40}){0,5}?[ \t\u3000]+"
_NARROW_GAP = r"[^\s。！？；!?;]{0,20}?"
_QUOTES = {"\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u00b4": "'", "\u2032": "'", "\u00a0": " "}
_WORD = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")  # a word of ASCII letters, or any other sign

_LETTERS = frozenset(ascii_lowercase + digits)
_ANY = ""  # in the place of a word

Group = tuple[Iterable[str], Mapping[str, Iterable[str]]]
"""Phrases, and their named lists."""

Span = tuple[int, int]


def fold(text: str) -> str:
    """Lower case, without accents, straight apostrophes; as long as `text`, character for character."""
    return text.lower() if text.isascii() else "".join(map(_fold_character, text))


def has_ideographs(text: str) -> bool:
    return _IDEOGRAPH.search(text) is not None


def phrases(*groups: Group) -> re.Pattern[str]:
    """The pattern that finds, in folded text, any phrase of any group, longest first."""
    return _compiled(_prepared(groups))


class Phrasebook:
    """Phrases of several kinds, which one pass over a text finds: at each word only those that begin with it."""

    def __init__(self, kinds: Mapping[str, Sequence[Group]]) -> None:
        self._beginning: dict[str, dict[str, list[_Phrase]]] = {}
        for kind, groups in kinds.items():
            for phrase in _prepared(groups):
                for word in phrase.words:
                    self._beginning.setdefault(word, {}).setdefault(kind, []).append(phrase)
        self._open = self._beginning.pop(_ANY, {})
        self._open_letters = {letter for known in self._open.values() for phrase in known for letter in phrase.letters}
        self._patterns: dict[str, tuple[tuple[str, re.Pattern[str]], ...]] = {}  # made when a text first has the word
        self._by_letter: dict[str, tuple[tuple[str, re.Pattern[str]], ...]] = {}  # for words that begin none

    def find(self, text: str, only: Set[str] = frozenset()) -> dict[str, list[Span]]:
        """Where phrases of each kind (or of `only` some) stand in folded text; a kind that has none is left out.

        Those of one kind follow one another, and none lies within another.
        """
        found: dict[str, list[Span]] = {}
        beginning, letters = self._beginning, self._open_letters
        for word in _WORD.finditer(text):
            token = word.group()
            if token not in beginning and token[0] not in letters:
                continue
            start = word.start()
            for kind, pattern in self._beginning_with(token):
                if (only and kind not in only) or (kind in found and start < found[kind][-1][1]):
                    continue
                if match := pattern.match(text, start):
                    found.setdefault(kind, []).append(match.span())
        return found

    def _beginning_with(self, token: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """The patterns by kind of those phrases alone that may begin with this word."""
        begins = token in self._beginning
        patterns, name = (self._patterns, token) if begins else (self._by_letter, token[0])
        if name not in patterns:
            known = self._beginning[token] if begins else {}
            fitting = {
                kind: [*known.get(kind, ()), *(p for p in self._open.get(kind, ()) if token[0] in p.letters)]
                for kind in known | self._open
            }
            patterns[name] = tuple((kind, _compiled(phrases_)) for kind, phrases_ in fitting.items() if phrases_)
        return patterns[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Phrase:
    """A phrase with the source of its pattern. `letters` are those that it may begin with, `words` the words."""

    text: str
    source: str
    letters: str
    words: frozenset[str]


def _prepared(groups: Iterable[Group]) -> list[_Phrase]:
    """The phrases, each once."""
    found: dict[tuple[str, str], _Phrase] = {}
    for words, sets in groups:
        lists = {name: tuple(fold(member) for member in members) for name, members in sets.items()}
        for text in filter(None, map(fold, map(str.strip, words))):
            openings = _openings(text, lists)
            letters = "".join(sorted({opening[0] for opening in openings}))
            found[letters, text] = _Phrase(
                text=text,
                source=_source(text, lists),
                letters=letters,
                words=frozenset(_first_word(opening) for opening in openings),
            )
    return list(found.values())


def _compiled(known: Iterable[_Phrase]) -> re.Pattern[str]:
    spelled: _Tree = {}
    drawn: _Tree = {}
    for phrase in known:
        tree = drawn if _IDEOGRAPH.match(phrase.letters) else spelled
        tree.setdefault(phrase.letters, {})[phrase.text] = phrase.source
    found = [f"(?<![a-z0-9]){_branches(spelled)}"] * bool(spelled)
    found += [f"(?=[{_IDEOGRAPHS}]){_branches(drawn)}"] * bool(drawn)
    return re.compile("|".join(found)) if found else _NEVER


_Tree = dict[str, dict[str, str]]  # by the letters a phrase may begin with: phrase → source of its pattern


def _openings(phrase: str, lists: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The phrase, or, where it begins with the name of a list, with each member of the list in its place."""
    named = re.match(r"\{([^}]+)\}", phrase)
    if named is None or named.group(1) not in lists:
        return [phrase]
    return [member + phrase[named.end() :] for member in lists[named.group(1)] if member]


def _first_word(opening: str) -> str:
    """The word or sign that a text must have where this begins; _ANY where more letters may follow the first."""
    found = _WORD.match(opening)
    if found is None:
        return _ANY
    rest = opening[found.end() :]
    gap = rest.lstrip().startswith("...") and has_ideographs(opening)  # which needs no blank
    return _ANY if found.group()[0] in _LETTERS and (gap or rest.startswith("{")) else found.group()


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
