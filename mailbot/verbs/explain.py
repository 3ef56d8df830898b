"""`mailbot explain`: what a mail is understood to ask, and by which of its words. Needs no campaign."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from mailbot.core.intents import Context
from mailbot.reading.explanation import explanation
from mailbot.reading.interpret import interpret
from mailbot.reading.parse import parse
from mailbot.reading.rulebook import Rulebook


def mail_files(paths: Iterable[Path]) -> list[Path]:
    """The files as given, and every .eml under the folders as found, in order of name."""
    found: list[Path] = []
    for path in paths:
        found += sorted(p for p in path.rglob("*.eml") if p.is_file()) if path.is_dir() else [path]
    return found


def explain(files: Iterable[Path], rules: Rulebook) -> Iterator[dict[str, Any]]:
    """One object a file, as `mailbot explain --json` prints it. Raises OSError where a file cannot be read."""
    for file in files:
        intent = interpret(parse(file.read_bytes()), rules, Context())
        yield {"file": str(file), **explanation(intent)}


def as_json(explained: dict[str, Any]) -> str:
    # Lone surrogates can come from a stranger's octets and have no place in UTF-8.
    return json.dumps(explained, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


def as_text(explained: dict[str, Any]) -> str:
    """The same for people: what, why, and the words that prove it."""
    lines = [f"{explained['file']}", f"  {explained['kind']} ({explained['lang']}), because: {explained['reason']}"]
    for signatory in explained["signatories"]:
        lines.append(f"  {signatory['name']} ({signatory['category']}, confidence {signatory['confidence']:.2f})")
        for field, span in signatory["evidence"].items():
            text = " ".join(span["text"].split())
            lines.append(f"      {field}: “{text[:100]}” — {span['where']}, {span['rule']}")
    if explained["flags"]:
        lines.append(f"  also: {', '.join(explained['flags'])}")
    return "\n".join(lines)
