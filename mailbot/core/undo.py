"""Taking back: what one organizer's mail did, whole or for one signature."""

from mailbot.core.cards import line
from mailbot.core.events import Event, Noted, Undone
from mailbot.core.intents import Order
from mailbot.core.outcome import Done, NotDoneError
from mailbot.core.ruling import Ruling
from mailbot.core.signature import Signature, fold


def undo(ruling: Ruling, order: Order) -> list[Done]:
    """`undo K7Q4` takes back the last decision on that one; `undo` in answer to a receipt, all that the mail did,
    and anywhere else what the organizer's last mail did.

    What a signer or another mail has changed since is not overrun: that signature stays as it is.
    """
    if order.ref:
        return [_undo_one(ruling, order.ref, _last_ordered(ruling, order.ref))]
    mail = _mail_meant(ruling)
    done = []
    for ref in ruling.case.roll.touched(mail):
        try:
            done.append(_undo_one(ruling, ref, mail))
        except NotDoneError:
            continue
    if not done:
        raise NotDoneError("already_decided")
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
        effective_at=before.effective_at,
        proposal=before.proposal,
        hold_until=before.hold_until,
        of=mail,
    )
    after = ruling.record(ref, change, reason="undone")
    ruling.cancelled.append(ref)
    return Done(ref=ref, entry=line(after), status=str(after.status))


def _before(ruling: Ruling, ref: str, mail: int) -> Signature:
    """The signature as it stood before the orders of `mail`, if nothing but notes came after them."""
    history = ruling.case.roll.history(ref)
    moves = [n for n, event in enumerate(history) if not isinstance(event.change, Noted)]
    ordered = [n for n in moves if history[n].mail == mail and _by_organizer(ruling, history[n])]
    if not ordered or moves[-1] != ordered[-1]:
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


def _by_organizer(ruling: Ruling, event: Event) -> bool:
    return any(event.by == organizer.address for organizer in (*ruling.case.organizers, *ruling.case.former))
