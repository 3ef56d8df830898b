"""The author's own words → what is asked, and for whom, each field with the span that proves it.

Of the letters in a mail one holds the request: the author's own, or, where the author passes on somebody
else's, the innermost that asks. Below the confidence floor no name is chosen: the bot asks.
"""

from dataclasses import dataclass, replace
from typing import assert_never

from mailbot.core.intents import Correct, Flag, Human, Incomplete, Intent, Sign, Signatory, Withdraw
from mailbot.core.message import Message
from mailbot.reading.asking import SUBJECT, Asked, Asking, Hits, RequestWords, find_phrases, read_asking, without_names
from mailbot.reading.body_names import body_candidates
from mailbot.reading.candidates import Candidate, Found
from mailbot.reading.choosing import Wanted, choose
from mailbot.reading.correcting import read_correction
from mailbot.reading.edges import attached_candidates, edge_candidates
from mailbot.reading.letters import Letter, letters_passed_on, own_letter
from mailbot.reading.naming import Naming, naming, words_of
from mailbot.reading.quoting import Divided
from mailbot.reading.rulebook import Rulebook
from mailbot.reading.signatories import as_signatories, labelled_fields

OWN_WORDS = 20_000
"""Characters of the author's own words that an intent carries."""

_FORM = 1_500  # characters of a mail that is nothing but a form or a list
_FORM_SCORE = 0.35
_LIST_SCORE = 0.55
_CHAT = 8  # words that may stand beside a name which is the whole answer
_LISTS = frozenset({Found.LIST, Found.TABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """One letter with what was found in it."""

    letter: Letter
    hits: Hits
    subject_hits: Hits
    asking: Asking


class _Reader:
    """One mail being read, with all the words it is read by."""

    def __init__(self, message: Message, rulebook: Rulebook) -> None:
        languages = tuple(rulebook.languages.values())
        self.message = message
        self.words: tuple[RequestWords, ...] = tuple(language.request for language in languages)
        self.naming: Naming = naming(tuple(w.naming for w in languages), tuple(w.people for w in languages))
        self.floor = rulebook.thresholds.confidence_floor
        self.prefixes = tuple(p for w in languages for p in (*w.quotes.reply_prefixes, *w.quotes.forward_prefixes))

    def read(self, letter: Letter) -> _Read:
        hits = without_names(letter.body, find_phrases(letter.body, self.words), self.naming)
        subject_hits = find_phrases(letter.subject, self.words, SUBJECT)
        asking = read_asking(letter.body, hits, answers_us=letter.answers, subject_hits=subject_hits)
        return _Read(letter=letter, hits=hits, subject_hits=subject_hits, asking=asking)

    def candidates(self, read: _Read) -> list[Candidate]:
        return [
            *body_candidates(read.letter.body, read.hits, self.naming),
            *edge_candidates(
                read.letter,
                read.subject_hits,
                self.words,
                self.naming,
                points=bool(read.hits("passing_on")),
            ),
        ]

    def chosen(self, read: _Read) -> list[Candidate]:
        wanted = Wanted(
            individual=read.asking.individual,
            alone=read.asking.alone,
            several=self.naming.several.search(read.letter.body.masked) is not None,
            floor=self.floor,
            address=read.letter.author.addr_spec if read.letter.author else "",
        )
        attached = attached_candidates(self.message, self.words, self.naming) if read.hits("passing_on") else []
        return choose([*attached, *self.candidates(read)], wanted, self.naming)


def read_request(message: Message, divided: Divided, language: str, rulebook: Rulebook) -> Intent:
    """What a person's mail asks for. Total; a mail that asks for nothing is Human."""
    reader = _Reader(message, rulebook)
    own = reader.read(own_letter(message, divided, reader.prefixes, reader.naming))
    own = _told_by_form(reader, own)
    read = _requesting(reader, own, letters_passed_on(divided, reader.prefixes, reader.naming))
    told = _Told(language, divided.own_words[:OWN_WORDS], own.asking.flags)
    reason = own.asking.reason
    match own.asking.asked:
        case Asked.NOTHING:
            return Human(language=language, own_words=told.words, reason=reason, flags=told.flags)
        case Asked.WITHDRAW:
            named = _withdrawn(reader, own)
            return Withdraw(language=language, own_words=told.words, reason=reason, flags=told.flags, signatories=named)
        case Asked.CORRECT:
            named = _corrected(reader, own)
            return Correct(language=language, own_words=told.words, reason=reason, flags=told.flags, signatories=named)
        case Asked.SIGN:
            return _signing(reader, read, own, told)
    assert_never(own.asking.asked)


@dataclass(frozen=True, slots=True)
class _Told:
    """What the intent says of the mail, whatever it asks."""

    language: str
    words: str
    flags: tuple[Flag, ...]


def _signing(reader: _Reader, read: _Read, own: _Read, told: _Told) -> Intent:
    """Sign with the names found; without one it is the bot's turn to ask, if the mail plainly wants to sign."""
    named = () if read.asking.nameless else _named(reader, read)
    if named:
        return Sign(
            language=told.language,
            own_words=told.words,
            reason=own.asking.reason,
            flags=told.flags,
            signatories=named,
        )
    if own.asking.reason == "hint" and not read.asking.nameless:
        return Human(language=told.language, own_words=told.words, reason="hint_without_name", flags=told.flags)
    why = "nameless" if read.asking.nameless else "no_name"
    return Incomplete(language=told.language, own_words=told.words, reason=why, flags=told.flags)


def _told_by_form(reader: _Reader, own: _Read) -> _Read:
    """A mail without a word of asking that fills in our blanks, or answers with names alone, asks to be added."""
    body = own.letter.body
    asks = own.hits("asking") or set("?？") & set(body.masked)
    if own.asking.reason != "no_request" or asks or len(body.source) > _FORM:
        return own
    reason = _form(own, [c for c in reader.candidates(own) if c.score >= _FORM_SCORE], reader.naming)
    return replace(own, asking=replace(own.asking, asked=Asked.SIGN, reason=reason)) if reason else own


def _form(own: _Read, names: list[Candidate], naming: Naming) -> str:
    """How a mail without a word of asking asks all the same; "" where it does not."""
    if any(c.found is Found.LABEL for c in names) and labelled_fields(own.letter.body, naming) >= 2:
        return "form"
    if any(own.hits(kind) for kind in ("stay_out", "listed", "condition")):
        return ""
    if sum(c.found in _LISTS and c.score >= _LIST_SCORE for c in names) > 1:
        return "list"
    in_body = [words_of(c.entry.name) for c in names if c.span.where.startswith(own.letter.body.where)]
    longest = max(map(len, in_body), default=0)
    alone = own.letter.answers and longest and len(words_of(own.letter.body.text)) <= longest + _CHAT
    return "name_only" if alone else ""


def _requesting(reader: _Reader, own: _Read, passed_on: list[Letter]) -> _Read:
    """The letter that holds the request."""
    if not passed_on or own.asking.asked is not Asked.SIGN:
        return own
    inner = [reader.read(letter) for letter in passed_on]
    asking = [read for read in inner if read.asking.asked is Asked.SIGN]
    return next((read for read in (*asking, *inner) if reader.chosen(read)), own)


def _named(reader: _Reader, read: _Read) -> tuple[Signatory, ...]:
    return as_signatories(reader.chosen(read), read.letter, reader.naming)


def _withdrawn(reader: _Reader, read: _Read) -> tuple[Signatory, ...]:
    """Names only where the words themselves say which; the worker knows what the writer has on the list."""
    plain = [c for c in reader.chosen(read) if c.span.where.startswith(read.letter.body.where)]
    return as_signatories(plain, read.letter, reader.naming)


def _corrected(reader: _Reader, read: _Read) -> tuple[Signatory, ...]:
    corrected = read_correction(read.letter, reader.candidates(read), reader.naming)
    return as_signatories(corrected.meant, read.letter, reader.naming, was=corrected.was) if corrected else ()
