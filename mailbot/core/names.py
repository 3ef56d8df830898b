"""Names: which are one and the same, and which a reader might confuse.

Every name here came from a stranger: nothing raises on one. Whether it may be printed at all is
`plausible`'s to say, in what order it stands `ordering`'s.
"""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from mailbot.core.events import Entry
from mailbot.core.intents import Category
from mailbot.core.known_names import known_names
from mailbot.core.plausible import cleaned, publishable

__all__ = [
    "SAME",
    "LookAlike", "NameWords", "Skeleton", "acronym", "cleaned", "fold", "latin_look", "look_alikes", "publishable",
    "same_organization", "without_article", "without_parentheses",
]  # fmt: skip

Skeleton = Callable[[str], str]
"""Maps what looks alike onto one character (UTS 39)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameWords:
    """rules/names.toml: what to look past when names are ordered or compared. All in lower case."""

    articles: tuple[str, ...] = ()  # leading: "the", "l'"
    joiners: tuple[str, ...] = ()  # "and", "&"
    legal_forms: tuple[str, ...] = ()  # "inc", "有限公司"
    small_words: tuple[str, ...] = ()  # words that an acronym leaves out: "of", "in"
    family_particles: tuple[str, ...] = ()  # begin a family name: "van", "de la" word by word
    name_suffixes: tuple[str, ...] = ()  # after a family name: "jr", "phd"
    shared_hosts: tuple[str, ...] = ()  # websites where many groups have their page
    han_variants: tuple[str, ...] = ()  # characters that are one to a reader, the one that stands for all last: "國国"


@dataclass(frozen=True, slots=True)
class LookAlike:
    """An entry that somebody might take for another; `reason` names why."""

    entry: Entry
    reason: str


def fold(name: str, words: NameWords | None = None, *, skeleton: Skeleton | None = None) -> str:
    """A key that two spellings of one name share. For comparing, never for printing; "" where nothing is left.

    Compatibility forms, capitals, accents, punctuation, a leading article, joining words and legal forms do
    not count, nor does whether Chinese is written in traditional or simplified characters; nor, where a
    `skeleton` is given, which of two letters that look alike was typed.
    """
    words = words or NameWords()
    plain = _plain(name, words)
    return _key(skeleton(plain) if skeleton else plain, words)


def acronym(name: str, words: NameWords | None = None) -> str:
    """The acronym of a name, in capitals: the one it gives in parentheses, else its initials.

    "Ontario Hong Kong Youth Action (OHKYA)" and "Ontario Hong Kong Youth Action" both give OHKYA. "" where
    the initials are fewer than three.
    """
    small = (words or NameWords()).small_words
    given = _GIVEN_ACRONYM.search(cleaned(name))
    if given:
        return given[1].replace(".", "").upper()
    parts = _WORD.findall(_bare(without_parentheses(cleaned(name))))
    initials = "".join(w[0] for w in parts if w.casefold() not in small)
    return initials.upper() if len(initials) > 2 and initials.isalpha() and initials.isascii() else ""


def same_organization(a: Entry, b: Entry, words: NameWords | None = None) -> str | None:
    """Why two entries are one organization, or None.

    `same_name`, `same_alternate_name` (a name of one, in any language, is a name of the other) or
    `same_without_acronym`. Only what holds for every reader counts: what merely resembles, or is typed in
    letters that look alike, is for `look_alikes`.
    """
    if a.category is not Category.ORGANIZATION or b.category is not Category.ORGANIZATION:
        return None
    profile = _profiler(words or NameWords(), None)
    return _same(profile, a, b)


def look_alikes(
    entry: Entry,
    others: Iterable[Entry],
    words: NameWords | None = None,
    *,
    skeleton: Skeleton | None = None,
    limit: int = 5,
) -> list[LookAlike]:
    """Those of `others` that a reader might take for `entry`, the surest first, at most `limit`.

    Reasons: those of `same_organization`; `confusable` (the same to the eye only, by `skeleton`, which is
    `latin_look` unless given); `same_words` (in another order); `acronym` (one is the other's); `same_website`
    (not on a host that many share); `contained` (one name begins with the other); `nearly_same` (a slip of
    the pen apart). Categories are compared across: a person may take an organization's name.
    """
    judge = _Judge(entry, words or NameWords(), skeleton or latin_look)
    found = [LookAlike(other, reason) for other in others if (reason := judge.reason(other)) is not None]
    found.sort(key=lambda one: (_SUREST_FIRST.index(one.reason), one.entry.name))
    return found[:limit]


def latin_look(text: str) -> str:
    """A small skeleton: Cyrillic and Greek lower-case letters that look Latin become Latin."""
    return text.translate(_LATIN_LOOK)


def without_article(name: str, words: NameWords) -> str:
    """The name without a leading article of any language; as it was where nothing else would be left."""
    folded = name.casefold().replace("’", "'")
    for article in words.articles:
        head = article if article.endswith("'") else article + " "
        # Casefolding may lengthen ("ß"); articles are plain letters, so what they match keeps its length.
        if folded.startswith(head) and name[: len(head)].casefold().replace("’", "'") == head:
            return name[len(head) :].strip() or name
    return name


def without_parentheses(text: str) -> str:
    """The text without what stands in parentheses; as it was where nothing else would be left."""
    return " ".join(_PARENTHESES.sub(" ", text).split()) or text


# -- likeness ------------------------------------------------------------------------------------

_SUREST_FIRST = (
    "same_name",
    "same_alternate_name",
    "same_without_acronym",
    "confusable",
    "same_words",
    "acronym",
    "same_website",
    "contained",
    "nearly_same",
)
_PARENTHESES = re.compile(r"[(（][^()（）]{0,200}[)）]")
_WORD = re.compile(r"[^\W_]+")
_GIVEN_ACRONYM = re.compile(r"[(（]([A-Z][A-Z.]{1,11})[)）]")
NEARLY = 0.9  # of difflib's ratio: two letters of twenty
SAME = frozenset({"same_name", "same_alternate_name", "same_without_acronym", "confusable"})
"""Reasons of `look_alikes` for which two entries count as one."""

_COMPARED = 200  # characters of a name that are compared letter by letter
_SHORT = 6  # below this many characters one letter makes another name
_LATIN_LOOK = str.maketrans("авеёзкмнорстухһіїјѕԁԛԝɑαβεζηικμνορτυχѵӏ", "abee3kmhopctyxhiijsdqwaabezhikmnoptyxvl")


@lru_cache(maxsize=8)
def _variants(groups: tuple[str, ...]) -> dict[int, str]:
    return {ord(c): group[-1] for group in groups for c in group[:-1]}


@lru_cache(maxsize=8)
def _han_forms(words: NameWords) -> tuple[str, ...]:
    """Legal forms that are written without a space, the longest first."""
    forms = {form.translate(_variants(words.han_variants)) for form in words.legal_forms if not form.isascii()}
    return tuple(sorted((_bare(form) for form in forms), key=lambda form: (-len(form), form)))


def _plain(name: str, words: NameWords) -> str:
    """The first half of `fold`: one way of writing it, without a leading article."""
    plain = unicodedata.normalize("NFKC", cleaned(name)).casefold().replace("’", "'")
    if not plain.isascii():
        plain = plain.translate(_variants(words.han_variants))
    return without_article(plain, words)


def _key(plain: str, words: NameWords) -> str:
    """The second half: without what does not count."""
    plain = _bare(plain)
    if not plain.isascii():
        for form in _han_forms(words):
            plain = plain.removesuffix(form).removeprefix(form) or plain
    joiners, legal_forms = _plain_words(words.joiners), _plain_words(words.legal_forms)
    parts = [w for w in _WORD.findall(plain.replace(".", "")) if w not in joiners]
    while len(parts) > 1 and parts[-1] in legal_forms:
        parts.pop()
    return " ".join(parts)


def _bare(text: str) -> str:
    """Without accents."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


@lru_cache(maxsize=64)
def _plain_words(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_bare(w).replace(".", "") for w in words)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Profile:
    """What of one name is compared."""

    key: str
    look: str  # the key by its skeleton
    without_acronym: str
    given: str  # the acronym that stands in it
    short: str  # that, or its initials
    bag: tuple[str, ...]


@lru_cache(maxsize=8)
def _profiler(words: NameWords, skeleton: Skeleton | None) -> Callable[[str], _Profile]:
    """Remembers what it has seen: each new request is compared with every name on the list."""

    @lru_cache(maxsize=5_000)
    def profile(name: str) -> _Profile:
        plain = _plain(name, words)
        seen = skeleton(plain) if skeleton else plain
        key = _key(plain, words)
        given = _GIVEN_ACRONYM.search(cleaned(name))
        return _Profile(
            key=key,
            look=key if seen == plain else _key(seen, words),
            without_acronym=fold(without_parentheses(cleaned(name)), words) if given else key,
            given=given[1].replace(".", "") if given else "",
            short=acronym(name, words),
            bag=tuple(sorted(key.split())),
        )

    return profile


def _same(profile: Callable[[str], _Profile], a: Entry, b: Entry) -> str | None:
    one, other = profile(a.name), profile(b.name)
    if not one.key or not other.key:
        return None
    if one.key == other.key:
        return "same_name"
    known = [{profile(name).key for name in known_names(entry)} - {""} for entry in (a, b)]
    if known[0] & known[1]:
        return "same_alternate_name"
    # Two names that give different acronyms are two organizations.
    if one.without_acronym == other.without_acronym and (not one.given or not other.given or one.given == other.given):
        return "same_without_acronym"
    return None


def _site(website: str, words: NameWords) -> str:
    """The host and path by which a website is known, "" where the host is one that many share and no path is given."""
    plain = cleaned(website).casefold().split("://")[-1].split("?")[0].split("#")[0].removeprefix("www.").strip("/")
    return "" if plain in words.shared_hosts else plain


class _Judge:
    """One entry, looked at once, before all the others."""

    def __init__(self, entry: Entry, words: NameWords, skeleton: Skeleton) -> None:
        self.entry, self.words = entry, words
        self.profile = _profiler(words, skeleton)
        self.mine = self.profile(entry.name)
        self.site = _site(entry.website, words)
        self.matcher = difflib.SequenceMatcher(b=self.mine.key[:_COMPARED], autojunk=False)

    def reason(self, other: Entry) -> str | None:
        mine, theirs = self.mine, self.profile(other.name)
        if not mine.key or not theirs.key:
            return None
        if same := _same(self.profile, self.entry, other):
            return same
        if mine.look == theirs.look:
            return "confusable"
        if mine.bag == theirs.bag:
            return "same_words"
        if self.is_acronym(other):
            return "acronym"
        if self.site and self.site == _site(other.website, self.words):
            return "same_website"
        shorter, longer = sorted((theirs.key, mine.key), key=len)
        if longer.startswith(shorter + " ") and (" " in shorter or not shorter.isascii()):
            return "contained"
        return "nearly_same" if self.is_near(theirs.key) else None

    def is_acronym(self, other: Entry) -> bool:
        """One name of the two is the acronym of a name of the other."""
        mine = [self.profile(name) for name in known_names(self.entry)]
        theirs = [self.profile(name) for name in known_names(other)]
        return any(
            (one.short or "-") == two.key.upper() for a, b in ((mine, theirs), (theirs, mine)) for one in a for two in b
        )

    def is_near(self, key: str) -> bool:
        mine = self.mine.key
        if min(len(key), len(mine)) < _SHORT or 2 * min(len(key), len(mine)) < NEARLY * (len(key) + len(mine)):
            return False
        self.matcher.set_seq1(key[:_COMPARED])
        return self.matcher.quick_ratio() >= NEARLY and self.matcher.ratio() >= NEARLY
