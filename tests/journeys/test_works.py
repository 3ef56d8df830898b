"""The works from outside: status on a terminal and as JSON, metrics and health over HTTP, the letter when all is silent."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.core.health import Health, Letters
from mailbot.ports import TemporaryFailure
from mailbot.verbs.metrics import Answering
from mailbot.verbs.status import as_json, as_text, silences

NOW = datetime(2021, 1, 9, 12, tzinfo=UTC)
WELL = Health(
    now=NOW,
    polled_at=NOW - timedelta(seconds=40),
    changed_at=NOW - timedelta(hours=5),
    revision=31,
    waiting=3,
    waiting_since=NOW - timedelta(days=2),
    letters=Letters(
        queued=2,
        queued_since=NOW - timedelta(minutes=4),
        mail_came=NOW - timedelta(minutes=5),
        refused_since=NOW - timedelta(minutes=4),
        sent=14,
        failed=1,
    ),
    a_day=2000,
)
NEW = Health(
    now=NOW,
    polled_at=None,
    changed_at=None,
    revision=0,
    waiting=0,
    waiting_since=None,
    letters=Letters(queued=0, queued_since=None, mail_came=None, refused_since=None, sent=0, failed=0),
    a_day=0,
)


def test_an_operator_reads_the_works_in_six_lines() -> None:
    assert list(as_text(WELL)) == [
        "last look into the mailbox   40 seconds ago",
        "oldest unanswered mail       5 minutes ago",
        "waiting for organizers       3, the oldest for 2 days",
        "letters waiting to go out    2, the oldest for 4 minutes",
        "letters sent in 24 hours     14 of 2000 that our provider takes, 1 refused for good",
        "published list               revision 31, changed 5 hours ago",
    ]


def test_a_campaign_that_has_done_nothing_yet_says_so() -> None:
    told = "\n".join(as_text(NEW))
    assert "never yet" in told
    assert json.loads(as_json(NEW))["polled_age"] is None


def test_a_program_reads_the_same_as_json() -> None:
    told = json.loads(as_json(WELL))
    assert (told["polled_age"], told["queued"], told["queued_age"], told["revision"]) == (40, 2, 240, 31)


@pytest.mark.parametrize(
    ("after", "silent"),
    [
        pytest.param(timedelta(hours=6), 0, id="all turns"),
        pytest.param(timedelta(minutes=3), 1, id="letters wait for four minutes"),
        pytest.param(timedelta(seconds=10), 2, id="mailbox and letters"),
    ],
)
def test_what_is_silent_is_said_with_its_cure(after: timedelta, silent: int) -> None:
    said = silences(WELL, after)
    assert len(said) == silent
    assert all("mailbot doctor" in sentence for sentence in said)


def test_status_tells_of_the_last_poll_and_names_nobody(rehearsal) -> None:
    campaign = rehearsal()
    campaign.write("Mary <mary@choir.example>", "Please add the Oak Street Choir to the list.")
    campaign.once()
    opened = campaign.open()
    told = as_json(opened.health())
    opened.close()
    assert json.loads(told)["polled_age"] == 0
    assert json.loads(told)["sent_24h"] == 1
    assert "choir" not in told.casefold()


def test_nobody_heard_of_for_hours_writes_to_the_second_organizer_once(rehearsal, monkeypatch) -> None:
    campaign = rehearsal(two=True)
    campaign.once()
    campaign.letters()
    monkeypatch.setattr("mailbot.worker.intake.Intake.poll", _out_of_reach)
    for _ in range(3):
        with pytest.raises(TemporaryFailure):
            campaign.once(timedelta(hours=5))
    (alarm,) = campaign.letters("alarm")
    assert alarm.to == "ben@organizers.example"
    assert "Aucun courriel n’a pu être relevé" in alarm.text  # Ben reads French
    monkeypatch.undo()
    campaign.once()
    assert not campaign.letters("alarm")


def _out_of_reach(*_: object) -> None:
    raise TemporaryFailure("The mailbox did not answer.")


@pytest.fixture
def answering() -> Iterator[tuple[Answering, list[str]]]:
    ails: list[str] = []
    server = Answering(0, lambda: WELL, lambda: ails)
    yield server, ails
    server.close()


def _get(server: Answering, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def test_prometheus_scrapes_gauges_that_name_nobody(answering: tuple[Answering, list[str]]) -> None:
    status, text = _get(answering[0], "/metrics")
    assert status == 200
    assert "mailbot_outbox_letters 2.0" in text
    assert "mailbot_poll_age_seconds 40.0" in text
    assert "@" not in text


def test_health_is_200_while_all_turns_and_503_with_the_reason_when_not(answering: tuple[Answering, list[str]]) -> None:
    server, ails = answering
    assert _get(server, "/health") == (200, "well\n")
    ails.append("No letter could be sent since noon.")
    assert _get(server, "/health") == (503, "No letter could be sent since noon.\n")
    assert _get(server, "/elsewhere")[0] == 404
