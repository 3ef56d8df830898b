"""The published list: roster → the files that visitors and other programs read."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from mailbot.core.editions import Edition
from mailbot.core.events import Entry
from mailbot.core.roster import Roster, fingerprint
from mailbot.writing.chapters import Section
from mailbot.writing.data_files import data_sheets
from mailbot.writing.letter_text import LetterText
from mailbot.writing.listed import clean_entry
from mailbot.writing.page_words import PageError
from mailbot.writing.sheet import Sheet, mark
from mailbot.writing.web_pages import WebPages

__all__ = ["LetterText", "PageError", "check", "files", "sheets", "vacated"]

NAMES_A_PAGE = 1000


def files(roster: Roster, **options: Any) -> dict[str, bytes]:
    """The published files by name, all of them made; arguments and errors are those of `sheets`."""
    return {sheet.name: sheet.make() for sheet in sheets(roster, **options)}


def sheets(
    roster: Roster,
    *,
    letter: LetterText,
    revision: int,
    updated: datetime,
    waiting: int,
    templates: Mapping[str, str],
    languages: Sequence[str] = (),
    names_a_page: int = NAMES_A_PAGE,
    section: Callable[[Entry], Section] | None = None,
    salt: str = "",
    beside: Sequence[Sheet] = (),
) -> list[Sheet]:
    """The published files, each yet to be made: pages in HTML and the files of `data_sheets`, in UTF-8.

    `updated` (aware) is when the list last changed, `waiting` how many requests are on the desk, `templates`
    path under templates/ → text, `languages` those of the page. A list of more than `names_a_page` names is
    cut into pages by `section`; `salt` goes into signatories.json, and `beside` are further files. The same
    arguments give the same octets. Making one raises PageError where a template is wrong.
    """
    clean = cache(lambda: _clean(roster))
    whole = fingerprint(roster)
    edition = Edition(revision=revision, updated=updated, waiting=waiting, salt=salt)
    data = [*data_sheets(clean, whole, roster.counts, edition, templates), *beside]
    pages = WebPages(
        roster=roster,
        clean=clean,
        whole=whole,
        letter=letter,
        updated=updated,
        waiting=waiting,
        templates=templates,
        languages=tuple(dict.fromkeys([letter.language, *languages])),
        names_a_page=names_a_page,
        section=section or _by_first_letter,
        data=tuple(sheet.name for sheet in data),
    )
    return [*pages.sheets(), *data]


def vacated(name: str, letter: LetterText, templates: Mapping[str, str]) -> Sheet:
    """What stands where a file was that is published no more: no name, and of a page the way to the list."""
    if not name.endswith(".html"):
        return Sheet(name, mark(name, "vacated"), lambda: b"")
    pages = WebPages.of_nobody(letter, templates)
    return Sheet(name, mark(pages.setting(letter.language), "vacated"), pages.moved)


def check(templates: Mapping[str, str]) -> None:
    """For `doctor`: makes a page in every language that has wording. Raises PageError for what is wrong."""
    names = Roster(organizations=(Entry(name="香港會"), Entry(name="Hong Kong Club")), withheld=2)
    tags = [name[len("page/") : -len(".toml")] for name in sorted(templates) if _WORDING.fullmatch(name)]
    for tag in tags or ["en"]:
        letter = LetterText(title="A letter", text="Words.", address="letter@openletter.example", language=tag)
        moment = datetime(2021, 1, 6, tzinfo=UTC)
        for most in (1, NAMES_A_PAGE):
            files(
                names,
                letter=letter,
                revision=1,
                updated=moment,
                waiting=1,
                templates=templates,
                languages=tags,
                names_a_page=most,
            )
        vacated("persons-a.html", letter, templates).make()


_WORDING = re.compile(r"page/[A-Za-z0-9-]+\.toml")


def _clean(roster: Roster) -> Roster:
    return Roster(
        organizations=tuple(map(clean_entry, roster.organizations)),
        persons=tuple(map(clean_entry, roster.persons)),
        withheld=roster.withheld,
    )


def _by_first_letter(entry: Entry) -> Section:
    return Section("letter", entry.name[:1].upper())
