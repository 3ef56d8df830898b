"""`mailbot explain`: what a mail is understood to ask, and by which of its words. Needs no campaign."""

import json
import re
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from mailbot.core.intents import Context
from mailbot.reading.explanation import explanation
from mailbot.reading.interpret import interpret
from mailbot.reading.parse import parse
from mailbot.reading.rulebook import Rulebook
from mailbot.verbs.progress import progress

# Within JSON, C0 is escaped already; C1 could command a terminal, and the rest turns the direction of text.
_COMMANDS = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def mail_files(paths: Iterable[Path]) -> list[Path]:
    """The files as given, and every .eml under the folders as found, in order of name."""
    found: list[Path] = []
    for path in paths:
        found += sorted(p for p in path.rglob("*.eml") if p.is_file()) if path.is_dir() else [path]
    return found


def explain(paths: Iterable[Path], rules: Rulebook, *, as_json: bool) -> None:
    """Print what each mail is understood to ask: one JSON object a line, or a page for people.

    Raises OSError where a file cannot be read; what came before it is printed by then.
    """
    from rich.console import Console

    from mailbot.verbs.explained_mail import show

    files, console = mail_files(paths), Console()
    # What is printed shows how far it is; a bar on the same terminal would only be in its way.
    bar = nullcontext(_nothing) if sys.stdout.isatty() else progress("mails", len(files))
    with bar as advance:
        for file in files:
            message = parse(file.read_bytes())
            intent = interpret(message, rules, Context())
            if as_json:
                print(json_line({"file": str(file), **explanation(intent)}))
            else:
                show(console, str(file), message, intent, rules)
            advance()


def _nothing() -> None:
    """What there is to do for a bar that is not shown."""


def json_line(explained: dict[str, Any]) -> str:
    """The object as one line, without any character that commands a terminal."""
    # Lone surrogates can come from a stranger's octets and have no place in UTF-8.
    line = json.dumps(explained, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
    return _COMMANDS.sub(lambda found: f"\\u{ord(found.group()):04x}", line)
