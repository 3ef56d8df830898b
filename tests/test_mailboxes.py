"""[mail] of campaign.toml, opened: what it names is what is spoken to."""

from itertools import count
from pathlib import Path

import pytest
from dovecot_server import Dovecot
from token_endpoint import TokenEndpoint

from mailbot import config
from mailbot.config import ConfigurationError
from mailbot.mailboxes import Mailboxes

CAMPAIGN = """
[letter]
title = "A letter"
address = "letter@openletter.example"

[mail]
{mail}

[[organizers]]
name = "Ada"
address = "ada@organizers.example"
"""
_numbers = count(1)


def mailboxes(folder: Path, mail: str) -> Mailboxes:
    (folder / "campaign.toml").write_text(CAMPAIGN.format(mail=mail))
    return Mailboxes(config.load(folder))


@pytest.mark.server
def test_an_inbox_with_oauth_is_opened_and_a_new_refresh_token_kept(
    tmp_path: Path, dovecot: Dovecot, token_endpoint: TokenEndpoint
) -> None:
    user = f"granted{next(_numbers)}@openletter.example"
    (tmp_path / "refresh-token").write_text("first\n")
    token_endpoint.answer = lambda _form: (200, {"access_token": dovecot.token(user), "refresh_token": "second"})
    opened = mailboxes(
        tmp_path,
        f"""
        inbox = "imap://{user}@127.0.0.1:{dovecot.imap_port}/INBOX"
        outbox = "maildir:outbox"
        inbox_auth = "oauth"
        ca_file = "{dovecot.ca_file}"
        [mail.oauth]
        token_url = "{token_endpoint.url}"
        client_id = "mailbot"
        """,
    )
    source = opened.open_source()
    assert "let us in" in source.check()
    source.close()
    assert token_endpoint.asked == [{"grant_type": "refresh_token", "refresh_token": "first", "client_id": "mailbot"}]
    assert (tmp_path / "refresh-token").read_text() == "second\n"


@pytest.mark.server
def test_a_command_of_the_operators_may_give_the_tokens(tmp_path: Path, dovecot: Dovecot) -> None:
    user = f"granted{next(_numbers)}@openletter.example"
    source = mailboxes(
        tmp_path,
        f"""
        inbox = "imap://{user}@127.0.0.1:{dovecot.imap_port}/INBOX"
        outbox = "maildir:outbox"
        inbox_auth = "oauth"
        inbox_password = "command:printf %s {dovecot.token(user)}"
        """,
    ).open_source()
    assert "let us in" in source.check()
    source.close()


@pytest.mark.parametrize(
    ("mail", "says"),
    [
        pytest.param('inbox_fingerprint = "ab:cd"', "mail.inbox_fingerprint must be the SHA-256", id="short fingerprint"),
        pytest.param('oauth = {token_url = "http://x.example/", client_id = "m"}', "https://", id="token in the clear"),
        pytest.param('oauth = {token_ur = "x", client_id = "m"}', "did you mean 'token_url'", id="misspelt in a table"),
        pytest.param('inbox_auth = "kerberos"', "mail.inbox_auth", id="no such way to log in"),
    ],
)  # fmt: skip
def test_a_wrong_setting_names_key_and_cure(tmp_path: Path, mail: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        mailboxes(tmp_path, f'inbox = "maildir:inbox"\noutbox = "maildir:outbox"\n{mail}')
    assert says.casefold() in str(caught.value).casefold()


def test_a_refresh_token_that_is_missing_is_said_at_the_start(tmp_path: Path) -> None:
    opened = mailboxes(
        tmp_path,
        'inbox = "imaps://u@imap.example/INBOX"\noutbox = "maildir:outbox"\ninbox_auth = "oauth"\n'
        'oauth = {token_url = "https://x.example/t", client_id = "m"}',
    )
    with pytest.raises(ConfigurationError, match="refresh-token"):
        opened.open_source()


@pytest.mark.parametrize("written", ["AB:" * 31 + "AB", "sha256:" + "ab" * 32, "ab" * 32])
def test_a_fingerprint_may_be_written_as_openssl_prints_it(tmp_path: Path, written: str) -> None:
    (tmp_path / "campaign.toml").write_text(
        CAMPAIGN.format(mail=f'inbox = "maildir:i"\noutbox = "maildir:o"\ninbox_fingerprint = "{written}"')
    )
    assert config.load(tmp_path).mail.inbox_fingerprint == "ab" * 32
