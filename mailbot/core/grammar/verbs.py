"""What organizers can order: one row a verb, with the function that makes the order from what was wished."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mailbot.core.intents import Order, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What stands beside verb and card."""

    line: str
    text: str = ""
    field: str = ""
    until: str = ""
    into: str = ""  # reference


@dataclass(frozen=True, slots=True)
class Row:
    """How orders of a verb are typed, and how one is made.

    `typed`: "cards", verb and cards side by side; "text", with text behind it; "words", with text and no
    card; "alone", on a line of its own. Two different verbs that both `decides` a card exclude each other.
    """

    typed: str
    order: Callable[[Verb, str, Particulars], Order]
    decides: bool = False


def _plain(verb: Verb, ref: str, said: Particulars) -> Order:
    return Order(verb=verb, ref=ref, line=said.line)


def _with_text(verb: Verb, ref: str, said: Particulars) -> Order:
    return Order(verb=verb, ref=ref, text=said.text, line=said.line)


def _with_day(verb: Verb, ref: str, said: Particulars) -> Order:
    return Order(verb=verb, ref=ref, text=said.text, until=said.until, line=said.line)


def _into(verb: Verb, ref: str, said: Particulars) -> Order:
    return Order(verb=verb, ref=ref, text=said.into, line=said.line)


def _edit(verb: Verb, ref: str, said: Particulars) -> Order:
    return Order(verb=verb, ref=ref, field=said.field, value=said.text, line=said.line)


VERBS: Mapping[Verb, Row] = {
    Verb.APPROVE: Row("cards", _plain, decides=True),
    Verb.REJECT: Row("cards", _with_text, decides=True),
    Verb.EDIT: Row("text", _edit),
    Verb.HOLD: Row("cards", _with_day, decides=True),
    Verb.ASK: Row("text", _with_text),
    Verb.MERGE: Row("cards", _into, decides=True),
    Verb.WITHHOLD: Row("cards", _plain, decides=True),
    Verb.UNDO: Row("cards", _plain),
    Verb.NOTE: Row("text", _with_text),
    Verb.LIST: Row("alone", _plain),
    Verb.FIND: Row("words", _with_text),
    Verb.SHOW: Row("cards", _plain),
    Verb.STATS: Row("alone", _plain),
    Verb.HELP: Row("alone", _plain),
    Verb.PUBLISH: Row("alone", _plain),
    Verb.PAUSE: Row("alone", _plain),
    Verb.RESUME: Row("alone", _plain),
    Verb.DOCTOR: Row("alone", _plain),
    Verb.PANIC: Row("alone", _plain),
    Verb.ADD_ORGANIZER: Row("words", _with_text),
    Verb.REMOVE_ORGANIZER: Row("words", _with_text),
}


def takes_words(verb: Verb | None) -> bool:
    """Whether it is a verb with text behind it that is about no card."""
    return verb is not None and VERBS[verb].typed == "words"


def takes_cards(verb: Verb | None) -> bool:
    """Whether it is a verb that is typed beside its cards."""
    return verb is not None and VERBS[verb].typed == "cards"
