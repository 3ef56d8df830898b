"""The labelled mails: how well they are read, and that every field is proved by the mail itself."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from mailbot.core.intents import Intent
from mailbot.core.message import Message
from mailbot.reading.attachments import Text, read_attachments
from mailbot.reading.explanation import explanation
from mailbot.reading.interpret import interpret
from mailbot.reading.parse import parse
from mailbot.reading.quoting import Divided, divide
from mailbot.reading.rulebook import Rulebook

Read = list[tuple[str, Message, Intent]]

KIND = 0.83  # of the mails, at least; a little under what is reached
HANDS_FREE = 0.66
INVENTED = 55  # names, at most


@pytest.fixture(scope="module")
def labels(shared: Path) -> list[dict[str, Any]]:
    lines = (shared / "corpus" / "labels.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


@pytest.fixture(scope="module")
def corpus(shared: Path, labels: list[dict[str, Any]], rulebook: Rulebook) -> Read:
    messages = [(row["file"], parse((shared / "corpus" / row["file"]).read_bytes())) for row in labels]
    return [(name, message, interpret(message, rulebook)) for name, message in messages]


@pytest.fixture(scope="module")
def scorer(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", shared / "corpus" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_labelled_mails_are_read_well_and_no_signature_is_seen_where_none_is(
    labels: list[dict[str, Any]], corpus: Read, scorer: ModuleType
) -> None:
    read = {Path(name).name: explanation(intent) for name, _, intent in corpus}
    figures, misses = scorer.score(labels, read)
    assert figures["false_sign"] == 0, misses
    assert figures["kind"] >= KIND, misses
    assert figures["hands_free"] >= HANDS_FREE, misses
    assert figures["invented"] <= INVENTED, misses


def test_every_field_is_proved_by_text_that_stands_in_the_mail(corpus: Read, rulebook: Rulebook) -> None:
    words = {tag: language.quotes for tag, language in rulebook.languages.items()}
    for name, message, intent in corpus:
        places = _places(message, divide(message, words))
        for signatory in getattr(intent, "signatories", ()):
            told = [f for f in _FIELDS if getattr(signatory, f)]
            assert set(told) <= set(signatory.evidence), (name, told)
            for field, span in signatory.evidence.items():
                place, _, offsets = span.where.rpartition(":") if span.where[-1].isdigit() else (span.where, "", "")
                text = places[place]
                assert "".join(span.text.replace('"', "").split()) in text, (name, field, span)
                if offsets and "-" in offsets and place in _VERBATIM:
                    start, end = map(int, offsets.split("-"))
                    assert _VERBATIM[place](message, divide(message, words))[start:end] == span.text, (name, field)


_FIELDS = ("name", "honorific", "title", "contact_name", "contact_role", "place", "website", "was")
_VERBATIM = {
    "own_words": lambda message, divided: divided.own_words,
    "signature": lambda message, divided: divided.signature,
    "subject": lambda message, divided: message.subject,
    "from": lambda message, divided: message.authors[0].display_name,
}


def _places(message: Message, divided: Divided) -> dict[str, str]:
    """The text of every place of a mail, without white space."""
    found = {place: text(message, divided) for place, text in _VERBATIM.items()}
    forwarded = list(_walk(divided))
    for number, inner in enumerate(forwarded):
        where = "forward" if number == 0 else f"forward {number + 1}"
        found |= {where: inner.own_words, f"{where} signature": inner.signature}
    for content in read_attachments(message):
        text = content.text if isinstance(content, Text) else " ".join(cell for row in content.rows for cell in row)
        for place in (content.where, content.where.rpartition(":")[0] or content.where):
            found[place] = f"{found.get(place, '')}\n{text}"
    authors = [segment.author.display_name if segment.author else "" for segment in _segments(divided)]
    found |= {f"{where} from": author for where, author in zip(_names(), authors, strict=False)}
    found |= {f"{w} subject": s.subject for w, s in zip(_names(), _segments(divided), strict=False)}
    return {place: "".join(text.replace('"', "").split()) for place, text in found.items()}


def _names() -> list[str]:
    return ["forward", *(f"forward {n}" for n in range(2, 9))]


def _segments(divided: Divided) -> list[Any]:
    found: list[Any] = []
    for segment in divided.forwards:
        found += [segment, *(_segments(segment.inner) if segment.inner else [])]
    return found


def _walk(divided: Divided) -> list[Divided]:
    return [segment.inner for segment in _segments(divided) if segment.inner]
