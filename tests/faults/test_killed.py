"""kill -9 at every boundary of the journey, in a real process over real servers, and the next start."""

from datetime import timedelta

import pytest
from journey import ADA
from served_campaign import Served, assert_whole

from mailbot.failpoints import Point

pytestmark = [pytest.mark.fault, pytest.mark.server]

READING = frozenset(
    {Point.FETCHED, Point.REMEMBERED, Point.DECIDED, Point.BEFORE_COMMIT, Point.COMMITTED, Point.SETTLED}
)
NAMES = ["Tamarack Books", "Prairie Lantern Society", "Harbour Choir"]


@pytest.mark.parametrize("point", Point)
def test_killed_anywhere_it_goes_on_as_if_nothing_had_been(served: Served, point: Point) -> None:
    """One mail is an organizer's yes, two are requests, a digest is due: what follows comes by every point."""
    served.sign(NAMES[0])
    served.once()
    digest = served.digest()
    served.write(f"Ada <{ADA}>", "ok all", answers=digest, proved=True)
    served.sign(NAMES[1])
    served.sign(NAMES[2], proved=False)
    if point not in READING:  # then the process that is killed need not start one that reads
        campaign = served.open()
        campaign.intake.poll(campaign.source, campaign.clock)
        campaign.close()
    served.killed(point, later=timedelta(hours=14))  # half past eight: the morning's digest is due
    for _ in range(3):
        served.smtp.life += 1
        served.once(later=timedelta(hours=6))
    assert_whole(served, NAMES, in_flight=point in {Point.LETTER_ACCEPTED})
    assert served.statuses() == dict(zip(NAMES, ["listed", "awaiting_organizers", "awaiting_signer"], strict=True))
    assert served.page() == NAMES[:1]
    told = [one.template for one in served.letters()]
    assert sorted(set(told)) == ["digest", "echo", "listed", "receipt"]
