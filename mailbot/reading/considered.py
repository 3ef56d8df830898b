"""The names that a mail might have meant and was not taken to mean, each with why it lost; for `mailbot explain`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from mailbot.core.intents import Category, Correct, Intent, Sign, Signatory, Span, Withdraw
from mailbot.core.message import Message
from mailbot.reading.asking import SUBJECT, find_phrases
from mailbot.reading.body_names import body_candidates
from mailbot.reading.candidates import Candidate
from mailbot.reading.edges import attached_candidates, edge_candidates
from mailbot.reading.letters import letters_passed_on, own_letter
from mailbot.reading.naming import naming
from mailbot.reading.phrases import fold
from mailbot.reading.quoting import Divided
from mailbot.reading.rulebook import Rulebook

_NOT_LETTERS = re.compile(r"[\W_]+")
_LISTING = frozenset({"table", "list", "line", "label"})  # rules that, where they hold, leave no room for others


class Why(StrEnum):
    """Why a name was not taken for one that signs."""

    NOT_ASKED = "not_asked"  # the mail is not read as a request
    CONTACT = "contact"  # speaks for one that signs
    WITHIN = "within"  # part of a name that was taken, or the same name with more around it
    ELSEWHERE = "elsewhere"  # stands in another letter than the request does
    NOT_LISTED = "not_listed"  # a list, table or form says who signs
    UNSURE = "unsure"  # below the confidence floor
    OUTRANKED = "outranked"  # another name fits better


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """A name that lost. `score`, from 0 to 1, is what its place speaks for it; `span` is where it stands."""

    name: str
    category: Category
    score: float
    span: Span
    why: Why


def considered(message: Message, divided: Divided, rulebook: Rulebook, intent: Intent) -> tuple[Considered, ...]:
    """The names in a mail that `intent`, which was read from it, leaves out; one a name, the likeliest first."""
    taken = intent.signatories if isinstance(intent, Sign | Correct | Withdraw) else ()
    chosen = {_key(name) for signatory in taken for name in (signatory.name, signatory.was, *signatory.alt_names)}
    lost: dict[str, Considered] = {}
    for candidate in sorted(_candidates(message, divided, rulebook), key=lambda c: -c.score):
        name = _key(candidate.entry.name)
        if name and name not in chosen and name not in lost:
            lost[name] = Considered(
                name=candidate.entry.name,
                category=candidate.entry.category,
                score=candidate.score,
                span=candidate.span,
                why=_why(candidate, intent, taken, rulebook.thresholds.confidence_floor),
            )
    return tuple(lost.values())


def _candidates(message: Message, divided: Divided, rulebook: Rulebook) -> Iterator[Candidate]:
    """All that the readers of names find, in every letter of the mail and in what is attached."""
    languages = tuple(rulebook.languages.values())
    words = tuple(language.request for language in languages)
    known = naming(tuple(w.naming for w in languages), tuple(w.people for w in languages))
    prefixes = tuple(p for w in languages for p in (*w.quotes.reply_prefixes, *w.quotes.forward_prefixes))
    for letter in (own_letter(message, divided, prefixes, known), *letters_passed_on(divided, prefixes, known)):
        hits, in_subject = find_phrases(letter.body, words), find_phrases(letter.subject, words, SUBJECT)
        yield from body_candidates(letter.body, hits, known)
        yield from edge_candidates(letter, in_subject, words, known, points=bool(hits("passing_on")))
    yield from attached_candidates(message, words, known)


def _why(candidate: Candidate, intent: Intent, taken: tuple[Signatory, ...], floor: float) -> Why:
    name = _key(candidate.entry.name)
    spans = [signatory.evidence["name"] for signatory in taken if "name" in signatory.evidence]
    if not isinstance(intent, Sign | Correct | Withdraw) and intent.kind != "incomplete":
        return Why.NOT_ASKED
    if any(name == _key(signatory.contact_name) for signatory in taken):
        return Why.CONTACT
    if any(name in _key(signatory.name) or _key(signatory.name) in name for signatory in taken):
        return Why.WITHIN
    if any(span.rule in _LISTING for span in spans) and candidate.found.value not in _LISTING:
        return Why.NOT_LISTED
    if spans and all(_letter(span) != _letter(candidate.span) for span in spans):
        return Why.ELSEWHERE
    return Why.UNSURE if candidate.score < floor or not taken else Why.OUTRANKED


def _letter(span: Span) -> str:
    """The letter that a span stands in: "forward 2" for "forward 2 signature:3-9", "" for the author's own."""
    found = re.match(r"forward(?: \d+)?|attachment [^:]*", span.where)
    return found.group() if found else ""


def _key(name: str) -> str:
    """Letters and digits only: two spellings that differ in spaces and marks are one name."""
    return _NOT_LETTERS.sub("", fold(name))
