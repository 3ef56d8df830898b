"""An SMTP server that refuses, falls silent or hangs up at any stage: letters wait, or are known as refused; none is lost."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product

import pytest
from scripted_smtp import HANG_UP, SILENCE, STAGES, ScriptedSmtp
from served_campaign import Served, assert_whole

from mailbot.adapters.senders.smtp import SmtpSender
from mailbot.app import Campaign
from mailbot.core.location import parse_location

pytestmark = [pytest.mark.fault, pytest.mark.server]

NAMES = ["Tamarack Books", "Prairie Lantern Society"]
PERMANENT = ("550 5.7.1 no", "552 5.2.2 full")
ANSWERS = ("421 4.3.2 closing", "450 4.2.1 busy", *PERMANENT, SILENCE, HANG_UP)


@pytest.fixture
def campaign(served: Served) -> Iterator[Campaign]:
    """A running campaign whose sender is soon tired of waiting."""
    campaign = served.open()
    sender = SmtpSender(parse_location(f"smtp://127.0.0.1:{served.smtp.port}"), timeout=0.4)
    campaign.__dict__["sender"] = sender
    yield campaign
    campaign.close()


@pytest.mark.parametrize(
    ("stage", "answer"), [pytest.param(*case, id=f"{case[1]} at {case[0]}") for case in product(STAGES, ANSWERS)]
)
def test_whatever_the_server_says_a_letter_arrives_or_is_known_as_refused(
    served: Served, campaign: Campaign, smtp: ScriptedSmtp, stage: str, answer: str
) -> None:
    for name in NAMES:
        served.sign(name, proved=False)
    smtp.script[stage] = answer
    done = campaign.once()
    about_us = stage in {"connect", "ehlo"} or (stage == "mail" and answer.startswith("550 5.7.1"))
    about_the_letter = answer in PERMANENT and not about_us
    assert done.sent.sent == 0
    assert done.sent.failed == (2 if about_the_letter else 0)
    assert done.sent.late > 0 or about_the_letter

    smtp.script.clear()
    smtp.life += 1
    served.now += timedelta(hours=2)
    served.sign("Harbour Choir", proved=False)
    assert campaign.once().sent.trouble == ""
    refused = {
        row["name"] for row in served.roll().values() if "letter_refused" in {one["reason"] for one in row["history"]}
    }
    assert refused == (set(NAMES) if about_the_letter else set())
    arrived = {one.recipient.partition("@")[2] for one in smtp.received}
    expected = {"harbour-choir.example"} | (
        {"tamarack-books.example", "prairie-lantern-society.example"} - _domains(refused)
    )
    assert arrived == expected
    in_flight = stage == "end" and answer in {SILENCE, HANG_UP}
    assert_whole(served, [*NAMES, "Harbour Choir"], in_flight=2 if in_flight else 0)


def _domains(names: set[str]) -> set[str]:
    return {"-".join(name.lower().split()) + ".example" for name in names}


def test_a_recipient_who_is_refused_keeps_nobody_else_waiting(served: Served, smtp: ScriptedSmtp) -> None:
    smtp.script["rcpt", "ruth@tamarack-books.example"] = "450 4.2.1 busy"
    for name in NAMES:
        served.sign(name, proved=False)
    served.once()
    assert [one.recipient for one in smtp.received] == ["ruth@prairie-lantern-society.example"]
    smtp.script.clear()
    served.once(later=timedelta(hours=2))
    assert [one.recipient for one in smtp.received][1:] == ["ruth@tamarack-books.example"]
    assert_whole(served, NAMES)
