"""Signing in to a provider: what is asked of it, what is kept, and whose answers are refused."""

import base64
import hashlib
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from token_endpoint import TokenEndpoint

from mailbot.config import ConfigurationError
from mailbot.ports import PermanentFailure
from mailbot.verbs.sign_in import Begun, begin, finish

CAMPAIGN = """
[letter]
title = "A letter"
address = "letter@openletter.example"

[mail]
inbox = "imaps://letter@imap.example/INBOX"
outbox = "maildir:outbox"
inbox_auth = "oauth"
ca_file = "{ca_file}"
{oauth}

[[organizers]]
name = "Ada"
address = "ada@organizers.example"
"""
OAUTH = """
[mail.oauth]
authorize_url = "https://login.example/authorize?tenant=1"
token_url = "{url}"
client_id = "mailbot"
client_secret = "file:client-secret"
scope = "mail offline_access"
"""


@pytest.fixture
def begun(tmp_path: Path, token_endpoint: TokenEndpoint) -> Begun:
    (tmp_path / "client-secret").write_text("client-word\n")
    oauth = OAUTH.format(url=token_endpoint.url)
    (tmp_path / "campaign.toml").write_text(CAMPAIGN.format(ca_file=token_endpoint.ca_file, oauth=oauth))
    return begin(tmp_path)


def asked(begun: Begun) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(begun.url).query).items()}


def answer(begun: Begun, **told: str) -> str:
    return "http://localhost/?" + urlencode({"state": asked(begun)["state"], **told})


def test_what_is_granted_is_kept_as_a_refresh_token(
    tmp_path: Path, begun: Begun, token_endpoint: TokenEndpoint
) -> None:
    token_endpoint.answer = lambda _form: (200, {"access_token": "a", "refresh_token": "r"})
    assert "mailbot doctor" in finish(begun, answer(begun, code="the-code", scope="mail") + " \n")
    assert (tmp_path / "refresh-token").read_text() == "r\n"
    (form,) = token_endpoint.asked
    verifier = form.pop("code_verifier")
    assert form == {
        "grant_type": "authorization_code",
        "code": "the-code",
        "redirect_uri": "http://localhost",
        "client_id": "mailbot",
        "client_secret": "client-word",
    }
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    page = asked(begun)
    assert begun.url.startswith("https://login.example/authorize?tenant=1&")
    assert (page["code_challenge"], page["code_challenge_method"]) == (challenge, "S256")
    assert (page["login_hint"], page["scope"]) == ("letter", "mail offline_access")


@pytest.mark.parametrize(
    ("pasted", "says"),
    [
        pytest.param("http://localhost/?code=c&state=other", "not the address", id="another sign-in's"),
        pytest.param("http://localhost/?code=c", "not the address", id="no state"),
        pytest.param("", "not the address", id="nothing"),
        pytest.param("http://localhost/?error=access_denied", "refused: access_denied", id="declined"),
    ],
)
def test_an_answer_to_something_else_is_not_redeemed(
    begun: Begun, token_endpoint: TokenEndpoint, pasted: str, says: str
) -> None:
    with pytest.raises(ConfigurationError, match=says):
        finish(begun, pasted)
    assert token_endpoint.asked == []


def test_an_access_for_an_hour_is_no_lasting_one(tmp_path: Path, begun: Begun, token_endpoint: TokenEndpoint) -> None:
    token_endpoint.answer = lambda _form: (200, {"access_token": "a"})
    with pytest.raises(ConfigurationError, match="offline_access"):
        finish(begun, answer(begun, code="c"))
    assert not (tmp_path / "refresh-token").exists()


def test_a_code_that_the_provider_does_not_take_is_told_without_it(begun: Begun, token_endpoint: TokenEndpoint) -> None:
    told = {"error": "invalid_grant", "error_description": "the-code-word is used up"}
    token_endpoint.answer = lambda _form: (400, told)
    with pytest.raises(PermanentFailure, match=r"\(secret\) is used up") as caught:
        finish(begun, answer(begun, code="the-code-word"))
    assert "the-code-word" not in str(caught.value)


@pytest.mark.parametrize("oauth", ["", OAUTH.format(url="https://x.example/t").replace("authorize_url", "# ")])
def test_where_to_sign_in_must_be_said(tmp_path: Path, oauth: str) -> None:
    (tmp_path / "campaign.toml").write_text(CAMPAIGN.format(ca_file="ca.pem", oauth=oauth))
    with pytest.raises(ConfigurationError, match=r"\[mail\.oauth\]"):
        begin(tmp_path)


def test_the_verb_prints_the_page_and_takes_the_address_from_its_input(
    tmp_path: Path, begun: Begun, token_endpoint: TokenEndpoint
) -> None:
    mailbot = Path(sys.executable).with_name("mailbot")
    for pasted in ("", "http://localhost/?code=c&state=guessed\n"):
        done = subprocess.run(
            [mailbot, "-C", tmp_path, "sign-in"], input=pasted, capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert "https://login.example/authorize?tenant=1&" in done.stdout
        assert done.stderr.startswith("This is not the address")
        assert done.stderr.count("\n") == 1
    assert token_endpoint.asked == []
