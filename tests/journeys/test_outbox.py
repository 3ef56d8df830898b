"""Letters at the speed and in the order that a provider takes them, and organizers who hear of what is late."""

import email
import email.policy
from collections.abc import Callable
from datetime import timedelta

import pytest
from journey import ADA, Letter, Rehearsal
from smtp_sink import SmtpSink

from mailbot.worker.outbox import backoff

ASKS = "Please add our organization: Harbour Choir Number {}\n"


@pytest.fixture
def submitting(
    rehearsal: Callable[..., Rehearsal], smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Rehearsal]:
    """submitting("letters_a_day = 8", requests=12) → a campaign whose letters go to the sink, with mail waiting."""

    def make(mail: str = "", requests: int = 0) -> Rehearsal:
        monkeypatch.setenv("MAILBOT_OUTBOX_PASSWORD", smtp_sink.password)
        campaign = rehearsal()
        url = f"smtp+starttls://{smtp_sink.user}@{smtp_sink.host}:{smtp_sink.smtp_port}"
        file = campaign.folder / "campaign.toml"
        lines = f'"{url}"\nca_file = "{smtp_sink.ca_file}"\n{mail}'
        file.write_text(file.read_text().replace('"maildir:outbox"', lines))
        for number in range(requests):
            campaign.write(f"Sam <sam{number}@signers{number}.example>", ASKS.format(number))
        return campaign

    return make


def templates(sink: SmtpSink) -> list[str]:
    return [
        line.partition(b": ")[2].decode().strip()
        for letter in sink.letters
        for line in letter.content.splitlines()
        if line.startswith(b"X-Mailbot-Letter: ")
    ]


def test_no_more_letters_go_out_in_a_minute_than_the_provider_takes(submitting, smtp_sink: SmtpSink) -> None:
    campaign = submitting("letters_a_minute = 5", requests=12)
    first = campaign.once()
    assert (first.sent.sent, first.sent.trouble) == (5, "")
    assert "takes 5 letters a minute" in first.summary()
    assert campaign.once(later=timedelta(seconds=30)).sent.sent == 0
    assert campaign.once(later=timedelta(seconds=31)).sent.sent == 5
    assert campaign.once(later=timedelta(seconds=61)).sent.sent == 2
    assert len({letter.rcpt_tos[0] for letter in smtp_sink.letters}) == 12


def test_a_days_limit_is_kept_over_restarts_and_leaves_room_for_confirmations(submitting, smtp_sink: SmtpSink) -> None:
    campaign = submitting("letters_a_day = 8")
    for number in range(6):
        campaign.write(f"Sam <sam{number}@signers{number}.example>", ASKS.format(number), proved=True)
    assert campaign.once().sent.sent == 6
    campaign.digest_time()  # six of eight are used up: no digest any more
    assert "digest" not in templates(smtp_sink)
    campaign.write("Tess <tess@lantern.example>", "Please add our organization: Prairie Lantern Society\n")
    assert campaign.once().sent.sent == 1
    assert templates(smtp_sink) == ["echo"] * 7
    campaign.once(later=timedelta(days=1))
    assert templates(smtp_sink)[-1] == "digest"


def test_organizers_hear_by_one_line_a_day_that_letters_are_late(submitting, smtp_sink: SmtpSink) -> None:
    campaign = submitting("letters_a_day = 4", requests=9)
    campaign.once()
    for _ in range(8):
        campaign.once(later=timedelta(minutes=30))
    assert len(smtp_sink.letters) == 4
    for _ in range(3):
        campaign.once(later=timedelta(hours=13))
    octets = next(letter.content for letter in smtp_sink.letters if letter.rcpt_tos == [ADA])
    digest = Letter(email.message_from_bytes(octets, policy=email.policy.default)).text
    assert "Letters that go out late" in digest
    assert digest.count("5 waiting since 2021-01-09 15:01 UTC") == 1
    assert "takes 4 letters a day" in " ".join(digest.split())


