"""IDLE as a hint: sleeps until an IMAP server says something, and believes nothing of what it says."""

import selectors
from typing import Any

PAUSE = 15.0  # seconds between two looks at a server that has no IDLE
_SLICE = 240.0  # seconds of one IDLE; well below the half hour of RFC 2177 and the patience of most routers


def idle_once(client: Any, seconds: float) -> None:
    """Return when the server speaks, or after `seconds` or four minutes, whichever is sooner.

    What it said is read to the end of the command by `idle_done` and thrown away: a line may be split
    over two segments, and only a SEARCH tells what is there. Raises what imaplib and sockets raise.
    """
    client.idle()
    channel = client.socket()
    # Octets that TLS has already decrypted never make the socket readable.
    if not getattr(channel, "pending", int)():
        with selectors.DefaultSelector() as selector:
            selector.register(channel, selectors.EVENT_READ)
            selector.select(min(seconds, _SLICE))
    client.idle_done()
