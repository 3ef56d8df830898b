"""The events of a signature: what may happen to it, each with who, when, by which mail, and why.

Appended, never edited; `signature.evolve` tells what they amount to.
"""

from dataclasses import dataclass
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
    written: str = ""  # ISO date of a mail of the backlog, whose signer was never asked; "" for one that was answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Restated:
    """The same request in a mail that is proved: what an unproved one said of it, a forger's perhaps, is void."""

    contact: Contact
    entry: Entry
    words: str = ""
    evidence: str = ""
    flags: tuple[str, ...] = ()


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
    """The request counts as its address's own; `how` is "token", "challenge" or "authenticated", "policy"
    where the campaign asks for no proof, or "backlog" where organizers decide on what an old mail shows."""

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

    what: str  # note, asked, answered, undelivered, delayed, sent_again, joined, reminded, taken_back, organizers_…
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
    | Restated
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
