"""The published list: roster → the files that visitors and other programs read.

Names come from strangers. They are data here: escaped in HTML, in JSON and in links, and freed of
characters that would turn the line round or hide in it, whatever was let through before.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from jinja2 import DictLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from mailbot.core.events import Entry
from mailbot.core.names import cleaned
from mailbot.core.printed import printed_line
from mailbot.core.roster import Roster
from mailbot.writing.listed import clean_entry, web_address
from mailbot.writing.markdown import to_html
from mailbot.writing.moments import stamp
from mailbot.writing.page_words import PageError, Words, words_for
from mailbot.writing.scripts import language_of

__all__ = ["LetterText", "PageError", "check", "files"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterText:
    """The letter that people sign, and where to sign it."""

    title: str
    text: str  # Markdown, see writing.markdown; "" where the page shows the list alone
    address: str  # addr_spec to which signers write
    language: str  # BCP 47
    page_url: str = ""  # where the page will stand, for the canonical link


def files(
    roster: Roster,
    *,
    letter: LetterText,
    updated: datetime,
    waiting: int,
    templates: Mapping[str, str],
    languages: Sequence[str] = (),
) -> dict[str, bytes]:
    """The published files for people, by name: index.html and fragment.html, in UTF-8. Others: writing.data_files.

    `updated` (aware) is when the list last changed, `waiting` how many requests are on the desk,
    `templates` path under templates/ → text, `languages` those in which the page says how to sign. The same
    arguments give the same octets. Raises PageError where a template is wrong.
    """
    roster = Roster(
        organizations=tuple(map(clean_entry, roster.organizations)),
        persons=tuple(map(clean_entry, roster.persons)),
        withheld=roster.withheld,
    )
    facts = _facts(roster, letter, updated, waiting, templates, languages)
    return {
        "index.html": _html("index", facts, templates).encode("utf-8", "replace"),
        "fragment.html": _html("fragment", facts, templates).translate(_DIRECTIVES).encode("utf-8", "replace"),
    }


def check(templates: Mapping[str, str]) -> None:
    """For `doctor`: makes a page in every language that has wording. Raises PageError for what is wrong."""
    names = Roster(organizations=(Entry(name="香港會"),), withheld=2)
    tags = [name[len("page/") : -len(".toml")] for name in sorted(templates) if _WORDING.fullmatch(name)]
    for tag in tags or ["en"]:
        letter = LetterText(title="A letter", text="Words.", address="letter@openletter.example", language=tag)
        moment = datetime(2021, 1, 6, tzinfo=UTC)
        files(names, letter=letter, updated=moment, waiting=1, templates=templates, languages=tags)


_WORDING = re.compile(r"page/[A-Za-z0-9-]+\.toml")


# -- page ----------------------------------------------------------------------------------------


_DIRECTIVES = {ord(sign): f"&#{ord(sign)};" for sign in "{}[]"}
"""In the page of somebody else's program a name must be no directive of it: {{ Liquid }}, {{< Hugo >}}, [shortcode]."""


def _html(name: str, facts: Mapping[str, Any], templates: Mapping[str, str]) -> str:
    own = tuple(sorted((path, text) for path, text in templates.items() if path.startswith("page/")))
    try:
        return _environment(own).get_template(f"page/{name}.html.j2").render(facts)
    except TemplateError as error:
        raise PageError(f"templates/page/{name}.html.j2: {error}") from error


def _facts(
    roster: Roster,
    letter: LetterText,
    updated: datetime,
    waiting: int,
    templates: Mapping[str, str],
    languages: Sequence[str],
) -> dict[str, Any]:
    words = words_for(templates, letter.language)
    style = _style(templates)
    return {
        "language": letter.language,
        "title": cleaned(letter.title),
        "page_url": web_address(letter.page_url),
        "style": Markup(style),  # noqa: S704 our own file; refused by _style where it could end the element
        "style_digest": "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii"),
        "words": words.table,
        "summary": _summary(roster, words),
        "letter": Markup(to_html(letter.text, title=letter.title)),  # noqa: S704 rendered with HTML disabled
        "address": cleaned(letter.address),
        "groups": _groups(roster, words, letter.language, languages),
        "withheld_line": words.number("withheld", roster.withheld) if roster.withheld else "",
        "waiting_line": words.number("waiting", waiting),
        "updated_line": words.text("updated", date=words.date(updated)),
        "updated_iso": stamp(updated),
        "notes": [_note(words_for(templates, tag), letter.address) for tag in _once([letter.language, *languages])],
    }


@lru_cache(maxsize=4)
def _environment(templates: tuple[tuple[str, str], ...]) -> ImmutableSandboxedEnvironment:
    """The sandbox of the page, kept: its template takes longer to compile than to fill."""
    return ImmutableSandboxedEnvironment(
        loader=DictLoader(dict(templates)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _style(templates: Mapping[str, str]) -> str:
    style = templates.get("page/page.css")
    if style is None:
        raise PageError("templates/page/page.css is missing: reinstall mailbot, or restore the file")
    if "<" in style:
        raise PageError('templates/page/page.css must not hold "<": it would end the style of the page')
    return style


def _once(tags: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(tags))


def _summary(roster: Roster, words: Words) -> str:
    if not roster.entries:
        return words.number("withheld", roster.withheld) if roster.withheld else words.text("nobody")
    parts = []
    if roster.organizations:
        parts.append(words.number("count_organizations", len(roster.organizations)))
    if roster.persons:
        parts.append(words.number("count_persons", len(roster.persons)))
    return words.text("separator").join(parts)


def _groups(roster: Roster, words: Words, language: str, languages: Sequence[str]) -> list[dict[str, Any]]:
    tags = _once([language, *languages])
    groups = (("organizations", roster.organizations), ("persons", roster.persons))
    return [
        {"title": words.text(key), "lines": [_pieces(entry, tags) for entry in entries]}
        for key, entries in groups
        if entries
    ]


def _pieces(entry: Entry, tags: Sequence[str]) -> list[dict[str, str]]:
    """The printed line, cut where what it says changes its kind; joined again it is the printed line."""
    line, at = printed_line(entry), 0
    pieces: list[dict[str, str]] = []
    fields = [("honorific", entry.honorific), ("name", entry.name)]
    fields += [("alt", name) for name in entry.alt_names]
    fields += [("title", entry.title), ("place", entry.place)]
    for kind, text in fields:
        start = line.find(text, at) if text else -1
        if start < 0:
            continue
        if start > at:
            pieces.append({"kind": "", "text": line[at:start], "lang": "", "link": ""})
        link = entry.website if kind == "name" else ""
        pieces.append({"kind": kind, "text": text, "lang": language_of(text, tags), "link": link})
        at = start + len(text)
    if at < len(line):
        pieces.append({"kind": "", "text": line[at:], "lang": "", "link": ""})
    return pieces


def _note(words: Words, address: str) -> dict[str, str]:
    """How to sign and how to be taken off, in one language."""
    note = {"lang": words.tag, "language": words.text("language")}
    for about in ("sign", "leave"):
        before, _, after = words.text(f"{about}.text", address="\0").partition("\0")
        subject = quote(words.text(f"{about}.subject"), safe="")
        note |= {
            f"{about}_title": words.text(f"{about}.title"),
            f"{about}_before": before,
            f"{about}_after": after,
            f"{about}_link": f"mailto:{quote(cleaned(address), safe='@+.-_')}?subject={subject}",
        }
    return note
