"""Receipts: by them a signer, and nobody else, finds out whether their line is on the list in the words they were told.

A receipt is a random number that one signature's letter carries. What is published of it (a voucher) are three
keyed digests under that number, so that a voucher tests no guess of a name: whoever guesses lacks the number. When
somebody withdraws, the number is destroyed and the voucher goes; what others kept of it then tests nothing either.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailbot.core.references import ALPHABET, canonical

NONCE = 16
"""Octets of the number: 128 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The number of one signature, with digests of the line that its signer was told and of the one on the list."""

    nonce: bytes
    told: str
    listed: str = ""  # "" while the list has never shown it
    first: datetime | None = None  # when the list first showed it
    changed: datetime | None = None  # when it first showed it in these words


@dataclass(frozen=True, slots=True, order=True)
class Voucher:
    """What is published of a receipt, each 32 hexadecimal digits: which one it is, the line told, the line listed.

    Without the number none of them can be told from another, not even whether told and listed are the same.
    """

    handle: str
    told: str
    listed: str


def draw_nonce(draw: Callable[[int], int]) -> bytes:
    """A fresh number; `draw(n)` gives an unguessable 0 … n - 1. None whose code holds what marks a capability."""
    while True:
        nonce = draw(1 << 8 * NONCE).to_bytes(NONCE, "big")
        if "MB1" not in code(nonce).replace("-", ""):
            return nonce


def code(nonce: bytes) -> str:
    """The number for people to copy: 28 digits and capitals of Crockford's base32 in four groups.

    The last two are a check, so that a slip of the pen is not taken for a line that is gone.
    """
    number = int.from_bytes(nonce, "big") << 10 | _check(nonce)
    text = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))
    return "-".join(text[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def read_code(text: str) -> bytes | None:
    """The number of a code as somebody may have typed it; None for what is no code, or was mistyped."""
    typed = canonical("".join(c for c in text[:200] if c.isalnum()))
    if len(typed) != _LENGTH or any(c not in ALPHABET for c in typed):
        return None
    number = 0
    for c in typed:
        number = number << 5 | ALPHABET.index(c)
    nonce, check = number >> 10, number & 1023
    if nonce >= 1 << 8 * NONCE or check != _check(nonce.to_bytes(NONCE, "big")):
        return None
    return nonce.to_bytes(NONCE, "big")


def voucher(kept: Receipt) -> Voucher:
    """What is published of a receipt while its line is on the list."""
    return Voucher(handle(kept.nonce), kept.told, kept.listed)


def handle(nonce: bytes) -> str:
    return _digest("handle", nonce, None)


def told(nonce: bytes, entry: Mapping[str, Any]) -> str:
    return _digest("told", nonce, entry)


def listed(nonce: bytes, entry: Mapping[str, Any]) -> str:
    return _digest("listed", nonce, entry)


def feed_id(nonce: bytes) -> str:
    """A name for the feed that stays the same while the line changes, and leads to no voucher."""
    return _digest("feed", nonce, None)


_LENGTH, _GROUP = 28, 7


def _check(nonce: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"mailbot receipt check" + nonce).digest()[:2], "big") & 1023


def _digest(purpose: str, nonce: bytes, entry: Mapping[str, Any] | None) -> str:
    """HMAC-SHA256 under the number over purpose, line feed and the entry as JSON with sorted keys; its first half."""
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"))
    return hmac.new(nonce, f"{purpose}\n{text}".encode("ascii"), hashlib.sha256).hexdigest()[:32]
