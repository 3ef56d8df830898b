"""Sentences about servers hold neither passwords nor addresses."""

import hashlib
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from mailbot.adapters.wire import Trust, ask_password, connection_failure, said
from mailbot.core.location import Location
from mailbot.ports import PermanentFailure, TemporaryFailure

SERVER = Location(scheme="imaps", user="someone@openletter.example", host="imap.example", port=993)


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        pytest.param(b"5.1.1 <gone@association.example>: unknown", "5.1.1 <(address)>: unknown", id="address"),
        pytest.param(b"no \r\n\x1b[31mred\x00 lines", "no [31mred lines", id="controls"),
        pytest.param("bad hunter2 given", "bad (secret) given", id="password"),
        pytest.param("me@x:hunter2", "(address)", id="password behind an address"),
        pytest.param(b"caf\xe9 \xff", "caf� �", id="not UTF-8"),
        pytest.param("x" * 100_000, "x" * 300, id="endless"),
    ],
)
def test_what_a_server_said_is_fit_for_a_log(reply: bytes | str, told: str) -> None:
    assert said(reply, "hunter2") == told


def test_hostile_replies_are_read_in_no_time() -> None:
    assert len(said("@" * 1_000_000 + "a@" * 500_000)) <= 300


def test_a_password_source_that_fails_says_why() -> None:
    def missing() -> str:
        raise RuntimeError("The environment variable X is not set.")

    with pytest.raises(PermanentFailure, match=r"could not be had \(The environment variable X is not set"):
        ask_password(SERVER, missing)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (TimeoutError(), "did not answer in time"),
        (ConnectionRefusedError(111, "Connection refused"), "refused the connection"),
        (ConnectionResetError(104, "Connection reset by peer"), "closed the connection"),
        (OSError(113, "No route to host"), r"could not be reached \(No route to host\)"),
        (socket.gaierror(-2, "Name or service not known"), "not found by its name"),
        (ssl.SSLError(1, "wrong version number"), "did not agree on encryption"),
    ],
)
def test_every_trouble_of_the_network_passes_and_is_told_by_host(error: OSError, told: str) -> None:
    failure = connection_failure(SERVER, error)
    assert isinstance(failure, TemporaryFailure)
    assert re.match(rf"imaps://imap\.example:993 (was )?{told}", str(failure))
    assert "someone" not in str(failure)


class TlsServer:
    """Shakes hands and keeps what it hears; `certificate` is of trustme."""

    def __init__(self, folder: Path, certificate: trustme.LeafCert) -> None:
        self.heard = b""
        self.der = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.location = Location(
            scheme="imaps", host="localhost", port=self._listener.getsockname()[1], user="someone@openletter.example"
        )
        self._thread = threading.Thread(target=self._serve, args=(context,))
        self._thread.start()

    def shake_hands(self, trust: Trust) -> None:
        with (
            socket.create_connection(("127.0.0.1", self.location.port), timeout=5) as raw,
            trust.context().wrap_socket(raw, server_hostname="localhost") as channel,
        ):
            channel.sendall(b"secret")

    def _serve(self, context: ssl.SSLContext) -> None:
        try:
            connection, _ = self._listener.accept()
            with connection, context.wrap_socket(connection, server_side=True) as channel:
                self.heard = channel.recv(100)
        except OSError:
            return  # the other side hung up, as it should where it does not trust us

    def close(self) -> None:
        self._thread.join(5)
        self._listener.close()


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls_server(tmp_path: Path, authority: trustme.CA, request: pytest.FixtureRequest) -> Iterator[TlsServer]:
    expires = getattr(request, "param", None)
    server = TlsServer(tmp_path, authority.issue_cert("localhost", not_after=expires))
    yield server
    server.close()


def test_a_pinned_certificate_is_believed_whoever_signed_it(tls_server: TlsServer) -> None:
    tls_server.shake_hands(Trust(fingerprint=hashlib.sha256(tls_server.der).hexdigest()))
    tls_server.close()
    assert tls_server.heard == b"secret"


def test_another_certificate_than_the_pinned_one_hears_nothing(tls_server: TlsServer) -> None:
    with pytest.raises(ssl.SSLCertVerificationError) as caught:
        tls_server.shake_hands(Trust(fingerprint="0" * 64))
    tls_server.close()
    assert tls_server.heard == b""
    failure = connection_failure(tls_server.location, caught.value)
    assert isinstance(failure, PermanentFailure)
    assert f"sha256:{hashlib.sha256(tls_server.der).hexdigest()}" in str(failure)
    assert "not the pinned one" in str(failure)


@pytest.mark.parametrize(
    ("tls_server", "trusted", "host", "cure"),
    [
        pytest.param(None, False, "localhost", "or pin the fingerprint", id="unknown authority"),
        pytest.param(None, True, "elsewhere", "correct the host name", id="another host"),
        pytest.param(datetime(2021, 1, 9, tzinfo=UTC), True, "localhost", "has to renew it", id="expired"),
    ],
    indirect=["tls_server"],
)
def test_each_fault_of_a_certificate_is_told_with_its_own_cure(
    tls_server: TlsServer, authority: trustme.CA, tmp_path: Path, trusted: bool, host: str, cure: str
) -> None:
    ca_file = tmp_path / "ca.pem"
    (authority if trusted else trustme.CA()).cert_pem.write_to_path(str(ca_file))
    raw = socket.create_connection(("127.0.0.1", tls_server.location.port), timeout=5)
    with raw, pytest.raises(ssl.SSLCertVerificationError) as caught:
        Trust(ca_file=ca_file).context().wrap_socket(raw, server_hostname=host)
    failure = connection_failure(tls_server.location, caught.value)
    assert isinstance(failure, PermanentFailure)
    assert re.search(rf"certificate of imaps://localhost:\d+ is not trusted \(.+\): .*{cure}", str(failure))
