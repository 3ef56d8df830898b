"""Letters that come back: known by what they carry, told to organizers, and never answered."""

import email
import email.policy
from collections.abc import Callable
from datetime import timedelta

import pytest
from journey import ADA, BEN, LETTER, Letter, Rehearsal
from post_office import Post

RUTH = "ruth@tamarack.example"
ASKS = "Please add our organization: Tamarack Books\n"


def report(
    *, action: str = "failed", status: str = "5.1.1", to: str = LETTER, envelope: str = "", returned: str = ""
) -> bytes:
    """What a mail server sends (RFC 3464); without `envelope` and `returned` it does not say of which letter."""
    about = f"Original-Envelope-Id: {envelope}\r\n" if envelope else ""
    copy = f"\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {returned}\r\n" if returned else ""
    return (
        f"Return-Path: <>\r\nDelivered-To: {to}\r\nFrom: MAILER-DAEMON@mx.tamarack.example\r\nTo: {to}\r\n"
        f"Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <{action}.{status}.{len(to)}@mx.tamarack.example>\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.tamarack.example\r\n{about}\r\n"
        f"Final-Recipient: rfc822; {RUTH}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} no such user\r\n{copy}--b--\r\n"
    ).encode()


def letter_id(letter: Letter) -> str:
    return str(letter.message["Message-ID"]).strip("<>").partition("@")[0].rpartition(".")[2]


def notes(campaign: Rehearsal) -> list[str]:
    (row,) = campaign.roll().values()
    return [event["reason"] for event in row["history"] if event["what"] == "noted"]


@pytest.fixture
def asked(rehearsal: Callable[..., Rehearsal]) -> tuple[Rehearsal, Letter]:
    campaign = rehearsal(two=True)
    campaign.write(RUTH, ASKS)
    campaign.once()
    return campaign, campaign.letter("echo")


def returning(letter: Letter, by: str) -> bytes:
    number = letter_id(letter)
    match by:
        case "message-id":
            return report(returned=str(letter.message["Message-ID"]))
        case "reverse path":
            return report(to=f"letter+returned-{number.lower()}@openletter.example")
        case _:
            return report(envelope=number)


@pytest.mark.parametrize("by", ["message-id", "reverse path", "envelope id"])
def test_a_returned_letter_is_known_by_each_of_three_marks_and_organizers_hear_of_it_once(asked, by: str) -> None:
    campaign, echo = asked
    campaign.drop(returning(echo, by))
    campaign.once()
    assert notes(campaign) == ["letter_returned"]
    assert campaign.letters() == []
    campaign.drop(returning(echo, by).replace(b"Sorry.", b"Sorry again."))
    campaign.once()
    assert notes(campaign) == ["letter_returned"]
    text = campaign.digest().text
    assert "Letters that came back" in text
    assert text.count("Tamarack Books · ruth@tamarack.example") == 1


def test_the_card_of_a_signer_whom_letters_do_not_reach_says_so(asked) -> None:
    campaign, echo = asked
    campaign.drop(returning(echo, "message-id"))
    campaign.write(RUTH, "YES", answers=echo)
    campaign.once()
    assert "Our letter to this address came back" in campaign.digest().text


def test_whom_letters_do_not_reach_is_not_reminded_and_the_request_lapses(asked) -> None:
    campaign, echo = asked
    campaign.drop(returning(echo, "message-id"))
    campaign.once()
    campaign.once(later=timedelta(days=6))
    assert campaign.letters(to=RUTH) == []
    campaign.once(later=timedelta(days=16))
    assert campaign.letters(to=RUTH) == []
    assert campaign.statuses() == {"Tamarack Books": "expired"}


def test_a_delay_is_a_note_and_nothing_else(asked) -> None:
    campaign, echo = asked
    for _ in range(2):
        campaign.drop(report(action="delayed", status="4.4.1", returned=str(echo.message["Message-ID"])))
        campaign.once()
    assert notes(campaign) == ["letter_delayed"]
    campaign.digest_time()
    assert campaign.letters() == []


def test_a_delivery_that_went_well_leaves_no_trace(asked) -> None:
    campaign, echo = asked
    campaign.drop(report(action="delivered", status="2.0.0", returned=str(echo.message["Message-ID"])))
    campaign.once()
    assert notes(campaign) == []


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(report(), id="names an address alone"),
        pytest.param(report(returned="<made.up@openletter.example>"), id="a Message-ID that is not ours"),
        pytest.param(report(to="letter+returned-0123456789@openletter.example"), id="a reverse path that was never used"),
        pytest.param(report(to="letter+returned-%s@elsewhere.example"), id="a reverse path of another domain"),
        pytest.param(report(envelope="x" * 5000), id="an endless envelope id"),
    ],
)  # fmt: skip
def test_a_report_that_proves_no_letter_moves_nothing(asked, octets: bytes) -> None:
    campaign, echo = asked
    campaign.drop(octets.replace(b"%s", letter_id(echo).lower().encode()))
    campaign.once()
    assert notes(campaign) == []
    campaign.digest_time()
    assert campaign.letters() == []


def test_an_organizer_whom_letters_do_not_reach_is_told_to_the_others_once_a_day(rehearsal) -> None:
    campaign = rehearsal(two=True, desk='cards = "each"')
    campaign.write(RUTH, ASKS, proved=True)
    campaign.once()
    card = campaign.letter("card", BEN)
    campaign.letters()
    for number in range(3):
        campaign.drop(report(returned=str(card.message["Message-ID"]), status=f"5.{number}.0"))
    campaign.once()
    campaign.digest_time()
    digest = campaign.letter("digest", ADA)
    assert digest.text.count("Ben · ben@organizers.example") == 1
    assert campaign.letters("digest", BEN) == []


@pytest.mark.server
def test_a_letter_that_postfix_returns_is_noted_and_the_domain_that_was_meant_is_told(post: Post) -> None:
    file = post.rehearsal.folder / "campaign.toml"
    file.write_text(file.read_text().replace("[mail]", "[mail]\nplus_addressing = true"))
    post.send("roch@hotmial.com", "Please add our organization: Comité Saint-Roch\n")
    post.rehearsal.once()
    (came,) = post.dovecot.await_messages(post.intake, 1)
    local, _, _ = post.intake.partition("@")
    returned = email.message_from_bytes(came, policy=email.policy.default)
    assert str(returned["To"]).startswith(f"{local}+returned-")
    assert b"Original-Envelope-Id:" in came  # the envelope had its id
    post.rehearsal.once()
    assert notes(post.rehearsal) == ["letter_returned"]
    post.rehearsal.digest_time()
    digest = post.letter(ADA, "digest")
    assert "Comité Saint-Roch · roch@hotmial.com" in digest.text
    assert "Perhaps meant: roch@hotmail.com" in digest.text
    assert post.rehearsal.once(later=timedelta(minutes=1)).sent.sent == 0
