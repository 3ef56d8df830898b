"""Where the tests may kill us: the boundaries of a mail's journey, each named; without effect unless one is asked for.

`MAILBOT_FAILPOINT=committed` in the environment ends the process by SIGKILL when it comes there for the
first time, `committed:3` the third. What must hold then stands in tests/journeys/test_killed.py.
"""

import os
import signal
from enum import StrEnum


class Point(StrEnum):
    """In the order in which a mail, and what it caused, comes by."""

    FETCHED = "fetched"
    REMEMBERED = "remembered"
    DECIDED = "decided"
    BEFORE_COMMIT = "before_commit"
    COMMITTED = "committed"
    SETTLED = "settled"
    CALENDAR = "calendar"  # what is due is queued, and not committed
    CALENDAR_KEPT = "calendar_kept"
    PAGE_WRITING = "page_writing"  # a new file stands beside the old one, empty
    PAGE_WRITTEN = "page_written"  # all new files are whole, none in its place
    PAGE_HALF_PLACED = "page_half_placed"  # one file is new, the others are old
    PAGE_PLACED = "page_placed"  # and that they are is not remembered
    LETTER_DUE = "letter_due"
    LETTER_SENDING = "letter_sending"
    LETTER_ACCEPTED = "letter_accepted"  # the next server has it, and that it has is not remembered
    LETTER_SENT = "letter_sent"


_NAME, _, _COUNT = os.environ.get("MAILBOT_FAILPOINT", "").partition(":")
_times: dict[str, int] = {}


def at(point: Point) -> None:
    """Say that the process is there. Costs one comparison where no test has named a point."""
    if _NAME:
        _reached(point)


def _reached(point: Point) -> None:
    _times[point] = _times.get(point, 0) + 1
    if point == _NAME and _times[point] == int(_COUNT or 1):
        os.kill(os.getpid(), signal.SIGKILL)
