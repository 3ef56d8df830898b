"""What a mail says once its octets are read: the vocabulary between reading and deciding.

Every string here came from a stranger. Header values are already free of CR, LF, NUL and other
control characters; nothing else about them may be trusted.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox (RFC 5322, 3.4): the addr_spec has its domain in lower case, the local part as written."""

    display_name: str
    addr_spec: str

    @property
    def domain(self) -> str:
        return self.addr_spec.rpartition("@")[2]

    @property
    def key(self) -> str:
        """The form that two spellings of one mailbox share: everything in lower case."""
        return self.addr_spec.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A part that is not the text of the mail: never executed, never fetched from elsewhere."""

    filename: str
    content_type: str
    octets: bytes
    charset: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One mail, read. `text` is what the author sees as plain text, `html` the HTML alternative.

    Either may be empty. Neither holds text of an attached message. `message_id`, `in_reply_to` and
    `references` stand without angle brackets.
    """

    digest: str  # SHA-256 of the octets, hexadecimal
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    authors: tuple[Address, ...] = ()  # every mailbox of every From field, in order
    from_fields: int = 0
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()  # To and Cc
    delivered_to: tuple[str, ...] = ()  # Delivered-To, X-Original-To: where plus-addresses survive
    reverse_path: str | None = None  # Return-Path: None where absent, "" where null (RFC 5321, 4.5.5)
    subject: str = ""
    date: datetime | None = None
    fields: tuple[tuple[str, str], ...] = ()  # every header field in order: name in lower case, value unfolded
    content_type: str = "text/plain"  # of the whole mail
    text: str = ""
    text_flowed: bool = False  # format=flowed (RFC 3676); `text` is already unflowed
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    delivery_status: str = ""  # the message/delivery-status part (RFC 3464), as text
    returned_fields: str = ""  # header of a returned or attached message, as text
    attached_messages: int = 0
    defects: tuple[str, ...] = ()  # what had to be mended or cut to read it, in words

    @property
    def author(self) -> Address | None:
        """The one who wrote it: only where there is exactly one From field with exactly one mailbox."""
        return self.authors[0] if self.from_fields == 1 and len(self.authors) == 1 else None

    @property
    def thread(self) -> str:
        """What the budget knows its thread by: the first Message-ID that it refers to, else its own."""
        return (*self.references, *self.in_reply_to, self.message_id)[0]

    def field(self, name: str) -> str | None:
        """The first header field of that name, or None."""
        wanted = name.casefold()
        for key, value in self.fields:
            if key == wanted:
                return value
        return None

    def all_fields(self, name: str) -> tuple[str, ...]:
        """Every header field of that name, topmost first."""
        wanted = name.casefold()
        return tuple(value for key, value in self.fields if key == wanted)


class Verdict(StrEnum):
    """What authentication says of the From domain."""

    PASS = "pass"  # noqa: S105 - an aligned DKIM or DMARC pass
    FAIL = "fail"  # an explicit DMARC failure
    NONE = "none"  # nothing that proves or disproves it


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What can be proved of who wrote a mail; `NONE` unless proved (fail closed).

    `method` names what decided ("dkim", "dmarc", "spf"), `source` who checked it ("own" for our own
    DKIM verification, else the authserv-id), `domain` the aligned domain that vouches. SPF alone proves nothing:
    it speaks for a server that many may share, not for an author; organizers are told of it.
    """

    verdict: Verdict = Verdict.NONE
    method: str = ""
    source: str = ""
    domain: str = ""
    reason: str = "no_evidence"
