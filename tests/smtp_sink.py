"""A submission server in this process, for what no real server lets a test look at."""

import asyncio
import base64
import contextlib
import ssl

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import MISSING, SMTP, AuthResult, Envelope, LoginPassword
from server_process import HOST, PASSWORD, PATIENCE, Certificates, free_ports


class SmtpSink:
    """Keeps every letter as an aiosmtpd Envelope; `replies` maps a recipient to what RCPT is answered."""

    host = HOST
    user = "letter"
    password = PASSWORD

    def __init__(self, certificates: Certificates) -> None:
        self.letters: list[Envelope] = []
        self.replies: dict[str, str] = {}
        self.tokens: set[str] = set()  # access tokens that let the user in
        self.connections = 0
        self.asked = 0  # recipients
        self.pause = 0.0  # seconds that each letter takes
        self.most_at_once = 0
        self._at_once = 0
        self.ca_file = certificates.ca_file
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(certificates.chain_file, certificates.key_file)
        (self.smtp_port,) = free_ports(1)
        self._controller: Controller | None = None
        self._sessions: list[SMTP] = []

    def start(self, *, tls_from_the_start: bool = False, **options: object) -> None:
        """STARTTLS, or TLS from the first octet; other options go to aiosmtpd's SMTP."""
        tls = {"ssl_context": self._context} if tls_from_the_start else {"tls_context": self._context}
        self._controller = Controller(
            self,
            hostname=self.host,
            port=self.smtp_port,
            authenticator=self._authenticate,
            auth_required=True,
            require_starttls=not tls_from_the_start,
            auth_require_tls=not tls_from_the_start,  # aiosmtpd knows only the TLS that STARTTLS began
            enable_SMTPUTF8=True,
            data_size_limit=1_000_000,
            **tls,
            **options,
        )
        self._controller.start()

    def stop(self) -> None:
        """Hang up on everybody and stop; harmless when it is down."""
        controller, self._controller = self._controller, None
        if controller is not None:
            asyncio.run_coroutine_threadsafe(self._hang_up(), controller.loop).result(PATIENCE)
            controller.stop()

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 0 if session.ssl else 1
        self._sessions.append(server)
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.asked += 1
        reply = self.replies.get(address, "250 2.1.5 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope) -> str:
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        await asyncio.sleep(self.pause)
        self._at_once -= 1
        self.letters.append(envelope)
        return "250 2.0.0 kept"

    async def auth_XOAUTH2(self, server, arguments) -> AuthResult:
        words = base64.b64decode(arguments[1]).decode()
        if any(words == f"user={self.user}\x01auth=Bearer {token}\x01\x01" for token in self.tokens):
            return AuthResult(success=True, handled=True)
        heard = await server.challenge_auth(b'{"status":"401"}')
        assert heard in (b"", MISSING), heard
        return AuthResult(success=False, handled=False)

    async def _hang_up(self) -> None:
        for session in self._sessions:
            if session.transport is not None:
                # Before Python 3.11.4 a TLS transport that is through with its connection cannot be aborted again.
                with contextlib.suppress(AttributeError):
                    session.transport.abort()
        self._sessions.clear()
        await asyncio.sleep(0.02)  # the loop closes what was aborted in its next rounds

    def _authenticate(self, server, session, envelope, mechanism, auth_data) -> AuthResult:
        assert isinstance(auth_data, LoginPassword)
        fits = auth_data.login == self.user.encode() and auth_data.password == self.password.encode()
        return AuthResult(success=fits, handled=fits)
