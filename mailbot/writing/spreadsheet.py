"""signatories.csv: the list for spreadsheets, without a cell that is a formula; `mailbot import` reads it again."""

import csv
import io

from mailbot.core.formulas import defused
from mailbot.core.roster import Roster
from mailbot.writing.listed import public

COLUMNS = ("name", "category", "honorific", "title", "place", "website", "alt_names")


def spreadsheet(roster: Roster) -> bytes:
    """The names of a cleaned roster in display order, below a line that names the columns (RFC 4180).

    In UTF-8 with a byte order mark, without which Excel takes the octets for another charset. Names in other
    languages stand in one cell, separated by "|"; a single one that holds a semicolon ends with it, since a
    semicolon separates them as well.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in roster.entries:
        fields = public(entry)
        fields["alt_names"] = _in_one_cell(fields["alt_names"])
        writer.writerow(defused(str(fields[column])) for column in COLUMNS)
    return out.getvalue().encode("utf-8-sig")


def _in_one_cell(names: object) -> str:
    assert isinstance(names, list)
    joined = "|".join(str(name).replace("|", "\uff5c") for name in names)
    return joined + "|" if ";" in joined and len(names) == 1 else joined
