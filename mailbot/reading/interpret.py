"""One mail → what it asks: readers in a fixed order, the first answer wins.

The order is the safety: what a machine wrote is never a request, what an organizer or a signer answers is
read as that answer before anything else, and only then is a stranger's mail read for a request.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from mailbot.core.commands import read_orders
from mailbot.core.intents import (
    Automatic,
    Confirm,
    Context,
    Correct,
    Decline,
    Human,
    Instruct,
    Intent,
    Junk,
    Sign,
    Standing,
    Undelivered,
    Withdraw,
)
from mailbot.core.message import Message
from mailbot.reading.answers import Mixed, No, Off, Retyped, Yes, read_answer
from mailbot.reading.asking import find_phrases
from mailbot.reading.automated import automatic_reason
from mailbot.reading.delivery_reports import delivery_report
from mailbot.reading.junk_mail import junk_reason
from mailbot.reading.language import message_language
from mailbot.reading.naming import naming
from mailbot.reading.passages import Passage
from mailbot.reading.quoting import Divided, divide
from mailbot.reading.request import OWN_WORDS, read_request
from mailbot.reading.rulebook import Rulebook

_MORE_THAN_YES = ("refuse", "condition", "correct", "letter_text", "press", "nameless")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """All that a reader may look at."""

    message: Message
    divided: Divided
    language: str
    own_words: str
    rulebook: Rulebook
    context: Context


def interpret(message: Message, rulebook: Rulebook, context: Context | None = None) -> Intent:
    """What the mail asks for, with its proof. Pure and total; in time linear in the length of the mail.

    `context.standing` must be proved by the caller: it decides whether short answers and orders count.
    """
    context = context or Context()
    divided = divide(message, {t: w.quotes for t, w in rulebook.languages.items()}, context.own_addresses)
    reading = _Reading(
        message=message,
        divided=divided,
        language=message_language(message, divided, {t: w.detect for t, w in rulebook.languages.items()}),
        own_words=divided.own_words[:OWN_WORDS],
        rulebook=rulebook,
        context=context,
    )
    for reader in _READERS:
        intent = reader(reading)
        if intent is not None:
            return intent
    return Human(language=reading.language, own_words=reading.own_words, reason="no_request")


def _read_delivery_report(reading: _Reading) -> Intent | None:
    words = {tag: language.automatic for tag, language in reading.rulebook.languages.items()}
    report = delivery_report(reading.message, reading.own_words, reading.rulebook.robots, words)
    if report is None:
        return None
    return Undelivered(language=reading.language, own_words=reading.own_words, reason="delivery_report", report=report)


def _read_automatic(reading: _Reading) -> Intent | None:
    words = {tag: language.automatic for tag, language in reading.rulebook.languages.items()}
    reason = automatic_reason(reading.message, reading.own_words, reading.rulebook.robots, words)
    return Automatic(language=reading.language, own_words=reading.own_words, reason=reason) if reason else None


def _read_orders(reading: _Reading) -> Intent | None:
    """An organizer's mail is orders, or nothing that is done; a new mail without any may be their own request."""
    context, rulebook = reading.context, reading.rulebook
    if context.standing is not Standing.ORGANIZER:
        return None
    orders = read_orders(
        reading.divided.lines(frozenset(context.cards.values())),
        {tag: language.commands for tag, language in rulebook.languages.items()},
        cards=context.cards,
        today=date.fromisoformat(context.today) if context.today else date.min,
        limit=rulebook.thresholds.orders_a_mail,
    )
    if not (orders.orders or orders.unclear or context.cards):
        request = _read_request(reading)
        if isinstance(request, Sign | Withdraw | Correct):
            return request
    return Instruct(
        language=reading.language,
        own_words=reading.own_words,
        reason="orders" if orders.orders else "no_orders",
        orders=orders.orders,
        unclear=orders.unclear,
    )


def _read_answer(reading: _Reading) -> Intent | None:
    """A signer's yes, no or retyped line. A yes beside which anything is asked for is not simply a yes."""
    if reading.context.standing is not Standing.SIGNER:
        return None
    languages = tuple(reading.rulebook.languages.values())
    author = reading.message.authors[0].display_name if reading.message.authors else ""
    passage = Passage("own_words", reading.own_words)
    known = naming(tuple(w.naming for w in languages), tuple(w.people for w in languages))
    answer = read_answer(passage, tuple(w.answers for w in languages), known, author)
    hits = find_phrases(passage, tuple(w.request for w in languages))
    if isinstance(answer, Yes | Mixed) and hits("withdraw"):
        return None
    if isinstance(answer, Yes) and any(hits(name) for name in _MORE_THAN_YES):
        answer = Mixed()
    language, own_words = reading.language, reading.own_words
    match answer:
        case Yes():
            return Confirm(language=language, own_words=own_words, reason="yes")
        case No():
            return Decline(language=language, own_words=own_words, reason="no")
        case Off():
            return Withdraw(language=language, own_words=own_words, reason="off")
        case Mixed():
            return Human(language=language, own_words=own_words, reason="yes_or_no_and_more")
        case Retyped(signatory):
            return Correct(language=language, own_words=own_words, reason="retyped", signatories=(signatory,))
        case None:
            return None
    assert_never(answer)


def _read_junk(reading: _Reading) -> Intent | None:
    words = {tag: language.automatic for tag, language in reading.rulebook.languages.items()}
    reason = junk_reason(
        reading.message, reading.own_words, reading.rulebook.robots, words, reading.context.own_addresses
    )
    return Junk(language=reading.language, own_words=reading.own_words, reason=reason) if reason else None


def _read_request(reading: _Reading) -> Intent | None:
    return read_request(reading.message, reading.divided, reading.language, reading.rulebook)


_READERS: tuple[Callable[[_Reading], Intent | None], ...] = (
    _read_delivery_report,
    _read_automatic,
    _read_orders,
    _read_answer,
    _read_junk,
    _read_request,
)
