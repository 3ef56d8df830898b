"""Machines and people told apart in real mail, and what no mail may do: crash, linger, lose its characters."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from typing import Any

from mailbot.core.intents import Intent
from mailbot.core.message import Message

UNANSWERED = frozenset({"bounce", "auto_reply", "junk"})
"""Kinds that no letter goes out for."""

_SLOW = 5.0
_KINDS = (
    ("bounces and delays", ("bounce", "delay", "delivered_dsn")),
    ("abuse reports", ("feedback_report",)),
    ("challenges", ("challenge",)),
    ("automatic replies", ("auto_reply",)),
    ("read receipts", ("mdn",)),
    ("list posts", ("list",)),
)


@dataclass(frozen=True, slots=True)
class Read:
    """One real message: its label, and what it was read as; `crash` names an error that was raised."""

    row: dict[str, Any]
    octets: bytes
    message: Message | None
    intent: Intent | None
    seconds: float
    crash: str

    @property
    def kind(self) -> str:
        return self.intent.kind if self.intent else "crash"

    @property
    def label(self) -> str:
        return str(self.row["expected"]["kind"])


def figures(read: list[Read]) -> Iterator[tuple[str, str]]:
    """Name and figure, in the order to print."""
    sure = [r for r in read if not r.row["expected"].get("label_conflict")]
    for name, labels in _KINDS:
        of_kind = [r for r in sure if r.label in labels]
        unanswered = [r for r in of_kind if r.kind in UNANSWERED]
        yield f"{name}: never answered", share(len(unanswered), len(of_kind))
    bounces = [r for r in sure if r.label == "bounce"]
    yield "bounces: known as such", share(sum(r.kind == "bounce" for r in bounces), len(bounces))
    people = [r for r in sure if r.label.startswith("human") and r.row["expected"]["robot"] is not True]
    yield "people taken for machines", share(sum(r.kind in UNANSWERED for r in people), len(people))
    yield "ham taken for machines (holds newsletters)", _taken([r for r in sure if r.label == "ham"])
    yield "read as a request to sign, of all but lists", str(sum(r.kind == "sign" for r in sure if r.label != "list"))
    yield "crashes", str(sum(bool(r.crash) for r in read))
    yield f"over {_SLOW:.0f} s", str(sum(r.seconds > _SLOW for r in read))
    slowest = max(read, key=lambda r: r.seconds)
    yield "slowest", f"{slowest.seconds:.2f} s ({len(slowest.octets):,} octets)"
    damaged = [r for r in read if r.message and _lost_characters(r)]
    yield "U+FFFD where the declared charset is right", str(len(damaged))


def share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.1%})" if whole else "none there"


def _taken(read: Iterable[Read]) -> str:
    kinds = [r.kind in UNANSWERED for r in read]
    return share(sum(kinds), len(kinds))


def _lost_characters(read: Read) -> bool:
    """A replacement character in the text of a mail whose text parts decode as they declare, and hold none."""
    assert read.message
    if "\ufffd" not in read.message.text + read.message.html:
        return False
    for part in message_from_bytes(read.octets).walk():
        if part.get_content_maintype() != "text":
            continue
        octets = part.get_payload(decode=True)
        try:
            text = octets.decode(part.get_content_charset("us-ascii")) if isinstance(octets, bytes) else ""
        except (LookupError, UnicodeError):
            return False
        if "\ufffd" in text:
            return False
    return True
