"""PDF with text → lines, and tables where words stand in columns: by pypdf, on a short leash.

pypdf reads what a stranger made in many thousand small steps, each of them bounded by its configuration; how
many steps there are is bounded here. No image is decoded, no program run, nothing embedded is opened.
"""

import io
import logging
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from types import FrameType
from typing import TYPE_CHECKING

from mailbot.reading.attached import CHARACTERS, ROWS, Block, Contents, UnreadableError, Why, as_rows

if TYPE_CHECKING:
    from pypdf import PageObject

_OCTETS = 2_000_000  # of the file; pictures may fill it, text does not
_STREAM = 4_000_000  # octets of one decompressed stream
_PAGES = 10
_STEPS = 3_000_000  # calls and returns of functions: a second or two
_WIDTH = 400  # characters of one line
_COLUMN_GAP = 2  # blanks between two columns, in every line
_WIDE_GAP = 3  # in a line that may be one of a table; justified text has narrower ones
_BULLET = re.compile(r"^(\s*(?:[•·▪●○◦–*-]|\d{1,3}[.)、]))\s+")
_PAGE_NUMBER = re.compile(r"\W*(?:page\s*)?\d{1,3}(?:\s*(?:/|of|sur|de)\s*\d{1,3})?\W*", re.IGNORECASE)
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\u00ad": None, "\u00a0": " "})


def read_portable(octets: bytes) -> Contents:
    """The text of the pages as lines, and tables apart. Raises UnreadableError alone."""
    if len(octets) > _OCTETS:
        raise UnreadableError(Why.LONG)
    pages, more = _pages(octets)
    blocks: list[Block] = []
    text: list[str] = []
    cut = Why.LONG if more else None
    for number, page in enumerate(pages, 1):
        for is_table, lines in _parted(_lines(page)):
            if is_table:
                blocks.append(Block(as_rows(_cells(lines)), f"page {number}"))
            else:
                text += [" ".join(line.split()) for line in lines]
        text.append("")
    running = "\n".join(text).strip("\n")
    if running.strip():
        blocks.insert(0, Block(running[:CHARACTERS]))
    if not blocks:
        raise UnreadableError(Why.NO_TEXT)
    if len(running) > CHARACTERS or sum(len(block.content) for block in blocks[1:]) > ROWS:
        cut = Why.LONG
    return Contents(tuple(blocks), cut)


def _pages(octets: bytes) -> tuple[list[str], bool]:
    """The text of each page, laid out as it is printed, and whether there are more pages."""
    # Imported where a PDF comes, which is seldom: it takes a quarter of a second.
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)  # its warnings quote what the stranger wrote
    try:
        with (
            pypdf.apply_configuration(
                maximum_declared_stream_length=_OCTETS,
                array_based_stream_maximum_output_length=_STREAM,
                lzw_maximum_output_length=_STREAM,
                run_length_maximum_output_length=_STREAM,
                zlib_maximum_output_length=_STREAM,
                zlib_maximum_recovery_input_length=200_000,
                brotli_maximum_output_length=_STREAM,
                stream_filters_maximum_length=4,
                stream_decoding_work_maximum_length=4 * _STREAM,
                stream_parsing_work_maximum_count=200_000,
                page_tree_maximum_entries=2_000,
                page_tree_maximum_depth=30,
                page_tree_maximum_page_entries=20_000,
                xform_maximum_invocations_per_extraction=200,
                jbig2dec_binary=None,
            ),
            _bounded(_STEPS),
        ):
            reader = pypdf.PdfReader(io.BytesIO(octets), root_object_recovery_limit=1_000)
            if reader.is_encrypted:
                reader.decrypt("")  # many are locked against printing alone; else the pages raise
            count = len(reader.pages)
            return [_page_text(reader.pages[number]) for number in range(min(count, _PAGES))], count > _PAGES
    except (pypdf.errors.DependencyError, pypdf.errors.FileNotDecryptedError) as error:
        raise UnreadableError(Why.ENCRYPTED) from error
    except pypdf.errors.LimitReachedError as error:
        raise UnreadableError(Why.EXPANDS) from error
    except _TooManyStepsError as error:
        raise UnreadableError(Why.COMPLEX) from error
    except Exception as error:
        raise UnreadableError(Why.DAMAGED) from error


def _page_text(page: "PageObject") -> str:
    laid_out = page.extract_text(extraction_mode="layout", layout_mode_space_vertically=True)
    return laid_out if laid_out.strip() else page.extract_text()


class _TooManyStepsError(BaseException):
    """Not an Exception, for pypdf mends whatever is one and goes on."""


@contextmanager
def _bounded(steps: int) -> Iterator[None]:
    """Ends what runs within after so many calls of functions, the same number on every machine."""
    left = steps
    before = sys.getprofile()

    def count(_frame: FrameType, _event: str, _argument: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            sys.setprofile(None)
            raise _TooManyStepsError

    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)


def _lines(page: str) -> list[str]:
    """The lines of a page, bullets close to their words; page numbers and addresses of browsers left out."""
    lines: list[str] = []
    for line in page.translate(_LIGATURES).split("\n")[: ROWS * 4]:
        bare = line.strip()
        if not bare:
            if lines and lines[-1]:
                lines.append("")
        elif not _PAGE_NUMBER.fullmatch(bare) and "://" not in bare:
            lines.append(_BULLET.sub(r"\1 ", line.rstrip())[:_WIDTH])
    return lines


def _parted(lines: Sequence[str]) -> Iterator[tuple[bool, list[str]]]:
    """Stretches of lines in turn, with whether they stand in columns: two lines or more that share a gap."""
    for blank, stretch in groupby(lines, key=lambda line: not line):
        rows = list(stretch)
        if blank:
            yield False, rows
            continue
        wide = [_WIDE_GAP * " " in line.strip() for line in rows]
        for columned, part in groupby(zip(wide, rows, strict=True), key=lambda pair: pair[0]):
            found = [line for _, line in part]
            yield columned and len(found) > 1 and len(_columns(found)) > 1, found


def _columns(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Where the columns begin and end: gaps are blank in every line."""
    width = max(map(len, lines))
    filled = [any(at < len(line) and line[at] != " " for line in lines) for at in range(width)]
    columns: list[tuple[int, int]] = []
    for is_filled, places in groupby(range(width), key=filled.__getitem__):
        stretch = list(places)
        if not is_filled:
            continue
        if columns and stretch[0] - columns[-1][1] < _COLUMN_GAP:
            columns[-1] = columns[-1][0], stretch[-1] + 1
        else:
            columns.append((stretch[0], stretch[-1] + 1))
    return columns


def _cells(lines: Sequence[str]) -> list[list[str]]:
    columns = _columns(lines)
    return [[line[start:end] for start, end in columns] for line in lines]
