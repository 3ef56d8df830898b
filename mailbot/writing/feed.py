"""feed.xml: the newest names, for whoever would rather be told than look (Atom, RFC 4287).

It is made of the list alone: whoever is taken off the list is in no feed from then on.
"""

import heapq
from collections.abc import Iterable, Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mailbot.core.beside import beside
from mailbot.core.names import cleaned
from mailbot.core.printed import printed_line
from mailbot.core.receipts import feed_id
from mailbot.core.vouching import Vouched
from mailbot.writing.listed import clean_entry, web_address
from mailbot.writing.moments import stamp
from mailbot.writing.scripts import language_of

MOST = 50
"""Names in the feed."""

NAMESPACE = "http://www.w3.org/2005/Atom"


def feed(
    vouched: Iterable[Vouched],
    *,
    tag: str,
    title: str,
    subtitle: str,
    page_url: str,
    languages: Sequence[str],
    updated: datetime,
) -> bytes:
    """The `newest` of those names, the latest first.

    `tag` is what all ids begin with, for good: "tag:letter@openletter.example,2021-01-06:" (RFC 4151). The id of
    a name stays when its line is reworded, and says nothing of it. `updated` is when the list last changed.
    """
    latest = newest(vouched)
    changes = [one.receipt.changed for one in latest if one.receipt.changed]
    root = Element("feed", {"xmlns": NAMESPACE, "xml:lang": languages[0]})
    _text(root, "id", tag + "list")
    _text(root, "title", cleaned(title))
    _text(root, "subtitle", cleaned(subtitle))
    _text(root, "updated", stamp(max([updated, *changes])))
    _text(SubElement(root, "author"), "name", cleaned(title))
    _text(root, "generator", "mailbot")
    page = web_address(page_url)
    if page:
        SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": beside(page, "feed.xml")})
        SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": page})
    for one in latest:
        _entry(root, one, tag, page, languages)
    indent(root, " ")
    octets: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return octets + b"\n"


def newest(vouched: Iterable[Vouched]) -> tuple[Vouched, ...]:
    """The names that came last, the latest first, at most MOST."""
    return tuple(heapq.nsmallest(MOST, vouched, key=_latest_first))


def _entry(root: Element, one: Vouched, tag: str, page: str, languages: Sequence[str]) -> None:
    entry = clean_entry(one.entry)
    line = printed_line(entry)
    element = SubElement(root, "entry")
    if spoken := language_of(entry.name, languages):
        element.set("xml:lang", spoken)
    _text(element, "id", tag + feed_id(one.receipt.nonce))
    _text(element, "title", line)
    first, changed = _moments(one)
    _text(element, "published", stamp(first))
    _text(element, "updated", stamp(changed))
    SubElement(element, "category", {"term": entry.category.value})
    if page:
        SubElement(element, "link", {"rel": "alternate", "type": "text/html", "href": page})
    _text(element, "content", line).set("type", "text")


def _latest_first(one: Vouched) -> tuple[float, str]:
    return -_moments(one)[0].timestamp(), feed_id(one.receipt.nonce)


def _moments(one: Vouched) -> tuple[datetime, datetime]:
    """When the list first showed it, and when it first did in these words."""
    assert one.receipt.first is not None
    assert one.receipt.changed is not None
    return one.receipt.first, one.receipt.changed


def _text(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = text
    return element
