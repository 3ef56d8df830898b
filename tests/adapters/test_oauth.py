"""Logging in with OAuth tokens: at a real Dovecot, at a submission server, and what a provider may answer."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from dovecot_server import Dovecot
from smtp_sink import SmtpSink
from token_endpoint import TokenEndpoint

from mailbot.adapters.oauth import Grant, Tokens, bearer_response
from mailbot.adapters.senders.smtp import SmtpSender
from mailbot.adapters.sources.imap import ImapSource
from mailbot.core.location import Location
from mailbot.ports import PermanentFailure, TemporaryFailure

REFRESH, SECRET = "1//refresh-me-quietly", "client-secret-word"
MAIL = b"From: a@b.example\r\nSubject: sign\r\n\r\nPlease add us.\r\n"
LETTER = b"From: letter@openletter.example\r\nSubject: echo\r\n\r\nHello.\r\n"


@pytest.fixture
def granted(token_endpoint: TokenEndpoint) -> Callable[..., Tokens]:
    def grant(**options: object) -> Tokens:
        made = Grant(
            token_url=token_endpoint.url,
            client_id="mailbot",
            client_secret=lambda: SECRET,
            refresh_token=lambda: REFRESH,
            scope="mail",
            **options,
        )
        return Tokens(made, ca_file=token_endpoint.ca_file, timeout=5)

    return grant


@pytest.fixture
def inbox(dovecot: Dovecot, user: str, request: pytest.FixtureRequest) -> Callable[..., ImapSource]:
    def opened(tokens: Tokens, port: int = 0, timeout: float = 10) -> ImapSource:
        location = Location(scheme="imap", user=user, host="127.0.0.1", port=port or dovecot.imap_port)
        source = ImapSource(location, tokens, timeout=timeout)
        request.addfinalizer(source.close)
        return source

    return opened


@pytest.mark.server
@pytest.mark.parametrize(
    ("hidden", "spoken"), [(b"", b"OAUTHBEARER"), (b"AUTH=OAUTHBEARER", b"XOAUTH2")], ids=["OAUTHBEARER", "XOAUTH2"]
)
class TestAtDovecot:
    def line(self, dovecot: Dovecot, intercept: Callable, hidden: bytes):
        return intercept(dovecot.imap_port, {hidden: b" " * len(hidden)} if hidden else {})

    def test_a_token_opens_the_mailbox(
        self, dovecot: Dovecot, user: str, inbox: Callable, intercept: Callable, hidden: bytes, spoken: bytes
    ) -> None:
        dovecot.append(user, "INBOX", MAIL)
        line = self.line(dovecot, intercept, hidden)
        source = inbox(Tokens(lambda: dovecot.token(user)), line.port)
        assert [delivery.octets for delivery in source.fetch()] == [MAIL]
        assert b"AUTHENTICATE " + spoken in line.heard

    def test_an_expired_token_is_renewed_and_tried_once_more(
        self, dovecot: Dovecot, user: str, inbox, intercept, granted, token_endpoint: TokenEndpoint, hidden, spoken
    ) -> None:
        tokens = iter([dovecot.token(user, -10), dovecot.token(user)])
        token_endpoint.answer = lambda _form: (200, {"access_token": next(tokens), "expires_in": 3600})
        source = inbox(granted(), self.line(dovecot, intercept, hidden).port)
        assert "answered and let us in" in source.check()
        assert len(token_endpoint.asked) == 2

    def test_a_token_that_stays_refused_is_permanent_and_never_repeated(
        self, dovecot: Dovecot, user: str, inbox, intercept, granted, token_endpoint: TokenEndpoint, hidden, spoken
    ) -> None:
        token = dovecot.token(user, -10)
        token_endpoint.answer = lambda _form: (200, {"access_token": token})
        source = inbox(granted(), self.line(dovecot, intercept, hidden).port)
        with pytest.raises(PermanentFailure, match=r"refused the token .*sign in to the provider again") as caught:
            source.check()
        assert token not in str(caught.value)
        assert "@" not in str(caught.value)
        assert len(token_endpoint.asked) == 2

    def test_another_users_token_neither_opens_the_mailbox_nor_hangs(
        self, dovecot: Dovecot, user: str, inbox, intercept, hidden, spoken
    ) -> None:
        began = time.monotonic()
        source = inbox(Tokens(lambda: dovecot.token("eve")), self.line(dovecot, intercept, hidden).port, timeout=3)
        with pytest.raises((PermanentFailure, TemporaryFailure), match="token"):
            source.check()
        assert time.monotonic() - began < 8


@pytest.mark.server
def test_a_server_without_tokens_is_told(dovecot: Dovecot, inbox: Callable, intercept: Callable) -> None:
    line = intercept(dovecot.imap_port, {b"AUTH=OAUTHBEARER": b" " * 16, b"AUTH=XOAUTH2": b" " * 12})
    with pytest.raises(PermanentFailure, match="takes no OAuth tokens"):
        inbox(Tokens(lambda: "t"), line.port).check()
    assert b"AUTHENTICATE" not in line.heard


@pytest.fixture
def outbox(smtp_sink: SmtpSink, request: pytest.FixtureRequest) -> Callable[[Tokens], SmtpSender]:
    def opened(tokens: Tokens) -> SmtpSender:
        location = Location(scheme="smtp+starttls", user=smtp_sink.user, host="127.0.0.1", port=smtp_sink.smtp_port)
        sender = SmtpSender(location, tokens, ca_file=smtp_sink.ca_file, timeout=5)
        request.addfinalizer(sender.close)
        return sender

    return opened


def send(sender: SmtpSender) -> None:
    sender.send(message_id="1@x", sender="letter@openletter.example", recipient="a@b.example", octets=LETTER)


def test_letters_go_out_with_a_token_and_an_expired_one_is_renewed(
    smtp_sink: SmtpSink, outbox, granted, token_endpoint: TokenEndpoint
) -> None:
    smtp_sink.tokens = {"fresh"}
    tokens = iter(["stale", "fresh"])
    token_endpoint.answer = lambda _form: (200, {"access_token": next(tokens), "expires_in": 3600})
    send(outbox(granted()))
    assert len(smtp_sink.letters) == 1


def test_a_refused_token_stops_the_check_but_loses_no_letter(smtp_sink: SmtpSink, outbox) -> None:
    sender = outbox(Tokens(lambda: "of-somebody-else"))
    with pytest.raises(PermanentFailure, match="refused the token: 535") as caught:
        sender.check()
    assert "of-somebody-else" not in str(caught.value)
    with pytest.raises(TemporaryFailure, match="refused the token"):
        send(sender)


def test_a_token_is_asked_for_once_and_renewed_before_it_expires(
    granted, token_endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter(range(9))
    token_endpoint.answer = lambda _form: (200, {"access_token": f"t{next(numbers)}", "expires_in": 3600})
    tokens, now = granted(), time.monotonic()
    assert [tokens(), tokens()] == ["t0", "t0"]
    assert token_endpoint.asked == [
        {
            "grant_type": "refresh_token",
            "refresh_token": REFRESH,
            "client_id": "mailbot",
            "client_secret": SECRET,
            "scope": "mail",
        }
    ]
    monkeypatch.setattr("mailbot.adapters.oauth.time.monotonic", lambda: now + 3400)
    assert tokens() == "t0"
    monkeypatch.setattr("mailbot.adapters.oauth.time.monotonic", lambda: now + 3500)
    assert tokens() == "t1"


def test_a_refresh_token_that_the_provider_changes_is_kept_and_used(granted, token_endpoint: TokenEndpoint) -> None:
    kept: list[str] = []
    token_endpoint.answer = lambda form: (200, {"access_token": "a", "refresh_token": form["refresh_token"] + "+"})
    tokens = granted(keep=kept.append)
    for _ in range(2):
        tokens.refused(tokens())
    assert kept == [REFRESH + "+", REFRESH + "++"]


@pytest.mark.parametrize(
    ("status", "answer", "failure", "told"),
    [
        pytest.param(400, {"error": "invalid_grant"}, PermanentFailure, "sign in to the provider again", id="revoked"),
        pytest.param(401, {"error": "invalid_client"}, PermanentFailure, r"see \[mail\.oauth\]", id="wrong client"),
        pytest.param(400, {"error": f"it is {REFRESH}, {SECRET} of a@b.example"}, PermanentFailure, r"\(secret\)", id="tells secrets"),
        pytest.param(503, b"<html>", TemporaryFailure, "503", id="down"),
        pytest.param(429, {}, TemporaryFailure, "429", id="too often"),
        pytest.param(307, {}, PermanentFailure, "307", id="elsewhere"),
        pytest.param(200, b"[1", TemporaryFailure, "no access token", id="no JSON"),
        pytest.param(200, {"access_token": 7}, TemporaryFailure, "no access token", id="no text"),
        pytest.param(200, {"access_token": "a\r\nb"}, PermanentFailure, "control characters", id="a second line"),
    ],
)  # fmt: skip
def test_whatever_a_provider_answers_is_one_sentence_without_secrets(
    outbox, granted, token_endpoint: TokenEndpoint, status: int, answer: object, failure: type[Exception], told: str
) -> None:
    token_endpoint.answer = lambda _form: (status, answer)
    with pytest.raises(failure, match=told) as caught:
        outbox(granted()).check()
    assert REFRESH not in str(caught.value)
    assert SECRET not in str(caught.value)
    assert "@" not in str(caught.value)
    assert len(token_endpoint.asked) == 1


def test_a_provider_whose_certificate_is_not_trusted_is_told_nothing(token_endpoint: TokenEndpoint) -> None:
    grant = Grant(token_url=token_endpoint.url, client_id="mailbot", refresh_token=lambda: REFRESH)
    with pytest.raises(PermanentFailure, match=r"certificate of https://localhost:\d+ is not trusted"):
        Tokens(grant)()
    assert token_endpoint.asked == []


def test_a_provider_out_of_reach_is_a_passing_trouble() -> None:
    grant = Grant(token_url="https://127.0.0.1:1/token", client_id="mailbot", refresh_token=lambda: REFRESH)
    with pytest.raises(TemporaryFailure, match="refused the connection"):
        Tokens(grant)()


def test_the_words_of_both_mechanisms_are_those_of_their_specifications() -> None:
    location = Location(scheme="imaps", user="a,b=c@x.example", host="imap.example", port=993)
    bearer = bearer_response("OAUTHBEARER", location, "tok")
    expected = b"n,a=a=2Cb=3Dc@x.example,\x01host=imap.example\x01port=993\x01auth=Bearer tok\x01\x01"
    assert [bearer(b""), bearer(b"{}"), bearer(b"{}")] == [expected, b"\x01", b""]
    google = bearer_response("XOAUTH2", location, "tok")
    assert [google(b""), google(b"{}")] == [b"user=a,b=c@x.example\x01auth=Bearer tok\x01\x01", b""]


def test_the_file_of_a_refresh_token_is_replaced_whole(tmp_path: Path) -> None:
    from mailbot import config

    (tmp_path / "refresh-token").write_text("old\n")
    config.keep_secret("file:refresh-token", tmp_path, "new")
    assert config.secret("file:refresh-token", tmp_path) == "new"
    assert (tmp_path / "refresh-token").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["refresh-token"]
    config.keep_secret("env:ANYTHING", tmp_path, "new")
