"""The policy for organizers: who may order, what became of each line, and who hears of it."""

from collections.abc import Sequence
from typing import Any

from mailbot.core.authority import proof
from mailbot.core.cards import digest_letter, line
from mailbot.core.decision import Case, Grant, Letter, Organizer
from mailbot.core.events import Status
from mailbot.core.intents import Instruct, Intent, Order, Verb
from mailbot.core.orders import PERFORM, Done, NotDoneError
from mailbot.core.organizer_orders import change_asked
from mailbot.core.organizers import Kind
from mailbot.core.reach import INFORMING, by_token_alone, spend, spending, within_reach
from mailbot.core.ruling import Ruling
from mailbot.core.signature import Signature

_AT_ONCE = frozenset(
    {
        *(Verb.PANIC, Verb.PAUSE, Verb.RESUME, Verb.PUBLISH, Verb.ADD_ORGANIZER, Verb.REMOVE_ORGANIZER),
        "answer",
    }
)
"""What other organizers hear of without waiting for a digest."""


_UNDOABLE = frozenset({Verb.APPROVE, Verb.REJECT, Verb.EDIT, Verb.HOLD, Verb.MERGE, Verb.WITHHOLD})
"""What `undo` takes back: decisions on entries; a question that went out is out."""


def carry_out(ruling: Ruling, intent: Instruct) -> str:
    """Do what an organizer's mail orders, line by line, and send the receipt.

    With too little evidence nothing is done: the orders go to the registered address with the question
    whether they came from there; so do all of a mail of which one goes beyond what its token is for. No answer
    goes to the writing address.
    """
    case = ruling.case
    if case.organizer is None:
        return "not_an_organizer"
    ruling.language = case.organizer.language
    if not intent.orders and not intent.unclear:
        return "nothing_ordered"
    if proof(case, "organizer") is None:
        return _challenge(ruling, intent.orders)
    if by_token_alone(case):
        if not within_reach(ruling, intent.orders):
            return _challenge(ruling, intent.orders)
        spend(ruling, intent.orders)
    done, not_done = _perform(ruling, intent.orders)
    not_done += [{"line_typed": unclear.line, "why": unclear.why} for unclear in intent.unclear]
    changed = [row for row, verb in done if verb not in INFORMING]
    if changed or not_done:
        _receipt(ruling, changed, not_done)
    if changed:
        _notify_others(ruling, changed)
        _next_cards(ruling)
    return "ordered" if done else "nothing_done"


def answers_relay(case: Case) -> bool:
    """Whether an organizer answers a mail that was passed on to them, and may."""
    return (
        case.organizer is not None
        and case.answered is not None
        and case.answered.template == "relay"
        and proof(case, "organizer") is not None
    )


def pass_on(ruling: Ruling, intent: Intent) -> str:
    """An organizer's own words go to the one who wrote; neither sees the other's address."""
    case = ruling.case
    answered = case.answered
    assert answered is not None
    assert case.organizer is not None
    if not intent.own_words.strip() or not answered.mail_author:
        return "nothing_to_pass_on"
    if by_token_alone(case):
        if case.roll.state(used := spending(answered, "answer")):
            return _ask_whether_sent(ruling, [" ".join(intent.own_words.split())[:_SHORT]])
        ruling.settings[used] = str(case.mail)
    ruling.letters.append(
        Letter(
            template="answer",
            to=answered.mail_author,
            language=ruling.language,
            facts={"text": intent.own_words[:20_000]},
            grant=Grant(actions="signer"),
            refs=answered.refs,
            in_reply_to=answered.mail_message_id,
            lane=0,
        )
    )
    _notify_others(ruling, [{"what": "answer", "entry": answered.mail_author, "ref": "", "status": ""}])
    return "passed_on"


_SHORT = 300  # characters of an answer by which its author knows it again


def _challenge(ruling: Ruling, orders: Sequence[Order]) -> str:
    return _ask_whether_sent(ruling, _lines(ruling, orders)) if orders else "nothing_ordered"


def _ask_whether_sent(ruling: Ruling, lines: list[str]) -> str:
    organizer = ruling.case.organizer
    assert organizer is not None
    ruling.letters.append(
        Letter(
            template="challenge",
            to=organizer.address,
            language=organizer.language,
            facts={"you": organizer.name, "what": "orders", "line": "", "lines": lines},
            grant=Grant(actions="challenge"),
            lane=0,
        )
    )
    return "challenged"


def _lines(ruling: Ruling, orders: Sequence[Order]) -> list[str]:
    """The lines as typed, each once, with what they would be done to: a forger chooses which letter a number is of."""
    meant: dict[str, list[str]] = {}
    for order in orders:
        object_ = _object(ruling, order.ref)
        meant.setdefault(order.line, []).extend([f"{order.ref} {object_}"] if object_ else [])
    return [f"{typed} → {', '.join(dict.fromkeys(on))}" if on else typed for typed, on in meant.items()]


