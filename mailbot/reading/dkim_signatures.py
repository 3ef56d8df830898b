"""Our own check of DKIM signatures (RFC 6376): dkimpy does the sums, behind a gate that keeps hostile input small.

Only a signature that covers what we act upon counts: the whole body, the From, and Subject and Reply-To where
there are any. Everything odd is no evidence, never an error.
"""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mailbot.reading.alignment import aligned, ascii_domain

if TYPE_CHECKING:
    from dkim import DKIM

TxtLookup = Callable[[str], bytes | None]
"""A name without the final dot → the text of its TXT record, or None where there is none."""

MOST_SIGNATURES = 5
MOST_FIELDS = 20
"""Signatures of anybody's that a mail may bear and still be believed: of so many the marks are kept (see copies)."""

MOST_OCTETS = 10_000_000
MOST_LINES = 250_000
MOST_HEADER_OCTETS = 128_000
MOST_HEADER_LINES = 2_000
MOST_FIELD_OCTETS = 6_000
MOST_BLANK_STEPS = 40_000_000  # a tenth of a second
MOST_KEY_OCTETS = 1_500  # a record with an RSA key of 8192 bits has 1,400
LEAST_KEY_BITS = 1024  # RFC 8301, 3.2


def verified_domain(
    octets: bytes, author_domain: str, lookup: TxtLookup, *, covering: frozenset[str], now: datetime
) -> str:
    """The domain of the first signature that holds and aligns with `author_domain`, in A-labels; "" where none does.

    It must cover one of the fields `covering` (names in lower case): those that say whom the mail was written to.
    Never raises, whatever the octets, the key record or the lookup do. A signature that expired (x=) before
    `now` proves nothing; dkimpy judges t= and x= by the clock of the machine as well, and both must be content.
    """
    try:
        wanted = frozenset(name.encode("ascii") for name in covering)
        return next(_holding(octets, author_domain, lookup, wanted, now), "")
    except Exception:  # noqa: BLE001 - whatever goes wrong here proves nothing, and must not stop the mail
        return ""


def covers(value: str, author_domain: str, names: frozenset[str]) -> bool | None:
    """Whether a DKIM-Signature field of the author's organization covers one of the fields; None for another's."""
    tags = _tags(value.encode("utf-8", "surrogatepass"))
    if not aligned(tags.get(b"d", b"").decode("ascii", "replace"), author_domain):
        return None
    return not {name.encode("ascii") for name in names}.isdisjoint(_names(tags))


def header_section(octets: bytes) -> bytes:
    """Everything before the first empty line (RFC 5322, 2.1)."""
    end = re.search(rb"\r?\n\r?\n", octets)
    return octets[: end.start()] if end else octets


def number_of_signatures(header: bytes) -> int:
    """How many DKIM-Signature fields there are, anybody's."""
    return len(_SIGNATURE_FIELD.findall(header))


