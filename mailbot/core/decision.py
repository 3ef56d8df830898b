"""What `decide` is told (Case) and what it answers (Decision), as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mailbot.core.signature import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """rules/policy.toml: the numbers that policy turns on."""

    confidence_floor: float  # below it a name is asked for, not printed
    letters_to_stranger_a_day: int  # automatic letters to one address that has not confirmed, in 24 hours
    letters_to_anyone_a_day: int
    letters_a_thread: int  # automatic letters in one thread to an address that has not confirmed
    letters_to_domain_an_hour: int
    name_length: int  # the longest plausible name, in characters
    orders_a_mail: int
    token_days: int  # how long a capability lives


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A capability to put into a letter: what its recipient may do by replying (see tokens)."""

    actions: str  # "signer" or "organizer" or "challenge"
    object: str  # a reference, or the id of a letter or mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter to be written: named for what it says; rendered by writing.letters.

    `facts` is what the template may print; every value is data, never markup.
    """

    template: str
    to: str  # addr_spec
    language: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    grant: Grant | None = None
    refs: tuple[str, ...] = ()  # X-Mailbot-Refs: the cards, numbered from 1
    subject: str = ""  # the subject answered to, for threading; "" for a new thread
    in_reply_to: str = ""  # Message-ID answered to
    references: tuple[str, ...] = ()
    about: str = ""  # reference of the signature concerned
    lane: int = 1  # 0 confirmations and receipts, 1 cards and information, 2 digests


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is granted: events to append and letters to send, with the named reason why."""

    reason: str
    events: tuple[Event, ...] = ()
    letters: tuple[Letter, ...] = ()
    at: datetime | None = None
