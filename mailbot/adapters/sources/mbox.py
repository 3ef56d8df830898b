"""An mbox file as the place where mail lies: an archive, an export. It is never written (RFC 4155; mboxrd)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_tz
from pathlib import Path
from typing import BinaryIO

from mailbot.adapters.sources.backlog import BacklogSource, Collected, Found, moment
from mailbot.adapters.sources.defaults import MAX_OCTETS

# "From ann@choir.example Sat Jan  9 10:00:00 2021": a sentence that begins with From has no time and year.
_POSTMARK = re.compile(rb"From \S{1,320} +(\S.{0,60})\r?\n?")
_TIME_AND_YEAR = re.compile(rb"\d:\d\d.*\b\d{4}\b")
_QUOTED = re.compile(rb">+From ")
_LINE = 1 << 16  # octets read at a time: a line without end is no reason to hold it all


class MboxSource(BacklogSource):
    """Source over one mbox file; FILE.settled beside it says what is done."""

    def __init__(self, path: Path, *, max_octets: int = MAX_OCTETS) -> None:
        super().__init__(_Mbox(path), max_octets)


class _Mbox:
    scheme = "mbox"

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = f"The mbox file {path}"
        self.list_file = path.with_name(path.name + ".settled")

    def stamp(self) -> object:
        about = self._path.stat()
        return about.st_mtime_ns, about.st_size

    def mails(self, max_octets: int) -> Iterator[Found]:
        with self._path.open("rb") as file:
            written = moment(self._path.stat().st_mtime)
            yield from _split(file, max_octets, written)


def _split(file: BinaryIO, max_octets: int, written: datetime) -> Iterator[Found]:
    """The mails between the postmarks; what stands before the first is none."""
    mail: Collected | None = None
    received_at = written
    end = b""  # the empty line before a postmark belongs to neither mail: it is held back until what follows is known
    at_start, after_empty = True, True
    while line := file.readline(_LINE):
        date = _postmark(line) if at_start and after_empty else None
        if date is not None:
            if mail is not None:
                yield mail.found(received_at)
            mail, received_at, end = Collected(max_octets), _date(date) or written, b""
        elif mail is not None:
            mail.add(end)
            end = b""
            text = line[1:] if at_start and _QUOTED.match(line) else line
            if at_start and text in (b"\n", b"\r\n"):
                end = text
            else:
                mail.add(text)
        after_empty = at_start and line in (b"\n", b"\r\n")
        at_start = line.endswith(b"\n")
    if mail is not None:
        yield mail.found(received_at)


def _postmark(line: bytes) -> bytes | None:
    """The date of the line with which a mail begins, or None where it is a line like others."""
    found = _POSTMARK.fullmatch(line) if line.startswith(b"From ") else None
    return found[1] if found and _TIME_AND_YEAR.search(found[1]) else None


def _date(text: bytes) -> datetime | None:
    parsed = parsedate_tz(text.decode("ascii", "replace"))
    if parsed is None:
        return None
    try:
        return datetime(*parsed[:6], tzinfo=UTC)
    except ValueError:
        return None
