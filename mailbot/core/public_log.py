"""The public log: by it anyone finds out whether the list is the one that was vouched for, and its past unchanged.

log.jsonl has two parts, one JSON object a line. First the chain, a line for each revision that was published:

    {"revision": 7, "digest": "…", "hash": "…"}

`digest` is the SHA-256 of all lines below the chain as they were then, `hash` that of the text "HASH REVISION DIGEST"
whose HASH is the line's before (64 zeros for the first). Below it the revision that is published now:

    {"revision": 7, "names": 28, "sha256": "…"}
    {"handle": "…", "told": "…", "listed": "…"}

`sha256` is that of signatories.json, and a line for each name follows (see receipts), in the order of the handles.
signatories.json holds a random salt, so that no digest here tests a guess of what it said; of past revisions nothing
is left but a digest that nobody can test, neither times nor numbers of names.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mailbot.core import receipts
from mailbot.core.receipts import Voucher

GENESIS = "0" * 64
"""What stands before the first line."""


@dataclass(frozen=True, slots=True)
class Link:
    """One line of the chain."""

    revision: int
    digest: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a log and a list were found to be: faults in words, none where they are whole and belong together."""

    faults: tuple[str, ...]
    chain: tuple[Link, ...] = ()
    vouchers: tuple[Voucher, ...] = ()
    signatories: tuple[Mapping[str, Any], ...] = ()

    @property
    def head(self) -> str:
        """The hash of the last line: kept elsewhere, it proves later that nothing before it was changed."""
        return self.chain[-1].hash if self.chain else GENESIS


class Standing(StrEnum):
    """What became of the line of a receipt."""

    UNCHANGED = "unchanged"
    REWORDED = "reworded"  # on the list in other words than the signer was told
    MISSING = "missing"  # the log vouches for a line that the list does not have
    GONE = "gone"  # not on the list by name: taken off, withheld, or not yet shown


def follow(chain: Sequence[Link], revision: int, body: bytes) -> Link:
    """The line that comes after `chain` when `body` is published as that revision."""
    digest = hashlib.sha256(body).hexdigest()
    return Link(revision, digest, _hash(chain[-1].hash if chain else GENESIS, revision, digest))


def body(revision: int, signatories: bytes, vouchers: Iterable[Voucher]) -> bytes:
    """The lines below the chain; `signatories` are the octets of signatories.json."""
    ordered = sorted(vouchers)
    first = {"revision": revision, "names": len(ordered), "sha256": hashlib.sha256(signatories).hexdigest()}
    lines = [first, *({"handle": one.handle, "told": one.told, "listed": one.listed} for one in ordered)]
    return "".join(json.dumps(line) + "\n" for line in lines).encode("ascii")


def written(chain: Iterable[Link], below: bytes) -> bytes:
    """log.jsonl, of the chain and the body that its last line is the digest of."""
    lines = ({"revision": one.revision, "digest": one.digest, "hash": one.hash} for one in chain)
    return "".join(json.dumps(line) + "\n" for line in lines).encode("ascii") + below


def examine(log: bytes, signatories: bytes) -> Published:
    """What these two files say, and what is wrong with them. Never raises, whatever they are."""
    try:
        chain, first, vouchers, below = _read(log)
        listed = _signatories(signatories)
    except _UnreadableError as error:
        return Published(faults=(str(error),))
    faults = [*_chain_faults(chain), *_body_faults(chain, first, below)]
    faults += _list_faults(first, vouchers, signatories, listed)
    return Published(faults=tuple(faults), chain=chain, vouchers=vouchers, signatories=listed)


def standing(published: Published, nonce: bytes) -> tuple[Standing, Mapping[str, Any] | None]:
    """What became of the line of that receipt, and the line as it is listed now; None where there is none."""
    wanted = receipts.handle(nonce)
    mine = next((one for one in published.vouchers if one.handle == wanted), None)
    if mine is None:
        return Standing.GONE, None
    entry = next((e for e in published.signatories if receipts.listed(nonce, e) == mine.listed), None)
    if entry is None:
        return Standing.MISSING, None
    return (Standing.UNCHANGED if receipts.told(nonce, entry) == mine.told else Standing.REWORDED), entry


# -- reading -------------------------------------------------------------------------------------


