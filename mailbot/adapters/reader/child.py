"""The reading process: reads one mail at a time within limits that the kernel keeps.

It holds no password, opens no file and no connection once it has its rules, and ends itself when a mail
takes too long, whether or not the worker is still there to see it.
"""

import contextlib
import resource
import signal
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from time import monotonic
from traceback import extract_tb
from typing import assert_never

from mailbot.adapters.reader.frames import receive, send
from mailbot.core.intents import Context, Intent
from mailbot.core.message import Message
from mailbot.reading.interpret import interpret
from mailbot.reading.learned.network import network
from mailbot.reading.parse import parse
from mailbot.reading.rulebook import Rulebook, load


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What one mail may take: seconds of the processor for each step, octets of address space for the process."""

    seconds: float = 5.0
    octets: int = 320 << 20  # of which linear algebra reserves some 70 MB that it never touches

    @property
    def on_the_clock(self) -> float:
        """Seconds that a step may last: that other programs have the machine is no fault of the mail."""
        return 3 * self.seconds


def parse_timed(octets: bytes) -> Message:
    return parse(octets, clock=monotonic)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """The first thing that the process is told. The readers are named so that a test can put in worse ones."""

    rules: Mapping[str, bytes]  # path → octets, as rulebook.load takes them
    allowance: Allowance = field(default_factory=Allowance)
    read: Callable[[bytes], Message] = parse_timed
    interpret: Callable[[Message, Rulebook, Context], Intent] = interpret


@dataclass(frozen=True, slots=True)
class Read:
    """Read these octets; answered with the Message, its attachments without their octets."""

    octets: bytes


@dataclass(frozen=True, slots=True)
class Interpret:
    """Interpret the mail read last, which must have this digest."""

    digest: str
    context: Context


@dataclass(frozen=True, slots=True)
class Ready:
    """The rules are read."""


@dataclass(frozen=True, slots=True)
class Broke:
    """A reader raised: by what, and where in the program. Never with the words of the error: they may be the mail's."""

    error: str
    where: tuple[str, ...]
    memory: bool = False


Order = Read | Interpret
Answer = Message | Intent | Ready | Broke


def main(descriptor: int) -> None:
    """Serve until the worker is gone. The worker decides when to stop, so its signals are not for us."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    channel = socket.socket(fileno=descriptor)
    with contextlib.suppress(EOFError, OSError):
        setup: Setup = receive(channel)
        rulebook = load(setup.rules)
        network(rulebook.network)  # before the limits: what every mail needs is no mail's own
        _Serving(setup, rulebook).serve(channel)


class _Serving:
    def __init__(self, setup: Setup, rulebook: Rulebook) -> None:
        self._setup = setup
        self._rulebook = rulebook
        self._message: Message | None = None
        with contextlib.suppress(ValueError, OSError):  # macOS knows the limit but does not keep it
            resource.setrlimit(resource.RLIMIT_AS, (setup.allowance.octets, resource.RLIM_INFINITY))

    def serve(self, channel: socket.socket) -> None:
        send(channel, Ready())
        while True:
            order: Order = receive(channel)
            self._arm()
            answer = self._answer(order)
            del order  # its octets and the next mail's would be held at once
            signal.setitimer(signal.ITIMER_REAL, 0.0)
            send(channel, answer)

    def _answer(self, order: Order) -> Message | Intent | Broke:
        try:
            match order:
                case Read(octets):
                    self._message = None
                    self._message = message = self._setup.read(octets)
                    return replace(message, attachments=tuple(replace(a, octets=b"") for a in message.attachments))
                case Interpret(digest, context):
                    assert self._message is not None
                    assert self._message.digest == digest
                    return self._setup.interpret(self._message, self._rulebook, context)
                case _:
                    assert_never(order)
        except Exception as error:  # noqa: BLE001  whatever it is, the worker is told and goes on
            where = tuple(f"{f.filename}:{f.lineno} {f.name}" for f in extract_tb(error.__traceback__)[-8:])
            return Broke(type(error).__name__, where, memory=isinstance(error, MemoryError))

    def _arm(self) -> None:
        """Let the kernel end us: Python's own handlers do not run inside a regular expression or a parser in C."""
        seconds = self._setup.allowance.seconds
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, self._setup.allowance.on_the_clock)
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime + seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
