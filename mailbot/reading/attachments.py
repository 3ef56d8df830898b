"""Lists in attachments: CSV in any separator and encoding, and plain text; read, never executed, never fetched.

Other formats are left for a human: their attachments yield nothing here.
"""

import csv
import io
from dataclasses import dataclass

from mailbot.core.message import Attachment, Message

OCTETS = 200_000  # of one attachment; a list of signatories is no larger
ROWS = 500
CELLS = 20
_CELL_LENGTH = 300
_SEPARATORS = ",;\t|"
_CHARSETS = ("utf-8-sig", "gb18030", "big5hkscs", "cp1252")
_TABLES = ("text/csv", "application/csv", "text/tab-separated-values", "application/vnd.ms-excel")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, as they stand; `where` as a Span has it."""

    where: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A plain text attachment."""

    where: str
    text: str


def read_attachments(message: Message) -> tuple[Table | Text, ...]:
    """The attachments of a mail that can be read, at most twenty. Never raises."""
    found: list[Table | Text] = []
    for attachment in message.attachments[:20]:
        name = attachment.filename.casefold()
        where = f"attachment {attachment.filename}"
        if attachment.content_type in _TABLES or name.endswith((".csv", ".tsv")):
            found.append(Table(where, read_csv(decode(attachment))))
        elif attachment.content_type == "text/plain" or name.endswith(".txt"):
            found.append(Text(where, decode(attachment)))
    return tuple(found)


def decode(attachment: Attachment) -> str:
    """The text of an attachment: by its byte order mark, UTF-8, then the charset it declares, then by what fits.

    Declared charsets of attachments are the mail program's guess, so UTF-8 goes first: text that is valid
    UTF-8 by accident is next to none.
    """
    octets = attachment.octets[:OCTETS]
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return octets.decode("utf-16", "replace")
    declared = attachment.charset.casefold()
    ladder = ["utf-8-sig", {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}.get(declared, declared)]
    for charset in [*ladder, *_CHARSETS]:
        try:
            if charset:
                return _lines(octets.decode(charset))
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return _lines(octets.decode("latin-1"))


def read_csv(text: str) -> tuple[tuple[str, ...], ...]:
    """Rows of stripped cells; the separator is the one that parts the first lines most evenly."""
    text = "".join(c for c in text if c in "\n\t" or c >= " ")
    try:
        rows = [
            tuple(" ".join(cell.split())[:_CELL_LENGTH] for cell in row[:CELLS])
            for row, _ in zip(csv.reader(io.StringIO(text), delimiter=_separator(text)), range(ROWS), strict=False)
        ]
    except csv.Error:  # a field beyond the limit of the module
        return ()
    return tuple(row for row in rows if any(row))


def _separator(text: str) -> str:
    lines = [line for line in text.split("\n")[:10] if line.strip()]
    return max(_SEPARATORS, key=lambda s: (sum(1 for line in lines if s in line), sum(line.count(s) for line in lines)))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
