"""A line between us and a server that fails at a chosen octet: cut, garbled, delayed, or silent from there on."""

import contextlib
import socket
import socketserver
import threading
import time
from dataclasses import dataclass
from enum import StrEnum

from server_process import HOST

DELAY = 0.3  # seconds


class Kind(StrEnum):
    CUT = "cut"
    GARBLED = "garbled"  # one octet is another one
    DELAYED = "delayed"
    SILENT = "silent"  # nothing more is passed on, and nobody hangs up


@dataclass(frozen=True)
class Fault:
    """What happens behind so many octets of one direction: `up` is from us to the server."""

    kind: Kind
    up: bool
    behind: int


class Line:
    """Passes octets both ways; `passed` counts them by direction since `arm`, over however many connections."""

    host = HOST

    def __init__(self, port: int) -> None:
        self.passed = {True: 0, False: 0}
        self._fault: Fault | None = None
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError), socket.create_connection((HOST, port)) as server:
                    ends = (self.request, server)
                    for end in ends:
                        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    outer._open.update(ends)
                    down = threading.Thread(target=outer._pump, args=(server, self.request, False), daemon=True)
                    down.start()
                    outer._pump(self.request, server, True)
                    down.join()
                    outer._open.difference_update(ends)

        self._server = socketserver.ThreadingTCPServer((HOST, 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def arm(self, fault: Fault | None) -> None:
        """Let that happen once, counted from now on; None mends the line."""
        with self._lock:
            self._fault = fault
            self.passed = {True: 0, False: 0}

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._cut()
        self._server.server_close()

    def _pump(self, source: socket.socket, target: socket.socket, up: bool) -> None:
        with contextlib.suppress(OSError):
            while octets := source.recv(65536):
                with self._lock:
                    fault, before = self._fault, self.passed[up]
                    self.passed[up] += len(octets)
                    hit = fault is not None and fault.up == up and before <= fault.behind < before + len(octets)
                    if hit and fault.kind is not Kind.SILENT:
                        self._fault = None
                if not hit or not self._fails(fault.kind, octets, fault.behind - before, source, target):
                    target.sendall(octets)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _fails(self, kind: Kind, octets: bytes, place: int, source: socket.socket, target: socket.socket) -> bool:
        """Pass on what goes through; whether that was all of it."""
        target.sendall(octets[:place])
        match kind:
            case Kind.CUT:
                self._cut()
            case Kind.GARBLED:
                target.sendall(bytes([octets[place] ^ 0x15]) + octets[place + 1 :])
            case Kind.DELAYED:
                time.sleep(DELAY)
                target.sendall(octets[place:])
            case Kind.SILENT:
                while source.recv(65536):
                    pass
        return True

    def _cut(self) -> None:
        for end in list(self._open):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
