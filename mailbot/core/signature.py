"""The life of a signature: its states, the changes that move it, and `evolve`, which folds them.

A signature is the fold of its events and of nothing else. `TRANSITIONS` is code and documentation
at once: a change that it does not name for a state raises IllegalChangeError, so no state is reached by accident.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from mailbot.core.intents import Category


class Status(StrEnum):
    INCOMPLETE = "incomplete"
    AWAITING_SIGNER = "awaiting_signer"
    AWAITING_ORGANIZERS = "awaiting_organizers"
    LISTED = "listed"
    HELD = "held"
    DISPUTED = "disputed"
    WITHHELD = "withheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


ON_THE_DESK = frozenset({Status.AWAITING_ORGANIZERS, Status.DISPUTED})
"""States in which organizers have something to decide."""

PENDING = ON_THE_DESK | {Status.INCOMPLETE, Status.AWAITING_SIGNER, Status.HELD}
"""States in which a request is on its way."""

ACCEPTED = frozenset({Status.LISTED, Status.WITHHELD})
CLOSED = frozenset({Status.REJECTED, Status.WITHDRAWN, Status.EXPIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is printed of a signatory, and nothing that is not."""

    name: str
    category: Category = Category.ORGANIZATION
    alt_names: tuple[str, ...] = ()
    honorific: str = ""
    title: str = ""
    place: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The human behind a signature: never published."""

    address: str  # addr_spec; "" for an imported entry
    name: str = ""
    role: str = ""
    language: str = "en"


# -- the changes ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """Somebody asked to be added; without an entry the name is still to be told."""

    contact: Contact
    entry: Entry | None
    words: str = ""  # what the sender wrote, for the card
    evidence: str = ""  # Verdict, method and who vouches, for the card: "pass dkim example.org"
    flags: tuple[str, ...] = ()  # what the sender asked for beside it (intents.Flag)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Taken over from an existing list on the operator's own order."""

    entry: Entry
    contact: Contact = Contact(address="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The entry as it shall be printed from `effective_at` on."""

    entry: Entry
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The address is controlled by the one who asked; `how` is "token" or the evidence that did."""

    how: str


@dataclass(frozen=True, slots=True)
class Approved:
    """One organizer's yes; the signature is listed only by Listed, when policy has its approvals."""


@dataclass(frozen=True, slots=True)
class Refused:
    """One organizer's no; the signature is rejected only by Rejected."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """The signer of a listed entry asks for another wording; the list changes only by an organizer's yes."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Dismissed:
    """The proposed wording is not taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    effective_at: datetime  # end of the undo window: the page shows it from then on


@dataclass(frozen=True, slots=True)
class Withheld:
    """Accepted, counted, not shown by name."""


@dataclass(frozen=True, slots=True)
class Rejected:
    pass


@dataclass(frozen=True, slots=True)
class Disputed:
    """Two organizers want different things."""


@dataclass(frozen=True, slots=True)
class Held:
    until: str  # ISO date, "" for until further notice


@dataclass(frozen=True, slots=True)
class Returned:
    """A held card is back on the desk."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    pass


@dataclass(frozen=True, slots=True)
class Expired:
    pass


@dataclass(frozen=True, slots=True)
class Noted:
    """Something worth keeping that moves nothing: a note, a question asked, a letter that came back."""

    what: str  # note, asked, answered, undelivered, joined, reminded
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """Back to what was before the orders of the mail `of` (or the last one); carries that state whole."""

    status: Status
    entry: Entry | None
    approvals: tuple[str, ...]
    refusals: tuple[str, ...]
    effective_at: datetime | None
    proposal: Entry | None
    hold_until: str
    of: int


Change = (
    Requested
    | Imported
    | Edited
    | Confirmed
    | Approved
    | Refused
    | Proposed
    | Dismissed
    | Listed
    | Withheld
    | Rejected
    | Disputed
    | Held
    | Returned
    | Withdrawn
    | Expired
    | Noted
    | Undone
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change, with who made it, when, by which mail, and why. Appended, never edited."""

    ref: str
    at: datetime
    by: str  # addr_spec, or "mailbot" for what the schedule does, "operator" for the shell
    mail: int = 0  # the delivery that caused it; 0 for none
    reason: str  # a named reason, or an organizer's own words
    change: Change


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


def _applied(signature: Signature, event: Event) -> Signature:
    """What the change does beside moving the status."""
    match event.change:
        case Edited(entry=entry, effective_at=effective_at):
            return _edited(signature, entry, effective_at, event.at)
        case Confirmed():
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
            return replace(signature, proposal=entry)
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


def _edited(signature: Signature, entry: Entry, effective_at: datetime, at: datetime) -> Signature:
    """A new entry; a name that is still to be told is told by it, and what is listed stays as it is until then."""
    signature = replace(signature, proposal=None)
    status = signature.status
    if status is Status.INCOMPLETE:
        status = Status.AWAITING_ORGANIZERS if signature.confirmed else Status.AWAITING_SIGNER
    if status is not Status.LISTED:
        return replace(signature, status=status, entry=entry)
    visible = public_entry(signature, at)
    return replace(signature, entry=entry, shown=visible, effective_at=effective_at)


def public_entry(signature: Signature, now: datetime) -> Entry | None:
    """What the page shows of it at that moment, or None."""
    if signature.status is not Status.LISTED:
        return None
    waits = signature.effective_at is not None and signature.effective_at > now
    return signature.shown if waits else signature.entry