@pytest.mark.parametrize(
    ("reply", "rest"),
    [
        pytest.param("550 5.4.5 Daily user sending limit exceeded", timedelta(hours=1), id="Gmail's day"),
        pytest.param("432 4.3.2 sender thread limit exceeded", timedelta(minutes=1), id="Exchange Online's minute"),
    ],
)
def test_where_the_provider_says_enough_it_is_left_alone_and_no_letter_is_given_up(
    submitting, smtp_sink: SmtpSink, reply: str, rest: timedelta
) -> None:
    campaign = submitting(requests=6)
    for number in range(6):
        smtp_sink.replies[f"sam{number}@signers{number}.example"] = reply
    done = campaign.once()
    assert (done.sent.late, done.sent.failed, smtp_sink.asked) == (1, 0, 1)
    smtp_sink.replies.clear()
    assert campaign.once(later=rest - timedelta(seconds=5)).sent.sent == 0
    assert campaign.once(later=timedelta(hours=1)).sent.sent == 6
    assert smtp_sink.asked == 7


def test_an_outage_of_days_gives_up_no_letter_and_flags_no_signer(submitting, smtp_sink: SmtpSink) -> None:
    campaign = submitting(requests=2)
    smtp_sink.stop()
    for _ in range(14):
        campaign.once(later=timedelta(hours=8))
    smtp_sink.start()
    campaign.once(later=timedelta(hours=8))
    assert {letter.rcpt_tos[0] for letter in smtp_sink.letters} >= {"sam0@signers0.example", "sam1@signers1.example"}
    reasons = {event["reason"] for row in campaign.roll().values() for event in row["history"]}
    assert "letter_refused" not in reasons


def test_a_letter_that_one_recipients_server_puts_off_for_days_is_given_up(submitting, smtp_sink: SmtpSink) -> None:
    campaign = submitting(requests=1)
    smtp_sink.replies["sam0@signers0.example"] = "450 4.2.0 not now"
    for _ in range(27):
        campaign.once(later=timedelta(hours=4))
    (row,) = campaign.roll().values()
    assert [event["reason"] for event in row["history"]].count("letter_refused") == 1
    assert smtp_sink.asked >= 24


def test_a_clock_that_was_set_back_a_day_makes_no_rest_longer(submitting, smtp_sink: SmtpSink) -> None:
    campaign = submitting(requests=2)
    smtp_sink.replies["sam0@signers0.example"] = "550 5.4.5 Daily user sending limit exceeded"
    campaign.once()
    smtp_sink.replies.clear()
    assert campaign.once(later=timedelta(minutes=1)).sent.sent == 0
    campaign.write("Tess <tess@lantern.example>", "Please add our organization: Prairie Lantern Society\n")
    assert campaign.once(later=-timedelta(days=1)).sent.sent == 1


def test_several_connections_send_each_letter_once(submitting, smtp_sink: SmtpSink) -> None:
    campaign = submitting("connections = 4", requests=20)
    smtp_sink.pause = 0.05
    done = campaign.once()
    assert (done.sent.sent, done.sent.late, done.sent.failed) == (20, 0, 0)
    assert len({letter.rcpt_tos[0] for letter in smtp_sink.letters}) == len(smtp_sink.letters) == 20
    assert 2 <= smtp_sink.connections <= 4
    assert smtp_sink.most_at_once > 1


def test_a_bug_with_one_letter_holds_up_no_other(submitting, smtp_sink: SmtpSink, monkeypatch) -> None:
    from mailbot.adapters.senders.smtp import SmtpSender

    right = SmtpSender.send

    def wrong(self, *, recipient: str, **named: object) -> None:
        if "sam1@" in recipient:
            raise ZeroDivisionError(recipient)
        right(self, recipient=recipient, **named)

    monkeypatch.setattr(SmtpSender, "send", wrong)
    done = submitting(requests=4).once()
    assert (done.sent.sent, done.sent.late) == (3, 1)


def test_what_is_put_off_together_does_not_come_back_together() -> None:
    pauses = [backoff(attempts, lambda _n: 250) for attempts in range(9)]
    assert pauses == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 16, 32, 60, 60, 60)]
    assert backoff(3, lambda _n: 0) == timedelta(minutes=6)
    assert backoff(3, lambda n: n - 1) == timedelta(minutes=10)
