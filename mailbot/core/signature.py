"""The life of a signature: its states, and `evolve`, which folds its events.

A signature is the fold of its events and of nothing else. `TRANSITIONS` is code and documentation
at once: a change that it does not name for a state raises IllegalChangeError, so no state is reached by accident.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from mailbot.core.events import (
    Approved,
    Change,
    Confirmed,
    Contact,
    Dismissed,
    Disputed,
    Edited,
    Entry,
    Event,
    Expired,
    Held,
    Imported,
    Listed,
    Noted,
    Proposed,
    Refused,
    Rejected,
    Requested,
    Returned,
    Status,
    Undone,
    Withdrawn,
    Withheld,
)

ON_THE_DESK = frozenset({Status.AWAITING_ORGANIZERS, Status.DISPUTED})
"""States in which organizers have something to decide."""

PENDING = ON_THE_DESK | {Status.INCOMPLETE, Status.AWAITING_SIGNER, Status.HELD}
"""States in which a request is on its way."""

ACCEPTED = frozenset({Status.LISTED, Status.WITHHELD})
CLOSED = frozenset({Status.REJECTED, Status.WITHDRAWN, Status.EXPIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What the events of one reference amount to."""

    ref: str
    status: Status
    entry: Entry | None
    contact: Contact
    opened_at: datetime
    changed_at: datetime
    confirmed: bool = False
    proved_by: str = ""  # "token", "challenge" or "authenticated"; "" where its address was never proved
    approvals: tuple[str, ...] = ()  # addr_specs of the organizers whose yes stands
    refusals: tuple[str, ...] = ()  # and of those whose no stands
    decided_by: str = ""  # who last listed, rejected, withheld or held it
    decided_at: datetime | None = None
    proposal: Entry | None = None  # another wording that its signer asked for
    undeliverable: bool = False  # a letter to the contact came back for good
    reminded: bool = False  # the signer was asked a second time
    effective_at: datetime | None = None  # from when on `entry` is what the page shows; None for always
    shown: Entry | None = None  # what the page shows until `effective_at`
    hold_until: str = ""
    reworded_at: datetime | None = None  # when its signer last asked for another wording
    words: str = ""
    evidence: str = ""
    flags: tuple[str, ...] = ()
    waiting_since: datetime | None = None  # when it came onto the desk


class IllegalChangeError(Exception):
    """A change that the state of the signature does not allow."""


_ANY = frozenset(Status)
_OPEN = _ANY - {Status.WITHDRAWN}

TRANSITIONS: dict[type[Change], tuple[frozenset[Status], Status | None]] = {
    # change: (states it may leave, state it leads to; None = stays where it is)
    Edited: (_OPEN, None),
    Confirmed: (frozenset({Status.AWAITING_SIGNER, Status.INCOMPLETE, Status.EXPIRED}), Status.AWAITING_ORGANIZERS),
    Approved: (_OPEN, None),
    Refused: (_OPEN, None),
    Proposed: (ACCEPTED, None),
    Dismissed: (ACCEPTED, None),
    Listed: (_OPEN, Status.LISTED),
    Withheld: (_OPEN, Status.WITHHELD),
    Rejected: (_OPEN, Status.REJECTED),
    Disputed: (_OPEN, Status.DISPUTED),
    Held: (_OPEN, Status.HELD),
    Returned: (frozenset({Status.HELD}), Status.AWAITING_ORGANIZERS),
    Withdrawn: (_ANY, Status.WITHDRAWN),
    Expired: (frozenset({Status.AWAITING_SIGNER, Status.INCOMPLETE}), Status.EXPIRED),
    Noted: (_ANY, None),
    Undone: (_ANY - {Status.WITHDRAWN}, None),
}


def evolve(signature: Signature | None, event: Event) -> Signature:
    """The signature after `event`. Raises IllegalChangeError where the state does not allow it."""
    change = event.change
    if signature is None:
        return _opened(event)
    leave, to = TRANSITIONS.get(type(change), (frozenset(), None))
    if signature.status not in leave:
        raise IllegalChangeError(f"{event.ref}: {type(change).__name__} does not follow {signature.status}")
    after = _applied(replace(signature, status=to or signature.status, changed_at=event.at), event)
    waits = after.status in ON_THE_DESK or after.proposal is not None
    waiting_since = (signature.waiting_since or event.at) if waits else None
    return replace(after, waiting_since=waiting_since)


def fold(events: Iterable[Event]) -> Signature | None:
    """The signature that the events of one reference amount to; None for no events."""
    signature = None
    for event in events:
        signature = evolve(signature, event)
    return signature


