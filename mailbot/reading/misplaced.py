"""Answers and orders by those who were asked nothing and may order nothing: "yes", "approve K7Q4" by a stranger."""

import re
from datetime import date

from mailbot.core.commands import read_orders
from mailbot.core.references import is_reference
from mailbot.reading.answers import No, Yes, read_answer
from mailbot.reading.naming import Naming
from mailbot.reading.passages import Passage
from mailbot.reading.quoting import Divided
from mailbot.reading.rulebook import Rulebook

_SHORT = 60  # characters; what is longer has words of its own
_IN_TURNS = re.compile(r"(?![A-Z]+[0-9]+$|[0-9]+[A-Z]+$)")  # see core/references.draw_reference


def speaks_of_reference(words: str) -> bool:
    """Does a reference of ours stand in short words? It is a label of the desk, and names nobody."""
    short = words if len(words) <= _SHORT else ""
    return any(is_label(word) for word in re.findall(r"[^\W_]+", short))


def is_label(word: str) -> bool:
    """Is the word one that may be a reference of ours?"""
    return is_reference(word) and _IN_TURNS.match(word) is not None


def is_misplaced(divided: Divided, known: Naming, rulebook: Rulebook) -> bool:
    """Is this nothing but a yes, a no or orders, or does it speak of a reference?"""
    words = divided.own_words
    if len(words) > _SHORT:
        return False
    if speaks_of_reference(words):
        return True
    answers = tuple(language.answers for language in rulebook.languages.values())
    if isinstance(read_answer(Passage("own_words", words), answers, known), Yes | No):
        return True
    orders = read_orders(
        divided.lines(frozenset()),
        {tag: language.commands for tag, language in rulebook.languages.items()},
        cards={},
        today=date.min,
        limit=rulebook.thresholds.orders_a_mail,
    )
    return bool(orders.orders) and not orders.unclear
