"""What each verb does: one row and one function a verb.

A function gets the ruling and one order, records events and letters, and returns what was done; where
the state forbids it, it raises NotDoneError with a reason that the receipt can say in words.
"""

from collections.abc import Callable
from dataclasses import replace

from mailbot.core import information, organizer_orders, page_orders, undo, wording
from mailbot.core.cards import line
from mailbot.core.decision import Grant, Organizer
from mailbot.core.events import Edited, Entry, Held, Noted, Rejected, Status
from mailbot.core.intents import Category, Order, Verb
from mailbot.core.joining import JOINABLE, accepted_already
from mailbot.core.offices import split_office
from mailbot.core.outcome import Done, NotDoneError
from mailbot.core.plausible import field_text, publishable
from mailbot.core.ruling import Ruling
from mailbot.core.signature import Signature
from mailbot.core.votes import close, refuse, say_yes, second, take_off_the_page


def approve(ruling: Ruling, order: Order) -> list[Done]:
    """Yes: to the request, or to the other wording that the signer of a listed entry asked for."""
    if asked := organizer_orders.change_asked(ruling, order.ref):
        return organizer_orders.agree(ruling, asked)
    signature = _on_the_desk(ruling, order)
    wording.require_shown(ruling, signature, order)
    if signature.proposal is not None:
        return [_done(wording.agree(ruling, signature))]
    if accepted_already(ruling, signature):
        raise NotDoneError("there_already")
    return [_done(say_yes(ruling, signature))]


def reject(ruling: Ruling, order: Order) -> list[Done]:
    """No: to the request, or to the other wording alone; what is listed stays."""
    if asked := organizer_orders.change_asked(ruling, order.ref):
        return organizer_orders.disagree(ruling, asked)
    signature = _on_the_desk(ruling, order, but_also=frozenset({Status.AWAITING_SIGNER, Status.INCOMPLETE}))
    if signature.proposal is not None:
        return [_done(wording.dismiss(ruling, signature, order.text))]
    return [_done(refuse(ruling, signature, order.text))]


def withhold(ruling: Ruling, order: Order) -> list[Done]:
    """Accepted and counted, not shown by name. From the page it goes at once: it is asked for to protect somebody."""
    signature = _on_the_desk(ruling, order, but_also=frozenset({Status.LISTED}))
    if signature.status is not Status.LISTED:
        wording.require_shown(ruling, signature, order)
        return [_done(say_yes(ruling, signature, withheld=True))]
    return [_done(take_off_the_page(ruling, signature, order.text))]


def hold(ruling: Ruling, order: Order) -> list[Done]:
    """Off the desk until that day; the receipt tells which day was understood."""
    _on_the_desk(ruling, order)
    done = _done(ruling.record(order.ref, Held(order.until), reason=order.text or "held"))
    return [replace(done, entry=f"{done.entry} → {order.until}") if order.until else done]


def edit(ruling: Ruling, order: Order) -> list[Done]:
    """Another name, place, title, honorific, website or category. What is listed changes after the undo window."""
    signature = _known(ruling, order)
    if signature.entry is None and order.field != "name":
        raise NotDoneError("not_possible")
    if signature.status in (Status.WITHDRAWN, Status.REJECTED, Status.EXPIRED):
        raise NotDoneError("not_possible")
    entry = _edited_entry(ruling, signature.entry, order.field, order.value)
    if signature.status is Status.LISTED:
        return [_done(wording.edit_listed(ruling, signature, entry))]
    return [_done(ruling.record(order.ref, Edited(entry=entry, effective_at=ruling.case.now), reason="edited"))]


def note(ruling: Ruling, order: Order) -> list[Done]:
    _known(ruling, order)
    return [_done(ruling.record(order.ref, Noted("note", order.text), reason="note"))]


def ask(ruling: Ruling, order: Order) -> list[Done]:
    """Relay a question to the signer; the answer comes back to every organizer with the entry it is about.

    Whoever has left is not written to any more.
    """
    signature = _known(ruling, order)
    if not order.text or signature.status in (Status.WITHDRAWN, Status.EXPIRED):
        raise NotDoneError("not_possible")
    facts = {"text": order.text, "ref": order.ref}
    letter = ruling.to_contact("question", signature, facts, grant=Grant(actions="signer"))
    if letter is None:
        raise NotDoneError("not_possible")
    if not ruling.case.may_send(letter):
        raise NotDoneError("budget_spent")
    ruling.letters.append(letter)
    return [_done(ruling.record(order.ref, Noted("asked", order.text), reason="asked"))]


def merge(ruling: Ruling, order: Order) -> list[Done]:
    """The card closes, unless another organizer has said yes to it; its contact joins the other.

    What is closed itself takes in nobody.
    """
    signature = _on_the_desk(ruling, order)
    into = ruling.signature(order.text)
    if into is None or into.ref == order.ref:
        raise NotDoneError("unknown_reference")
    if into.status not in JOINABLE:
        raise NotDoneError("not_possible")
    closed = close(ruling, signature, Rejected(merged_into=into.ref), f"merged into {into.ref}")
    if closed.status is Status.REJECTED and signature.contact.address:
        ruling.record(into.ref, Noted("joined", signature.contact.address), reason=f"merged from {order.ref}")
    return [_done(closed)]


