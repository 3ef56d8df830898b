"""The letters in one mail: the author's own, and those passed on, outermost first."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailbot.core.message import Address, Message
from mailbot.reading.naming import Naming, ends_abbreviated
from mailbot.reading.passages import Passage, item_start
from mailbot.reading.people import split_role
from mailbot.reading.phrases import fold, has_ideographs
from mailbot.reading.quoting import Divided, Segment

_BLOCK = 12  # lines of a signature block, at most
_ENDS = ".!?。！？)）…,，~～"


_TAG = re.compile(r"\[#[^\]\n]{0,100}\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What one person wrote: body, signature block, subject (empty where it is an answer's), author."""

    body: Passage
    signatures: tuple[Passage, ...]
    subject: Passage
    author: Address | None
    shown: Passage  # the author's display name
    answers: bool  # is it an answer to somebody's letter?


def own_letter(message: Message, divided: Divided, prefixes: Iterable[str], naming: Naming) -> Letter:
    """The author's own letter. `prefixes` mark a Subject as taken over: "Re", "Fwd"."""
    taken_over = _prefixed(message.subject, prefixes)
    name = message.authors[0].display_name if message.authors else ""
    body, late = _parted("own_words", divided.own_words, name, naming)
    return Letter(
        body=body,
        signatures=(*late, Passage("signature", divided.signature, wrapped=False)),
        subject=Passage("subject", "" if taken_over else untagged(message.subject)),
        author=message.authors[0] if message.authors else None,
        shown=Passage("from", name),
        answers=taken_over or bool(message.in_reply_to) or bool(divided.quoted.strip()),
    )


def letters_passed_on(divided: Divided, prefixes: Iterable[str], naming: Naming) -> list[Letter]:
    """The forwarded letters, each before those that it passes on in turn."""
    return [_forwarded(segment, number, prefixes, naming) for number, segment in enumerate(_walk(divided))]


def _walk(divided: Divided) -> Iterator[Segment]:
    for segment in divided.forwards:
        yield segment
        if segment.inner is not None:
            yield from _walk(segment.inner)


def _forwarded(segment: Segment, number: int, prefixes: Iterable[str], naming: Naming) -> Letter:
    where = "forward" if number == 0 else f"forward {number + 1}"
    inner = segment.inner
    taken_over = _prefixed(segment.subject, prefixes)
    name = segment.author.display_name if segment.author else ""
    body, late = _parted(where, inner.own_words if inner else segment.text, name, naming)
    return Letter(
        body=body,
        signatures=(*late, Passage(f"{where} signature", inner.signature if inner else "", wrapped=False)),
        subject=Passage(f"{where} subject", "" if taken_over else untagged(segment.subject)),
        author=segment.author,
        shown=Passage(f"{where} from", name),
        answers=True,
    )


def _parted(where: str, text: str, author: str, naming: Naming) -> tuple[Passage, tuple[Passage, ...]]:
    """The body, and the short lines at its end that begin with a name: a signature block without a sign-off."""
    whole = Passage(where, text)
    lines = whole.lines
    first = len(lines)
    while first > 0 and len(lines) - first < _BLOCK and _may_sign(whole.of(lines[first - 1])):
        first -= 1
    for n in range(max(first, 1), len(lines)):
        above = whole.of(lines[n - 1])
        apart = "\n\n" in whole.text[lines[n - 1].end : lines[n].start].replace(" ", "")
        if (apart or above[-1] in _ENDS) and above[-1] not in ":：" and _is_name(whole.of(lines[n]), author, naming):
            start = lines[n].start
            return Passage(where, text[:start]), (Passage(where, text[start:], start, wrapped=False),)
    return whole, ()


def _may_sign(line: str) -> bool:
    if (" | " in line and len(line) > 60) or item_start(line) or line[-1] in "?？:：;；":
        return False
    return len(line) <= 80 and (
        line[-1] not in "!。！" and (line[-1] != "." or len(line.split()) <= 3 or ends_abbreviated(line))
    )


def _is_name(line: str, author: str, naming: Naming) -> bool:
    """The author's name, anybody's, initials, or a single word such as "Deb"."""
    if split_role(line, naming)[0]:
        return True
    words = fold(line).replace(".", " ").replace(",", " ").split()
    known = set(fold(author).replace(",", " ").replace(".", " ").split())
    if naming.is_organization(line):
        return False
    short = len(line) <= 4 if has_ideographs(line) else len(words) == 1 and len(line) <= 14
    return (
        short
        or (bool(words) and len(words) <= 6 and words[0] in known)
        or (bool(words) and len(words) <= 4 and sum(w in known for w in words) * 2 >= len(words))
    )


def untagged(subject: str) -> str:
    """The Subject with our own tags ("[#K7Q4 token]") as blanks: what is drawn by lot says nothing of the mail."""
    return _TAG.sub(lambda tag: " " * len(tag.group()), subject)


def _prefixed(subject: str, prefixes: Iterable[str]) -> bool:
    head, colon, _ = fold(subject).replace("：", ":").partition(":")
    head = head.strip().rstrip("[]()0123456789 ")
    return bool(colon) and any(head == fold(prefix) for prefix in prefixes)
