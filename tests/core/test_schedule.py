"""What falls due by itself does so at its time, once."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailbot.core.decision import Organizer
from mailbot.core.events import Contact, Entry, Expired, Noted, Status
from mailbot.core.schedule import Deadlines, digest_due, latest_slot, nudge, overdue, returned
from mailbot.core.signature import Signature

TORONTO = ZoneInfo("America/Toronto")
TIMES = (time(8), time(18))
DEADLINES = Deadlines(
    remind_after=timedelta(days=5),
    expire_after=timedelta(days=21),
    remind_organizers_after=timedelta(hours=48),
    escalate_after=timedelta(days=4),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def waiting(since: str, **more: object) -> Signature:
    opened = at(since)
    return Signature(
        ref="K7Q4", status=Status.AWAITING_ORGANIZERS, entry=Entry(name="X"), contact=Contact(address="x@y.example"),
        opened_at=opened, changed_at=opened, waiting_since=opened, **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        pytest.param("2021-01-09T12:59:00+00:00", "2021-01-08T18:00:00-05:00", id="before eight it is last evening's"),
        pytest.param("2021-01-09T13:00:00+00:00", "2021-01-09T08:00:00-05:00", id="at eight it is the morning's"),
        pytest.param("2021-01-10T04:59:00+00:00", "2021-01-09T18:00:00-05:00", id="late at night it is the evening's"),
        pytest.param("2021-07-09T12:00:00+00:00", "2021-07-09T08:00:00-04:00", id="summer time is kept"),
    ],
)
def test_the_latest_digest_time(now: str, slot: str) -> None:
    assert latest_slot(at(now), TIMES, TORONTO) == datetime.fromisoformat(slot)


def test_without_times_there_is_no_digest() -> None:
    assert latest_slot(at("2021-01-09T12:00:00+00:00"), (), TORONTO) is None


@pytest.mark.parametrize(
    ("since", "slot", "last", "due"),
    [
        pytest.param("2021-01-09T07:00:00-05:00", "2021-01-09T08:00:00-05:00", None, True, id="what came before"),
        pytest.param("2021-01-09T09:00:00-05:00", "2021-01-09T08:00:00-05:00", None, False, id="never early"),
        pytest.param("2021-01-09T07:00:00-05:00", "2021-01-09T08:00:00-05:00", "2021-01-09T08:00:00-05:00", False, id="never twice"),
        pytest.param("2021-01-09T07:00:00-05:00", "2021-01-09T18:00:00-05:00", "2021-01-09T08:00:00-05:00", False, id="old cards alone are no news"),
        pytest.param("2021-01-09T09:00:00-05:00", "2021-01-09T18:00:00-05:00", "2021-01-09T08:00:00-05:00", True, id="a new card is"),
    ],
)  # fmt: skip
def test_when_a_digest_is_due(since: str, slot: str, last: str | None, due: bool) -> None:
    assert digest_due([waiting(since)], at(slot), at(last) if last else None) is due


def test_a_held_card_comes_back_on_its_day_at_the_desk() -> None:
    held = waiting("2021-01-05T12:00:00+00:00", hold_until="2021-01-09")
    assert returned([held], at("2021-01-09T04:59:00+00:00"), TORONTO) == ()
    assert len(returned([held], at("2021-01-09T05:00:00+00:00"), TORONTO)) == 1


def test_a_signer_is_reminded_once_and_then_expires_in_silence() -> None:
    asked = waiting("2021-01-01T12:00:00+00:00")
    events, letters = overdue([asked], at("2021-01-06T12:00:00+00:00"), DEADLINES)
    assert isinstance(events[0].change, Noted)
    assert [one.template for one in letters] == ["echo"]
    reminded = waiting("2021-01-01T12:00:00+00:00", reminded=True)
    assert overdue([reminded], at("2021-01-20T12:00:00+00:00"), DEADLINES) == ((), ())
    events, letters = overdue([reminded], at("2021-01-22T12:00:00+00:00"), DEADLINES)
    assert isinstance(events[0].change, Expired)
    assert letters == ()


@pytest.mark.parametrize(
    ("now", "nudges", "told"),
    [
        pytest.param("2021-01-03T11:59:00+00:00", 0, None, id="before two days nobody"),
        pytest.param("2021-01-03T12:00:00+00:00", 0, False, id="after two days those whose word it wants"),
        pytest.param("2021-01-04T12:00:00+00:00", 1, None, id="once"),
        pytest.param("2021-01-05T12:00:00+00:00", 1, True, id="after four days all of them"),
        pytest.param("2021-01-05T12:00:00+00:00", 0, True, id="even if nobody was told before"),
        pytest.param("2021-01-05T11:59:00+00:00", 2, None, id="once as well"),
        pytest.param("2021-01-05T12:00:00+00:00", 2, True, id="and again when nothing has happened for as long"),
    ],
)
def test_a_card_that_waits_too_long_is_brought_to_mind(now: str, nudges: int, told: bool | None) -> None:
    found = nudge([waiting("2021-01-01T12:00:00+00:00", nudges=nudges)], at(now), DEADLINES)
    assert (found.escalated if found else None) is told


def test_cards_that_all_were_told_of_are_told_again_together() -> None:
    old, newer = waiting("2021-01-01T12:00:00+00:00", nudges=2), waiting("2021-01-03T12:00:00+00:00", nudges=2)
    found = nudge([old, replace(newer, ref="M3XA")], at("2021-01-06T12:00:00+00:00"), DEADLINES)
    assert found is not None
    assert {event.ref for event in found.events} == {"K7Q4", "M3XA"}


def test_a_reminder_takes_along_what_has_waited_half_as_long_and_spares_who_has_voted() -> None:
    ada = Organizer(name="Ada", address="ada@organizers.example", language="en")
    old = waiting("2021-01-01T12:00:00+00:00", approvals=(ada.address,))
    younger, new = waiting("2021-01-02T10:00:00+00:00"), waiting("2021-01-03T10:00:00+00:00")
    found = nudge([old, younger, new], at("2021-01-03T12:00:00+00:00"), DEADLINES)
    assert found is not None
    assert found.late == (old, younger)
    assert len(found.events) == 2
    assert found.waits_for(ada) == (younger,)
