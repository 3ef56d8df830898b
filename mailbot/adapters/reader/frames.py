"""What the worker and its reading process say to each other: pickled objects, each behind its length."""

import pickle
import socket
import struct
from time import monotonic
from typing import Any

_LENGTH = struct.Struct("!Q")
_CHUNK = 1 << 20


def send(channel: socket.socket, said: Any, deadline: float | None = None) -> None:
    """Say one object. Raises OSError where the other side is gone, TimeoutError (one of them) at the deadline."""
    octets = pickle.dumps(said, protocol=pickle.HIGHEST_PROTOCOL)
    channel.settimeout(_left(deadline))
    channel.sendall(_LENGTH.pack(len(octets)) + octets if len(octets) < _CHUNK else _LENGTH.pack(len(octets)))
    if len(octets) >= _CHUNK:
        channel.sendall(octets)


def receive(channel: socket.socket, deadline: float | None = None) -> Any:
    """Hear one object. Raises EOFError where the other side is gone, TimeoutError at the deadline."""
    (length,) = _LENGTH.unpack(_octets(channel, _LENGTH.size, deadline))
    # Both ends are this program; what a stranger wrote travels as plain strings inside.
    return pickle.loads(_octets(channel, length, deadline))  # noqa: S301


def _octets(channel: socket.socket, length: int, deadline: float | None) -> bytearray:
    octets = bytearray(length)
    view, done = memoryview(octets), 0
    while done < length:
        channel.settimeout(_left(deadline))
        try:
            got = channel.recv_into(view[done:])
        except ConnectionError as error:
            raise EOFError from error
        if not got:
            raise EOFError
        done += got
    return octets


def _left(deadline: float | None) -> float | None:
    """Seconds to the deadline; a socket takes 0 for "do not wait", which is another thing."""
    return None if deadline is None else max(deadline - monotonic(), 0.001)
