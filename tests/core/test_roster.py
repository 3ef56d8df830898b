"""The roster: who is shown, from when, and in what order."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.core.events import Contact, Entry, Status
from mailbot.core.intents import Category
from mailbot.core.names import NameWords
from mailbot.core.roster import Roster, fingerprint, roster
from mailbot.core.signature import Signature

NOW = datetime(2021, 1, 9, 12, tzinfo=UTC)
WORDS = NameWords(articles=("the", "l'"), family_particles=("van",))


def signature(name: str, ref: str = "K7Q4", category: Category = Category.ORGANIZATION, **changes: object) -> Signature:
    entry = Entry(name=name, category=category)
    listed = Signature(
        ref=ref,
        status=Status.LISTED,
        entry=entry,
        contact=Contact(address="signer@club.example"),
        opened_at=NOW,
        changed_at=NOW,
        effective_at=NOW,
    )
    return replace(listed, **changes)  # type: ignore[arg-type]


def made(*signatures: Signature, now: datetime = NOW) -> Roster:
    return roster(signatures, now=now, sort_key=str.casefold, words=WORDS)


def names(made: Roster) -> list[str]:
    return [entry.name for entry in made.entries]


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.LISTED])
def test_nothing_but_what_is_listed_is_shown(status: Status) -> None:
    assert made(signature("Hong Kong Club", status=status)).entries == ()


def test_the_withheld_are_counted_and_not_named() -> None:
    shown = made(signature("A"), signature("B", ref="B", status=Status.WITHHELD))
    assert names(shown) == ["A"]
    assert shown.counts == {"organization": 1, "person": 0, "withheld": 1}


def test_an_entry_is_shown_only_when_its_undo_window_is_over() -> None:
    waiting = signature("New", effective_at=NOW + timedelta(minutes=10))
    assert names(made(waiting)) == []
    assert names(made(waiting, now=NOW + timedelta(minutes=10))) == ["New"]


def test_what_was_shown_stays_until_its_correction_takes_effect() -> None:
    corrected = signature("New", shown=Entry(name="Old"), effective_at=NOW + timedelta(minutes=10))
    assert names(made(corrected)) == ["Old"]
    assert names(made(corrected, now=NOW + timedelta(hours=1))) == ["New"]


def test_organizations_stand_alphabetically_without_their_article_and_persons_by_family_name() -> None:
    people = ["Leo Housakos", "Adam van Koeverden", "Jenica Atwin", "Phil McColeman", "Elizabeth May"]
    groups = ["The Zebra Club", "L'Amitié", "Mustard Seeds", "McMaster Stands"]
    signatures = [signature(name, ref=name) for name in groups]
    signatures += [signature(name, ref=name, category=Category.PERSON) for name in people]
    assert names(made(*signatures)) == [
        *("L'Amitié", "McMaster Stands", "Mustard Seeds", "The Zebra Club"),
        *("Jenica Atwin", "Leo Housakos", "Elizabeth May", "Phil McColeman", "Adam van Koeverden"),
    ]


def test_the_order_in_which_signatures_come_changes_nothing() -> None:
    signatures = [signature("Same Name", ref=f"R{n}", entry=Entry(name="Same Name", place=str(n))) for n in range(9)]
    shuffled = random.Random(1).sample(signatures, len(signatures))
    assert fingerprint(made(*signatures)) == fingerprint(made(*shuffled))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(Entry(name="Hong Kong club"), id="another capital"),
        pytest.param(Entry(name="Hong Kong Club", place="Québec"), id="a place"),
        pytest.param(Entry(name="Hong Kong Club", alt_names=("香港會",)), id="another name beside it"),
        pytest.param(Entry(name="Hong Kong Club", category=Category.PERSON), id="the other group"),
    ],
)
def test_whatever_the_public_would_see_makes_a_new_revision(other: Entry) -> None:
    assert fingerprint(made(signature("Hong Kong Club"))) != fingerprint(made(signature("", entry=other)))


def test_what_the_public_does_not_see_makes_no_new_revision() -> None:
    before = signature("Hong Kong Club")
    after = replace(before, contact=Contact(address="other@club.example"), approvals=("ada@organizers.example",))
    assert fingerprint(made(before)) == fingerprint(made(after))


def test_a_lone_surrogate_has_a_fingerprint_too() -> None:
    assert len(fingerprint(made(signature("HK\ud800")))) == 64


def test_one_more_withheld_makes_a_new_revision() -> None:
    assert fingerprint(Roster(withheld=1)) != fingerprint(Roster(withheld=2))