def _object(ruling: Ruling, ref: str) -> str:
    """What stands under a reference: an entry, or a change of organizers; "" for nothing."""
    if change := change_asked(ruling, ref):
        return f"{'+' if change.kind is Kind.ADD else '−'} {change.who}"
    signature = ruling.signature(ref) if ref else None
    return line(signature) if signature else ""


def _perform(ruling: Ruling, orders: Sequence[Order]) -> tuple[list[tuple[dict[str, Any], Verb]], list[dict[str, str]]]:
    """Each order carried out, or the reason why not. Edits come first, so that `ok` takes what was edited."""
    done: list[tuple[dict[str, Any], Verb]] = []
    not_done: list[dict[str, str]] = []
    for order in sorted(orders, key=lambda order: order.verb is not Verb.EDIT):
        try:
            outcomes = PERFORM[order.verb](ruling, order)
        except NotDoneError as refused:
            not_done.append({"line_typed": order.line, "why": refused.why})
            continue
        done += [(_row(order, outcome), order.verb) for outcome in outcomes]
    return done, not_done


def _row(order: Order, done: Done) -> dict[str, Any]:
    return {
        "line_typed": order.line,
        "what": done.what or str(order.verb),
        "entry": done.entry,
        "ref": done.ref,
        "status": done.status,
    }


def _receipt(ruling: Ruling, done: list[dict[str, Any]], not_done: list[dict[str, str]]) -> None:
    policy = ruling.case.policy
    until = (ruling.case.now + policy.undo_window).astimezone(policy.timezone)
    changes = any(row["status"] == Status.LISTED for row in done)
    facts = {
        "you": ruling.case.organizer.name if ruling.case.organizer else "",
        "done": done,
        "not_done": not_done,
        "undo_until": until.strftime("%H:%M") if changes and policy.undo_window else "",
        "undo": any(row["ref"] and row["what"] in _UNDOABLE for row in done),
    }
    refs = tuple(dict.fromkeys(row["ref"] for row in done if row["ref"]))
    ruling.answer("receipt", facts, grant=Grant(actions="organizer"), refs=refs)


def _notify_others(ruling: Ruling, done: list[dict[str, Any]]) -> None:
    """One short notice, or where cards come in digests the next digest's part; what cannot wait is told at once."""
    case = ruling.case
    others = tuple(o for o in case.organizers if o != case.organizer)
    by = case.organizer.name if case.organizer else ""
    # Of a dispute everybody gets the card, of a change of organizers a letter that asks.
    news = [row for row in done if row["status"] != Status.DISPUTED and not _is_asked(row)]
    urgent = [row for row in news if case.policy.cards_each or row["what"] in _AT_ONCE]
    for rows, gather in ((urgent, False), ([row for row in news if row not in urgent], True)):
        if rows:
            refs = tuple(dict.fromkeys(row["ref"] for row in rows if row["ref"]))
            ruling.tell(others, "notice", {"by": by, "done": rows}, refs=refs, gather=gather)


def _is_asked(row: dict[str, Any]) -> bool:
    if row["what"] == "resume_asked":
        return True
    return row["what"] in (Verb.ADD_ORGANIZER, Verb.REMOVE_ORGANIZER) and row["status"] == "needs_second"


def _next_cards(ruling: Ruling) -> None:
    """Whoever has settled a digest that could not show everything gets the next cards at once.

    What is left of it when all but a few are settled comes along, numbered anew.
    """
    case, answered, organizer = ruling.case, ruling.case.answered, ruling.case.organizer
    if answered is None or organizer is None or answered.template != "digest":
        return
    if len(answered.refs) < case.policy.thresholds.digest_cards:
        return
    few = len(answered.refs) // _A_FEW
    before = [case.roll.get(ref) for ref in answered.refs]
    now = [ruling.signature(signature.ref) for signature in case.roll.desk()]
    open_ones = tuple(s for s in now if s and _awaits(s, organizer))
    left = sum(s.ref in answered.refs for s in open_ones)
    more = len(open_ones) > left
    if more and left <= few < sum(bool(s and _awaits(s, organizer)) for s in before):
        ruling.letters.append(digest_letter(organizer, open_ones, ruling.desk()))


_A_FEW = 10  # one of so many cards


def _awaits(signature: Signature, organizer: Organizer) -> bool:
    """Whether it waits for this organizer's word."""
    voted = (*signature.approvals, *signature.refusals)
    return signature.waiting_since is not None and organizer.address not in voted
