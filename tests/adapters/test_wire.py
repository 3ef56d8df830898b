"""Sentences about servers hold neither passwords nor addresses."""

import re
import socket
import ssl

import pytest

from mailbot.adapters.wire import ask_password, connection_failure, said
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
