"""Several connections to one server, so that several letters are under way at a time."""

import queue
from collections.abc import Callable

from mailbot.ports import Sender


class SeveralSenders:
    """Sender for as many threads at once as there are connections; each is opened when it is first needed."""

    def __init__(self, open_sender: Callable[[], Sender], number: int) -> None:
        self._all = [open_sender() for _ in range(number)]
        # The one that was used last is used first: what little there is to send shares a connection.
        self._free: queue.LifoQueue[Sender] = queue.LifoQueue()
        for sender in self._all:
            self._free.put(sender)

    def send(self, *, message_id: str, sender: str, recipient: str, octets: bytes, envelope_id: str = "") -> None:
        """As Sender.send; waits where every connection is busy."""
        free = self._free.get()
        try:
            free.send(message_id=message_id, sender=sender, recipient=recipient, octets=octets, envelope_id=envelope_id)
        finally:
            self._free.put(free)

    def check(self) -> str:
        free = self._free.get()
        try:
            return free.check()
        finally:
            self._free.put(free)

    def close(self) -> None:
        for sender in self._all:
            sender.close()
