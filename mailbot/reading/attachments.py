"""Attached files → tables and texts; read, never executed, never fetched.

What a file is, its octets tell rather than its name.
"""

import csv
import io
import itertools
from collections.abc import Callable
from dataclasses import dataclass

from mailbot.core.message import Attachment, Message
from mailbot.reading.attached import (
    CHARACTERS,
    ROWS,
    Block,
    Contents,
    Defect,
    Rows,
    Table,
    Text,
    UnreadableError,
    Why,
    as_rows,
)
from mailbot.reading.charsets import codec_of, guess
from mailbot.reading.charsets import decode as as_declared

__all__ = ["Opened", "Table", "Text", "decode", "open_attachments", "read_attachments", "read_csv"]

_FILES = 20
_PACKED = 6  # files of one mail that are unpacked, which takes time
_OCTETS = 4 * CHARACTERS  # of an attached text
_SEPARATORS = ",;\t|^~，；、"
_SEP_LINE = "sep="  # how a spreadsheet program notes the separator in the first line
_ODD = 0.2  # the share of rows that may have another number of cells than the headings
_TABLES = ("text/csv", "application/csv", "text/tab-separated-values", "application/vnd.ms-excel")
_TABLE_NAMES = (".csv", ".tsv", ".tab")
_CARDS = ("text/vcard", "text/x-vcard", "text/directory")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # compound files: .xls, .doc, and encrypted .xlsx, .docx
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_LEGACY_NAMES = (".xls", ".xlsb", ".doc", ".dot", ".wps", ".et", ".wpd", ".ppt")
_OTHER_LISTS = (".ods", ".odt", ".rtf", ".pages", ".numbers", ".zip", ".rar", ".7z", ".html", ".htm", ".pptx", ".xml")
_ZIP = b"PK\x03\x04"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Opened:
    """The attachments of one mail: what they hold, in order, and what could not be read of them."""

    contents: tuple[Table | Text, ...]
    defects: tuple[Defect, ...]


def open_attachments(message: Message) -> Opened:
    """Read the first twenty attachments. Never raises; pictures and other things that hold no list are passed over.

    Whoever is told to take names from attachments must ask where there are defects: a name is missing, or all are.
    """
    contents: list[Table | Text] = []
    defects: list[Defect] = []
    packed = _PACKED
    for attachment in message.attachments[:_FILES]:
        where = f"attachment {attachment.filename}"
        reader = _reader(attachment.octets)
        if reader and not packed:
            defects.append(Defect(where, Why.COMPLEX))
            continue
        packed -= reader is not None
        try:
            found = reader(attachment.octets) if reader else _contents(attachment)
        except UnreadableError as error:
            if error.why in (Why.COMPLEX, Why.EXPANDS):  # whoever sends one bomb sends more
                packed = 0
            defects.append(Defect(where, error.why))
            continue
        except (ValueError, LookupError, ArithmeticError, RecursionError, MemoryError):
            defects.append(Defect(where, Why.DAMAGED))
            continue
        contents += [_placed(block, where) for block in found.blocks]
        if found.cut:
            defects.append(Defect(where, found.cut))
    return Opened(tuple(contents), tuple(defects))


def read_attachments(message: Message) -> tuple[Table | Text, ...]:
    """What the attachments of a mail hold, as far as they can be read. Never raises."""
    return open_attachments(message).contents


def decode(attachment: Attachment) -> str:
    """The text of an attachment: by its byte order mark, UTF-8, then the charset it declares, then by likelihood.

    Declared charsets of attachments are the mail program's guess, so UTF-8 goes first: text that is valid
    UTF-8 by accident is next to none.
    """
    octets = attachment.octets[:_OCTETS]
    if octets.startswith(_UTF16):
        return _lines(octets.decode("utf-16", "replace"))
    if wide := _wide(octets):
        return _lines(octets.decode(wide, "replace"))
    try:
        return _lines(octets.decode("utf-8-sig"))
    except UnicodeDecodeError:
        declared = codec_of(attachment.charset)
        plain = declared in (None, "cp1252", "utf-8")  # what programs write that do not know
        return _lines(guess(octets) if plain else as_declared(octets, attachment.charset)[0])


