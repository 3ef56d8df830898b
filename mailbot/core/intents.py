"""What a mail asks for: one class a kind, each with its proof and the name of the rule that saw it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar


class Category(StrEnum):
    ORGANIZATION = "organization"
    PERSON = "person"


class Flag(StrEnum):
    QUESTION = "question"
    NO_PUBLISH_CONTACT = "no_publish_contact"


@dataclass(frozen=True, slots=True)
class Span:
    """The stretch of a mail that proves a field: its text, where it stands, the rule that found it.

    `where` is a place ("own_words", "signature", "subject", "from", "forward", "quote",
    "attachment list.csv") followed by ":start-end" where offsets in that place's text are known.
    """

    text: str
    where: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """One name that a mail speaks of; every field that is set has its Span in `evidence`."""

    name: str
    category: Category = Category.ORGANIZATION
    alt_names: tuple[str, ...] = ()
    honorific: str = ""
    title: str = ""
    contact_name: str = ""
    contact_role: str = ""
    place: str = ""
    website: str = ""
    was: str = ""
    confidence: float = 1.0
    evidence: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What every intent says of the mail it was read from."""

    language: str  # BCP 47 tag of the author's own words: en, fr, zh-Hant, zh-Hans
    own_words: str
    reason: str  # the rule that decided, a word for `explain` and the log
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign(_Read):
    kind: ClassVar[str] = "sign"
    signatories: tuple[Signatory, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incomplete(_Read):
    """Wants to sign; no name can be told."""

    kind: ClassVar[str] = "incomplete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(_Read):
    kind: ClassVar[str] = "withdraw"
    signatories: tuple[Signatory, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct(_Read):
    """A changed entry; in answer to an echo card, the line as it should be printed."""

    kind: ClassVar[str] = "correct"
    signatories: tuple[Signatory, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Human(_Read):
    """A person whom organizers should read."""

    kind: ClassVar[str] = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Automatic(_Read):
    """A machine answering; `reason` tells by what it was known."""

    kind: ClassVar[str] = "auto_reply"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """A delivery status notification (RFC 3464), as far as it could be read."""

    action: str = "failed"  # failed, delayed, delivered, relayed, expanded
    status: str = ""  # enhanced status code (RFC 3463), "5.1.1"
    recipient: str = ""  # addr_spec that could not be reached
    returned_message_id: str = ""  # Message-ID of the letter that came back
    envelope_id: str = ""  # what we called the envelope (RFC 3461, 4.4)
    diagnostic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered(_Read):
    kind: ClassVar[str] = "bounce"
    report: DeliveryReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Junk(_Read):
    kind: ClassVar[str] = "junk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(_Read):
    """YES, in answer to one of our letters."""

    kind: ClassVar[str] = "confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline(_Read):
    """NO, in answer to one of our letters."""

    kind: ClassVar[str] = "decline"


class Verb(StrEnum):
    """What an organizer can order; the words for each stand in rules/languages/."""

    APPROVE = "approve"
    REJECT = "reject"
    EDIT = "edit"
    HOLD = "hold"
    ASK = "ask"
    MERGE = "merge"
    WITHHOLD = "withhold"
    UNDO = "undo"
    NOTE = "note"
    LIST = "list"
    FIND = "find"
    SHOW = "show"
    STATS = "stats"
    HELP = "help"
    PUBLISH = "publish"
    PAUSE = "pause"
    RESUME = "resume"
    DOCTOR = "doctor"
    PANIC = "panic"
    ADD_ORGANIZER = "add_organizer"
    REMOVE_ORGANIZER = "remove_organizer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One verb on one card, or one that stands alone (`ref` is then "").

    `ref` is a public reference in canonical capitals; whether it exists is for the desk to say.
    """

    verb: Verb
    ref: str = ""
    text: str = ""  # reason, note, question, search words, or the reference to merge into
    field: str = ""  # edit: name, place, title, honorific, website, category
    value: str = ""
    until: str = ""  # hold: an ISO date
    line: str  # as typed, for the receipt


@dataclass(frozen=True, slots=True)
class Unclear:
    """A line that was not understood or cannot be done; answered, never acted on. `why` is a named reason."""

    line: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruct(_Read):
    """An organizer's mail: orders to carry out and lines to answer. Both may be empty."""

    kind: ClassVar[str] = "command"
    orders: tuple[Order, ...] = ()
    unclear: tuple[Unclear, ...] = ()


Intent = Sign | Incomplete | Withdraw | Correct | Human | Automatic | Undelivered | Junk | Confirm | Decline | Instruct


class Standing(StrEnum):
    """To whom we are talking, as far as the worker could prove it before reading."""

    STRANGER = "stranger"
    SIGNER = "signer"  # answers a letter of ours about one signature
    ORGANIZER = "organizer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known before reading: the author's standing and, for organizers, the cards of the letter answered."""

    standing: Standing = Standing.STRANGER
    cards: Mapping[int, str] = field(default_factory=dict)  # number in that card or digest → reference
    today: str = ""  # ISO date at the desk, for "until Monday"
    own_addresses: frozenset[str] = frozenset()  # our addr_specs, in lower case
