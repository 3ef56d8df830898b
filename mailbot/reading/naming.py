"""What a publishable name looks like: of an organization, of a person, in an alphabet or in ideographs."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from mailbot.core.intents import Category
from mailbot.reading.phrases import Group, Phrasebook, fold, has_ideographs, phrases

NAME_LENGTH = 119  # the longest plausible name, in characters
_WORD = re.compile(r"[^\W_]+(?:['’.\-&/·‧][^\W_]+)*\.?", re.UNICODE)
_ADDRESS = re.compile(r"://|www\.|\S@\S|\.(?:com|org|net|ca|example)(?:\b|/)", re.IGNORECASE)
_DIGITS = re.compile(r"\d[\d\s().-]{6,}")
_EDGES = " \t\n\u3000\"'“”«»「」『』*_~|<>`,;:，、；：。！!？?…=+"
_ABBREVIATED = re.compile(r"(?:\b\w|\b(?:inc|ltd|co|no|jr|sr|assn|soc|corp))\.$", re.IGNORECASE)
_SYMBOLS = re.compile(r"^[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\s]+|[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\s]+$")
_FORMULA = re.compile(r"[A-Z]{2,}[.\w]*\([^()]*\d[^()]*\)|\|.*!")  # SUM(A1:A3), cmd|calc!A1: a cell, no name
_SENTENCES = re.compile(r"[a-zà-ÿ]{4,}[.!?] +[A-ZÀ-Þ]")
_PAIRS = {"(": ")", "（": "）", "「": "」", "“": "”", "«": "»", "『": "』"}
_GAPS = re.compile(r"[\s—–\-·|/]+")
_PARENTHESES = re.compile(r"[（(][^（()）]{0,60}[)）]")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_DOTTED_HAN = re.compile(r"[\u3400-\u9fff]{1,4}[‧·・][\u3400-\u9fff]{1,4}")
_PAIR = re.compile(f"[{re.escape(''.join((*_PAIRS, *_PAIRS.values())))}]")
_SPACE_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff])\s*\n\s*(?=[\u3400-\u9fff])")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NamingWords:
    """Of what the names of one language are made, and what stands around them (section [naming])."""

    nouns: tuple[str, ...]  # what organizations call themselves: "society"
    endings: tuple[str, ...]  # the same, as last characters: 會
    particles: tuple[str, ...]  # may stand in lower case within a name
    stops: tuple[str, ...]  # end a name in running text
    articles: tuple[str, ...]  # stand before a name without being part of it
    generic: tuple[str, ...]  # begin a description, never a name: "our"
    openers: tuple[str, ...]  # capitals that only begin a sentence
    leads: tuple[str, ...]  # stand directly before a name
    labels: tuple[str, ...]  # stand before a colon and a name, or above a column of names
    noise: tuple[str, ...]  # look like names and are none
    several: tuple[str, ...]  # more than one name follows
    was: tuple[str, ...]  # stand before the name that is to be changed
    becomes: tuple[str, ...]  # stand before the name as it should be


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PeopleWords:
    """How people are called and what they do, in one language (section [people])."""

    honorifics: tuple[str, ...]
    offices: tuple[str, ...]  # what is shown behind the name of a person who signs
    roles: tuple[str, ...]  # what somebody is in a group
    surnames: str  # characters that are family names
    contact_labels: tuple[str, ...]
    role_labels: tuple[str, ...]
    place_labels: tuple[str, ...]
    website_labels: tuple[str, ...]
    answer_labels: tuple[str, ...]  # above a column that says who signs
    yes_cells: tuple[str, ...]  # what such a column says of those who do
    no_cells: tuple[str, ...]  # what a column or a list says of those who do not
    person_labels: tuple[str, ...]
    given_labels: tuple[str, ...]  # above a column of given names, beside one of family names
    family_labels: tuple[str, ...]
    honorific_labels: tuple[str, ...]


class Naming:
    """The words of all languages together, ready to be asked about a stretch of text."""

    def __init__(self, names: Iterable[NamingWords], people: Iterable[PeopleWords]) -> None:
        known, folk = tuple(names), tuple(people)
        self.nouns = _set(w for k in known for w in k.nouns)
        self.endings = tuple(sorted({e for k in known for e in k.endings}, key=len, reverse=True))
        self.particles = _set(w for k in known for w in k.particles)
        self.stops = _set(w for k in known for w in k.stops)
        self.ends = phrases(*((tuple(s for s in k.stops if " " in s), {}) for k in known))
        self.articles = _set(w for k in known for w in k.articles)
        self.generic = _set(w for k in known for w in k.generic)
        self.openers = _set(w for k in known for w in k.openers)
        self.labels = _set(w for k in known for w in k.labels)
        self.noise = _set(w for k in known for w in k.noise)
        self.person_labels = _set(w for p in folk for w in p.person_labels)
        self.labels |= self.person_labels
        self.given_labels = _set(w for p in folk for w in p.given_labels)
        self.family_labels = _set(w for p in folk for w in p.family_labels)
        self.honorific_labels = _set(w for p in folk for w in p.honorific_labels)
        self.contact_labels = _set(w for p in folk for w in p.contact_labels)
        self.role_labels = _set(w for p in folk for w in p.role_labels)
        self.place_labels = _set(w for p in folk for w in p.place_labels)
        self.website_labels = _set(w for p in folk for w in p.website_labels)
        self.answer_labels = _set(w for p in folk for w in p.answer_labels)
        self.yes_cells = _set(w for p in folk for w in p.yes_cells)
        self.no_cells = _set(w for p in folk for w in p.no_cells)
        self.no_starts = tuple(w + " " for w in sorted(self.no_cells) if w.isascii())
        self.surnames = frozenset("".join(p.surnames for p in folk))
        marks: dict[str, list[Group]] = {
            "lead": [(k.leads, {}) for k in known],
            "several": [(k.several, {}) for k in known],
            "was": [(k.was, {}) for k in known],
            "becomes": [(k.becomes, {}) for k in known],
            "honorific": [(p.honorifics, {}) for p in folk],
            "office": [(p.offices, {}) for p in folk],
            "role": [(p.roles, {}) for p in folk],
        }
        self.marks = Phrasebook(marks)
        self.leads, self.several, self.was, self.becomes = (
            phrases(*marks[kind]) for kind in ("lead", "several", "was", "becomes")
        )
        self.honorifics, self.offices, self.roles = (phrases(*marks[kind]) for kind in ("honorific", "office", "role"))
        self.han_stops = phrases(*((tuple(s for s in k.stops if has_ideographs(s)), {}) for k in known))
        self.han_openers = phrases(*((tuple(s for s in k.openers if has_ideographs(s)), {}) for k in known))
        self.han_generic = tuple(g for k in known for g in k.generic if has_ideographs(g))

    def is_organization(self, name: str) -> bool:
        """Does it say what it is: a society, a choir, 協會?"""
        if has_ideographs(name):
            bare = _without_parentheses(name)
            if any(part.endswith(self.endings) for part in (name, bare, *_GAPS.split(bare)) if part):
                return True
        for word in words_of(name):
            for part in (word, word.partition("-")[0]) if "-" in word else (word,):
                if part.strip(".") in self.nouns or part.removesuffix("'s") in self.nouns:
                    return True
        return False

    def is_person(self, name: str) -> bool:
        """Does it look like the name of a human being? Organizations are ruled out first."""
        if has_ideographs(name):
            return self._is_han_person(name)
        if self.is_organization(name) or any(c.isdigit() or c in "&/:!" for c in name):
            return False
        words = name.split()
        if not 2 <= len(words) <= 5 or len(name) > 50:
            return False
        carried = [
            w
            for w in words
            if fold(w) not in {"de", "du", "van", "von", "der", "den", "da", "di", "la", "le", "el", "al", "bin", "y"}
        ]
        return len(carried) >= 2 and all(
            w[0].isupper()
            and w.strip(".,").replace("-", "").replace("'", "").replace("’", "").replace(".", "").isalpha()
            for w in carried
        )

    def category(self, name: str) -> Category:
        return Category.PERSON if self.is_person(name) else Category.ORGANIZATION

    def is_plausible(self, name: str) -> bool:
        """May it be printed as a name at all? No address, no number, no sentence, not too long, not too short."""
        if not 2 <= len(name) <= NAME_LENGTH or _ADDRESS.search(name) or _DIGITS.search(name) or "\x00" in name:
            return False
        if _FORMULA.search(name):
            return False
        words = words_of(name)
        if not words or len(words) > 18 or fold(name) in self.noise or fold(name) in self.generic:
            return False
        if not any(c.isalpha() for c in name):
            return False
        if _SENTENCES.search(name) or (name[0].islower() and name.isascii() and len(words) > 6):
            return False
        if all(w in self.openers or w in self.generic or w in self.particles or w in self.stops for w in words):
            return False
        if name in self.endings or (
            all(w in self.nouns or w in self.generic or w in self.articles for w in words) and len(words) < 3
        ):
            return False
        if has_ideographs(name):
            return not name.startswith(self.han_generic) and not any(c in "。！？，" for c in name) and len(name) <= 60
        return words[0] not in self.generic or (name[0].isupper() and self.is_organization(name) and len(words) > 2)

    def _is_han_person(self, name: str) -> bool:
        bare = _without_parentheses(name).strip()
        if _DOTTED_HAN.fullmatch(bare):
            return True
        return (
            2 <= len(bare) <= 4
            and _HAN.fullmatch(bare) is not None
            and bare[0] in self.surnames
            and not (len(bare) > 2 and bare.endswith(self.endings))
            and not bare.endswith(("會", "社", "會", "会"))
        )


@lru_cache(maxsize=8)
def naming(names: tuple[NamingWords, ...], people: tuple[PeopleWords, ...]) -> Naming:
    """The Naming of these words; made once."""
    return Naming(names, people)


def words_of(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def is_titled(text: str, naming: Naming) -> bool:
    """An organization's name that begins as a sentence might: "All Saints Church", but not "Please add our choir"."""
    words = text.split()
    return len(words) > 1 and words[0][:1].isupper() and words[1][:1].isupper() and naming.is_organization(text)


