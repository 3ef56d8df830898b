"""The reading process: reads one mail at a time within limits that the kernel keeps.

It holds no password, opens no file and no connection once it has its rules, and ends itself when a mail
takes too long, whether or not the worker is still there to see it.
"""

import contextlib
import resource
import signal
import socket
from dataclasses import replace
from time import monotonic
from traceback import extract_tb
from typing import assert_never

from mailbot.adapters.reader.frames import receive, send
from mailbot.adapters.reader.orders import Broke, Forgotten, Interpret, Order, Read, Ready, Setup
from mailbot.core.intents import Intent
from mailbot.core.message import Message
from mailbot.reading.interpret import interpret
from mailbot.reading.learned.judgement import looks
from mailbot.reading.parse import parse
from mailbot.reading.rulebook import Rulebook, load

_MAILS_HELD = 128  # between being read and being interpreted: the worker's batch
_OCTETS_HELD = 8 << 20  # of them together


def parse_timed(octets: bytes) -> Message:
    return parse(octets, clock=monotonic)


def main(descriptor: int) -> None:
    """Serve until the worker is gone. The worker decides when to stop, so its signals are not for us."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    channel = socket.socket(fileno=descriptor)
    with contextlib.suppress(EOFError, OSError):
        setup: Setup = receive(channel)
        rulebook = load(setup.rules)
        looks(rulebook)  # before the limits: what every mail needs is no mail's own
        _Serving(setup, rulebook).serve(channel)


class _Serving:
    def __init__(self, setup: Setup, rulebook: Rulebook) -> None:
        self._setup = setup
        self._parse = setup.read or parse_timed
        self._interpret = setup.interpret or interpret
        self._rulebook = rulebook
        self._held: dict[str, tuple[Message, int]] = {}  # by digest, with its octets; the one read last at the end
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

    def _answer(self, order: Order) -> Message | Intent | Forgotten | Broke:
        try:
            match order:
                case Read(octets):
                    self._make_room(len(octets))
                    message = self._parse(octets)
                    self._held[message.digest] = message, len(octets)
                    return replace(message, attachments=tuple(replace(a, octets=b"") for a in message.attachments))
                case Interpret(digest, context):
                    if digest not in self._held:
                        return Forgotten()
                    return self._interpret(self._held.pop(digest)[0], self._rulebook, context)
                case _:
                    assert_never(order)
        except Exception as error:  # noqa: BLE001  whatever it is, the worker is told and goes on
            where = tuple(f"{f.filename}:{f.lineno} {f.name}" for f in extract_tb(error.__traceback__)[-8:])
            return Broke(type(error).__name__, where, memory=isinstance(error, MemoryError))

    def _make_room(self, octets: int) -> None:
        """Let go of the mails that were read longest ago, for what is still held may be as large as they were."""
        held = octets + sum(size for _, size in self._held.values())
        while self._held and (len(self._held) >= _MAILS_HELD or held > _OCTETS_HELD):
            held -= self._held.pop(next(iter(self._held)))[1]

    def _arm(self) -> None:
        """Let the kernel end us: Python's own handlers do not run inside a regular expression or a parser in C."""
        seconds = self._setup.allowance.seconds
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, self._setup.allowance.on_the_clock)
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime + seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
