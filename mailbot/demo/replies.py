"""Replies as a mail program writes them: threaded, with the letter quoted below."""

import email
import email.policy
from datetime import datetime
from email.message import EmailMessage, Message
from email.utils import format_datetime
from itertools import count

_numbers = count(1)


def read_letter(octets: bytes) -> Message:
    """A letter of the outbox, as a mail program reads it."""
    return email.message_from_bytes(octets, policy=email.policy.default)


def reply(letter: Message, sender: str, body: str, now: datetime) -> bytes:
    """The answer that `sender` writes above the quoted letter."""
    answer = EmailMessage()
    domain = sender.rpartition("@")[2].rstrip(">")
    answer["From"], answer["To"] = sender, str(letter["Reply-To"] or letter["From"])
    answer["Subject"] = "Re: " + " ".join(str(letter["Subject"]).split())
    answer["Date"] = format_datetime(now)
    answer["Message-ID"] = f"<demo.{next(_numbers)}.{now:%Y%m%d%H%M%S}@{domain}>"
    answer["In-Reply-To"] = str(letter["Message-ID"])
    answer["References"] = f"{letter['References'] or ''} {letter['Message-ID']}".strip()
    quoted = "\n".join("> " + line for line in text_of(letter).splitlines())
    answer.set_content(f"{body}\n\nOn {now:%a, %b %d, %Y at %H:%M}, {letter['From']} wrote:\n\n{quoted}\n")
    return answer.as_bytes(policy=email.policy.SMTP)


def text_of(letter: Message) -> str:
    """The plain text of a letter."""
    for part in letter.walk():
        if part.get_content_type() == "text/plain":
            octets = part.get_payload(decode=True)
            return octets.decode("utf-8") if isinstance(octets, bytes) else ""
    return ""


def cards_of(letter: Message) -> dict[str, int]:
    """The cards of a digest: reference → number."""
    numbered = (one.strip().partition("=") for one in str(letter["X-Mailbot-Refs"] or "").split(","))
    return {ref: int(number) for number, _, ref in numbered if ref}
