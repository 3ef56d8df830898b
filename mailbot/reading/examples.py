"""The examples that stand in a language file: what somebody writes, and how it must and must not be read."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a mail can be read as, as `mailbot explain` names it."""

    SIGN = "sign"
    INCOMPLETE = "incomplete"
    WITHDRAW = "withdraw"
    CORRECT = "correct"
    OTHER = "other"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    JUNK = "junk"
    CONFIRM = "confirm"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailExample:
    """A mail, or an answer to one of our letters. Of `kind`, `never` and the names, what is left out is not asked."""

    says: str
    subject: str = ""
    author: str = ""  # "Ruth Penner <ruth@tamarack.example>"; nobody in particular where empty
    kind: Kind | None = None
    names: tuple[str, ...] = ()  # all that are read, in any order
    never: tuple[Kind, ...] = ()
    never_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderExample:
    """What an organizer answers to a digest of six cards, on Saturday, 9 January 2021.

    `orders` are all that it orders, none where it must order nothing: "approve 1", "edit 4 name: Corner Bookshop",
    "hold 3 until 2021-01-15", "merge 2 into K7Q4", "undo".
    """

    says: str
    orders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteExample:
    """A mail with what of it is its author's own; where `signature` is empty, it is not looked at."""

    says: str
    own: str
    signature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """The section [examples] of a language file; `mailbot rules test` reads them all."""

    mails: tuple[MailExample, ...] = ()  # from somebody unknown
    answers: tuple[MailExample, ...] = ()  # from a signer, to "this is how you will be listed"
    orders: tuple[OrderExample, ...] = ()
    quotes: tuple[QuoteExample, ...] = ()
