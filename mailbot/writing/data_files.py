"""The published files for programs: the list as JSON, CSV and Atom, the state of the works, and what each may hold."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

from mailbot.core.editions import Edition
from mailbot.core.receipts import feed_id
from mailbot.core.roster import Roster
from mailbot.core.vouching import Vouched
from mailbot.writing.feed import feed, newest
from mailbot.writing.listed import public
from mailbot.writing.moments import stamp
from mailbot.writing.page_words import PageError, words_for
from mailbot.writing.sheet import Sheet, mark
from mailbot.writing.spreadsheet import spreadsheet

SCHEMAS = ("signatories.schema.json", "status.schema.json", "log.schema.json")
"""JSON Schema (2020-12) of what is published, in templates/page/ and published as they are."""


def data_sheets(
    clean: Callable[[], Roster], whole: str, counts: Mapping[str, int], edition: Edition, templates: Mapping[str, str]
) -> list[Sheet]:
    """signatories.json, signatories.csv, status.json and the schemas, each yet to be made, in UTF-8.

    `clean` gives the roster cleaned, `whole` is its fingerprint. The same arguments give the same octets. Making one
    raises PageError where a file of templates/page/ is missing.
    """
    updated = stamp(edition.updated)
    status = {"revision": edition.revision, "updated": updated, "waiting": edition.waiting}

    @cache
    def signatories() -> bytes:
        return _json(
            {
                "$schema": "signatories.schema.json",
                "revision": edition.revision,
                "updated": updated,
                "salt": edition.salt,
                "counts": dict(counts),
                "signatories": [public(entry) for entry in clean().entries],
            }
        )

    return [
        Sheet("signatories.json", mark(whole, str(edition.revision), updated, edition.salt), signatories),
        Sheet("signatories.csv", mark(whole), lambda: spreadsheet(clean())),
        Sheet("status.json", mark(repr(status)), lambda: _json(status)),
        *(Sheet(name, mark(templates.get(f"page/{name}", "")), partial(_schema, name, templates)) for name in SCHEMAS),
    ]


def feed_sheet(
    vouched: Sequence[Vouched],
    edition: Edition,
    *,
    title: str,
    page_url: str,
    languages: Sequence[str],
    templates: Mapping[str, str],
) -> Sheet:
    """feed.xml, yet to be made; `languages` are the page's, the default one first."""
    latest = newest(vouched)
    shown = [
        text
        for one in latest
        for text in (feed_id(one.receipt.nonce), one.receipt.listed, str(one.receipt.first), str(one.receipt.changed))
    ]
    asked = (edition.tag, stamp(edition.updated), title, page_url, *languages)

    def made() -> bytes:
        return feed(
            latest,
            tag=edition.tag,
            title=title,
            subtitle=words_for(templates, languages[0]).text("signatories"),
            page_url=page_url,
            languages=languages,
            updated=edition.updated,
        )

    return Sheet("feed.xml", mark(*asked, "", *shown), made)


def _schema(name: str, templates: Mapping[str, str]) -> bytes:
    text = templates.get(f"page/{name}")
    if text is None:
        raise PageError(f"templates/page/{name} is missing: reinstall mailbot, or restore the file")
    return text.encode("utf-8")


def _json(value: Any) -> bytes:
    """JSON that is also harmless where somebody pastes it into a page: no "<" stands in it."""
    text = json.dumps(value, ensure_ascii=False, indent=1).replace("<", "\\u003c")
    return (text + "\n").encode("utf-8", "replace")
