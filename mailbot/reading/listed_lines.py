"""Names that have a line of their own: items of a list, bare lines under an introduction, labelled fields."""

import re
from collections.abc import Iterator

from mailbot.reading.asking import Hits
from mailbot.reading.candidates import Candidate, Found, make
from mailbot.reading.naming import Naming, ends_abbreviated, is_titled
from mailbot.reading.passages import Passage, Piece, item_start
from mailbot.reading.phrases import fold, has_ideographs

_LABELLED = re.compile(r"^\s*(?:[-*•·]\s*)?([^\n:：|]{1,60}?)\s*[:：|]\s*(\S[^\n]*)$")
_IN_PARENTHESES = re.compile(r"[（(][^（()）]{0,30}[)）]")
_SIGNED_LINE = re.compile(r"[A-ZÀ-Þ][\w'’-]*, [a-zà-ÿ]")  # "Fatou, pour le bureau"
_ENDS_PROSE = re.compile(r"[.!?。！？;；,，]$")
_ASIDE = re.compile(r"\s(?:[:：—–-]|-{2,})\s|[（(]|[:：]")
_COLON = re.compile(r"[:：]\s*$")


def labelled(passage: Passage, naming: Naming) -> Iterator[Candidate]:
    """ "Name of organization: …" on a line of its own; also with a cell border for the colon."""
    for line in passage.lines:
        found = _LABELLED.match(passage.of(line))
        if not found:
            continue
        label = label_of(found.group(1))
        if label not in naming.labels:
            continue
        start, end = line.start + found.start(2), line.start + found.end(2)
        candidate = make(passage, start, end, Found.LABEL, 0.85, naming, label=label)
        if candidate:
            yield candidate


def listed(passage: Passage, hits: Hits, naming: Naming) -> Iterator[Candidate]:
    """Items, or bare lines, under a line that introduces them."""
    group, introduced, open_list = 0, 0.0, False
    for line in passage.lines:
        text = passage.of(line)
        item = item_start(text)
        bare = _is_bare(text[item:], naming) and not _asks(hits, line) and not _is_labelled(text, naming)
        if item and _says_no(text, naming):
            continue
        if bare and (item or introduced or open_list or _stands_alone(passage, line)):
            if not open_list:
                group += 1
            open_list = True
            score = introduced or (0.5 if item else 0.45 if naming.is_organization(text) else 0.35)
            found = Found.LIST if item else Found.LINE
            candidate = make(passage, line.start + item, line.end, found, score, naming, group=group)
            if candidate:
                yield candidate
            continue
        open_list = False
        introduced = _introduction(passage, line, hits, naming)


def label_of(text: str) -> str:
    """The bare words of a label: 團體名稱（中文） is 團體名稱."""
    return _IN_PARENTHESES.sub("", fold(text)).strip(" .*#-")


def _says_no(text: str, naming: Naming) -> bool:
    """An item that says of itself that it is not to be listed: "… : non", "… — NOT confirmed"."""
    parts = _ASIDE.split(fold(text))
    return any(part.strip(" .!)）") in naming.no_cells or part.startswith(naming.no_starts) for part in parts)


def _is_labelled(text: str, naming: Naming) -> bool:
    found = _LABELLED.match(text)
    return found is not None and ("|" in text or label_of(found.group(1)) in naming.labels)


def _introduction(passage: Passage, line: Piece, hits: Hits, naming: Naming) -> float:
    """How surely the line announces names: it ends in a colon or in words that lead to names; or it just asks."""
    text = passage.of(line)
    led = any(line.end - m.end() <= 3 for m in naming.leads.finditer(passage.masked, line.start, line.end))
    if text.endswith(("?", "？")):
        return 0.0
    if (_COLON.search(text) and not _is_greeting(text, naming)) or (led and not text.endswith((".", "!", "。", "！"))):
        return 0.82
    return 0.55 if _asks(hits, line) else 0.0


def _is_greeting(text: str, naming: Naming) -> bool:
    words = fold(text).split()
    return len(words) <= 6 and bool(words) and words[0].strip(",:：") in naming.openers


def _asks(hits: Hits, line: Piece) -> bool:
    return any(line.start <= hit.start < line.end for name in ("join", "passing_on") for hit in hits(name))


def _stands_alone(passage: Passage, line: Piece) -> bool:
    """A blank line above and below."""
    before = passage.text[: line.start].rstrip(" \t\u3000")
    after = passage.text[line.end :].lstrip(" \t\u3000")
    return (not before or before.endswith("\n\n") or before.count("\n") == 0) and (not after or after.startswith("\n"))


def _is_bare(text: str, naming: Naming) -> bool:
    """Is the line a name rather than a sentence?"""
    text = text.strip()
    words = fold(text).split()
    if not words or len(words) > 16 or len(text) > 140:
        return False
    if words[0].strip(",.!") in naming.openers and not is_titled(text, naming):
        return False
    if _ENDS_PROSE.search(text) and not ends_abbreviated(text):
        return False
    if _SIGNED_LINE.match(text):
        return False
    if has_ideographs(text):
        return len(text) <= 40 and not any(c in "。！？!?" for c in text) and not naming.han_openers.match(text)
    return words[0].strip(",.!") not in naming.generic