PERFORM: dict[Verb, Callable[[Ruling, Order], list[Done]]] = {
    Verb.APPROVE: approve,
    Verb.REJECT: reject,
    Verb.EDIT: edit,
    Verb.HOLD: hold,
    Verb.ASK: ask,
    Verb.MERGE: merge,
    Verb.WITHHOLD: withhold,
    Verb.UNDO: undo.undo,
    Verb.NOTE: note,
    Verb.LIST: information.show_list,
    Verb.FIND: information.find,
    Verb.SHOW: information.show,
    Verb.STATS: information.stats,
    Verb.HELP: information.show_help,
    Verb.PUBLISH: page_orders.publish,
    Verb.PAUSE: page_orders.pause,
    Verb.RESUME: page_orders.resume,
    Verb.DOCTOR: page_orders.doctor,
    Verb.PANIC: page_orders.panic,
    Verb.ADD_ORGANIZER: organizer_orders.add_organizer,
    Verb.REMOVE_ORGANIZER: organizer_orders.remove_organizer,
}
"""Every verb that the desk carries out."""


def _known(ruling: Ruling, order: Order) -> Signature:
    if not order.ref:
        raise NotDoneError("no_card")
    signature = ruling.signature(order.ref)
    if signature is None:
        raise NotDoneError("unknown_reference")
    return signature


def _on_the_desk(ruling: Ruling, order: Order, but_also: frozenset[Status] = frozenset()) -> Signature:
    """The signature of an order that decides: on the desk, or decided in a way that this organizer may still change."""
    signature = _known(ruling, order)
    organizer = ruling.case.organizer
    if signature.status in but_also or signature.waiting_since or signature.status is Status.HELD:
        return signature
    if signature.status in (Status.AWAITING_SIGNER, Status.INCOMPLETE):
        raise NotDoneError("not_confirmed")
    if signature.status in (Status.WITHDRAWN, Status.EXPIRED):
        raise NotDoneError("not_possible")
    if signature.contact.address and not signature.confirmed:
        raise NotDoneError("not_confirmed")  # rejected before its signer said yes: there is nothing to go back to
    if organizer is None or not _may_reopen(ruling, signature, organizer, order.verb):
        if organizer is not None and _SAME.get(order.verb) is signature.status:
            second(ruling, signature)
        raise NotDoneError("already_decided")
    return signature


_SAME = {Verb.APPROVE: Status.LISTED, Verb.REJECT: Status.REJECTED, Verb.WITHHOLD: Status.WITHHELD}


def _may_reopen(ruling: Ruling, signature: Signature, organizer: Organizer, verb: Verb) -> bool:
    """The one who decided may decide otherwise; another organizer may object while the undo window is open."""
    if _SAME.get(verb) is signature.status:
        return False
    if signature.decided_at is None:
        # Taken over from an existing list: nobody here decided it, and it has no signer who could withdraw it.
        return signature.status is Status.LISTED and verb is Verb.REJECT
    if signature.decided_by == organizer.address:
        return True
    return ruling.case.now < signature.decided_at + ruling.case.policy.undo_window


def _edited_entry(ruling: Ruling, entry: Entry | None, field: str, value: str) -> Entry:
    if field == "name":
        return _renamed(ruling, entry, value)
    assert entry is not None
    if field == "category":
        try:
            return replace(entry, category=Category(value))
        except ValueError as error:
            raise NotDoneError("unclear") from error
    if field not in ("place", "title", "honorific", "website"):
        raise NotDoneError("unclear")
    return _with(entry, field, field_text(value))


def _renamed(ruling: Ruling, entry: Entry | None, value: str) -> Entry:
    """The whole name as it shall stand: another language's half would double it, and an office behind it is a title."""
    thresholds = ruling.case.policy.thresholds
    name = publishable(value, thresholds.name_length)
    if name is None:
        raise NotDoneError("not_printable")
    if entry is None:
        return Entry(name=name)
    if entry.category is Category.PERSON:
        name, title = split_office(name, thresholds.office_words)
        entry = replace(entry, title=title or entry.title)
    return replace(entry, name=name, alt_names=())


def _with(entry: Entry, field: str, value: str) -> Entry:
    changes: dict[str, str] = {field: value}
    return replace(entry, **changes)  # type: ignore[arg-type]


def _done(signature: Signature) -> Done:
    waits = signature.status is Status.AWAITING_ORGANIZERS or signature.proposal is not None
    half = waits and signature.approvals
    return Done(ref=signature.ref, entry=line(signature), status="needs_second" if half else str(signature.status))


__all__ = ["PERFORM", "Done", "NotDoneError"]
