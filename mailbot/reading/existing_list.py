"""A list that exists already → entries: CSV, JSON, XLSX, DOCX, Markdown, plain text, or a page in HTML.

The file is the operator's own, but its names are strangers' all the same: what is not fit for print is
skipped and named, with the line on which it stands.
"""

import re
from collections.abc import Iterator

from mailbot.core.intents import Category
from mailbot.reading.attached import UnreadableError
from mailbot.reading.charsets import codec_of, decode
from mailbot.reading.field_lists import csv_names, is_separated, json_names
from mailbot.reading.find_list import Section
from mailbot.reading.listed_names import listed_entry
from mailbot.reading.listing import Found, Named, ReadList, Skipped, Words, collect, list_words
from mailbot.reading.outline import Shape
from mailbot.reading.outline_names import outline_names, section_names
from mailbot.reading.page_outline import page_outline
from mailbot.reading.rulebook import Rulebook
from mailbot.reading.table_names import table_names
from mailbot.reading.text_outline import looks_like_markdown, markdown_outline, plain_outline

__all__ = ["Named", "ReadList", "Skipped", "read_file", "read_list"]

_MARKUP = re.compile(
    r"<(?:!doctype html|html|head|body|div|p|ul|ol|li|table|h[1-6]|br|section|article)\b", re.IGNORECASE
)
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_PACKAGE = b"PK\x03\x04"
_NO_LIST = "no list of signatories is found: save the part with the names as CSV, or one name a line"


def read_file(octets: bytes, name: str, rulebook: Rulebook, *, content_type: str = "", charset: str = "") -> ReadList:
    """Read the list in a file or an answer from the web; what the server says of it goes before what it looks like.

    The charset is the one declared, by the server or by the page itself; else a byte order mark or likelihood.
    Never raises.
    """
    words = list_words(rulebook)
    if octets.startswith(_PACKAGE):
        return collect(_of_package(octets, words))
    declared = charset or _declared(octets)
    text, _ = decode(octets, declared if codec_of(declared) else "")
    if "html" in content_type:
        name = "page.html"
    elif "json" in content_type:
        name = "list.json"
    return read_list(text, name, rulebook)


def read_list(text: str, name: str, rulebook: Rulebook | None = None) -> ReadList:
    """Read the list in `text`; `name` is the file's, whose ending helps where the text does not tell.

    CSV (separated by comma, semicolon, tab or bar) has a first line that names its columns: name, and any of
    category, honorific, title, alt_names (separated by "|" or ";"), place, website; other headings are understood
    in any language that we know. JSON is `signatories.json`, or has lists of names or of objects. On a page and in
    Markdown the list is found; in plain text every line is a name where no heading says otherwise. What nothing
    tells to be a person is an organization; without a `rulebook`, every line is. A name that stands twice is
    taken once. Never raises: a file that is none of these gives no entries and one Skipped that says so.
    """
    words = list_words(rulebook)
    text = text.removeprefix("\ufeff").replace("\x00", "")
    ending = name.casefold().rpartition(".")[2]
    if text.lstrip()[:1] in ("{", "[") or ending == "json":
        return collect(json_names(text, words))
    if is_separated(text) or ending in ("csv", "tsv"):
        return collect(csv_names(text, words))
    if ending in ("html", "htm", "xhtml") or (ending != "md" and _MARKUP.search(text[:20_000])):
        return _one_at_least(collect(outline_names(page_outline(text), words)))
    if ending in ("md", "markdown") or (rulebook and looks_like_markdown(text)):
        return _one_at_least(collect(outline_names(markdown_outline(text), words)))
    return collect(_plain_names(text, words))


def _one_at_least(read: ReadList) -> ReadList:
    return read if read.names or read.skipped else ReadList((), (Skipped(1, "", _NO_LIST),))


def _declared(octets: bytes) -> str:
    """What a page says of its own charset (HTML, 4.2.5.4: within the first 1024 octets; many are late)."""
    found = _DECLARED.search(octets[:4096])
    return found[1].decode("ascii", "replace") if found else ""


def _plain_names(text: str, words: Words) -> Iterator[Found]:
    """The names below headings where there are any that say so, else every line."""
    lines = plain_outline(text)
    said = [
        words.headings.meaning(line.text).sort
        for line in map(words.headings.as_heading, lines)
        if line.shape is Shape.HEADING
    ]
    if any(said):
        found = list(outline_names(lines, words))
        if any(not isinstance(one.entry, str) for one in found):
            yield from found
            return
    if words.naming.nouns:
        yield from section_names(Section(lines=list(lines)), words)
        return
    for line in lines:
        yield Found(line.number, listed_entry(line.text, words.naming, category=Category.ORGANIZATION), line.text)


def _of_package(octets: bytes, words: Words) -> Iterator[Found]:
    """A workbook or a text document; imported here, for most lists are neither."""
    from mailbot.reading.documents import read_document
    from mailbot.reading.spreadsheets import read_workbook

    try:
        contents = (read_workbook if b"xl/workbook" in octets else read_document)(octets)
    except (UnreadableError, ValueError, LookupError, ArithmeticError, RecursionError, MemoryError) as error:
        yield Found(1, f"cannot be read ({error}): save it as CSV", "")
        return
    for block in contents.blocks:
        if isinstance(block.content, str):
            yield from _plain_names(block.content, words)
        else:
            rows = list(enumerate(block.content, 1))
            yield from table_names(rows, words, group=block.place, public=False)
    if contents.cut:
        yield Found(0, f"is longer than is read of such a file ({contents.cut}): save it as CSV", "")