def ends_abbreviated(text: str) -> bool:
    """Does the last full stop belong to a word: "Ltd.", "B.Ed."?"""
    return _ABBREVIATED.search(text) is not None


@lru_cache(maxsize=256)  # several readers of one mail look at the same line
def clean_name(text: str) -> str:
    """The name as it would be printed: one line, no control or bidi characters, no quotes or decoration around it.

    Never begins with = + - or @, which a spreadsheet would take for a formula.
    """
    text = _SPACE_BETWEEN_HAN.sub("", text)
    if not text.isprintable():
        text = "".join(c if not unicodedata.category(c).startswith("C") or c in "\n\t" else "" for c in text)
    text = " ".join(text.replace("\u3000", " ").split())
    before = None
    while before != text:
        before = text
        text = _SYMBOLS.sub("", text).strip(_EDGES).lstrip("-@–—•· ").rstrip("-–—@ ")
        if text.endswith(".") and not ends_abbreviated(text):
            text = text[:-1]
        text = _balanced(text)
    return text


def _balanced(text: str) -> str:
    """Without a bracket or quotation mark that lost its partner at either end; whole inner quotations keep theirs."""
    for opening, closing in _PAIRS.items() if _PAIR.search(text) else ():
        if text.count(opening) > text.count(closing):
            last = text.rfind(opening)
            text = text + closing if opening in "「“«『" and last > 0 else text[:last]
        elif text.count(closing) > text.count(opening) and text.endswith(closing):
            text = text[:-1]
    return text


def _without_parentheses(name: str) -> str:
    return _PARENTHESES.sub("", name)


def _set(words: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(word) for word in words)
