"""The words by which machines are known, and how they are looked for: phrases in folded text, each folded once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from mailbot.core.message import Message
from mailbot.reading.hypertext import to_text
from mailbot.reading.phrases import fold, has_ideographs


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # what is made of them is kept by identity
class AutomaticWords:
    """How machines write in one language. Phrases; `...` stands for a few words in between."""

    answer_subjects: tuple[str, ...]  # how a subject begins that a machine put there
    absence_subjects: tuple[str, ...]  # stands in the subject of many absence notes, and of other mail too
    machine: tuple[str, ...]  # what only a machine says of itself: proof enough alone
    absence: tuple[str, ...]  # weak: people say it as well
    promise: tuple[str, ...]  # weak: answers later, somebody else to ask
    receipt: tuple[str, ...]  # weak: ticket receipts
    challenge: tuple[str, ...]  # challenge-response: two of these are proof
    complaint_subjects: tuple[str, ...]  # how the subject of an abuse report begins that has no text
    failure_subjects: tuple[str, ...]  # how the subject of a delivery report begins
    failure: tuple[str, ...]  # in the text of a delivery report
    delay: tuple[str, ...]  # the report says that delivery is still being tried
    delivered: tuple[str, ...]  # the report says that it arrived
    passing_on: tuple[str, ...]  # all that people say who pass a report on without saying anything
    bulk: tuple[str, ...]  # the small print of newsletters and lists
    marketing: tuple[str, ...]  # spam and sales talk: three of these are proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """Signs of a machine that depend on no language; all in lower case."""

    daemons: tuple[str, ...]  # local parts that only machines write from
    postmasters: tuple[str, ...]  # local parts from which delivery reports come, and now and then a person
    unattended: tuple[str, ...]  # beginnings of local parts that nobody reads
    answer_fields: tuple[str, ...]  # header fields that automatic answers alone carry
    report_fields: tuple[str, ...]  # header fields that delivery reports alone carry
    answer_precedences: tuple[str, ...]
    list_precedences: tuple[str, ...]
    list_fields: tuple[str, ...]  # header fields of lists and newsletters
    bulk_fields: tuple[str, ...]  # header fields of bulk mailers
    list_servers: tuple[str, ...]  # local parts that list software itself writes from
    list_roles: tuple[str, ...]  # "owner": what list software puts before or behind a list's name, with a hyphen
    reply_prefixes: tuple[str, ...]  # "re:", in any language: what follows is a person's answer


Lexicon = Mapping[str, AutomaticWords]
"""AutomaticWords by language tag; a machine may write in any of them."""

TOP = 3_000
"""Characters at the top of a mail that are looked at."""

_TAIL = 500
_AROUND = " .,:;!-。，！：…"


@lru_cache(maxsize=8)  # several readers of one mail look at the same text
def folded(text: str) -> str:
    """Text as phrases are matched against it: folded, every run of white space one blank."""
    return " ".join(fold(text).split())


def visible_text(message: Message) -> str:
    """What a reader sees of the mail, quotes included: its text, else its HTML as text."""
    return message.text if message.text.strip() else to_text(message.html[:200_000])


def top_of(message: Message, own_text: str) -> str:
    """Top and tail of the author's own words, folded; where those are empty, of what stands outside quotes."""
    text = own_text
    if not text.strip():
        text = "\n".join(line for line in visible_text(message).split("\n")[:200] if not line.startswith(">"))
    return folded(text if len(text) <= TOP + _TAIL else f"{text[:TOP]} {text[-_TAIL:]}")


def count_found(words: Lexicon, group: str, text: str) -> int:
    """How many phrases of that group occur in folded text; one that stands in two languages counts in each."""
    sought = _sought(tuple(words.values()), group)
    found = [phrase for phrase in sought.fitting(text) if phrase in text]
    return len(found) + sum(_occurs(parts, text) for parts in sought.gapped)


def any_found(words: Lexicon, group: str, text: str) -> bool:
    """Does any language's phrase of that group occur in folded text?"""
    sought = _sought(tuple(words.values()), group)
    for phrase in sought.fitting(text):  # not any(...): a generator takes longer than the search
        if phrase in text:
            return True
    return any(_occurs(parts, text) for parts in sought.gapped)


def begins(words: Lexicon, group: str, text: str) -> bool:
    """Does the folded text begin with a phrase of that group?"""
    sought = _sought(tuple(words.values()), group)
    return text.startswith(sought.spelled + sought.drawn) or any(
        text.startswith(parts[1][0]) and _occurs(parts, text) for parts in sought.gapped
    )


def is_one_of(words: Lexicon, group: str, text: str) -> bool:
    """Is the folded text, but for punctuation around it, one of the phrases of that group?"""
    sought = _sought(tuple(words.values()), group)
    return text.strip(_AROUND) in sought.spelled + sought.drawn


def any_field(message: Message, names: tuple[str, ...]) -> bool:
    """Does one of these header fields, in lower case, stand in the mail and hold something?"""
    return any(value and name in names for name, value in message.fields)


def local_part(address: str) -> str:
    """The local part in lower case; of an address without a domain, the whole."""
    return (address.rpartition("@")[0] or address).casefold()


_Gapped = tuple[int, tuple[str, ...]]  # the gap that `...` may span, in characters, and the folded pieces around it


@dataclass(frozen=True, slots=True)
class _Sought:
    """The phrases of one group in all languages, folded, by how they are looked for."""

    spelled: tuple[str, ...]  # in ASCII
    drawn: tuple[str, ...]  # in other characters: in vain where a text has none
    gapped: tuple[_Gapped, ...]

    def fitting(self, text: str) -> tuple[str, ...]:
        return self.spelled if text.isascii() else self.spelled + self.drawn


@lru_cache(maxsize=64)
def _sought(tables: tuple[AutomaticWords, ...], group: str) -> _Sought:
    spelled: list[str] = []
    drawn: list[str] = []
    gapped: list[_Gapped] = []
    for phrase in (phrase for table in tables for phrase in getattr(table, group)):
        pieces = tuple(folded(piece) for piece in phrase.split("..."))
        if len(pieces) > 1:
            gapped.append((14 if has_ideographs(phrase) else 45, pieces))
        else:
            (spelled if pieces[0].isascii() else drawn).append(pieces[0])
    return _Sought(tuple(spelled), tuple(drawn), tuple(gapped))


def _occurs(wanted: _Gapped, text: str) -> bool:
    gap, pieces = wanted
    at = text.find(pieces[0])
    if len(pieces) == 1 or at < 0:
        return at >= 0
    for _ in range(20):
        end = at + len(pieces[0])
        for piece in pieces[1:]:
            next_at = text.find(piece, end, end + gap + len(piece))
            if next_at < 0:
                break
            end = next_at + len(piece)
        else:
            return True
        at = text.find(pieces[0], at + 1)
        if at < 0:
            return False
    return False
