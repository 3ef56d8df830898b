"""A Reader (see ports) that survives its mails: they are read in a process beside ours, kept warm between them.

A plain process and a socket, never a fork: `mailbot run` has threads. It starts with the first mail and
ends with us, however we end.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from time import monotonic
from typing import TypeVar

from mailbot.adapters.reader.frames import receive, send
from mailbot.adapters.reader.orders import Answer, Broke, Forgotten, Interpret, Order, Read, Ready, Setup
from mailbot.core.intents import Context, Intent
from mailbot.core.message import Message
from mailbot.ports import ReadingFailure, TemporaryFailure

__all__ = ["ReadingProcess", "Setup"]

T = TypeVar("T")

_START = 60.0  # seconds until it is ready, which takes one on an idle machine
_TRIES = 2  # of starting it
_AT_ONCE = 1.0  # seconds within which a failure may be tried again, so that the next mail does not wait
_TOO_LONG = "reading took too long"
_GRACE = 0.5  # seconds by which the process may overstep before we end it from outside
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_PROGRAM = "import sys; from mailbot.adapters.reader.child import main; main(int(sys.argv[1]))"


@dataclass(slots=True)
class _Child:
    process: subprocess.Popen[bytes]
    channel: socket.socket
    mails: int = 0


class ReadingProcess:
    """Reads and interprets in a process of its own; safe to use from several threads, one mail at a time."""

    def __init__(self, setup: Setup | Callable[[], Setup]) -> None:
        """A function is asked for the setup when the first mail comes; what it raises, `read` raises."""
        self._asked_setup = setup
        self._child: _Child | None = None
        self._lock = threading.Lock()
        self._end: weakref.finalize[[_Child], ReadingProcess] | None = None

    def read(self, octets: bytes) -> Message:
        """See ports.Reader. The attachments come back by name only: what they say stays with the process."""
        with self._lock:
            return self._tried(lambda: self._read(octets))

    def interpret(self, message: Message, octets: bytes, context: Context) -> Intent:
        """See ports.Reader. The mail is read again where the process holds another one by now."""
        with self._lock:
            return self._tried(lambda: self._interpret(message, octets, context))

    def close(self) -> None:
        """End the process; the next mail starts a new one."""
        with self._lock:
            self._stop()

    # -- private -----------------------------------------------------------------------------------

    @cached_property
    def _setup(self) -> Setup:
        return self._asked_setup if isinstance(self._asked_setup, Setup) else self._asked_setup()

    def _tried(self, step: Callable[[], T]) -> T:
        """Once more in a fresh process where one that earlier mails have filled gave up at once."""
        worn, start = self._child is not None and self._child.mails > 0, monotonic()
        try:
            return step()
        except ReadingFailure:
            if not worn or self._child is not None or monotonic() - start > _AT_ONCE:
                raise
        return step()

    def _read(self, octets: bytes) -> Message:
        child = self._ready()
        message = self._asked(child, Read(octets))
        assert isinstance(message, Message)
        child.mails += 1
        return message

    def _interpret(self, message: Message, octets: bytes, context: Context) -> Intent:
        order = Interpret(message.digest, replace(context, cards=dict(context.cards)))
        intent = self._asked(self._ready(), order)
        if isinstance(intent, Forgotten):  # long read, or by a process that this one has taken the place of
            self._read(octets)
            intent = self._asked(self._ready(), order)
        assert not isinstance(intent, Message | Ready | Forgotten)
        return intent

    def _asked(self, child: _Child, order: Order) -> Message | Intent | Ready | Forgotten:
        deadline = monotonic() + self._setup.allowance.on_the_clock + _GRACE
        try:
            send(child.channel, order, deadline)
            answer: Answer = receive(child.channel, deadline)
        except TimeoutError:
            self._stop()
            raise ReadingFailure(_TOO_LONG) from None
        except (EOFError, OSError):
            raise ReadingFailure(_why_ended(self._stop())) from None
        if not isinstance(answer, Broke):
            return answer
        if answer.memory:
            self._stop()
            raise ReadingFailure("reading took too much memory")
        raise ReadingFailure("fault", f"{answer.error} at {', '.join(reversed(answer.where))}")

    # -- the process -------------------------------------------------------------------------------

    def _ready(self) -> _Child:
        """The process that waits for mail. Raises TemporaryFailure where none can be had."""
        if self._child is not None and self._child.process.poll() is not None:
            self._stop()
        for _ in range(_TRIES):
            if self._child is None:
                self._start()
        if self._child is None:
            raise TemporaryFailure("the process that reads mail could not be started; is memory left on this machine?")
        return self._child

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(  # noqa: S603  our own interpreter, our own words
                [sys.executable, "-P", "-c", _PROGRAM, str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,  # Ctrl-C is for the worker, which finishes its mail first
            )
        self._child = _Child(process, ours)
        self._end = weakref.finalize(self, _end, self._child)
        try:
            send(ours, self._setup, monotonic() + _START)
            receive(ours, monotonic() + _START)
        except (EOFError, OSError):
            self._stop()

    def _stop(self) -> int:
        """End the process, if there is one; what it ended with."""
        child, self._child = self._child, None
        if self._end is not None:
            self._end.detach()
        return _end(child) if child else 0


def _end(child: _Child) -> int:
    child.channel.close()
    with contextlib.suppress(subprocess.TimeoutExpired):  # it may be ending by itself, which tells us why
        return child.process.wait(0.2)
    child.process.kill()
    return child.process.wait()


def _why_ended(code: int) -> str:
    if code in (-signal.SIGALRM, -signal.SIGXCPU):
        return _TOO_LONG
    ended = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return f"reading ended the reading process ({ended})"


def _environment() -> dict[str, str]:
    """No password of ours is there to be read; the program is found where ours was."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # One mail at a time needs one thread of linear algebra; each further one would cost address space.
    return {**kept, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "OPENBLAS_NUM_THREADS": "1"}
