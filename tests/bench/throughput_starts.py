"""How long a start takes: the best of several, for a machine that does something else only ever adds."""

import subprocess
import sys
import time
from pathlib import Path

_PROGRAM = Path(sys.executable).with_name("mailbot")
_TIMES = 7


def help_seconds() -> float:
    return min(_seconds("--help") for _ in range(_TIMES))


def once_seconds(folder: Path) -> float:
    """Of a campaign that has an empty Maildir for an inbox and published before."""
    options = (
        "--title T --address letter@openletter.example --languages en --inbox maildir:inbox --outbox maildir:outbox"
    )
    _seconds("init", str(folder), "--organizer", "Ada <ada@organizers.example>", *options.split())
    _seconds("-C", str(folder), "once")
    return min(_seconds("-C", str(folder), "once") for _ in range(_TIMES))


def _seconds(*arguments: str) -> float:
    began = time.monotonic()
    subprocess.run([str(_PROGRAM), *arguments], stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - began
