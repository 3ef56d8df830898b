"""The parts of a mail: text decoded by our charset ladder, reports and attachments set apart.

What is left in the tree afterwards is UTF-8 text alone, so mail-parser sees nothing that it misreads.
"""

import binascii
import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message as Tree
from itertools import islice

from mailbot.core.message import Attachment
from mailbot.reading import charsets
from mailbot.reading.flowed import unflow
from mailbot.reading.gate import Limits
from mailbot.reading.header_fields import base64_octets, decode_words, encoded_part, parameters, raw_text

_FIELD_CHARACTERS = 4_000
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,5}=\s{0,5}[\"']?([\w.:-]{2,30})", re.IGNORECASE)
_INLINE_PICTURE = re.compile(rb"data:[^\"'>\s]{200,}")
_REPORTS = {"message/delivery-status", "message/global-delivery-status"}
_HEADER_COPIES = {"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"}
_SIGNATURES = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage"),
)
# No NUL for the database, no other control for the reader; a form feed parts lines.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_LINE_ENDS = re.compile("[\x0c\u2028\x85]")


@dataclass(slots=True)
class Text:
    """One text part that may belong to the body."""

    subtype: str
    content: str
    octets: bytes
    charset: str = ""
    filename: str = ""
    flowed: bool = False


@dataclass(slots=True)
class Parts:
    """What the parts of one mail hold."""

    texts: list[Text] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    delivery_status: str = ""
    returned_fields: str = ""
    attached_messages: int = 0
    defects: list[str] = field(default_factory=list)

    def defect(self, what: str) -> None:
        if what and what not in self.defects:
            self.defects.append(what)


def read_parts(tree: Tree, limits: Limits, expired: Callable[[], bool]) -> Parts:
    """Collect the parts of `tree` in order; stops, with a defect, at the cap of parts or when `expired`."""
    parts = Parts()
    for number, leaf in enumerate(_leaves(tree)):
        if number >= limits.parts:
            parts.defect(f"cut: more than {limits.parts} parts")
            break
        if expired():
            parts.defect("cut: reading took too long")
            break
        _read_leaf(leaf, parts, limits)
    return parts


def declared_charset(tree: Tree) -> str:
    """The charset that the first text part declares, "" where none does."""
    for leaf in islice(_leaves(tree), 20):
        charset = parameters(_field_of(leaf, "content-type"))[1].get("charset", "")
        if charset:
            return charset
    return ""


def _field_of(leaf: Tree, name: str) -> str:
    """A MIME field of a part as clean text, encoded words still encoded."""
    value = next((value for key, value in leaf.raw_items() if key.lower() == name), "")
    return raw_text(value, _FIELD_CHARACTERS) if value else ""


def _content_type(leaf: Tree) -> str:
    """type/subtype in lower case, also where a semicolon is missing before the parameters."""
    return leaf.get_content_type().split()[0]


def _leaves(tree: Tree) -> Iterator[Tree]:
    """Parts that are no multipart, in order; an attached message counts as one and is not entered."""
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        children = part.get_payload()
        if isinstance(children, list) and part.get_content_maintype() == "multipart":
            waiting.extend(child for child in reversed(children) if isinstance(child, Tree))
        else:
            yield part


def _read_leaf(leaf: Tree, parts: Parts, limits: Limits) -> None:
    content_type = _content_type(leaf)
    kind = content_type.partition("/")[0]
    if content_type in _REPORTS:
        parts.delivery_status = parts.delivery_status or _blocks(leaf, limits)
    elif content_type in _HEADER_COPIES:
        parts.returned_fields = parts.returned_fields or _text(content_octets(leaf), "", parts, limits)
    elif kind == "message":
        parts.attached_messages += 1
        parts.returned_fields = parts.returned_fields or _attached_header(leaf, limits)
    elif kind == "multipart":  # a multipart without parts: its boundary never came
        octets = content_octets(leaf)
        parts.texts.append(Text("plain", _text(octets, "", parts, limits), octets))
    else:
        _read_content(leaf, content_type, parts, limits)


def _read_content(leaf: Tree, content_type: str, parts: Parts, limits: Limits) -> None:
    _, typed = parameters(_field_of(leaf, "content-type"))
    disposition, disposed = parameters(_field_of(leaf, "content-disposition"))
    filename = _filename(disposed.get("filename") or typed.get("name") or "")
    charset = typed.get("charset", "")
    if content_type in ("text/plain", "text/html") and disposition != "attachment":
        octets = content_octets(leaf)
        if file_type := _file_type(octets):  # a program that took every part for text
            keep_attachment(parts, limits, filename, file_type, octets, "")
            return
        content = _text(octets, charset, parts, limits, html=content_type == "text/html")
        text = Text(content_type[5:], content, octets, charset, filename)
        if text.subtype == "plain" and typed.get("format", "").casefold() == "flowed":
            text.flowed = True
            text.content = unflow(text.content, delete_space=typed.get("delsp", "").casefold() == "yes")
        parts.texts.append(text)
        return
    if content_type == "text/x-amp-html":  # a third alternative of what the others say
        return
    keep_attachment(parts, limits, filename, content_type, content_octets(leaf), charset)


