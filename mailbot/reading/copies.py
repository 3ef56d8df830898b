"""By what a mail is known again that comes by another way, or is sent again by somebody who got hold of it."""

import hashlib
import re

from mailbot.core.message import Message
from mailbot.reading.dkim_signatures import MOST_FIELDS, header_section

_BLANKS = re.compile(rb"[ \t\r\n]+")
_SEAL = re.compile(rb"(^|;)b=[^;]*")
_SIGNED = re.compile(rb"(?:^|;)h=([^;]*)")


def marks(message: Message, octets: bytes) -> tuple[str, ...]:
    """Marks, of 40 hexadecimal digits each, of which every copy of the mail bears one; never raises.

    One is the mail's Message-ID with its text. The others are what its DKIM signatures were made over: who sends
    a signed mail again may change or drop whatever was not signed, the Message-ID among it, but loses the
    evidence with the signature (RFC 6376, 8.6). The seal itself is no mark: it can be written in many ways that
    all hold (base64 leaves bits over, and RSA takes s + n for s). A mail with more signatures than are looked at
    is never believed (see evidence). No two mails that their author sent have a mark in common.

    A mark is the author's: a mail in another name cannot bear it, and one without a single author has none.
    """
    author = message.author
    if author is None:
        return ()
    fields = _fields(octets)
    found = [
        _mark(b"dkim", author.key.encode("utf-8", "surrogatepass"), *_signed(value, fields))
        for value in fields.get(b"dkim-signature", [])[:MOST_FIELDS]
    ]
    if message.message_id:
        said = (author.key, message.message_id, message.subject, message.text, message.html)
        found.append(_mark(b"text", *(part.encode("utf-8", "surrogatepass") for part in said)))
    return tuple(found)


def _fields(octets: bytes) -> dict[bytes, list[bytes]]:
    """Values by name in lower case, topmost first, without any blank: relaxed canonicalization leaves those free."""
    found: dict[bytes, list[bytes]] = {}
    for line in re.split(rb"\r?\n(?![ \t])", header_section(octets)):
        name, colon, value = line.partition(b":")
        if colon:
            found.setdefault(name.strip().lower(), []).append(_BLANKS.sub(b"", value))
    return found


def _signed(signature: bytes, fields: dict[bytes, list[bytes]]) -> list[bytes]:
    """What the signature covers: its own tags (the hash of the body among them) and the fields that it names.

    Of a field that stands several times the lowest is signed first (RFC 6376, 5.4.2).
    """
    listed = _SIGNED.search(signature)
    taken: dict[bytes, int] = {}
    covered = [_SEAL.sub(rb"\1b=", signature)]
    for name in listed[1].lower().split(b":") if listed else ():
        taken[name] = taken.get(name, 0) + 1
        values = fields.get(name, [])
        covered.append(values[-taken[name]] if taken[name] <= len(values) and name != b"dkim-signature" else b"")
    return covered


def _mark(*parts: bytes) -> str:
    """Each part goes in with its length before it, so that no two lists of parts read the same."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:40]
