"""The published files for programs: the list as JSON, CSV and Atom, the state of the works, and what each may hold."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mailbot.core.editions import Edition
from mailbot.core.roster import Roster
from mailbot.core.vouching import Vouched
from mailbot.writing.feed import feed
from mailbot.writing.listed import listed_line
from mailbot.writing.moments import stamp
from mailbot.writing.page import LetterText
from mailbot.writing.page_words import PageError, words_for
from mailbot.writing.spreadsheet import spreadsheet

SCHEMAS = ("signatories.schema.json", "status.schema.json", "log.schema.json")
"""JSON Schema (2020-12) of what is published, in templates/page/ and published as they are."""


def data_files(
    roster: Roster,
    vouched: Iterable[Vouched],
    edition: Edition,
    *,
    letter: LetterText,
    languages: Sequence[str],
    templates: Mapping[str, str],
) -> dict[str, bytes]:
    """signatories.json, signatories.csv, feed.xml, status.json and their schemas, in UTF-8.

    The same arguments give the same octets. Raises PageError where a file of templates/page/ is missing.
    """
    updated = stamp(edition.updated)
    signatories = {
        "$schema": "signatories.schema.json",
        "revision": edition.revision,
        "updated": updated,
        "salt": edition.salt,
        "counts": roster.counts,
        "signatories": [listed_line(entry) for entry in roster.entries],
    }
    status = {"revision": edition.revision, "updated": updated, "waiting": edition.waiting}
    news = feed(
        vouched,
        tag=edition.tag,
        title=letter.title,
        subtitle=words_for(templates, letter.language).text("signatories"),
        page_url=letter.page_url,
        languages=tuple(dict.fromkeys((letter.language, *languages))),
        updated=edition.updated,
    )
    return {
        "signatories.json": _json(signatories),
        "signatories.csv": spreadsheet(roster),
        "feed.xml": news,
        "status.json": _json(status),
        **{name: _schema(name, templates) for name in SCHEMAS},
    }


def _schema(name: str, templates: Mapping[str, str]) -> bytes:
    text = templates.get(f"page/{name}")
    if text is None:
        raise PageError(f"templates/page/{name} is missing: reinstall mailbot, or restore the file")
    return text.encode("utf-8")


def _json(value: Any) -> bytes:
    """JSON that is also harmless where somebody pastes it into a page: no "<" stands in it."""
    text = json.dumps(value, ensure_ascii=False, indent=1).replace("<", "\\u003c")
    return (text + "\n").encode("utf-8", "replace")