def _opened(event: Event) -> Signature:
    match event.change:
        case Requested(contact=contact, entry=entry) as requested:
            status = Status.INCOMPLETE if entry is None else Status.AWAITING_SIGNER
            return Signature(
                ref=event.ref,
                status=status,
                entry=entry,
                contact=contact,
                opened_at=event.at,
                changed_at=event.at,
                words=requested.words,
                evidence=requested.evidence,
                flags=requested.flags,
            )
        case Imported(entry=entry, contact=contact):
            return Signature(
                ref=event.ref,
                status=Status.LISTED,
                entry=entry,
                contact=contact,
                opened_at=event.at,
                changed_at=event.at,
            )
        case other:
            raise IllegalChangeError(f"{event.ref}: {type(other).__name__} comes before any request")


def _applied(signature: Signature, event: Event) -> Signature:  # noqa: C901 - one line a change
    """What the change does beside moving the status."""
    match event.change:
        case Edited(entry=entry, effective_at=effective_at):
            after = _edited(signature, entry, effective_at, event.at)
            return replace(after, reworded_at=_reworded_at(signature, event))
        case Confirmed(how=how):
            signature = replace(signature, proved_by=signature.proved_by if how == "policy" else how)
            # A confirmed address with no name yet still has to tell it.
            status = signature.status if signature.entry else Status.INCOMPLETE
            return replace(signature, status=status, confirmed=True)
        case Approved():
            return _voted(signature, event.by, yes=True)
        case Refused():
            return _voted(signature, event.by, yes=False)
        case Listed(effective_at=effective_at):
            return replace(_decided(signature, event), effective_at=effective_at)
        case Rejected() | Withheld() | Withdrawn() | Expired() | Disputed():
            return _decided(signature, event)
        case Held(until=until):
            return replace(_decided(signature, event), hold_until=until)
        case Returned():
            return replace(signature, hold_until="")
        case Proposed(entry=entry):
            # The votes so far were on the wording that is listed.
            return replace(
                signature, proposal=entry, approvals=(), refusals=(), reworded_at=_reworded_at(signature, event)
            )
        case Dismissed():
            return replace(signature, proposal=None)
        case Noted(what=what):
            return replace(
                signature,
                undeliverable=signature.undeliverable or what == "undelivered",
                reminded=signature.reminded or what == "reminded",
            )
        case Undone() as undone:
            return _undone(signature, undone)
        case Requested() | Imported():
            return signature  # not reached: the table lets neither follow anything


def _voted(signature: Signature, voter: str, *, yes: bool) -> Signature:
    """The votes with this one counted; a voter's earlier vote gives way to it."""
    approvals = tuple(a for a in signature.approvals if a != voter)
    refusals = tuple(a for a in signature.refusals if a != voter)
    return replace(
        signature,
        approvals=(*approvals, voter) if yes else approvals,
        refusals=refusals if yes else (*refusals, voter),
    )


def _decided(signature: Signature, event: Event) -> Signature:
    return replace(
        signature, decided_by=event.by, decided_at=event.at, shown=None, effective_at=None, proposal=None, hold_until=""
    )


def _undone(signature: Signature, undone: Undone) -> Signature:
    return replace(
        signature,
        status=undone.status,
        entry=undone.entry,
        approvals=undone.approvals,
        refusals=undone.refusals,
        effective_at=undone.effective_at if undone.status is Status.LISTED else None,
        shown=None,
        proposal=undone.proposal,
        hold_until=undone.hold_until,
    )


def _reworded_at(signature: Signature, event: Event) -> datetime | None:
    """An organizer knows what they wrote themselves; what the signer wrote, organizers have yet to be shown."""
    own = event.by.casefold() == signature.contact.address.casefold()
    return event.at if own else signature.reworded_at


def _edited(signature: Signature, entry: Entry, effective_at: datetime, at: datetime) -> Signature:
    """A new entry; a name that is still to be told is told by it, and what is listed stays as it is until then."""
    signature = replace(signature, proposal=None)
    status = signature.status
    if status is Status.INCOMPLETE:
        status = Status.AWAITING_ORGANIZERS if signature.confirmed else Status.AWAITING_SIGNER
    if status is not Status.LISTED:
        # A yes was to the words that it was said to; a no stands.
        approvals = signature.approvals if entry == signature.entry else ()
        return replace(signature, status=status, entry=entry, approvals=approvals)
    visible = public_entry(signature, at)
    return replace(signature, entry=entry, shown=visible, effective_at=effective_at)


def public_entry(signature: Signature, now: datetime) -> Entry | None:
    """What the page shows of it at that moment, or None."""
    if signature.status is not Status.LISTED:
        return None
    waits = signature.effective_at is not None and signature.effective_at > now
    return signature.shown if waits else signature.entry
