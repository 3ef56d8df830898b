"""What the public sees of an entry, in whichever file: its fields freed of what turns a line round or hides in it."""

import re
from typing import Any
from urllib.parse import quote

from mailbot.core.events import Entry
from mailbot.core.names import cleaned


def clean_entry(entry: Entry) -> Entry:
    """The entry fit for print anywhere, whatever was let through before; harmless when repeated."""
    return Entry(
        name=cleaned(entry.name),
        category=entry.category,
        alt_names=tuple(filter(None, map(cleaned, entry.alt_names))),
        honorific=cleaned(entry.honorific),
        title=cleaned(entry.title),
        place=cleaned(entry.place),
        website=web_address(entry.website),
    )


def public(entry: Entry) -> dict[str, Any]:
    """The entry, cleaned, in the words of signatories.json."""
    return {
        "name": entry.name,
        "category": entry.category.value,
        "honorific": entry.honorific,
        "title": entry.title,
        "place": entry.place,
        "website": entry.website,
        "alt_names": list(entry.alt_names),
    }


_WEBSITE = re.compile(r"(https?)://([a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?)(:\d{1,5})?([/?#]\S{0,1000})?", re.I)
_LONGEST_WEBSITE = 500  # characters


def listed_line(entry: Entry) -> dict[str, Any]:
    """One signatory of signatories.json: that is what receipts are of."""
    return public(clean_entry(entry))


def web_address(website: str) -> str:
    """The address of a web page, percent-encoded, or "" where it is anything else."""
    text = cleaned(website)
    if len(text) > _LONGEST_WEBSITE:
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
