"""An SMTP server in this process that does as it is told: refuses, falls silent or hangs up at any stage.

It keeps every letter whose end it has seen, whether or not it ever says so: that is what a letter in flight is.
"""

import contextlib
import email
import email.policy
import socket
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from functools import cached_property

from journey import Letter
from server_process import HOST, Certificates

SILENCE = "silence"  # says nothing at all
HANG_UP = "hang up"
STAGES = ("connect", "ehlo", "mail", "rcpt", "data", "end")
"""Where `ScriptedSmtp.script` can put a word in; `end` is the end of data."""

_FRIENDLY = {
    "connect": "220 here",
    "ehlo": "250-here\r\n250-8BITMIME\r\n250-SIZE 1000000\r\n250 SMTPUTF8",
    "mail": "250 2.1.0 ok",
    "rcpt": "250 2.1.5 ok",
    "data": "354 go on",
    "end": "250 2.0.0 kept",
}
_VERBS = {"EHLO": "ehlo", "HELO": "ehlo", "MAIL": "mail", "RCPT": "rcpt", "DATA": "data"}


@dataclass(frozen=True)
class Received:
    """A letter as it was taken, and during which of the sender's lives its connection began (ScriptedSmtp.life)."""

    recipient: str
    octets: bytes
    life: int

    @cached_property
    def letter(self) -> Letter:
        return Letter(email.message_from_bytes(self.octets, policy=email.policy.default))

    @cached_property
    def message_id(self) -> str:
        return str(self.letter.message["Message-ID"])


@dataclass
class ScriptedSmtp:
    """`script` maps a stage to a reply, SILENCE or HANG_UP, for everybody or, as (stage, recipient), for one."""

    host = HOST
    certificates: Certificates | None = None  # TLS from the first octet
    script: dict[str | tuple[str, str], str] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    hold: threading.Event | None = None  # a letter that was taken is answered when this is set
    life: int = 0  # counted up by a test that kills the sender

    def __post_init__(self) -> None:
        self._context: ssl.SSLContext | None = None
        if self.certificates is not None:
            self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._context.load_cert_chain(self.certificates.chain_file, self.certificates.key_file)
        self._open: set[socket.socket] = set()
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                outer._open.add(self.request)
                with contextlib.suppress(OSError, ssl.SSLError, UnicodeDecodeError):
                    outer._converse(self.request)
                outer._open.discard(self.request)

        self._server = socketserver.ThreadingTCPServer((self.host, 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Hang up on everybody and stop."""
        self._server.shutdown()
        self._thread.join()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()

    def _converse(self, connection: socket.socket) -> None:
        connection.settimeout(60)
        life = self.life
        channel = self._context.wrap_socket(connection, server_side=True) if self._context else connection
        with channel, channel.makefile("rb") as lines:
            if not self._say(channel, "connect"):
                return
            recipient = ""
            while line := lines.readline(2000):
                if line[:4].upper() == b"RCPT":
                    recipient = line.decode().partition("<")[2].partition(">")[0]
                if not self._answer(channel, lines, line[:4].decode("ascii").upper(), recipient, life):
                    return

    def _answer(self, channel: socket.socket, lines, verb: str, recipient: str, life: int) -> bool:
        """Whether the conversation goes on."""
        stage = _VERBS.get(verb, "")
        if not stage:
            channel.sendall(b"221 bye\r\n" if verb == "QUIT" else b"250 2.0.0 ok\r\n")
            return verb != "QUIT"
        goes_on = self._say(channel, stage, recipient)
        return self._take(channel, lines, recipient, life) if goes_on and stage == "data" else goes_on

    def _take(self, channel: socket.socket, lines, recipient: str, life: int) -> bool:
        if self._reply("data", recipient)[:3] != "354":
            return True
        octets = b""
        while (line := lines.readline()) != b".\r\n":
            if not line:
                return False  # the line was cut: that was no letter
            octets += line[1:] if line.startswith(b".") else line
        if self._reply("end", recipient)[:1] not in {"4", "5"}:
            self.received.append(Received(recipient, octets, life))
            if self.hold is not None:
                self.hold.wait(30)
        return self._say(channel, "end", recipient)

    def _say(self, channel: socket.socket, stage: str, recipient: str = "") -> bool:
        reply = self._reply(stage, recipient)
        if reply == SILENCE:
            while channel.recv(4096):
                pass
            return False
        if reply == HANG_UP:
            return False
        channel.sendall(reply.encode() + b"\r\n")
        return not reply.startswith("421")  # RFC 5321, 3.8: then the server closes

    def _reply(self, stage: str, recipient: str) -> str:
        return self.script.get((stage, recipient)) or self.script.get(stage) or _FRIENDLY[stage]