def _file_type(octets: bytes) -> str:
    """What a part that calls itself text begins as, where that is a file which is no text; else ""."""
    if octets.isascii():
        return ""
    return next((kind for signature, kind in _SIGNATURES if octets.startswith(signature)), "")


def keep_attachment(
    parts: Parts, limits: Limits, filename: str, content_type: str, octets: bytes, charset: str
) -> None:
    """Add an attachment within the caps on number and size."""
    if len(parts.attachments) >= limits.attachments:
        parts.defect(f"cut: more than {limits.attachments} attachments")
        return
    if len(octets) > limits.attachment_octets:
        parts.defect(f"cut: an attachment longer than {limits.attachment_octets} octets")
        octets = octets[: limits.attachment_octets]
    parts.attachments.append(
        Attachment(filename=filename, content_type=content_type, octets=octets, charset=charset[:40])
    )


def content_octets(leaf: Tree) -> bytes:
    """The octets of a part, its transfer encoding undone (RFC 2045, 6); of one part once. Never raises."""
    coding = _field_of(leaf, "content-transfer-encoding").split(";")[0].strip().casefold()
    # Without the field the parser hands out the octets as they are; with it, it decodes less leniently than
    # we do, and asked for text it would apply the declared charset, which is not to be trusted.
    del leaf["content-transfer-encoding"]
    octets = leaf.get_payload(decode=True)
    if not isinstance(octets, bytes):
        return b""
    leaf.set_payload("")  # held twice, a large mail would be too large
    if coding == "base64":
        return base64_octets(encoded_part(octets))
    if coding == "quoted-printable":
        return binascii.a2b_qp(octets)
    if coding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return _uudecoded(octets)
    return octets


def _uudecoded(octets: bytes) -> bytes:
    _, _, lines = octets.partition(b"begin ")
    found: list[bytes] = []
    for line in lines.splitlines()[1:]:
        if line.strip() == b"end":
            break
        with contextlib.suppress(binascii.Error):
            found.append(binascii.a2b_uu(line))
    return b"".join(found)


def _text(octets: bytes, charset: str, parts: Parts, limits: Limits, *, html: bool = False) -> str:
    if html and not charset and (meta := _META_CHARSET.search(octets[:4_000])):
        charset = meta[1].decode("ascii", "replace")
    if html and len(octets) > limits.text_characters // 4:
        octets = _INLINE_PICTURE.sub(b"data:,", octets)
    most = limits.text_characters
    text, defect = charsets.decode(octets[: most * 4], charset)
    parts.defect(defect)
    if len(text) > most or len(octets) > most * 4:
        parts.defect(f"cut: {'HTML' if html else 'text'} longer than {most} characters")
    return plain_lines(text[:most])


def plain_lines(text: str) -> str:
    """Text with LF line ends and without control characters."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.replace("\n", " ").isprintable():
        text = _LINE_ENDS.sub("\n", text)
        text = _CONTROLS.sub("", text)
    return text.removeprefix("\ufeff")


def _filename(text: str) -> str:
    """The last component of a file name: a stranger names no folders."""
    name = decode_words(text).replace("\\", "/").rpartition("/")[2]
    return name.strip(" .")[:200]


def _blocks(leaf: Tree, limits: Limits) -> str:
    """The fields of a message/delivery-status part (RFC 3464, 2.1), a blank line between its groups."""
    payload = leaf.get_payload()
    if isinstance(payload, str):
        return plain_lines(charsets.guess(content_octets(leaf)[: limits.header_octets]))
    groups = payload[:100] if isinstance(payload, list) else []
    blocks = [_fields_text(group, limits) or _body_text(group, limits) for group in groups]
    return "\n\n".join(block for block in blocks if block)[: limits.header_octets]


def _attached_header(leaf: Tree, limits: Limits) -> str:
    payload = leaf.get_payload()
    if isinstance(payload, list) and payload:
        return _fields_text(payload[0], limits)
    # A returned message in base64 (against RFC 2046, 5.2.1) is left as text by the parser.
    octets = content_octets(leaf)[: limits.header_octets]
    return plain_lines(charsets.guess(octets)).partition("\n\n")[0]


def _fields_text(block: object, limits: Limits) -> str:
    if not isinstance(block, Tree):
        return ""
    items = list(block.raw_items())[: limits.header_fields]
    return "\n".join(f"{name}: {raw_text(value, _FIELD_CHARACTERS)}" for name, value in items)


def _body_text(block: object, limits: Limits) -> str:
    if not isinstance(block, Tree) or isinstance(block.get_payload(), list):
        return ""
    return plain_lines(charsets.guess(content_octets(block)[: limits.header_octets])).strip()
