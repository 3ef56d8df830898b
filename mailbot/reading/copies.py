"""By what a mail is known again that comes by another way, or is sent again by somebody who got hold of it."""

import hashlib
import re

from mailbot.core.message import Message

_MOST_SIGNATURES = 5
_SEAL = re.compile(r"(?:^|;)\s*b\s*=([^;]*)")


def marks(message: Message) -> tuple[str, ...]:
    """Marks, of 40 hexadecimal digits each, of which every copy of the mail bears one; never raises.

    One is the mail's Message-ID with its text. The others are its DKIM signatures: who sends a signed mail
    again may change or drop whatever was not signed, the Message-ID among it, but loses the evidence
    with the signature (RFC 6376, 8.6). No two mails that their author sent have one in common.

    A mark is the author's: a mail in another name cannot bear it, and one without a single author has none.
    """
    author = message.author
    if author is None:
        return ()
    fields = message.all_fields("DKIM-Signature")[:_MOST_SIGNATURES]
    seals = ["".join(seal[1].split()) for field in fields if (seal := _SEAL.search(field))]
    found = [_mark("dkim", author.key, value) for value in seals if value]
    if message.message_id:
        found.append(_mark("text", author.key, message.message_id, message.subject, message.text, message.html))
    return tuple(found)


def _mark(*parts: str) -> str:
    """Each part goes in with its length before it, so that no two lists of parts read the same."""
    digest = hashlib.sha256()
    for part in parts:
        octets = part.encode("utf-8", "surrogatepass")
        digest.update(len(octets).to_bytes(8, "big") + octets)
    return digest.hexdigest()[:40]