def reads_one_way(header: bytes) -> bool:
    """False where a bare CR or a NUL makes one reader see a field where another, perhaps our server, sees none."""
    return b"\0" not in header and b"\r" not in header.replace(b"\r\n", b"\n")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A signature worth the sums: its index among the DKIM-Signature fields, and its domain."""

    index: int
    domain: str


def _holding(
    octets: bytes, author_domain: str, lookup: TxtLookup, covering: frozenset[bytes], now: datetime
) -> Iterator[str]:
    header = _bounded_header(octets)
    if not header:
        return
    from dkim import DKIM  # takes a fifth of a second to import

    verifier = DKIM(octets, logger=_silence, minkey=LEAST_KEY_BITS)
    for candidate in _candidates(verifier.headers, author_domain, covering, now):
        if _verifies(verifier, candidate, lookup):
            yield candidate.domain


def _bounded_header(octets: bytes) -> bytes:
    """The header section, or nothing where the mail is one on which dkimpy would take long or read otherwise than we.

    Its canonicalization takes the square of the length of each run of blanks.
    """
    if len(octets) > MOST_OCTETS or octets.count(b"\n") > MOST_LINES:
        return b""
    header = header_section(octets)
    if len(header) > MOST_HEADER_OCTETS or header.count(b"\n") > MOST_HEADER_LINES or not reads_one_way(header):
        return b""
    return header if sum(len(run) ** 2 for run in _LONG_RUNS.findall(octets)) <= MOST_BLANK_STEPS else b""


def _candidates(
    headers: list[list[bytes]], author_domain: str, covering: frozenset[bytes], now: datetime
) -> Iterator[_Candidate]:
    present = [name.lower() for name, _ in headers]
    signatures = [value for name, value in headers if name.lower() == b"dkim-signature"]
    if any(present.count(name) > 1 for name in _STEERING) or b"from" not in present:
        return
    found = 0
    for index, value in enumerate(signatures):
        domain = _acceptable_domain(value, present, covering, now)
        if domain and aligned(domain, author_domain):
            yield _Candidate(index, domain)
            found += 1
            if found == MOST_SIGNATURES:
                return


def _acceptable_domain(value: bytes, present: list[bytes], covering: frozenset[bytes], now: datetime) -> str:
    """The d= of a signature whose tags we accept, in A-labels; "" otherwise."""
    if len(value) > MOST_FIELD_OCTETS or re.search(rb"\s{50}", value):
        return ""
    tags = _tags(value)
    signed = _names(tags)
    if covering.isdisjoint(signed) or _expired(tags, now):
        return ""
    if b"l" in tags or tags.get(b"a", b"") not in _ALGORITHMS:  # RFC 6376, 8.2; RFC 8301, 3.1
        return ""
    if any(name in present and name not in signed for name in _STEERING):
        return ""
    written = tags.get(b"d", b"").decode("ascii", "replace")
    domain = ascii_domain(written)
    return domain if _SELECTOR.fullmatch(tags.get(b"s", b"")) and domain == written.lower() else ""


def _names(tags: dict[bytes, bytes]) -> set[bytes]:
    """The fields that a signature covers, in lower case."""
    return {name.strip().lower() for name in tags.get(b"h", b"").split(b":")}


def _expired(tags: dict[bytes, bytes], now: datetime) -> bool:
    """RFC 6376, 3.5: at x= the signature is no longer to be believed. What is no number has no end: it is refused."""
    until = tags.get(b"x")
    return until is not None and not (re.fullmatch(rb"[0-9]{1,12}", until) and now.timestamp() < int(until))


def _verifies(verifier: "DKIM", candidate: _Candidate, lookup: TxtLookup) -> bool:
    def bounded_lookup(name: bytes, **_: object) -> bytes | None:
        record = lookup(name.decode("ascii").removesuffix("."))
        return record if record and _acceptable_key(record) else None

    try:
        return verifier.verify(idx=candidate.index, dnsfunc=bounded_lookup) is True
    except Exception:  # noqa: BLE001 - one signature that cannot be checked leaves the others their chance
        return False


def _acceptable_key(record: bytes) -> bool:
    """RFC 6376, 3.6.1: not too long, not revoked, for mail, for SHA-256. dkimpy looks at none of these."""
    if len(record) > MOST_KEY_OCTETS:
        return False
    tags = _tags(record)
    hashes = tags.get(b"h", b"sha256").replace(b" ", b"").split(b":")
    services = tags.get(b"s", b"*").replace(b" ", b"").split(b":")
    return bool(tags.get(b"p")) and b"sha256" in hashes and bool({b"*", b"email"} & set(services))


def _tags(value: bytes) -> dict[bytes, bytes]:
    """A tag list (RFC 6376, 3.2); nothing where a tag stands twice or has no value sign."""
    tags: dict[bytes, bytes] = {}
    for part in value.strip().removesuffix(b";").split(b";"):
        name, sign, text = part.partition(b"=")
        if not sign or name.strip() in tags:
            return {}
        tags[name.strip()] = text.strip()
    return tags


_STEERING = (b"from", b"subject", b"reply-to")  # fields that we act upon: signed, and standing once
_SELECTOR = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")
_ALGORITHMS = frozenset({b"rsa-sha256", b"ed25519-sha256"})
_SIGNATURE_FIELD = re.compile(rb"^dkim-signature[ \t]*:", re.IGNORECASE | re.MULTILINE)
_LONG_RUNS = re.compile(rb"[\t ]{16,}")
_silence = logging.Logger("dkim", level=logging.CRITICAL + 1)  # dkimpy would log whole fields, with addresses
