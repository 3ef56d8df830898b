"""The life of a signature: its states, the changes that move it, and `evolve`, which folds them.

A signature is the fold of its events and of nothing else. `TRANSITIONS` is code and documentation
at once: a change that it does not name for a state raises IllegalChange, so no state is reached by accident.
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
    evidence: str = ""  # a Verdict and who vouches, for the card: "pass example.org"


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

    what: str  # note, asked, answered, undelivered, joined
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """Back to what was before the orders of the mail `of` (or the last one); carries that state whole."""

    status: Status
    entry: Entry | None
    approvals: tuple[str, ...]
    effective_at: datetime
    of: int


Change = (
    Requested
    | Imported
    | Edited
    | Confirmed
    | Approved
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
    effective_at: datetime | None = None  # from when on `entry` is what the page shows
    shown: Entry | None = None  # what the page shows until `effective_at`
    hold_until: str = ""
    words: str = ""
    evidence: str = ""
    waiting_since: datetime | None = None  # when it came onto the desk


class IllegalChange(Exception):
    """A change that the state of the signature does not allow."""


_ANY = frozenset(Status)
_OPEN = _ANY - {Status.WITHDRAWN}

TRANSITIONS: dict[type[Change], tuple[frozenset[Status], Status | None]] = {
    # change: (states it may leave, state it leads to; None = stays where it is)
    Edited: (_OPEN, None),
    Confirmed: (frozenset({Status.AWAITING_SIGNER, Status.INCOMPLETE, Status.EXPIRED}), Status.AWAITING_ORGANIZERS),
    Approved: (_OPEN, None),
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
    """The signature after `event`. Raises IllegalChange where the state does not allow it."""
    change = event.change
    if signature is None:
        return _opened(event)
    leave, to = TRANSITIONS.get(type(change), (frozenset(), None))
    if signature.status not in leave:
        raise IllegalChange(f"{event.ref}: {type(change).__name__} does not follow {signature.status}")
    moved = replace(signature, status=to or signature.status, changed_at=event.at)
    return replace(_applied(moved, event), waiting_since=_waiting_since(signature, moved.status, change, event.at))


def fold(events: Iterable[Event]) -> Signature | None:
    """The signature that the events of one reference amount to; None for no events."""
    signature = None
    for event in events:
        signature = evolve(signature, event)
    return signature


def _opened(event: Event) -> Signature:
    match event.change:
        case Requested(contact=contact, entry=entry, words=words, evidence=evidence):
            status = Status.INCOMPLETE if entry is None else Status.AWAITING_SIGNER
            return Signature(
                ref=event.ref,
                status=status,
                entry=entry,
                contact=contact,
                opened_at=event.at,
                changed_at=event.at,
                words=words,
                evidence=evidence,
            )
        case Imported(entry=entry, contact=contact):
            return Signature(
                ref=event.ref,
                status=Status.LISTED,
                entry=entry,
                contact=contact,
                opened_at=event.at,
                changed_at=event.at,
                effective_at=event.at,
            )
        case other:
            raise IllegalChange(f"{event.ref}: {type(other).__name__} comes before any request")


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
            return replace(signature, approvals=(*signature.approvals, event.by))
        case Listed(effective_at=effective_at):
            return replace(signature, effective_at=effective_at, shown=None)
        case Rejected() | Withdrawn() | Expired() | Withheld() | Disputed():
            return replace(signature, shown=None, effective_at=None)
        case Held(until=until):
            return replace(signature, hold_until=until, shown=None, effective_at=None)
        case Returned():
            return replace(signature, hold_until="")
        case Undone() as undone:
            return replace(
                signature,
                status=undone.status,
                entry=undone.entry,
                approvals=undone.approvals,
                effective_at=undone.effective_at if undone.status is Status.LISTED else None,
                shown=None,
            )
        case Noted() | Requested() | Imported():
            return signature


def _edited(signature: Signature, entry: Entry, effective_at: datetime, at: datetime) -> Signature:
    """A new entry; a name that is still to be told is told by it, and what is listed stays as it is until then."""
    status = signature.status
    if status is Status.INCOMPLETE:
        status = Status.AWAITING_ORGANIZERS if signature.confirmed else Status.AWAITING_SIGNER
    if status is not Status.LISTED:
        return replace(signature, status=status, entry=entry)
    visible = public_entry(signature, at)
    return replace(signature, entry=entry, shown=visible, effective_at=effective_at)


def public_entry(signature: Signature, now: datetime) -> Entry | None:
    """What the page shows of it at that moment, or None."""
    if signature.status is not Status.LISTED or signature.effective_at is None:
        return None
    return signature.entry if signature.effective_at <= now else signature.shown


def _waiting_since(before: Signature, status: Status, change: Change, at: datetime) -> datetime | None:
    """Since when it lies on the desk, for the order of arrival; kept while it stays there."""
    if isinstance(change, Undone):
        status = change.status
    if status not in ON_THE_DESK:
        return None
    return before.waiting_since or at