def read_csv(text: str) -> Rows:
    """Rows of stripped cells; the separator is the one that parts the rows into equal numbers of cells.

    Where none does, each line is one cell: "Cards, Dice and Company" in a list of names is one name.
    """
    text = "".join(c for c in text if c in "\n\t" or c >= " ")
    first, _, rest = text.partition("\n")
    if first.casefold().strip('"').startswith(_SEP_LINE) and len(first.strip('"')) == len(_SEP_LINE) + 1:
        return as_rows(_parsed(rest, first.strip('"')[-1]) or [])
    readings = [(_evenness(rows), rows) for rows in (_parsed(text, s) for s in _SEPARATORS if s in text) if rows]
    best = max(readings, key=lambda reading: reading[0], default=(0.0, []))
    if best[0] > 0:
        return as_rows(best[1])
    return as_rows([line.strip().strip('"')] for line in itertools.islice(text.split("\n"), ROWS + 1))[:ROWS]


def _contents(attachment: Attachment) -> Contents:
    """What a file that is no package, PDF or card holds."""
    octets, name = attachment.octets, attachment.filename.casefold()
    if octets.startswith(_OLD_OFFICE):
        raise UnreadableError(Why.ENCRYPTED if _ENCRYPTED_PACKAGE in octets else Why.LEGACY)
    markup = octets[:200].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
    if (attachment.content_type in _TABLES and not markup) or name.endswith(_TABLE_NAMES):
        return _table(decode(attachment), len(octets))
    if attachment.content_type == "text/plain" or name.endswith(".txt"):
        text = decode(attachment)
        return Contents((Block(text[:CHARACTERS]),), Why.LONG if len(octets) > _OCTETS else None)
    if name.endswith(_LEGACY_NAMES):
        raise UnreadableError(Why.LEGACY)
    if name.endswith((*_OTHER_LISTS, ".xlsx", ".docx", ".pdf", ".vcf")):
        raise UnreadableError(Why.FORMAT if name.endswith(_OTHER_LISTS) else Why.DAMAGED)
    return Contents(())


def _reader(octets: bytes) -> Callable[[bytes], Contents] | None:
    """The reader of the format that the octets themselves show. Imported when needed: most mail has none."""
    if octets.startswith(_ZIP):
        if b"xl/workbook" in octets:
            from mailbot.reading.spreadsheets import read_workbook

            return read_workbook
        if b"word/" in octets:
            from mailbot.reading.documents import read_document

            return read_document
    elif b"%PDF-" in octets[:1024]:
        from mailbot.reading.portable_documents import read_portable

        return read_portable
    elif b"begin:vcard" in octets[:1024].lower():
        from mailbot.reading.vcards import read_cards

        return lambda cards: read_cards(cards[:_OCTETS])
    return None


def _placed(block: Block, where: str) -> Table | Text:
    where = f"{where}:{block.place}" if block.place else where
    return Text(where, block.content) if isinstance(block.content, str) else Table(where, block.content)


def _table(text: str, octets: int) -> Contents:
    rows = read_csv(text)
    cut = Why.LONG if octets > _OCTETS else Why.ROWS if len(rows) >= ROWS and text.count("\n") > ROWS else None
    return Contents((Block(rows),), cut)


def _parsed(text: str, separator: str) -> list[list[str]]:
    """The rows by one separator; none where the text cannot be such a table."""
    try:
        rows = itertools.islice(csv.reader(io.StringIO(text), delimiter=separator), ROWS * 2)
        return [row for row in rows if any(cell.strip() for cell in row)][:ROWS]
    except csv.Error:  # a field beyond the limit of the module
        return []


def _evenness(rows: list[list[str]]) -> float:
    """How plainly rows stand in columns: 0 where they do not, else the share that are even, the wider the better."""
    lengths = [len(row) for row in rows]
    usual = max(set(lengths), key=lambda n: (lengths.count(n), n))
    longer = sum(n > usual for n in lengths)
    if usual < 2 or len(rows) < 2 or longer > max(1, len(rows) * _ODD):
        return 0.0
    even = lengths.count(usual) / len(rows)
    return even + min(usual, 20) / 100 if even > 0.5 else 0.0


def _wide(octets: bytes) -> str:
    """Two octets a character without a byte order mark, known by its zero octets between Latin letters."""
    sample = octets[:400]
    if sample.count(0) * 4 < len(sample) or len(sample) < 8:
        return ""
    return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
