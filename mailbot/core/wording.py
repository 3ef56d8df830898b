"""Whose words an organizer says yes to: those that they were shown, and on the list as many as policy asks.

Whoever signs may change the wording of an entry between the card and the organizer's yes to it.
"""

from dataclasses import replace

from mailbot.core import information
from mailbot.core.events import Approved, Dismissed, Edited, Entry, Proposed
from mailbot.core.intents import Order
from mailbot.core.outcome import NotDoneError
from mailbot.core.ruling import Ruling
from mailbot.core.second_approval import approvals_needed, approved
from mailbot.core.signature import Signature


def require_shown(ruling: Ruling, signature: Signature, order: Order) -> None:
    """Raise NotDoneError where the signer has asked for other words since the organizer was shown the entry.

    The entry as it is now goes to the organizer; a yes to that letter counts.
    """
    case = ruling.case
    if signature.reworded_at is None or case.organizer is None:
        return
    answered = case.answered
    at_hand = answered is not None and signature.ref in answered.refs
    shown = answered.at if answered and at_hand else case.roll.shown(signature.ref, case.organizer.address)
    if shown is None or shown < signature.reworded_at:
        information.show(ruling, order)
        raise NotDoneError("reworded")


def agree(ruling: Ruling, signature: Signature) -> Signature:
    """One organizer's yes to the proposed wording; the list changes when as many agree as for a request."""
    assert signature.proposal is not None
    voted = ruling.record(signature.ref, Approved(), reason="approved")
    if not approved(ruling.case, replace(voted, entry=signature.proposal)):
        return voted
    return _change(ruling, signature.ref, signature.proposal, "approved")


def dismiss(ruling: Ruling, signature: Signature, words: str) -> Signature:
    """The list stays as it is: one organizer's no to another wording is enough for that."""
    return ruling.record(signature.ref, Dismissed(), reason=words or "rejected")


def edit_listed(ruling: Ruling, signature: Signature, entry: Entry) -> Signature:
    """An organizer's own wording of what is listed: after the undo window, or when a second one agrees."""
    if approvals_needed(ruling.case, replace(signature, entry=entry)) == 1:
        return _change(ruling, signature.ref, entry, "edited")
    ruling.record(signature.ref, Proposed(entry), reason="edited")
    return ruling.record(signature.ref, Approved(), reason="edited")


def _change(ruling: Ruling, ref: str, entry: Entry, reason: str) -> Signature:
    effective_at = ruling.case.now + ruling.case.policy.undo_window
    return ruling.record(ref, Edited(entry=entry, effective_at=effective_at), reason=reason)
