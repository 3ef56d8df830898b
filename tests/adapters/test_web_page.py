"""Pages fetched from the web: encrypted, capped, and never from where a stranger sends us inside a private network."""

import gzip
import socket
import ssl
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest
from server_process import Certificates
from web_page_server import Answer, WebPages

from mailbot.adapters.web_page import fetch_page, is_public
from mailbot.ports import PermanentFailure, TemporaryFailure


@pytest.fixture(scope="module")
def web(certificates: Certificates) -> Iterator[WebPages]:
    web = WebPages(certificates)
    yield web
    web.stop()


HTML = {"Content-Type": "text/html; charset=big5"}


def test_a_page_comes_with_its_type_and_charset_and_a_note_of_where_it_lies(web: WebPages) -> None:
    web.pages["/list?page=1"] = (200, HTML, "聯署".encode("big5"))
    page = fetch_page(f"{web.url}/list?page=1", context=web.context)
    assert (page.octets, page.content_type, page.charset) == ("聯署".encode("big5"), "text/html", "big5")
    assert page.notes == ("localhost is inside a private network",)


def test_what_is_packed_is_unpacked(web: WebPages) -> None:
    web.pages["/packed"] = (200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(b"<p>" * 999))
    assert fetch_page(f"{web.url}/packed", context=web.context).octets == b"<p>" * 999


@pytest.mark.parametrize(
    ("target", "said"),
    [
        pytest.param("https://127.0.0.1:1/", "inside a private network: it is not followed", id="this machine"),
        pytest.param("https://169.254.169.254/latest/meta-data/", "inside a private network", id="metadata of a cloud"),
        pytest.param("https://[::ffff:10.0.0.1]/", "inside a private network", id="wrapped in IPv6"),
        pytest.param("http://www.example.org/", "is not encrypted", id="back to plain HTTP"),
        pytest.param("file:///etc/passwd", "no address of a page", id="a file"),
        pytest.param("https://user:secret@www.example.org/", "with a password in it", id="a password"),
    ],
)
def test_a_redirect_leads_to_no_place_that_the_operator_did_not_mean(web: WebPages, target: str, said: str) -> None:
    web.pages["/moved"] = (302, {"Location": target}, b"")
    with pytest.raises(PermanentFailure, match=said) as failure:
        fetch_page(f"{web.url}/moved", context=web.context)
    assert "secret" not in str(failure.value)


def test_redirects_that_never_end_are_given_up(web: WebPages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailbot.adapters.web_page.is_public", lambda _: True)
    web.pages["/round"] = (301, {"Location": "/round"}, b"")
    with pytest.raises(PermanentFailure, match="more than 5 times"):
        fetch_page(f"{web.url}/round", context=web.context)


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        pytest.param((404, HTML, b""), PermanentFailure, "answers 404", id="gone"),
        pytest.param((503, HTML, b""), TemporaryFailure, "answers 503", id="busy"),
        pytest.param((200, {"Content-Type": "video/mp4"}, b""), PermanentFailure, "something else", id="a film"),
        pytest.param((200, HTML, b"x" * 3000), PermanentFailure, "gives more than", id="too long"),
        pytest.param(
            (200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(b"x" * 10_000_000)),
            PermanentFailure,
            "gives more than",
            id="packed, too long",
        ),
    ],
)
def test_what_cannot_be_taken_is_said_in_one_sentence(
    web: WebPages, answer: Answer, kind: type[Exception], said: str
) -> None:
    web.pages["/odd"] = answer
    with pytest.raises(kind, match=said):
        fetch_page(f"{web.url}/odd", context=web.context, most_octets=2000)


def test_a_server_that_answers_a_letter_at_a_time_is_left_after_the_time_that_was_given(web: WebPages) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        for _ in range(40):
            try:
                handler.wfile.write(b"H")
                handler.wfile.flush()
            except OSError:
                return
            time.sleep(0.1)

    web.pages["/drip"] = drip
    began = time.monotonic()
    with pytest.raises(TemporaryFailure, match="took too long"):
        fetch_page(f"{web.url}/drip", context=web.context, seconds=0.6)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("url", "said"),
    [
        pytest.param("http://www.example.org/", "use https", id="plain HTTP"),
        pytest.param("ftp://www.example.org/", "begins with https", id="another protocol"),
        pytest.param("https://", "begins with https", id="no host"),
        pytest.param("https://[::1", "no address", id="half an address"),
    ],
)
def test_what_is_no_safe_address_is_not_even_looked_up(url: str, said: str) -> None:
    with pytest.raises(PermanentFailure, match=said):
        fetch_page(url)


def test_a_certificate_of_an_unknown_authority_is_not_good(web: WebPages) -> None:
    with pytest.raises(PermanentFailure, match="certificate that is not good"):
        fetch_page(f"{web.url}/list", context=ssl.create_default_context())


def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(TemporaryFailure, match="broke off"):
            fetch_page(f"https://127.0.0.1:{taken.getsockname()[1]}/")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("fe80::1%eth0", False),
        ("::ffff:192.168.1.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("nonsense", False),
    ],
)
def test_what_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public
