"""Taking back: what one organizer's mail did, whole or for one signature.

One takes back one's own last decision, and that of somebody who is no longer an organizer. What another has decided
is answered by a decision: two that differ are a dispute, which one organizer's undo must not settle.
"""

from dataclasses import replace
from datetime import datetime

from mailbot.core.cards import line
from mailbot.core.events import Event, Noted, Status, Undone
from mailbot.core.intents import Order
from mailbot.core.outcome import Done, NotDoneError
from mailbot.core.ruling import Ruling
from mailbot.core.signature import Signature, fold, public_entry


def undo(ruling: Ruling, order: Order) -> list[Done]:
    """`undo K7Q4` takes back the last decision on that one; `undo` in answer to a receipt, all that the mail did,
    and anywhere else what the organizer's last mail did.

    What a signer or another mail has changed since is not overrun: that signature stays as it is. A name that the
    page does not show now waits out the undo window before it does.
    """
    if order.ref:
        return [_undo_one(ruling, order.ref, _last_ordered(ruling, order.ref))]
    mail = _mail_meant(ruling)
    done, why = [], "nothing_to_undo"
    for ref in ruling.case.roll.touched(mail):
        try:
            done.append(_undo_one(ruling, ref, mail))
        except NotDoneError as refused:
            why = refused.why
    if not done:
        raise NotDoneError(why)
    return done


def _mail_meant(ruling: Ruling) -> int:
    answered, organizer = ruling.case.answered, ruling.case.organizer
    if answered is not None and answered.template in ("receipt", "notice"):
        return answered.mail
    mail = ruling.case.roll.last_ordered(organizer.address) if organizer else 0
    if not mail:
        raise NotDoneError("nothing_to_undo")
    return mail


def _undo_one(ruling: Ruling, ref: str, mail: int) -> Done:
    before = _before(ruling, ref, mail)
    change = Undone(
        status=before.status,
        entry=before.entry,
        approvals=before.approvals,
        refusals=before.refusals,
        unnamed=before.unnamed,
        merged_into=before.merged_into,
        effective_at=_effective_at(ruling, before),
        proposal=before.proposal,
        hold_until=before.hold_until,
        of=mail,
    )
    after = ruling.record(ref, change, reason="undone")
    ruling.cancelled.append(ref)
    return Done(ref=ref, entry=line(after), status=str(after.status))


def _effective_at(ruling: Ruling, before: Signature) -> datetime | None:
    """From when on the page shows what is back: at once only what it shows now."""
    now, signature = ruling.case.now, ruling.signature(before.ref)
    shown = public_entry(signature, now) if signature else None
    if before.status is not Status.LISTED or public_entry(replace(before, effective_at=None), now) == shown:
        return before.effective_at
    waited = now + ruling.case.policy.undo_window
    return max(before.effective_at or waited, waited)


def _before(ruling: Ruling, ref: str, mail: int) -> Signature:
    """The signature as it stood before the orders of `mail`, if nothing but notes came after them."""
    history = ruling.case.roll.history(ref)
    moves = [n for n, event in enumerate(history) if not isinstance(event.change, Noted)]
    ordered = [n for n in moves if history[n].mail == mail and _may_take_back(ruling, history[n])]
    if not ordered:
        raise NotDoneError("others_decision")
    if moves[-1] != ordered[-1]:
        raise NotDoneError("already_decided")
    before = fold(history[: ordered[0]])
    if before is None:
        raise NotDoneError("not_possible")
    return before


def _last_ordered(ruling: Ruling, ref: str) -> int:
    """The mail that last decided on `ref`."""
    if ruling.signature(ref) is None:
        raise NotDoneError("unknown_reference")
    for event in reversed(ruling.case.roll.history(ref)):
        if not isinstance(event.change, Noted):
            if not _by_organizer(ruling, event) or isinstance(event.change, Undone):
                break
            return event.mail
    raise NotDoneError("nothing_to_undo")


def _may_take_back(ruling: Ruling, event: Event) -> bool:
    organizer, former = ruling.case.organizer, ruling.case.former
    own = organizer is not None and event.by == organizer.address
    return own or any(event.by == gone.address for gone in former)


def _by_organizer(ruling: Ruling, event: Event) -> bool:
    return any(event.by == organizer.address for organizer in (*ruling.case.organizers, *ruling.case.former))
