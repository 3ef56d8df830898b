"""`mailbot verify`: the campaign's own events, or a published list as anybody may check it."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mailbot.adapters.published import read_published
from mailbot.core.events import Entry
from mailbot.core.printed import printed_line
from mailbot.core.public_log import Published, Standing, examine, standing
from mailbot.core.receipts import read_code
from mailbot.shell import WRONG_CONFIGURATION, fail
from mailbot.writing.listed import clean_entry

FILES = ("log.jsonl", "signatories.json")
_PAUSE = 3.0  # seconds after which files that do not belong together are fetched again


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, in one sentence."""

    well: bool
    says: str


@dataclass(frozen=True, slots=True)
class Verified:
    findings: tuple[Finding, ...]
    keep: str  # what proves later that none of this was changed; "" where it is not whole

    @property
    def well(self) -> bool:
        return all(finding.well for finding in self.findings)


def tell(place: str, code: str | None, seen: str) -> int:
    """Print what was found; the exit code."""
    try:
        verified = verify_published(place, code=code, seen=seen)
    except ValueError as error:
        fail(str(error), WRONG_CONFIGURATION)
    for finding in verified.findings:
        print(f"{'✓' if finding.well else '✗'} {finding.says}")
    if verified.keep:
        print(f"Keep this to prove later that none of it was changed: {verified.keep}")
    return 0 if verified.well else 1


def verify_published(place: str, *, code: str | None = None, seen: str = "") -> Verified:
    """What a published list and its log prove; with a receipt code, what became of its line.

    `seen` is what an earlier check said to keep. Raises PermanentFailure, TemporaryFailure, and ValueError for a code
    that is none.
    """
    nonce = read_code(code) if code is not None else b""
    if nonce is None:
        raise ValueError("This is no receipt code: it has four groups of seven letters and digits. Copy it once more.")
    published = _published(place)
    findings = [*_whole(published), *_seen_before(published, seen)]
    if nonce and published.chain:
        findings.append(_mine(published, nonce))
    keep = f"{published.chain[-1].revision} {published.head}" if published.chain and not published.faults else ""
    return Verified(tuple(findings), keep)


def _published(place: str) -> Published:
    """Read again where list and log differ: they may be put in place just now."""
    published = examine(*read_published(place, FILES).values())
    if published.faults and "://" in place:
        time.sleep(_PAUSE)
        published = examine(*read_published(place, FILES).values())
    return published


def _whole(published: Published) -> Iterator[Finding]:
    if published.faults:
        yield from (Finding(False, f"{fault}.") for fault in published.faults)
        return
    yield Finding(True, f"The log is unbroken; its last line is of revision {published.chain[-1].revision}.")
    yield Finding(True, f"The list is the one that the log vouches for; names on it: {len(published.vouchers)}.")


def _seen_before(published: Published, seen: str) -> Iterator[Finding]:
    if not seen.strip():
        return
    wanted = seen.split()[-1].lower()
    at = next((number for number, link in enumerate(published.chain, 1) if link.hash == wanted), 0)
    if at:
        yield Finding(True, f"What you kept is publication {at} of the log: everything up to it is as it was then.")
    else:
        yield Finding(False, "What you kept is not in the log: its past was changed, or it is another list's.")


def _mine(published: Published, nonce: bytes) -> Finding:
    became, entry = standing(published, nonce)
    shown = _line(entry) if entry is not None else ""
    match became:
        case Standing.UNCHANGED:
            return Finding(True, f"Your line is on the list, in the words that you were told: {shown}")
        case Standing.REWORDED:
            return Finding(
                False,
                f"Your line is on the list in other words than the letter had: {shown}\n"
                "  If that is not what you asked for since, reply to the letter with the line as it should be.",
            )
        case Standing.MISSING:
            return Finding(False, "The log vouches for your line, but the list does not have it in those words.")
        case Standing.GONE:
            return Finding(
                False,
                "No line of the list is yours by this code: it was taken off, or is counted without being named.\n"
                "  If nobody told you so, write to the organizers.",
            )


def _line(row: Mapping[str, Any]) -> str:
    """The line as it is printed; whatever server it came from, it may do nothing to a terminal."""
    name, honorific, title, place = (str(row.get(key, "")) for key in ("name", "honorific", "title", "place"))
    alt_names = tuple(map(str, row.get("alt_names", ())))
    return printed_line(
        clean_entry(Entry(name=name, alt_names=alt_names, honorific=honorific, title=title, place=place))
    )
