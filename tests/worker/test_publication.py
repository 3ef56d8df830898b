"""What a publication makes, what it leaves alone, and what becomes of files that are no more."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from crowd import MOMENT, campaign_in, changed, edited, listed, person

from mailbot.app import Campaign
from mailbot.core.events import Entry, Withdrawn
from mailbot.core.intents import Category
from mailbot.core.page_orders import PAGE


@pytest.fixture
def campaign(tmp_path: Path) -> Iterator[Campaign]:
    """A hundred and fifty names, thirty a page."""
    made = campaign_in(tmp_path, 60, ("en", "fr"))
    listed(made, [person(n) for n in range(150)])
    yield made
    made.close()


def publish(campaign: Campaign, minutes: int = 0, **options: bool) -> tuple[str, ...]:
    return campaign.publication.publish(campaign.publisher, MOMENT + timedelta(minutes=minutes), **options).files


def public(campaign: Campaign) -> dict[str, str]:
    return {file.name: file.read_text("utf-8") for file in sorted((campaign.settings.folder / "public").iterdir())}


def unread(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, making a page is an error."""
    monkeypatch.setattr("mailbot.writing.page.sheets", lambda *_a, **_k: pytest.fail("a page was made"))


def test_a_pass_in_which_nothing_happened_makes_nothing(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(campaign)
    before = {file: file.stat().st_mtime_ns for file in (campaign.settings.folder / "public").iterdir()}
    unread(campaign, monkeypatch)
    published = campaign.publication.publish(campaign.publisher, MOMENT)
    assert published.files == ()
    assert published.counts == {"organization": 0, "person": 150, "withheld": 0}
    assert {file: file.stat().st_mtime_ns for file in (campaign.settings.folder / "public").iterdir()} == before


def test_one_name_more_writes_its_own_page_and_those_that_tell_of_all(campaign: Campaign) -> None:
    first = publish(campaign)
    assert len(first) > 40
    listed(campaign, [Entry(name="Zoe Zimmerman", category=Category.PERSON)], since=900)
    written = publish(campaign)
    tags = ("", ".fr")
    assert set(written) - {"feed.xml"} == {  # in which, of 151 names of one moment, this one may be or not
        *(f"index{tag}.html" for tag in tags),
        *(f"persons-z{tag}.html" for tag in tags),
        *("fragment.html", "signatories.json", "signatories.csv", "log.jsonl", "status.json"),
    }
    assert "Zoe Zimmerman" in public(campaign)["persons-z.fr.html"]


def test_a_letter_that_nobody_begins_with_any_more_leaves_no_name_behind(campaign: Campaign) -> None:
    listed(campaign, [Entry(name="Quentin Ärgerlich", category=Category.PERSON)], since=900)
    listed(campaign, [Entry(name="Olga Жукова", category=Category.PERSON)], since=901)
    publish(campaign)
    assert "Жукова" in public(campaign)["persons-u436.html"]
    changed(campaign, Withdrawn(), "P901")
    written = publish(campaign)
    assert {"persons-u436.html", "persons-u436.fr.html"} <= set(written)
    assert not [name for name, text in public(campaign).items() if "Жукова" in text]
    assert "index.html#signatories" in public(campaign)["persons-u436.fr.html"]


def test_a_list_that_becomes_short_again_stands_on_one_page_alone(campaign: Campaign) -> None:
    publish(campaign)
    changed(campaign, Withdrawn(), *(f"P{number}" for number in range(20, 150)))
    publish(campaign)
    holding = [name for name, text in public(campaign).items() if person(3).name in text and name.endswith(".html")]
    assert holding == ["fragment.html", "index.fr.html", "index.html"]


def test_a_language_that_is_taken_out_leaves_no_name_behind(campaign: Campaign) -> None:
    publish(campaign)
    config = campaign.settings.folder / "campaign.toml"
    config.write_text(config.read_text().replace("'en', 'fr'", "'en'"))
    again = Campaign(campaign.settings.folder)
    publish(again)
    assert not [name for name, text in public(again).items() if ".fr." in name and person(3).name.split()[1] in text]
    again.close()


def test_a_death_between_placing_and_remembering_forgets_no_page(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(campaign, [Entry(name="Olga Жукова", category=Category.PERSON)], since=901)
    monkeypatch.setattr("mailbot.worker.publication.at", lambda _point: pytest.fail("died"))
    with pytest.raises(pytest.fail.Exception):
        publish(campaign)
    monkeypatch.undo()
    changed(campaign, Withdrawn(), "P901")
    publish(campaign)
    assert not [name for name, text in public(campaign).items() if "Жукова" in text]


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda file: file.unlink(), id="removed"),
        pytest.param(lambda file: file.write_text("mine now"), id="overwritten"),
    ],
)
def test_a_file_that_somebody_else_touched_is_put_right(campaign: Campaign, harm) -> None:
    publish(campaign)
    before = public(campaign)
    harm(campaign.settings.folder / "public/index.fr.html")
    assert publish(campaign) == ("index.fr.html",)
    assert public(campaign) == before


