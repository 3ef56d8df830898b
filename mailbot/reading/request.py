"""The author's own words → what is asked, and for whom, each field with the span that proves it.

Of the letters in a mail one holds the request: the author's own, or, where the author passes on somebody
else's, the innermost that asks. Below the confidence floor no name is chosen: the bot asks.
"""

from dataclasses import dataclass, replace

from mailbot.core.intents import Correct, Human, Incomplete, Intent, Sign, Signatory, Withdraw
from mailbot.core.message import Message
from mailbot.reading.asking import Asked, Asking, Hits, RequestWords, find_phrases, read_asking
from mailbot.reading.candidates import Candidate, Found, body_candidates
from mailbot.reading.choosing import Wanted, choose
from mailbot.reading.correcting import read_correction
from mailbot.reading.edges import attached_candidates, edge_candidates
from mailbot.reading.letters import Letter, letters_passed_on, own_letter
from mailbot.reading.naming import Naming, naming, words_of
from mailbot.reading.quoting import Divided
from mailbot.reading.rulebook import Rulebook
from mailbot.reading.signatories import as_signatories, labelled_fields


_FORM_SCORE = 0.4
_LIST_SCORE = 0.55
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
        self.prefixes = tuple(
            p for w in languages for p in (*w.quotes.reply_prefixes, *w.quotes.forward_prefixes)
        )

    def read(self, letter: Letter) -> _Read:
        hits = find_phrases(letter.body, self.words)
        subject_hits = find_phrases(letter.subject, self.words)
        asking = read_asking(letter.body, hits, answers_us=letter.answers, subject_hits=subject_hits)
        return _Read(letter=letter, hits=hits, subject_hits=subject_hits, asking=asking)

    def candidates(self, read: _Read) -> list[Candidate]:
        return [
            *body_candidates(read.letter.body, read.hits, self.naming),
            *edge_candidates(read.letter, read.subject_hits, self.words, self.naming),
        ]

    def chosen(self, read: _Read) -> list[Candidate]:
        wanted = Wanted(
            individual=read.asking.individual,
            alone=read.asking.alone,
            several=self.naming.several.search(read.letter.body.masked) is not None,
            floor=self.floor,
        )
        attached = attached_candidates(self.message, self.words, self.naming) if read.hits("passing_on") else []
        return choose([*attached, *self.candidates(read)], wanted, self.naming)


def read_request(message: Message, divided: Divided, language: str, rulebook: Rulebook) -> Intent:
    """What a person's mail asks for. Total; a mail that asks for nothing is Human."""
    reader = _Reader(message, rulebook)
    own = reader.read(own_letter(message, divided, reader.prefixes, reader.naming))
    read = _requesting(reader, own, letters_passed_on(divided, reader.prefixes, reader.naming))
    own = _told_by_form(reader, own)
    told = {"language": language, "own_words": divided.own_words[:20_000], "flags": own.asking.flags}
    match own.asking.asked:
        case Asked.NOTHING:
            return Human(**told, reason=own.asking.reason)
        case Asked.WITHDRAW:
            return Withdraw(**told, reason=own.asking.reason, signatories=_withdrawn(reader, own))
        case Asked.CORRECT:
            return Correct(**told, reason=own.asking.reason, signatories=_corrected(reader, own))
        case Asked.SIGN:
            signatories = () if read.asking.nameless else _named(reader, read)
            if signatories:
                return Sign(**told, reason=own.asking.reason, signatories=signatories)
            if own.asking.reason == "hint" and not read.asking.nameless:
                return Human(**told, reason="hint_without_name")
            return Incomplete(**told, reason="nameless" if read.asking.nameless else "no_name")


def _told_by_form(reader: _Reader, own: _Read) -> _Read:
    """A mail without a word of asking that fills in our blanks, or answers with a name alone, asks to be added."""
    if own.asking.reason != "no_request" or own.hits("asking") or set("?？") & set(own.letter.body.masked):
        return own
    names = [c for c in reader.candidates(own) if c.score >= _FORM_SCORE]
    reason = ""
    if any(c.found is Found.LABEL for c in names) and labelled_fields(own.letter.body, reader.naming) >= 2:
        reason = "form"
    elif sum(c.found in _LISTS and c.score >= _LIST_SCORE for c in names) > 1 and not own.hits("stay_out"):
        reason = "list"
    elif own.letter.answers and not any(own.hits(kind) for kind in ("stay_out", "listed", "condition")):
        words = len(words_of(own.letter.body.text))
        longest = max((len(words_of(c.entry.name)) for c in names if c.span.where.startswith(own.letter.body.where)), default=0)
        reason = "name_only" if longest and words <= longest + 8 else ""
    return replace(own, asking=replace(own.asking, asked=Asked.SIGN, reason=reason)) if reason else own


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
