"""Octets → Message: total, capped in every direction, by way of mail-parser behind our own gate.

The order matters: the gate cuts, the standard library builds the tree, our readers take header fields
and decode text, and only then mail-parser reads what is left, a tree of clean UTF-8 text.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.message import Message as Tree
from email.parser import BytesFeedParser
from itertools import islice

import mailparser

from mailbot.core.message import Address, Message
from mailbot.reading import charsets
from mailbot.reading.address_fields import read_address, read_addresses
from mailbot.reading.gate import LIMITS, Limits, gate
from mailbot.reading.header_fields import clean, decode_words, identifiers, raw_text
from mailbot.reading.parts import (
    Parts,
    Text,
    declared_charset,
    keep_attachment,
    plain_lines,
    read_parts,
)

__all__ = ["LIMITS", "Limits", "parse", "unread", "unreadable"]

_UNREADABLE = "unreadable: "
_CHUNK = 1 << 16
_HEADER_END = re.compile(rb"\r?\n\r?\n|\r\r")
_MESSAGE_ID = re.compile(rb"(?:^|[\r\n])message-id:([^\r\n]{1,1000}|\r?\n[ \t][^\r\n]{1,1000})", re.IGNORECASE)
_DELIVERED_TO = ("delivered-to", "x-original-to", "envelope-to", "x-delivered-to")


def parse(octets: bytes, *, limits: Limits = LIMITS, clock: Callable[[], float] | None = None) -> Message:
    """Read a mail. Never raises, whatever the octets; what was cut or mended stands in `defects`.

    `clock` gives seconds, as time.monotonic does; without it no deadline is kept, only the other caps.
    A mail beyond all reading is still a Message: `unreadable` tells why it should be set aside.
    """
    digest = hashlib.sha256(octets).hexdigest()
    deadline = clock() + limits.seconds if clock else 0.0
    try:
        return _read(octets, digest, limits, lambda: clock is not None and clock() > deadline)
    except Exception as error:  # noqa: BLE001  a stranger's octets never raise, whatever a library makes of them
        return _bare(octets, digest, limits, f"{_UNREADABLE}{type(error).__name__} while reading")


def unreadable(message: Message) -> str | None:
    """Why this mail should be set aside instead of being answered, or None where it can be read."""
    for defect in message.defects:
        if defect.startswith(_UNREADABLE):
            return defect.removeprefix(_UNREADABLE)
    return None


def unread(octets: bytes, why: str) -> Message:
    """The least that can be said of a mail without reading it: what it is told from others by, and `why`.

    Nothing of it is decoded and no library sees it, so that it is safe where the octets broke a reader.
    """
    header = _HEADER_END.split(octets[: LIMITS.header_octets], maxsplit=1)[0]
    found = _MESSAGE_ID.search(header)
    named = identifiers(found[1].decode("ascii", "replace")) if found else ()
    return Message(
        digest=hashlib.sha256(octets).hexdigest(), message_id=next(iter(named), ""), defects=(_UNREADABLE + why,)
    )


def _tree(octets: bytes) -> Tree:
    """What message_from_bytes gives, in a quarter of the memory: that makes a StringIO of the whole mail."""
    parser = BytesFeedParser()
    for start in range(0, len(octets), _CHUNK):
        parser.feed(octets[start : start + _CHUNK])
    return parser.close()


def _read(octets: bytes, digest: str, limits: Limits, expired: Callable[[], bool]) -> Message:
    passed, defects = gate(octets, limits)
    tree = _tree(passed)
    fields = _fields(tree, limits)
    content_type = tree.get_content_type()
    parts = read_parts(tree, limits, expired)
    body = _body(parts, limits)
    subject = clean(decode_words(_first(fields, "subject")))
    plain, html, date = _by_mail_parser(body, _first(fields, "date"))
    defects += parts.defects
    message = Message(
        digest=digest,
        message_id=next(iter(identifiers(_first(fields, "message-id"))), ""),
        in_reply_to=identifiers(_first(fields, "in-reply-to")),
        references=identifiers(_first(fields, "references")),
        authors=_mailboxes(fields, ("from",), limits),
        from_fields=len(_all(fields, "from")),
        sender=next(iter(_mailboxes(fields, ("sender",), limits)), None),
        reply_to=_mailboxes(fields, ("reply-to",), limits),
        to=_mailboxes(fields, ("to", "cc"), limits),
        delivered_to=tuple(a.addr_spec for a in _mailboxes(fields, _DELIVERED_TO, limits)),
        reverse_path=_reverse_path(fields),
        subject=subject,
        date=date,
        fields=fields,
        content_type=content_type,
        text=plain,
        text_flowed=any(text.flowed for text in body),
        html=html,
        attachments=tuple(parts.attachments),
        delivery_status=parts.delivery_status,
        returned_fields=parts.returned_fields,
        attached_messages=parts.attached_messages,
        defects=tuple(defects),
    )
    why = _why_unreadable(message)
    return message if why is None else replace(message, defects=(*message.defects, _UNREADABLE + why))


def _fields(tree: Tree, limits: Limits) -> tuple[tuple[str, str], ...]:
    """Every header field; raw 8-bit values are read by the charset that the mail declares for its text."""
    items = [(name, str(value)) for name, value in islice(tree.raw_items(), limits.header_fields)]
    charset = "" if all(value.isascii() for _, value in items) else declared_charset(tree)
    most = limits.field_characters
    return tuple((clean(name.lower()), raw_text(value, most, charset)) for name, value in items)


def _all(fields: tuple[tuple[str, str], ...], name: str) -> list[str]:
    return [value for key, value in fields if key == name]


def _first(fields: tuple[tuple[str, str], ...], name: str) -> str:
    return next((value for key, value in fields if key == name), "")


def _mailboxes(fields: tuple[tuple[str, str], ...], names: tuple[str, ...], limits: Limits) -> tuple[Address, ...]:
    found: list[Address] = []
    for key, value in fields:
        if key in names and len(found) < limits.mailboxes:
            found.extend(read_addresses(value, limits.mailboxes - len(found)))
    return tuple(found)


def _reverse_path(fields: tuple[tuple[str, str], ...]) -> str | None:
    """Return-Path: "" for `<>` alone (RFC 5321, 4.5.5); a field that holds neither says nothing."""
    value = _first(fields, "return-path")
    if "".join(value.split()) == "<>":
        return ""
    return read_address(value) or None


def _body(parts: Parts, limits: Limits) -> list[Text]:
    """The texts that make up the body; a named text is a file unless it is all the text that there is."""
    unnamed = [text for text in parts.texts if not text.filename]
    has_plain = any(text.subtype == "plain" and text.content.strip() for text in unnamed)
    has_html = any(text.subtype == "html" and text.content.strip() for text in unnamed)
    body: list[Text] = []
    for text in parts.texts:
        if not text.filename:
            body.append(text)
        elif not has_plain and not has_html and text.content.strip():
            body.append(text)
            has_plain = True
        else:
            keep_attachment(parts, limits, text.filename, f"text/{text.subtype}", text.octets, text.charset)
    return body


def _by_mail_parser(body: list[Text], date: str) -> tuple[str, str, datetime | None]:
    """Let mail-parser read a tree that holds nothing but clean text: plain text, HTML and the date.

    It looks at each part and each field several times, so that it gets no more of them than it needs.
    """
    leaves = [_leaf(text) for text in body]
    tree = leaves[0] if len(leaves) == 1 else Tree()
    if len(leaves) != 1:
        tree["Content-Type"] = "multipart/mixed"
        tree.set_payload([*leaves])
    tree["Date"] = date[:200]
    mail = _Texts(tree)
    when = mail.date
    if isinstance(when, datetime) and when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return _joined(mail.text_plain), _joined(mail.text_html), when if isinstance(when, datetime) else None


class _Texts(mailparser.MailParser):  # type: ignore[misc]
    """mail-parser without its two summaries of the whole mail, which take a third of its time and are not read here."""

    def _make_mail(self, complete: bool = True) -> dict[str, object]:  # noqa: ARG002  its signature
        return {}


def _leaf(text: Text) -> Tree:
    leaf = Tree()
    if text.subtype != "plain":  # which is what a part without the field is (RFC 2045, 5.2)
        leaf["Content-Type"] = f"text/{text.subtype}"
    leaf.set_payload(text.content)
    return leaf


def _joined(texts: list[str]) -> str:
    return "\n".join(text.rstrip("\n") + "\n" for text in texts) if len(texts) > 1 else "".join(texts)


def _why_unreadable(message: Message) -> str | None:
    holds = message.text.strip() or message.html.strip() or message.attachments or message.delivery_status
    if not holds and not message.authors and not message.subject:
        return "neither author nor text"
    cut = [defect for defect in message.defects if defect.startswith("cut: ")]
    if cut and not holds:
        return f"no text was left ({cut[0]})"
    lost = ("cut: text", "cut: reading") if message.text.strip() else ("cut: text", "cut: reading", "cut: HTML")
    text_cut = [defect for defect in cut if defect.startswith(lost)]
    return text_cut[0].removeprefix("cut: ") if text_cut else None


def _bare(octets: bytes, digest: str, limits: Limits, why: str) -> Message:
    """The least that can be said of a mail on which a library broke: its text as it stands."""
    header, _, body = octets[: limits.header_octets].replace(b"\r\n", b"\n").partition(b"\n\n")
    text = plain_lines(charsets.guess(body or header))
    return Message(digest=digest, text=text[: limits.text_characters], defects=(why,))
