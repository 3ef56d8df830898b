"""Mails in batches: each for itself, though they share a transaction."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from journey import Rehearsal

from mailbot.ports import Delivery, TemporaryFailure
from mailbot.worker.batches import MAILS, OCTETS, batches
from mailbot.worker.handled import Stopped
from mailbot.worker.post import Post

NAMES = ("Tamarack Books", "Harbour Choir", "Prairie Lantern Society")


def write_all(campaign: Rehearsal) -> None:
    for number, name in enumerate(NAMES):
        campaign.write(f"Ruth <ruth@signer{number}.example>", f"Please add our organization: {name}\n")


def delivery(octets: int) -> Delivery:
    return Delivery("maildir:x", datetime(2021, 1, 9, tzinfo=UTC), b"x" * octets, octets)


def test_a_mail_that_breaks_us_half_way_leaves_nothing_of_it_and_all_of_its_neighbours(
    rehearsal: Callable[..., Rehearsal], monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = rehearsal()
    write_all(campaign)
    enqueue = Post.enqueue

    def breaks(post, uow, letters, **about):
        letters = tuple(letters)
        if any(letter.to == "ruth@signer1.example" for letter in letters):
            raise RuntimeError("after its events were recorded")
        return enqueue(post, uow, letters, **about)

    monkeypatch.setattr(Post, "enqueue", breaks)
    done = campaign.once()
    assert done.tally.set_aside == 1
    assert set(campaign.statuses()) == {NAMES[0], NAMES[2]}
    assert len(list((campaign.folder / "inbox/.Set aside/new").iterdir())) == 1
    monkeypatch.setattr(Post, "enqueue", enqueue)
    for file in (campaign.folder / "inbox/.Set aside/new").iterdir():
        file.rename(campaign.folder / "inbox/new" / file.name)
    campaign.once()
    assert set(campaign.statuses()) == set(NAMES)


@pytest.mark.parametrize("decided", [0, 1, 2])
def test_asked_to_stop_between_two_mails_it_keeps_and_settles_what_is_decided_and_leaves_the_rest(
    rehearsal: Callable[..., Rehearsal], decided: int
) -> None:
    rehearsed = rehearsal()
    write_all(rehearsed)
    campaign = rehearsed.open()
    asked = iter(range(1000))

    def clock() -> datetime:
        if next(asked) == len(NAMES) + decided:  # each is read, then each decided
            raise Stopped
        return rehearsed.now

    try:
        with pytest.raises(Stopped):
            campaign.intake.poll(campaign.source, clock)
    finally:
        campaign.close()
    assert len(rehearsed.statuses()) == decided
    assert len(list((rehearsed.folder / "inbox/new").iterdir())) == len(NAMES) - decided
    rehearsed.once()
    assert set(rehearsed.statuses()) == set(NAMES)


def test_what_a_source_gave_before_it_failed_is_handled_before_the_failure_is_told() -> None:
    def source() -> Iterator[Delivery]:
        yield delivery(1)
        yield delivery(2)
        raise TemporaryFailure("gone")

    found = batches(source())
    assert [one.size for one in next(found)] == [1, 2]
    with pytest.raises(TemporaryFailure):
        next(found)


def test_a_batch_ends_when_it_has_enough_mails_or_enough_octets() -> None:
    assert [len(batch) for batch in batches(delivery(1) for _ in range(MAILS + 1))] == [MAILS, 1]
    assert [len(batch) for batch in batches(map(delivery, (1, OCTETS, 1)))] == [2, 1]