class _UnreadableError(Exception):
    """One of the files is not what it should be; the text says which and where."""


_DIGEST, _SHORT = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{32}")
_MOST = 10**9


def _read(log: bytes) -> tuple[tuple[Link, ...], Mapping[str, Any], tuple[Voucher, ...], bytes]:
    chain: list[Link] = []
    lines = log.splitlines(keepends=True)
    for number, line in enumerate(lines):
        row = _object(line, number)
        if "names" in row:
            rest = enumerate(lines[number + 1 :], number + 1)
            vouchers = tuple(_voucher(_object(text, at), at) for at, text in rest)
            return tuple(chain), row, vouchers, b"".join(lines[number:])
        chain.append(_link(row, number))
    raise _UnreadableError("log.jsonl ends before the line that tells which list is published")


def _object(line: bytes, number: int) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise _UnreadableError(f"line {number + 1} of log.jsonl is no JSON object")
    return row


def _link(row: Mapping[str, Any], number: int) -> Link:
    match row:
        case {"revision": int(revision), "digest": str(digest), "hash": str(hash_)} if (
            0 <= revision < _MOST and _DIGEST.fullmatch(digest) and _DIGEST.fullmatch(hash_)
        ):
            return Link(revision, digest, hash_)
    raise _UnreadableError(f"line {number + 1} of log.jsonl is no line of the chain")


def _voucher(row: Mapping[str, Any], number: int) -> Voucher:
    match row:
        case {"handle": str(handle), "told": str(told), "listed": str(listed)} if all(
            map(_SHORT.fullmatch, (handle, told, listed))
        ):
            return Voucher(handle, told, listed)
    raise _UnreadableError(f"line {number + 1} of log.jsonl vouches for nothing")


def _signatories(octets: bytes) -> tuple[Mapping[str, Any], ...]:
    try:
        value = json.loads(octets)
    except (ValueError, RecursionError):
        raise _UnreadableError("signatories.json is no JSON") from None
    rows = value.get("signatories") if isinstance(value, dict) else None
    if not isinstance(rows, list) or not all(map(_is_entry, rows)):
        raise _UnreadableError("signatories.json is without a list of signatories")
    return tuple(rows)


def _is_entry(row: object) -> bool:
    """Fields of text, and lists of text: nothing that goes deeper."""
    return isinstance(row, dict) and all(
        isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))
        for value in row.values()
    )


# -- what is wrong -------------------------------------------------------------------------------


def _chain_faults(chain: tuple[Link, ...]) -> list[str]:
    """The first line that does not follow; those after it rest on it."""
    before, revision = GENESIS, 0
    for number, one in enumerate(chain, 1):
        if one.hash != _hash(before, one.revision, one.digest):
            return [f"line {number} of log.jsonl does not follow from the line before it: the past was changed"]
        if one.revision < revision:
            return [f"line {number} of log.jsonl goes back from revision {revision} to {one.revision}"]
        before, revision = one.hash, one.revision
    return []


def _body_faults(chain: tuple[Link, ...], first: Mapping[str, Any], below: bytes) -> list[str]:
    if not chain:
        return ["log.jsonl has no chain"]
    faults = []
    if chain[-1].digest != hashlib.sha256(below).hexdigest():
        faults.append("what log.jsonl vouches for is not what the last line of its chain was made of")
    if chain[-1].revision != first.get("revision"):
        faults.append("log.jsonl vouches for another revision than the last one of its chain")
    return faults


def _list_faults(
    first: Mapping[str, Any], vouchers: Sequence[Voucher], octets: bytes, listed: Sequence[Mapping[str, Any]]
) -> list[str]:
    faults = []
    if first.get("sha256") != hashlib.sha256(octets).hexdigest():
        faults.append("signatories.json is not the list that log.jsonl vouches for")
    if not first.get("names") == len(vouchers) == len(listed):
        faults.append(f"log.jsonl vouches for {len(vouchers)} names, signatories.json lists {len(listed)}")
    if len({one.handle for one in vouchers}) != len(vouchers):
        faults.append("log.jsonl vouches for one line twice")
    return faults


def _hash(before: str, revision: int, digest: str) -> str:
    return hashlib.sha256(f"{before} {revision} {digest}".encode("ascii")).hexdigest()
