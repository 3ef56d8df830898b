"""Reads a large mail without its large attachments: by BODYSTRUCTURE, its parts one by one (RFC 9051, 6.4.5).

What is put together again is the mail with the content of some parts left out, the same octets every time. A
DKIM signature over the body no longer fits it: such a mail is proved by its server's own checks, or by a YES.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_MOST_PARTS = 200  # of one mail; one with more is read as a whole
_DEEPEST = 20
_TEXT_OCTETS = 4_000_000  # of one text part; and of all parts together
_FILE_OCTETS = 1_500_000  # of an attachment that may hold a list: about one megabyte when it is decoded
_NEVER = frozenset({"image", "audio", "video", "font", "model"})


class _UnreadableError(Exception):
    """The structure is not one that can be taken apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    number: str  # "" for the whole mail
    kind: str  # "text", "multipart" …
    size: int
    boundary: bytes = b""
    children: tuple["_Part", ...] = ()


def read_without_attachments(client: Any, uid: int) -> bytes | None:
    """The mail; b"" where it is gone, None where its parts cannot be told apart. Raises what imaplib raises."""
    answer = client.fetch([uid], ["BODYSTRUCTURE", "BODY.PEEK[HEADER]"]).get(uid, {})
    if not answer:
        return b""
    try:
        whole = _part(answer.get(b"BODYSTRUCTURE"), "", 0)
    except (_UnreadableError, LookupError, TypeError, ValueError):
        return None
    header = answer.get(b"BODY[HEADER]")
    leaves = list(_leaves(whole))
    if not isinstance(header, bytes) or len(leaves) > _MOST_PARTS:
        return None
    wanted = _wanted(leaves)
    items = [f"BODY.PEEK[{number}.MIME]" for number in _numbers(whole)]
    items += [f"BODY.PEEK{section}" for section in wanted.values()]
    found = client.fetch([uid], items).get(uid, {}) if items else {}
    parts = {key: value for key, value in found.items() if isinstance(value, bytes)}
    return header + _joined(whole, parts, wanted)


def _part(structure: Any, number: str, depth: int) -> _Part:
    if depth > _DEEPEST:
        raise _UnreadableError
    if isinstance(structure[0], list):
        prefix = f"{number}." if number else ""
        children = tuple(_part(child, f"{prefix}{place}", depth + 1) for place, child in enumerate(structure[0], 1))
        boundary = _parameters(structure[2]).get(b"boundary", b"")
        if not boundary or not children:
            raise _UnreadableError
        return _Part(number=number, kind="multipart", size=0, boundary=boundary, children=children)
    kind = structure[0].decode("ascii", "replace").lower()
    return _Part(number=number, kind=kind, size=int(structure[6]))


def _parameters(pairs: Any) -> Mapping[bytes, bytes]:
    flat = list(pairs or ())
    return {bytes(name).lower(): bytes(value) for name, value in zip(flat[::2], flat[1::2], strict=False)}


def _leaves(part: _Part) -> Iterator[_Part]:
    if part.kind != "multipart":
        yield part
    for child in part.children:
        yield from _leaves(child)


def _numbers(part: _Part) -> Iterator[str]:
    """Every part that has a MIME header of its own; that of the whole mail is its header."""
    if part.number:
        yield part.number
    for child in part.children:
        yield from _numbers(child)


def _wanted(leaves: list[_Part]) -> dict[str, str]:
    """Part → the section of it that is asked for: text first, then what may be a list, as far as there is room."""
    left = _TEXT_OCTETS
    wanted: dict[str, str] = {}
    for leaf in sorted(leaves, key=lambda leaf: leaf.kind not in ("text", "message")):
        section = leaf.number or "1"  # the body of a mail that has no parts (RFC 9051, 6.4.5.1)
        most = _TEXT_OCTETS if leaf.kind == "text" else 0 if leaf.kind in _NEVER else _FILE_OCTETS
        if leaf.size <= min(most, left):
            wanted[leaf.number] = f"[{section}]"
            left -= leaf.size
        elif leaf.kind == "text" and left:  # longer than any that is read, which the reader then says
            wanted[leaf.number] = f"[{section}]<0.{left}>"
            left = 0
        elif leaf.kind == "message" and leaf.number:
            wanted[leaf.number] = f"[{section}.HEADER]"
    return wanted


def _joined(part: _Part, found: Mapping[bytes, bytes], wanted: Mapping[str, str]) -> bytes:
    """What follows the header of a part."""
    if part.kind != "multipart":
        section, partial, _ = wanted.get(part.number, "").partition("<0.")
        # A partial answer names its origin alone: BODY[1]<0> (RFC 9051, 7.5.2).
        return found.get(f"BODY{section}{'<0>' if partial else ''}".encode(), b"") if section else b""
    pieces: list[bytes] = []
    for child in part.children:
        mime = found.get(f"BODY[{child.number}.MIME]".encode()) or b"\r\n"
        pieces += [b"--", part.boundary, b"\r\n", mime, _joined(child, found, wanted), b"\r\n"]
    return b"".join([*pieces, b"--", part.boundary, b"--\r\n"])
