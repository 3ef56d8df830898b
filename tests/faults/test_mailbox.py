"""Dovecot goes away and comes back, forgets its index, or numbers a mailbox anew: no mail is lost, none counts twice."""

import contextlib
import shutil
import time
from collections.abc import Callable

import pytest
from served_campaign import Served, assert_whole

from mailbot.app import Campaign
from mailbot.failpoints import Point
from mailbot.ports import TemporaryFailure

pytestmark = [pytest.mark.fault, pytest.mark.server]

NAMES = ["Tamarack Books", "Prairie Lantern Society", "Harbour Choir"]


def stopped(served: Served) -> None:
    served.dovecot.stop()


def restarted(served: Served) -> None:
    served.dovecot.stop()
    served.dovecot.start()


def index_lost(served: Served) -> None:
    """Only what Dovecot can make anew from the mails: their UIDs stay."""
    _remove(served, "dovecot.index*")


def renumbered(served: Served) -> None:
    """With the list of UIDs goes the UIDVALIDITY (RFC 9051, 2.3.1.1)."""
    before = _uidvalidity(served)
    served.dovecot.stop()  # a session that is open would write down the old one again
    _remove(served, "dovecot*")
    _remove(served, ".Handled/dovecot*")
    time.sleep(1.1)  # Dovecot takes the time of day for a new one
    served.dovecot.start()
    assert _uidvalidity(served) != before


def _remove(served: Served, pattern: str) -> None:
    mailbox = served.dovecot.folder / "mail" / served.user
    found = list(mailbox.glob(pattern))
    assert found
    for file in found:
        file.unlink()


def _uidvalidity(served: Served) -> int:
    with served.dovecot._session(served.user) as client:
        return client.select_folder("INBOX")[b"UIDVALIDITY"]


FAULTS = [pytest.param(fault, id=fault.__name__) for fault in (stopped, restarted, index_lost, renumbered)]


@pytest.mark.parametrize("fault", FAULTS)
def test_between_two_mails_of_one_pass(served: Served, fault: Callable[[Served], None]) -> None:
    for name in NAMES:
        served.sign(name)
    campaign = served.open()
    try:
        _passes(campaign, after_first=lambda: fault(served))
        served.dovecot.start()
        _passes(campaign)
        assert campaign.once().tally.handled == 0
    finally:
        served.dovecot.start()
        campaign.close()
    assert_whole(served, NAMES)


@pytest.mark.parametrize("fault", FAULTS)
def test_between_two_passes_of_one_worker(served: Served, fault: Callable[[Served], None]) -> None:
    campaign = served.open()
    try:
        served.sign(NAMES[0])
        campaign.once()
        served.sign(NAMES[1])
        fault(served)
        _passes(campaign)
        served.dovecot.start()
        served.sign(NAMES[2])
        _passes(campaign)
        assert campaign.once().tally.handled == 0
    finally:
        served.dovecot.start()
        campaign.close()
    assert_whole(served, NAMES)


@pytest.mark.parametrize("point", [Point.COMMITTED, Point.SETTLED])
def test_a_mailbox_that_was_numbered_anew_after_a_kill_is_no_new_mail(served: Served, point: Point) -> None:
    served.sign(NAMES[0])
    served.killed(point)
    renumbered(served)
    assert served.once().tally.seen == (1 if point is Point.COMMITTED else 0)
    assert_whole(served, NAMES[:1])


def test_a_mailbox_that_is_gone_and_made_again_takes_mail_as_before(served: Served) -> None:
    served.sign(NAMES[0])
    campaign = served.open()
    try:
        campaign.once()
        shutil.rmtree(served.dovecot.folder / "mail" / served.user)
        served.dovecot.append(served.user, "Handled", b"Subject: the first\r\n\r\nmakes the folder\r\n")
        served.sign(NAMES[1])
        _passes(campaign)
        _passes(campaign)
    finally:
        campaign.close()
    assert served.statuses() == dict.fromkeys(NAMES[:2], "awaiting_organizers")


def _passes(campaign: Campaign, after_first: Callable[[], None] | None = None) -> None:
    """One pass, which may end with an outage; `after_first` happens when the first mail is done."""
    waiting = [after_first] if after_first else []
    with contextlib.suppress(TemporaryFailure):
        campaign.once(lambda _: waiting.pop()() if waiting else None)
