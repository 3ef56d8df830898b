"""What `decide` is told (Case) and what it answers (Decision), as plain values."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from mailbot.core.commands import HelpRow
from mailbot.core.events import Entry, Event
from mailbot.core.health import Health
from mailbot.core.message import Evidence, Message
from mailbot.core.roster import Roster
from mailbot.core.signature import Signature
from mailbot.core.tokens import Capability, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """rules/policy.toml: the numbers that policy turns on."""

    confidence_floor: float  # below it a name is asked for, not printed
    name_floor: float  # likelihood from which on a name is taken to be meant, weighed as labelled mail has taught
    rule_floor: float  # how sure the rules must be of a name that what was learnt does not tell to be meant
    sign_floor: float  # likelihood below which the bot asks whether somebody wants to sign
    rule_weight: float  # how many times likelier a kind is that a phrase of the rules speaks for
    letters_to_stranger_a_day: int  # automatic letters to one address that has not confirmed, in 24 hours
    letters_to_stranger_a_month: int  # the same in 30 days, reminders among them
    letters_to_anyone_a_day: int  # the same to one that has
    letters_to_organizer_an_hour: int  # answers to their orders; and as many about the desk
    mails_passed_on_an_hour: int  # mails for people to read, passed on one by one to one organizer
    challenges_an_hour: int  # questions to one organizer whether they sent these orders
    same_letter_a_month: int  # how often one thing is said or asked again
    letters_a_thread: int  # automatic letters in one thread to an address that has not confirmed
    letters_to_domain_an_hour: int  # to all addresses of one domain that have not confirmed
    open_requests_an_address: int  # requests in one address's name that it has not confirmed; more are not opened
    name_length: int  # the longest plausible name, in characters
    signatories_a_mail: int
    orders_a_mail: int  # "all" is one, however many cards it sweeps
    card_lines: int  # lines of the sender's words on a card before it is folded
    digest_cards: int  # cards in one digest
    digest_news: int  # lines of each kind of news in one digest
    token_days: int  # how long a capability lives
    burst_an_hour: int  # requests from one domain above which they want a second look
    free_mail: tuple[str, ...]  # domains where anybody gets an address
    well_known: tuple[str, ...]  # names that a forger would choose


class SecondApproval(StrEnum):
    """What `[policy] second_approval_for` may name (see core.second_approval)."""

    OFFICE = "office"  # a person with an office or title
    WELL_KNOWN = "well-known"  # a name of rules/policy.toml's list
    FREE_MAIL_INSTITUTION = "free-mail-institution"  # an organization that writes from a free-mail address
    LOOK_ALIKE = "look-alike"  # somebody might take it for a listed name
    BURST = "burst"  # more than so many requests in an hour from one domain


class SignerConfirmation(StrEnum):
    ALWAYS = "always"
    UNLESS_AUTHENTICATED = "unless-authenticated"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the organizers have settled for their campaign."""

    signer_confirmation: SignerConfirmation
    approvals: int
    second_approval_for: tuple[SecondApproval, ...]
    undo_window: timedelta
    cards_each: bool  # cards at once, else in a digest
    timezone: tzinfo  # of the desk
    thresholds: Thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Organizer:
    name: str
    address: str  # addr_spec
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A letter of ours that a mail answers, found by its Message-ID or token; finding it proves nothing."""

    id: str
    template: str
    recipient: str
    about: str
    refs: tuple[str, ...]  # its cards, numbered from 1, or the signatures that it speaks of
    at: datetime  # when it was written
    mail: int  # the delivery that it answered
    mail_author: str  # addr_spec of that delivery's author
    mail_message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """What may be asked of the roll of all signatures while deciding."""

    get: Callable[[str], Signature | None]
    by_address: Callable[[str], tuple[Signature, ...]]
    by_key: Callable[[str], tuple[Signature, ...]]
    alike: Callable[[Entry], tuple[tuple[Signature, str], ...]]  # with the reason, as names.look_alikes gives it
    desk: Callable[[], tuple[Signature, ...]]  # what waits for organizers, in order of arrival
    roster: Callable[[], Roster]  # what the page shows now
    search: Callable[[str], tuple[Signature, ...]]
    counts: Callable[[], Mapping[str, int]]
    history: Callable[[str], tuple[Event, ...]]
    requests_from: Callable[[str, datetime, datetime], int]  # how many from a domain between two moments
    open_requests: Callable[[str], int]  # how many requests wait for that address to confirm them
    touched: Callable[[int], tuple[str, ...]]  # references that one mail changed
    last_ordered: Callable[[str], int]  # the last mail by which an address decided anything, 0 for none
    shown: Callable[[str, str], datetime | None]  # when a signature was last shown to an organizer's address
    state: Callable[[str], str]  # what the campaign remembers under a key, "" where nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that `decide` is told beside the intent."""

    now: datetime
    mail: int  # number of the delivery
    message: Message
    evidence: Evidence
    policy: Policy
    organizers: tuple[Organizer, ...]
    former: tuple[Organizer, ...] = ()  # who were organizers once
    organizer: Organizer | None  # whose listed address the author has; alone it proves nothing
    answered: Answered | None
    capability: Capability | Refusal | None  # what the token in the mail is worth to its author
    challenge_answered: bool = False  # the mail is an earlier one, owned by YES from the registered address
    roll: Roll
    fresh_refs: Iterator[str]
    fold: Callable[[str], str]
    help_rows: Callable[[str], tuple[HelpRow, ...]]  # by language
    examine: Callable[[], tuple[tuple[bool, str], ...]]  # each part: is it well, and a sentence
    health: Callable[[], Health]

    @property
    def author(self) -> str:
        """The author's addr_spec, or "" where there is not exactly one."""
        return self.message.author.addr_spec if self.message.author else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A capability to put into a letter: what its recipient may do by replying; its object is the letter."""

    actions: str  # a word of tokens.ACTIONS


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
    answerable: bool = True  # whether an answer may be passed on to whoever wrote the mail that it is about
    lane: int = 1  # 0 confirmations and receipts, 1 cards and information, 2 digests; -1 what says that these are late
    not_before: datetime | None = None  # for news that waits out the undo window
    receipt: bool = False  # tells the signer of `about` their line as it is listed, with a code to find it by
    gather: bool = False  # told in the organizer's next digest, not by a letter of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is granted: events to append, letters to send, news to take back, with the named reason why."""

    reason: str
    keep_mail: bool = True  # whether the mail itself is kept; one of a flood is known again without it
    events: tuple[Event, ...] = ()
    letters: tuple[Letter, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)  # what the campaign shall remember
    cancel_news: tuple[str, ...] = ()  # references whose unsent listed/not_listed letters are no longer true
