"""What tells an attribution from the author's own text: "On … Ada wrote:" in words that we know, or by its shape."""

import re
from collections.abc import Sequence

from mailbot.core.message import Address

LONGEST = 400
"""Characters of an attribution at most."""

_ONE_LINE = 140
_DATELINE = re.compile(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d (?:GMT|UTC)(?:[+-]\d{1,2}(?::?\d\d)?)? ")
_SENTENCE_END = re.compile(r"[^\W\d_]{3}[.!?] +[^\W\d_]|[。！？]")
_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?!\d)")


def read_address(text: str) -> Address | None:
    """The mailbox in "Ada <ada@a.example>", "Ada [mailto:ada@a.example]" or "Ada"; None where nothing is told."""
    text = text[:400].replace("＜", "<").replace("＞", ">")
    start, end = text.find("<"), text.find(">")
    if 0 <= start < end:
        name, addr = text[:start], text[start + 1 : end]
    elif "[mailto:" in text:
        name, _, rest = text.partition("[mailto:")
        addr = rest.partition("]")[0]
    else:
        word = next((w for w in text.split() if "@" in w), "")
        name, addr = text.replace(word, "") if word else text, word
    addr = addr.removeprefix("mailto:").strip(" \t<>()[]\"',;*")
    local, _, domain = addr.rpartition("@")
    addr = f"{local}@{domain.casefold()}" if local and domain and " " not in addr else ""
    name = " ".join(name.split()).strip(" \"'*,;:：[]()") if name.strip() else ""
    return Address(name, addr) if name or addr else None


def author_in(attribution: str) -> Address | None:
    """The author named in an attribution, as far as it can be told from the address and what stands before it."""
    start = attribution.find("<")
    end = attribution.find(">", start)
    if start < 0 or end < 0 or "@" not in attribution[start:end]:
        return None
    name = attribution[:start]
    for cut in (",", "，", " AM ", " PM ", "、"):
        name = name.rpartition(cut)[2]
    return read_address(name.strip(" \"'") + attribution[start : end + 1])


def fits(line: str, parts: tuple[str, ...]) -> bool:
    """Do the pieces stand in the line in order, the first at its beginning and the last at its end?"""
    first, last = parts[0], parts[-1]
    if not line.startswith(first) or not line.endswith(last):
        return False
    if first.isascii() and line[len(first) - 1 : len(first)].isalpha() and line[len(first) : len(first) + 1].isalpha():
        return False  # "On" does not begin "Only"
    at, end = len(first), len(line) - len(last)
    for piece in parts[1:-1]:
        at = line.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return at < end


def is_open(parts: Sequence[str]) -> bool:
    """Was an address in angle brackets begun and not ended? Then a '>' at the head of a line is its end."""
    text = "".join(parts)
    return text.rfind("<") > text.rfind(">")


def is_dateline(line: str) -> bool:
    """Gmail in languages without a verb: 2016-03-03 17:21 GMT+01:00 Ada <ada@a.example>: ."""
    found = _DATELINE.match(line)
    return found is not None and 0 < len(line[found.end() :].split()) <= 8


def is_dated(line: str) -> bool:
    """A day and a year, and no more than a line: with a quote right below, an attribution in whatever language."""
    numbers = [int(n) for n in _NUMBER.findall(line[:LONGEST])]
    return (
        len(line) <= _ONE_LINE
        and any(1990 <= n < 2100 for n in numbers)
        and any(1 <= n <= 31 for n in numbers)
        and not _SENTENCE_END.search(line)
    )
