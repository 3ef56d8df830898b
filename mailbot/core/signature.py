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
    Restated,
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
UNPROVED = frozenset({"policy", "backlog"})
"""How a request may count as confirmed though nothing proves its address."""

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
    reminded: bool = False  # the signer was asked a second time, or is not to be
    effective_at: datetime | None = None  # from when on `entry` is what the page shows; None for always
    shown: Entry | None = None  # what the page shows until `effective_at`
    hold_until: str = ""
    reworded_at: datetime | None = None  # when its signer last asked for another wording
    words: str = ""
    evidence: str = ""
    flags: tuple[str, ...] = ()
    written: str = ""  # ISO date of the mail, where it is one of the backlog that nobody has answered
    waiting_since: datetime | None = None  # when it came onto the desk
    nudges: int = 0  # 1: organizers were reminded of it; 2: all of them were told that it waits too long
    joined: tuple[str, ...] = ()  # others who asked for the same, the first few
    remarks: tuple[tuple[str, str], ...] = ()  # ("asked" | "answered" | "note", text), the last few


class IllegalChangeError(Exception):
    """A change that the state of the signature does not allow."""


_ANY = frozenset(Status)
_OPEN = _ANY - {Status.WITHDRAWN}

TRANSITIONS: dict[type[Change], tuple[frozenset[Status], Status | None]] = {
    # change: (states it may leave, state it leads to; None = stays where it is)
    Restated: (frozenset({Status.AWAITING_SIGNER, Status.INCOMPLETE}), Status.AWAITING_SIGNER),
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
    return replace(after, waiting_since=waiting_since, nudges=after.nudges if waits else 0)


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
                written=requested.written,
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
            return replace(after, reworded_at=_reworded_at(signature, event, entry))
        case Restated() as said:
            return replace(
                signature,
                contact=said.contact,
                entry=said.entry,
                words=said.words,
                evidence=said.evidence,
                flags=said.flags,
                reworded_at=_reworded_at(signature, event, said.entry),
            )
        case Confirmed(how=how):
            signature = replace(signature, proved_by=signature.proved_by if how in UNPROVED else how)
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
            reworded_at = _reworded_at(signature, event, entry)
            return replace(signature, proposal=entry, approvals=(), refusals=(), reworded_at=reworded_at)
        case Dismissed():
            return replace(signature, proposal=None)
        case Noted(what=what, text=text):
            return _noted(signature, what, text)
        case Undone() as undone:
            return _undone(signature, undone)
        case Requested() | Imported():
            return signature  # not reached: the table lets neither follow anything


_MOST_JOINED = 5
_MOST_REMARKS = 6
_LONGEST_REMARK = 500  # characters


def _noted(signature: Signature, what: str, text: str) -> Signature:
    """The few notes that a card shows; whatever else is noted stands in the history alone."""
    match what:
        case "undelivered":
            return replace(signature, undeliverable=True)
        case "reminded" | "taken_back":
            return replace(signature, reminded=True)
        case "organizers_reminded" | "organizers_alerted":
            return replace(signature, nudges=1 if what == "organizers_reminded" else 2)
        case "joined" if text not in signature.joined and len(signature.joined) < _MOST_JOINED:
            return replace(signature, joined=(*signature.joined, text))
        case "asked" | "note":
            return _remarked(signature, what, text)
        case "answered" if any(said == "asked" for said, _ in signature.remarks):
            return _remarked(signature, what, text)
        case _:
            return signature


def _remarked(signature: Signature, what: str, text: str) -> Signature:
    remark = (what, " ".join(text.split())[:_LONGEST_REMARK])
    return replace(signature, remarks=(*signature.remarks, remark)[-_MOST_REMARKS:])


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


def _reworded_at(signature: Signature, event: Event, entry: Entry) -> datetime | None:
    """An organizer knows what they wrote themselves; what the signer wrote, organizers have yet to be shown.

    The same words said again are no rewording: whoever saw them saw what stands.
    """
    own = event.by.casefold() == signature.contact.address.casefold()
    return event.at if own and entry != (signature.proposal or signature.entry) else signature.reworded_at


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
