"""The readers, each followed by what it promises of its answer. Runs inside the reading process."""

import unicodedata
from dataclasses import fields
from datetime import UTC, datetime

from mailbot.adapters.reader.child import parse_timed
from mailbot.core.intents import Context, Intent, Sign, Signatory
from mailbot.core.message import Message, Verdict
from mailbot.reading import interpret as ours
from mailbot.reading.evidence import read_evidence
from mailbot.reading.gate import LIMITS
from mailbot.reading.rulebook import Rulebook

_MOST_NAME = 400


def read(octets: bytes) -> Message:
    message = parse_timed(octets)
    assert len(message.digest) == 64
    shown = [message.subject, message.message_id, *message.references]
    shown += [part for a in (*message.authors, *message.to) for part in (a.display_name, a.addr_spec)]
    shown += [part for pair in message.fields for part in pair] + [a.filename for a in message.attachments]
    assert not any(_unseemly(text) for text in shown), "a control or direction character in a header value"
    assert len(message.text) <= LIMITS.text_characters * 2
    assert len(message.attachments) <= LIMITS.attachments
    assert "\x00" not in message.text + message.html
    evidence = read_evidence(
        octets,
        message,
        authserv_id="mx.openletter.example",
        resolver=lambda name: None,
        own_addresses=frozenset({"letter@openletter.example"}),
        now=datetime(2021, 1, 9, tzinfo=UTC),
    )
    assert evidence.verdict in Verdict
    return message


def interpret(message: Message, rulebook: Rulebook, context: Context) -> Intent:
    intent = ours.interpret(message, rulebook, context)
    assert intent.reason
    assert intent.language in rulebook.languages
    signatories = getattr(intent, "signatories", ())
    assert signatories or not isinstance(intent, Sign)
    for signatory in signatories:
        _check(signatory)
    return intent


def _check(signatory: Signatory) -> None:
    name = signatory.name
    assert 0 < len(name) <= _MOST_NAME
    assert not _unseemly(name), "a control or direction character in a name"
    assert not name.startswith(("=", "+", "-", "@")), "a name that a spreadsheet would run"
    assert not name.casefold().startswith(("http:", "https:", "javascript:"))
    assert fields(signatory)


def _unseemly(text: str) -> bool:
    return any(
        unicodedata.category(c) in ("Cc", "Cs") or c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        for c in text
    )