def test_the_end_of_an_undo_window_is_not_slept_through(campaign: Campaign) -> None:
    publish(campaign)
    edited(campaign, "P5", Entry(name="Nell Newname", category=Category.PERSON), minutes=10)
    publish(campaign, 1)
    assert "Nell Newname" not in public(campaign)["signatories.json"]
    assert publish(campaign, 9) == ()
    assert "persons-n.html" in publish(campaign, 11)
    assert "Nell Newname" in public(campaign)["signatories.json"]


def test_a_letter_that_is_written_anew_is_shown(campaign: Campaign) -> None:
    publish(campaign)
    (campaign.settings.folder / "letter.fr.md").write_text("# Une lettre\n\nNous demandons.", "utf-8")
    written = publish(campaign)
    assert "index.fr.html" in written
    assert "Nous demandons." in public(campaign)["index.fr.html"]


def test_a_page_that_organizers_paused_is_left_as_it_is(campaign: Campaign) -> None:
    publish(campaign)
    with campaign.database.begin() as uow:
        uow.put(PAGE, f"paused {MOMENT.isoformat()}")
    listed(campaign, [Entry(name="Zoe Zimmerman", category=Category.PERSON)], since=900, at=MOMENT + timedelta(hours=1))
    published = campaign.publication.publish(campaign.publisher, MOMENT)
    assert (published.files, published.digests) == ((), {})
    assert "Zimmerman" not in public(campaign)["signatories.json"]


def test_publishing_anew_makes_everything_and_writes_what_differs(campaign: Campaign) -> None:
    publish(campaign)
    assert publish(campaign, anew=True) == ()


def test_the_revision_grows_with_the_list_alone(campaign: Campaign) -> None:
    revisions = []
    for number in (900, 901):
        publish(campaign)
        publish(campaign)
        revisions.append(json.loads(public(campaign)["status.json"])["revision"])
        listed(campaign, [person(number)], since=number)
    assert revisions == [1, 2]


def test_a_place_elsewhere_is_given_the_files_that_changed(campaign: Campaign, tmp_path: Path) -> None:
    given: list[list[str]] = []

    class Place:
        def publish(self, files: dict[str, bytes]) -> list[str]:
            given.append(sorted(files))
            return list(files)

    from mailbot.worker.carrying import Carrier

    carrier = Carrier(name="somewhere", open=Place)
    carry = lambda: campaign.carrying.carry(carrier, campaign.publication.publish(campaign.publisher, MOMENT))  # noqa: E731
    carry()
    carry()
    listed(campaign, [Entry(name="Zoe Zimmerman", category=Category.PERSON)], since=900)
    carry()
    assert len(given) == 2
    assert len(given[0]) > 40
    assert [name for name in given[1] if name != "feed.xml"] == [
        *("fragment.html", "index.fr.html", "index.html", "log.jsonl"),
        *("persons-z.fr.html", "persons-z.html", "signatories.csv", "signatories.json", "status.json"),
    ]
