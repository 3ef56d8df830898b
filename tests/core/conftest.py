"""An organizer's reply, read with the rules as shipped."""

from collections.abc import Callable, Mapping
from datetime import date

import pytest

from mailbot import config
from mailbot.core.commands import CommandWords, Line, Orders, read_orders
from mailbot.reading.rulebook import load

LETTERS: dict[str, dict[int, str]] = {
    "digest": {1: "K7Q4", 2: "M3XA", 3: "T9WB", 4: "P2HC", 5: "R8NE", 6: "V5JZ"},
    "card": {1: "K7Q4"},
    "fresh": {},
}

ReadReply = Callable[..., Orders]


@pytest.fixture(scope="session")
def command_words() -> Mapping[str, CommandWords]:
    book = load(config.rules())
    return {tag: language.commands for tag, language in book.languages.items()}


@pytest.fixture(scope="session")
def read_reply(command_words: Mapping[str, CommandWords]) -> ReadReply:
    """Read a reply typed on Saturday 9 January 2021 to a digest of six, to a card, or afresh."""

    def read(letter: str, body: str, *, under: str = "", limit: int = 30) -> Orders:
        lines = [Line(text, under) for text in body.split("\n")]
        return read_orders(lines, command_words, cards=LETTERS[letter], today=date(2021, 1, 9), limit=limit)

    return read


def in_short(orders: Orders) -> str:
    """ "approve 1 3; reject 6": verbs in order of the alphabet, cards by number where they have one."""
    numbers = {ref: str(number) for number, ref in LETTERS["digest"].items()}
    by_verb: dict[str, list[str]] = {}
    for order in orders.orders:
        by_verb.setdefault(order.verb, []).append(numbers.get(order.ref, order.ref))
    return "; ".join(f"{verb} {' '.join(sorted(refs))}".strip() for verb, refs in sorted(by_verb.items()))


@pytest.fixture(scope="session")
def shortly() -> Callable[[Orders], str]:
    return in_short
