"""The gate before any parser: cuts octets so that each later step is linear and bounded.

Python's own parser recurses once a nested multipart and takes quadratic time on a long Content-Type;
mail-parser has no limits at all. Whatever passes here is safe for both.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The caps of `parse`; sizes in octets unless the name says otherwise."""

    octets: int = 32_000_000  # above what large providers accept
    stretch_octets: int = 7_000_000  # without a line that begins with "--": an attachment at its cap, in base64
    lines: int = 500_000
    header_octets: int = 256_000
    header_fields: int = 1_000
    field_characters: int = 64_000  # what is decoded of one field
    mailboxes: int = 300  # in one address field
    multiparts: int = 60  # multipart or message declarations, an upper bound of depth
    boundaries: int = 5_000  # lines that begin with "--" in a multipart mail
    parts: int = 500
    text_characters: int = 1_000_000
    attachments: int = 20
    attachment_octets: int = 5_000_000
    seconds: float = 5.0


LIMITS = Limits()

_PARAMETER_OCTETS = 4_000  # of one Content-Type: reading its parameters is quadratic in the standard library
_HEADER_END = re.compile(rb"\r\n\r\n|\n\r?\n|\r\r")
_FIELD_START = re.compile(rb"(?:\r\n|\r|\n)(?=[^ \t\r\n])")
_FIELD_REST = re.compile(rb"[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*")
_COMPOSITE = re.compile(rb"content-type:(?:[ \t]|\r?\n[ \t]|\r[ \t])*(?:multipart|message)/")
_LINE_START = b"\r\n"


def gate(octets: bytes, limits: Limits) -> tuple[bytes, list[str]]:
    """Octets that are safe to parse, and in words what was cut. Never raises; linear in its input."""
    defects: list[str] = []
    if len(octets) > limits.octets:
        octets = octets[: limits.octets]
        defects.append(f"cut: longer than {limits.octets} octets")
    octets = octets.lstrip(b"\r\n\x00")
    for cut, name in (
        (lambda o: _cut_header(o, limits), "cut: header too long"),
        (_cut_parameters, "cut: a Content-Type too long"),
        (lambda o: _cut_composites(o, limits.multiparts), f"cut: more than {limits.multiparts} multiparts"),
        (lambda o: _cut_boundaries(o, limits.boundaries), f"cut: more than {limits.boundaries} parts"),
        (lambda o: _cut_lines(o, limits.lines), f"cut: more than {limits.lines} lines"),
        (lambda o: _cut_stretches(o, limits.stretch_octets), f"cut: a part longer than {limits.stretch_octets} octets"),
    ):
        kept = cut(octets)
        if kept is not octets:
            octets = kept
            defects.append(name)
    return octets, defects


def _cut_header(octets: bytes, limits: Limits) -> bytes:
    end = _HEADER_END.search(octets)
    header = octets[: end.start()] if end else octets
    if end is None and len(octets) > limits.header_octets and not _FIELD_START.search(octets):
        return octets[: limits.header_octets]
    starts = _FIELD_START.finditer(header)
    last = 0
    for number, start in enumerate(starts, 1):
        if start.start() > limits.header_octets or number >= limits.header_fields:
            break
        last = start.start()
    else:
        if len(header) <= limits.header_octets:
            return octets
    kept = header[: last or limits.header_octets]
    return kept + b"\r\n\r\n" + (octets[end.end() :] if end else b"")


def _at_line_start(octets: bytes, position: int) -> bool:
    return position == 0 or octets[position - 1] in _LINE_START


def _cut_parameters(octets: bytes) -> bytes:
    lowered = octets.lower()
    kept: list[bytes] = []
    done = 0
    position = lowered.find(b"content-type:")
    while position >= 0:
        after = position + 13
        if position >= done and _at_line_start(octets, position):
            rest = _FIELD_REST.match(octets, after)
            after = rest.end() if rest else after
            if after - position > _PARAMETER_OCTETS:
                kept.append(octets[done : position + _PARAMETER_OCTETS])
                done = after
        position = lowered.find(b"content-type:", after)
    return b"".join([*kept, octets[done:]]) if kept else octets


def _cut_composites(octets: bytes, most: int) -> bytes:
    lowered = octets.lower()
    count, position = 0, lowered.find(b"content-type:")
    while position >= 0:
        if _at_line_start(octets, position) and _COMPOSITE.match(lowered, position):
            count += 1
            if count > most:
                return octets[:position]
        position = lowered.find(b"content-type:", position + 13)
    return octets


def _cut_boundaries(octets: bytes, most: int) -> bytes:
    if octets.count(b"\n--") + octets.count(b"\r--") <= most or b"multipart/" not in octets.lower():
        return octets
    for count, found in enumerate(re.finditer(rb"[\r\n]--", octets)):
        if count >= most:
            return octets[: found.start()]
    return octets


def _cut_lines(octets: bytes, most: int) -> bytes:
    if octets.count(b"\n") + octets.count(b"\r") <= most:
        return octets
    for count, found in enumerate(re.finditer(rb"\r\n|\r|\n", octets)):
        if count >= most:
            return octets[: found.start()]
    return octets


def _cut_stretches(octets: bytes, most: int) -> bytes:
    """What no attachment would keep is not parsed either: the parser takes several times the memory of its input."""
    if len(octets) <= most:
        return octets
    kept: list[bytes] = []
    start = 0
    cut = False
    while start < len(octets):
        end = octets.find(b"\n--", start + 1)
        end = end if end >= 0 else len(octets)
        cut = cut or end - start > most
        kept.append(octets[start : min(end, start + most)])
        start = end
    return b"".join(kept) if cut else octets
