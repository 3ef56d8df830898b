"""How far a token reaches that nothing else supports: its letter, and what that letter speaks of.

Whoever gets hold of one letter can answer it in an organizer's name, and nothing more: not hide the page, not make
organizers, not decide on other cards. What is not harmless when it is repeated a token orders once.
"""

from collections.abc import Sequence

from mailbot.core.decision import Answered, Case
from mailbot.core.intents import Order, Verb
from mailbot.core.message import Verdict
from mailbot.core.organizer_orders import change_asked
from mailbot.core.ruling import Ruling

INFORMING = frozenset({Verb.LIST, Verb.FIND, Verb.SHOW, Verb.STATS, Verb.HELP, Verb.DOCTOR})
"""Orders that change nothing: their answer is a letter of its own, to the registered address, and nobody else
hears of them."""

_ONCE = frozenset({Verb.ASK, Verb.NOTE})
_HARMLESS = INFORMING | {Verb.PUBLISH}


def by_token_alone(case: Case) -> bool:
    """Whether nothing but a token speaks for the author."""
    return not case.challenge_answered and case.evidence.verdict is not Verdict.PASS


def within_reach(ruling: Ruling, orders: Sequence[Order]) -> bool:
    """Whether the token of the letter answered is enough for all of these."""
    answered = ruling.case.answered
    if answered is None:
        return False
    once = [spending(answered, order.verb, order.ref) for order in orders if order.verb in _ONCE]
    if len(set(once)) < len(once) or any(ruling.case.roll.state(key) for key in once):
        return False
    return all(_offered(ruling, answered, order) for order in orders)


def spend(ruling: Ruling, orders: Sequence[Order]) -> None:
    """Remember what this token was used for that it may not order again."""
    if (answered := ruling.case.answered) is None:
        return
    for order in orders:
        if order.verb in _ONCE:
            ruling.settings[spending(answered, order.verb, order.ref)] = str(ruling.case.mail)


def spending(answered: Answered, what: str, ref: str = "") -> str:
    """Key of the campaign's state under which it stands that the token of a letter was used for something."""
    return f"spent {answered.id} {what} {ref}".rstrip()


def _offered(ruling: Ruling, answered: Answered, order: Order) -> bool:
    """Whether the letter speaks of what the order is about; an order about nothing does nothing."""
    match order.verb:
        case verb if verb in _HARMLESS:
            return True
        case Verb.RESUME:
            return answered.template == "resume_asked"
        case Verb.PAUSE | Verb.PANIC | Verb.ADD_ORGANIZER | Verb.REMOVE_ORGANIZER:
            return False
        case Verb.UNDO if not order.ref:
            return answered.template == "receipt"
    signature = ruling.signature(order.ref) if order.ref else None
    if signature is None and not change_asked(ruling, order.ref):
        return True
    if order.ref not in answered.refs:
        return False
    if order.verb is not Verb.MERGE or order.text in answered.refs or signature is None or signature.entry is None:
        return True
    # The entries that its card tells of as look-alikes.
    return any(other.ref == order.text for other, _ in ruling.case.roll.alike(signature.entry))
