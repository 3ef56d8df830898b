"""What tests of adapters share: an IMAP source of one's own, and lines that misbehave."""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from dovecot_server import Dovecot
from postgresql_server import PostgreSQL

from mailbot.adapters.sources.imap import ImapSource
from mailbot.core.location import Location

_numbers = count(1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database for this test alone, of each kind that there is."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/mailbot.db"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    url = server.fresh()
    yield url
    server.drop(url)


@pytest.fixture
def user() -> str:
    return f"imap{next(_numbers)}@openletter.example"


@pytest.fixture
def open_imap(dovecot: Dovecot, user: str, request: pytest.FixtureRequest) -> Callable[..., ImapSource]:
    """open_imap(scheme=…, port=…, password=…, trusting=…, path=…) → ImapSource for this test's user"""

    def open_source(
        *,
        scheme: str = "imap",
        host: str = "127.0.0.1",
        port: int = 0,
        path: str = "",
        password: str = dovecot.password,
        ca_file: Path | None = dovecot.ca_file,
        **options: object,
    ) -> ImapSource:
        port = port or (dovecot.imaps_port if scheme == "imaps" else dovecot.imap_port)
        location = Location(scheme=scheme, user=user, host=host, port=port, path=path)
        source = ImapSource(location, lambda: password, ca_file=ca_file, **{"timeout": 10, **options})
        request.addfinalizer(source.close)
        return source

    return open_source


class Interceptor:
    """Passes octets both ways on a port of its own; replaces some in what the server says, keeps what we say.

    `piecemeal`: what the server says comes in segments of three octets.
    """

    def __init__(self, port: int, replace: dict[bytes, bytes], listen: str, *, piecemeal: bool = False) -> None:
        self._piece = 3 if piecemeal else 1 << 20
        self.frozen = False  # as if a router had forgotten the connection: what is said gets lost
        self.heard = bytearray()
        self.carried = bytearray()  # what the server said
        self.connections: list[socket.socket] = []
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with socket.create_connection(("127.0.0.1", port)) as server:
                    self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    outer.connections += [self.request, server]
                    down = threading.Thread(target=outer._pump, args=(server, self.request, replace, outer.carried))
                    down.start()
                    outer._pump(self.request, server, {}, outer.heard)
                    down.join()

        self._listener = socketserver.ThreadingTCPServer((listen, 0), Handler)
        self._listener.daemon_threads = False
        self.port = self._listener.server_address[1]
        self._thread = threading.Thread(target=self._listener.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def cut(self) -> None:
        """Break every connection that passes through here."""
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.shutdown()
        self._thread.join()
        self.cut()
        self._listener.server_close()

    def _pump(
        self, source: socket.socket, target: socket.socket, replace: dict[bytes, bytes], heard: bytearray
    ) -> None:
        with contextlib.suppress(OSError):
            while octets := source.recv(65536):
                if self.frozen:
                    continue
                for old, new in replace.items():
                    octets = octets.replace(old, new)
                heard += octets
                for start in range(0, len(octets), self._piece):
                    target.sendall(octets[start : start + self._piece])
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def intercept() -> Iterator[Callable[..., Interceptor]]:
    """intercept(port, replace={b"MOVE": b"XOVE"}) → Interceptor"""
    opened: list[Interceptor] = []

    def start(
        port: int, replace: dict[bytes, bytes] | None = None, listen: str = "127.0.0.1", **options: bool
    ) -> Interceptor:
        opened.append(Interceptor(port, replace or {}, listen, **options))
        return opened[-1]

    yield start
    for interceptor in opened:
        interceptor.close()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port where connections are taken and nothing is ever said."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]
