"""The lease: a row that says which worker works on a campaign, taken over within a minute when its holder dies.

No clocks of two machines are ever compared. The row lives until a second of the database's own clock; should that
be set back, whoever waits sees by its own stopwatch that the holder's beats have ceased; and a holder on this very
machine is seen to be gone at once. Wrong as any of these may be, the fence holds: every transaction of a worker
proves first that the row is still its own, and a taker waits for the transactions that are under way.
"""

import contextlib
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, bindparam, cast, extract, func, insert, select, update

from mailbot.adapters.database.tables import leases
from mailbot.ports import HeldElsewhere, TemporaryFailure

LASTS = 30
"""Seconds that a lease lasts after the last beat."""

BEAT = 5.0
"""Seconds between two beats; and between two looks of whoever waits for the lease."""

Transaction = Callable[[], AbstractContextManager[Connection]]


class Lease:
    """One worker's claim to work on the campaign. Any thread may use it."""

    def __init__(self, transaction: Transaction, name: str = "campaign") -> None:
        """`transaction` opens one that no other writer's overlaps."""
        self._transaction = transaction
        self._name = name
        self._id = secrets.token_hex(16)
        self._fence = 0
        self._sought = False
        self._lock = threading.Lock()
        self._watched: tuple[tuple[int, int], float] = ((0, 0), 0.0)
        self.other = ""
        """Who has it, in words, when it was last seen to be another's."""

    @property
    def ours(self) -> bool:
        """As far as is known; `prove` knows it."""
        return self._fence > 0

    def keep(self) -> bool:
        """Take the lease where it is free, prolong it where it is ours; whether it is ours. Raises TemporaryFailure."""
        with self._lock, self._transaction() as connection:
            self._sought = True
            now = _now(connection)
            row = connection.execute(_ROW, {"wanted": self._name}).first()
            if row is not None and self.ours and (row.holder, row.fence) == (self._id, self._fence):
                connection.execute(_BEAT, {"wanted": self._name, "later": now + LASTS})
                return True
            self._fence = 0
            if row is not None and not self._is_over(row, now):
                self.other = row.told
                return False
            self._take(connection, row, now)
        return True

    def release(self) -> None:
        """Let the next one have it at once. Harmless where it is not ours."""
        with self._lock:
            fence, self._fence, self._sought = self._fence, 0, False
            if fence:
                with self._transaction() as connection:
                    connection.execute(_RELEASE, {"wanted": self._name, "whose": self._id, "which": fence})

    def prove(self, connection: Connection) -> None:
        """At the start of a transaction: that nobody took over. Raises HeldElsewhere where somebody did."""
        if not self._sought:
            return
        whose = connection.execute(_ROW, {"wanted": self._name}).first()
        if whose is None or not self.ours or (whose.holder, whose.fence) != (self._id, self._fence):
            self._fence = 0
            self.other = whose.told if whose else ""
            raise HeldElsewhere(
                f"Another worker ({self.other}) has taken over this campaign while this one did not answer; "
                "what this one was about to do is left to that one, and nothing was lost."
            )

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Ours for as long as it takes, kept by a thread. Raises HeldElsewhere where another worker has it."""
        if not self.keep():
            self._sought = False
            raise HeldElsewhere(
                f"Another worker ({self.other}) is at work on this campaign and takes in its mail. "
                "Nothing was done here; stop that one first if this one shall do it."
            )
        done = threading.Event()
        keeper = threading.Thread(target=self._keep_until, args=(done,), name="lease", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            done.set()
            keeper.join()
            with contextlib.suppress(TemporaryFailure):  # it ends by itself, and a greater trouble is on its way up
                self.release()

    # -- private -----------------------------------------------------------------------------------

    def _keep_until(self, done: threading.Event) -> None:
        while not done.wait(BEAT):
            with contextlib.suppress(TemporaryFailure):  # the next beat may come through; the fence holds meanwhile
                if not self.keep():
                    return

    def _is_over(self, row: Row[Any], now: int) -> bool:
        seen = (row.fence, row.beats)
        if seen != self._watched[0]:
            self._watched = (seen, monotonic())
        return row.until <= now or monotonic() - self._watched[1] > LASTS or _is_gone(row.process)

    def _take(self, connection: Connection, row: Row[Any] | None, now: int) -> None:
        values = {
            "holder": self._id,
            "fence": row.fence + 1 if row else 1,
            "beats": 0,
            "until": now + LASTS,
            "told": f"on {socket.gethostname()}, process {os.getpid()}"[:200],
            "process": _process(os.getpid()),
        }
        if row is None:
            connection.execute(insert(leases).values(name=self._name, **values))
        else:
            connection.execute(update(leases).where(leases.c.name == self._name).values(**values))
        self._fence = int(str(values["fence"]))


_ROW = select(leases).where(leases.c.name == bindparam("wanted"))
_OWN = update(leases).where(leases.c.name == bindparam("wanted"))
_BEAT = _OWN.values(until=bindparam("later"), beats=leases.c.beats + 1)
_RELEASE = _OWN.where(leases.c.holder == bindparam("whose"), leases.c.fence == bindparam("which")).values(until=0)


def _now(connection: Connection) -> int:
    """Seconds since 1970 by the database's clock."""
    if connection.dialect.name == "sqlite":
        return int(connection.scalar(select(func.strftime("%s", "now"))) or 0)
    return int(connection.scalar(select(cast(extract("epoch", func.clock_timestamp()), BigInteger))) or 0)


def _process(pid: int) -> str:
    """What no other process ever has: this start of this machine, its view of processes, number and start of one.

    "" where the system does not tell; then nobody is seen to be gone, and the lease is waited out.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        view = Path("/proc/self/ns/pid").readlink()
        # Field 22, counted behind the program's name, which may hold blanks and brackets itself.
        state, *fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        return "" if state in "ZX" else f"{boot} {view} {pid} {fields[18]}"  # a zombie is dead and not yet buried
    except (OSError, ValueError, IndexError):
        return ""


def _is_gone(process: str) -> bool:
    """Whether that process was on this machine and is there no more."""
    parts = process.split()
    ours = _process(os.getpid()).split()
    if len(parts) != 4 or parts[:2] != ours[:2] or not parts[2].isdecimal():
        return False
    return _process(int(parts[2])) != process
