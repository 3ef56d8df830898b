"""Values of header fields: raw 8-bit, encoded words (RFC 2047), parameters (RFC 2231), message identifiers.

Whatever comes out is one line without control or text-direction characters.
"""

import binascii
import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from mailbot.reading import charsets

_FOLDS = re.compile(r"(?:\r\n|\r|\n)[ \t]*")
# Controls, and the characters that turn the direction of text: both forge what a reader sees.
_UNSEEMLY = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_IDENTIFIER = re.compile(r"<([^<>]{1,500})>")
_PARAMETER = re.compile(r';\s*([^\s=;"]{1,60})\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")
_NOT_ENCODED = re.compile(rb"[^A-Za-z0-9+/=\s]|(?<=\S)[ \t](?=\S)")
_MOST_FOREIGN_LINES = 1_000
_GAP = 200  # octets of blank lines that are looked at above a line
_MOST_IDENTIFIERS = 100


def clean(value: str) -> str:
    """One line of text: folds become one blank, control and direction characters go."""
    if "\n" in value or "\r" in value:
        value = _FOLDS.sub(" ", value)
    if value.isprintable():
        return value.strip()
    return _UNSEEMLY.sub("", value.replace("\t", " ")).strip()


def raw_text(value: object, most: int, charset: str = "") -> str:
    """A field's value as the parser holds it → clean text: raw 8-bit is UTF-8, or `charset`, or guessed.

    Encoded words stay encoded, so that structure can be read before them. At most `most` characters.
    """
    text = str(value)[:most]
    if not text.isascii() or "\x1b$" in text:
        text = charsets.guess(text.encode("utf-8", "surrogateescape"), charset)
    return clean(text)


def decode_words(value: str) -> str:
    """Text with its encoded words decoded (RFC 2047), leniently, and clean again.

    Neighbours of one charset are joined before decoding: many programs cut them in the middle of a character.
    """
    if "=?" not in value:
        return value
    pieces: list[str] = []
    run: list[bytes] = []  # octets of neighbouring words of one charset
    charset = ""
    done = 0
    for word in _ENCODED_WORD.finditer(value):
        between = value[done : word.start()]
        label = word[1].partition("*")[0].casefold()
        if run and (between.strip() or label != charset):
            pieces.append(charsets.decode(b"".join(run), charset)[0])
            run = []
        if between.strip() or not done:
            pieces.append(between)
        run.append(_word_octets(word[2], word[3]))
        charset, done = label, word.end()
    if run:
        pieces.append(charsets.decode(b"".join(run), charset)[0])
    pieces.append(value[done:])
    return clean("".join(pieces))


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """The main value in lower case and its parameters, decoded (RFC 2045 5.1, RFC 2231, encoded words)."""
    main, more, _ = value.partition(";")
    main = main.strip().casefold()
    found: dict[str, str] = {}
    if not more:
        return main, found
    continued: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _PARAMETER.finditer(value):
        name, text = match[1].casefold(), _unquoted(match[2])
        base, star, tail = name.partition("*")
        if not star:
            found.setdefault(name, decode_words(text))
        else:
            number = tail.rstrip("*")
            index = int(number) if number.isdecimal() and len(number) < 4 else 0
            continued.setdefault(base, {}).setdefault(index, (text, name.endswith("*")))
    for base, pieces in continued.items():
        found[base] = _joined([pieces[index] for index in sorted(pieces)])
    return main, found


def identifiers(value: str) -> tuple[str, ...]:
    """Message identifiers without their angle brackets (RFC 5322, 3.6.4), in order, each once.

    No encoded word belongs there (RFC 2047, 5), but Python's own library writes long identifiers so.
    """
    value = decode_words(value)
    found: Iterable[str] = ("".join(match[1].split()) for match in _IDENTIFIER.finditer(value))
    if "<" not in value:
        found = (word for word in value.split() if "@" in word)
    return tuple(dict.fromkeys(word for word in found if word))[-_MOST_IDENTIFIERS:]


def _word_octets(coding: str, text: str) -> bytes:
    octets = text.encode("utf-8", "replace")
    if coding in "qQ":
        return binascii.a2b_qp(octets.replace(b" ", b"_"), header=True)
    return base64_octets(octets)


def base64_octets(octets: bytes) -> bytes:
    """What can be decoded of base64: foreign octets are skipped, missing padding is supplied. Never raises."""
    letters = _NOT_BASE64.sub(b"", octets)
    stripped = letters.rstrip(b"=")
    if b"=" in stripped:  # padding in the middle: pieces encoded one by one
        return b"".join(base64_octets(piece) for piece in re.split(b"=+", stripped) if piece)
    if len(stripped) % 4 == 1:
        stripped = stripped[:-1]
    return binascii.a2b_base64(stripped + b"=" * (-len(stripped) % 4))


def encoded_part(octets: bytes) -> bytes:
    """The lines of a part in base64 without the plain footer that a list or a mail server put below them.

    Encoded text ends at padding or with a blank line; what stands after it and has characters or blanks as no
    encoded line has them was never encoded. Foreign octets elsewhere are left for `base64_octets` to skip.
    """
    position = 0
    for _ in range(_MOST_FOREIGN_LINES):
        foreign = _NOT_ENCODED.search(octets, position)
        if foreign is None:
            return octets
        start = octets.rfind(b"\n", 0, foreign.start() + 1) + 1
        if octets.startswith(b"--", start):  # a boundary that belongs to nothing
            return octets[:start]
        above = octets[max(0, start - _GAP) : start]
        encoded = above.rstrip()
        if encoded and (encoded.endswith(b"=") or above.count(b"\n", len(encoded)) > 1):
            return octets[:start]
        position = octets.find(b"\n", foreign.end())
        if position < 0:
            return octets
    return octets


def _unquoted(text: str) -> str:
    text = text.strip()
    if not text.startswith('"'):
        return text
    return re.sub(r"\\(.)", r"\1", text[1:-1] if len(text) > 1 and text.endswith('"') else text[1:])


def _joined(pieces: list[tuple[str, bool]]) -> str:
    """RFC 2231: charset'language'percent-encoded, possibly in numbered pieces."""
    charset, octets = "", b""
    for number, (text, encoded) in enumerate(pieces):
        if not encoded:
            octets += text.encode("utf-8", "replace")
            continue
        if number == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        octets += unquote_to_bytes(text)
    return clean(charsets.decode(octets, charset)[0])
