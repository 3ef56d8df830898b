"""What is shown of an entry: its fields cleaned once more, its line of the page, its row of data.

Names come from strangers. Whatever was let through before, here they are freed of what turns the line round, hides
in it or climbs out of it, and escaped.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from mailbot.core.events import Entry
from mailbot.core.intents import Category
from mailbot.core.names import cleaned
from mailbot.core.printed import printed_line
from mailbot.writing.scripts import SmallWords, language_of, spoken


def clean_entry(entry: Entry) -> Entry:
    """The entry as it may be shown anywhere."""
    return Entry(
        name=_shown(entry.name),
        category=entry.category,
        alt_names=tuple(filter(None, map(_shown, entry.alt_names))),
        honorific=_shown(entry.honorific),
        title=_shown(entry.title),
        place=_shown(entry.place),
        website=web_address(entry.website),
    )


def public(entry: Entry) -> dict[str, Any]:
    """The entry in the words of signatories.json."""
    return {
        "name": entry.name,
        "category": entry.category.value,
        "honorific": entry.honorific,
        "title": entry.title,
        "place": entry.place,
        "website": entry.website,
        "alt_names": list(entry.alt_names),
    }


def listed_line(entry: Entry) -> dict[str, Any]:
    """An entry as signatories.json has it: that is what receipts are of."""
    return public(clean_entry(entry))


def list_item(entry: Entry, languages: Sequence[str], small_words: SmallWords) -> Markup:
    """The printed line as one <li>, each part isolated from the others' direction and told its language.

    `languages` are the page's own first, then the campaign's others; `small_words` as `scripts.spoken` has
    them. Its text is the printed line.
    """
    line, at = printed_line(entry), 0
    parts = ['<li dir="rtl">' if _is_rtl(line) else "<li>"]
    for kind, text in _fields(entry):
        start = line.find(text, at) if text else -1
        if start < 0:
            continue
        if start > at:
            parts.append(str(escape(line[at:start])))
        is_words = kind == "title" or entry.category is Category.ORGANIZATION
        tag = spoken(text, languages, small_words) if is_words else language_of(text, languages)
        parts.append(_part(kind, text, entry.website if kind == "name" else "", tag))
        at = start + len(text)
    parts += (str(escape(line[at:])), "</li>")
    return Markup("".join(parts))  # noqa: S704 every text in it was escaped


def web_address(website: str) -> str:
    """The address of a web page, percent-encoded, or "" where it is anything else."""
    if not website or len(text := cleaned(website)) > _LONGEST_WEBSITE:
        return ""
    if text and "://" not in text and ":" not in text:
        text = "https://" + text
    host = text.partition("://")[2].partition("/")[0]
    if not host.isascii():
        try:
            text = text.replace(host, host.encode("idna").decode("ascii"), 1)
        except UnicodeError:
            return ""
    found = _WEBSITE.fullmatch(text)
    if not found or "." not in found[2]:
        return ""
    return f"{found[1].lower()}://{found[2].lower()}{found[3] or ''}" + quote(found[4] or "", safe="/?#&=%+,;:@!~*.-_")


_WEBSITE = re.compile(r"(https?)://([a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?)(:\d{1,5})?([/?#]\S{0,1000})?", re.I)
_LONGEST_WEBSITE = 500  # characters
_STACKED = 3  # marks on one letter; no script stacks more, and more would stand in other lines


def _shown(text: str) -> str:
    text = cleaned(text)
    if text.isascii():
        return text
    kept, run = [], 0
    for c in text:
        run = run + 1 if unicodedata.category(c) in ("Mn", "Me") else 0
        if run <= _STACKED:
            kept.append(c)
    return "".join(kept)


def _fields(entry: Entry) -> list[tuple[str, str]]:
    """In the order in which the printed line has them."""
    return [
        ("honorific", entry.honorific),
        ("name", entry.name),
        *(("alt", name) for name in entry.alt_names),
        ("title", entry.title),
        ("place", entry.place),
    ]


def _part(kind: str, text: str, link: str, tag: str) -> str:
    kind = "" if kind == "name" else f' class="{kind}"'
    made = f"<bdi{kind}" + (f' lang="{tag}"' if tag else "") + f">{escape(text)}</bdi>"
    return f'<a href="{escape(link)}" rel="nofollow noopener ugc">{made}</a>' if link else made


def _is_rtl(line: str) -> bool:
    """Whether the line's first letter is written from right to left: so is then the whole line."""
    if line.isascii():
        return False
    for c in line:
        direction = unicodedata.bidirectional(c)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False
