"""A real network between a publisher and its server, which a test may cut after so many octets."""

import contextlib
import selectors
import socket
import threading
from collections.abc import Iterator

from server_process import HOST


class CuttingProxy:
    """Passes a TCP port on. `sent` counts what clients sent; `cut` ends every connection once they sent so much."""

    def __init__(self, target_port: int) -> None:
        self._target = target_port
        self._listener = socket.create_server((HOST, 0))
        self.port = self._listener.getsockname()[1]
        self.sent = 0
        self._limit: int | None = None
        self._stays_down = False
        self._closed = threading.Event()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @contextlib.contextmanager
    def cut(self, after: int, *, stays_down: bool) -> Iterator[None]:
        """Within, connections end `after` octets from now; new ones are refused, or served as if nothing had been."""
        self._limit, self._stays_down = self.sent + after, stays_down
        try:
            yield
        finally:
            self._limit, self._stays_down = None, False

    def close(self) -> None:
        self._closed.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._is_down():
                client.close()
                continue
            thread = threading.Thread(target=self._pass_on, args=(client,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _is_down(self) -> bool:
        return self._stays_down and self._limit is not None and self.sent >= self._limit

    def _pass_on(self, client: socket.socket) -> None:
        reach = socket.create_connection
        with (
            client,
            contextlib.suppress(OSError),
            reach((HOST, self._target)) as server,
            _both(client, server) as ready,
        ):
            while not self._closed.is_set():
                for key, _ in ready.select(0.1):
                    octets = key.fileobj.recv(16384)
                    if not octets:
                        return
                    if key.fileobj is client and self._counted(len(octets)):
                        return
                    key.data.sendall(octets)

    def _counted(self, number: int) -> bool:
        """Whether the line is cut here; one that does not stay down is cut once."""
        self.sent += number
        if self._limit is None or self.sent < self._limit:
            return False
        if not self._stays_down:
            self._limit = None
        return True


def _both(client: socket.socket, server: socket.socket) -> selectors.DefaultSelector:
    """Whichever of the two speaks, with the other one to pass it on to."""
    ready = selectors.DefaultSelector()
    ready.register(client, selectors.EVENT_READ, server)
    ready.register(server, selectors.EVENT_READ, client)
    return ready
