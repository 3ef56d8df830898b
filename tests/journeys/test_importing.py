"""`mailbot import`: a list that stands somewhere, looked at first and taken over once."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from journey import ADA, Rehearsal
from rich.console import Console
from server_process import Certificates
from web_page_server import WebPages

from mailbot.app import Campaign
from mailbot.core.taking_over import Found
from mailbot.verbs.import_table import print_table
from mailbot.verbs.importing import Fetched, carry_out_import, converse, plan_import, read_source
from mailbot.verbs.roll import export

PAGES = Path(__file__).parent.parent / "pages"


@pytest.fixture
def campaign(rehearsal: Callable[..., Rehearsal]) -> Campaign:
    return rehearsal().open()


def take(campaign: Campaign, source: object, *, include_alike: bool = False) -> tuple[Fetched, dict[str, int]]:
    fetched = read_source(campaign, str(source))
    plan = carry_out_import(campaign, fetched, lambda: None, include_alike=include_alike)
    return fetched, {found.value: plan.of(found) for found in Found}


def listed(campaign: Campaign) -> list[str]:
    return [one["line"] for one in export(campaign) if one["status"] == "listed"]


def shown(campaign: Campaign, fetched: Fetched) -> str:
    console = Console(file=io.StringIO(), width=118, highlight=False)
    print_table(plan_import(campaign, fetched.read), fetched.read, console)
    return console.file.getvalue()


def test_the_first_letters_twenty_eight_are_taken_over_once(campaign: Campaign, shared: Path) -> None:
    _, first = take(campaign, shared / "signatories-2021.csv")
    assert first == {"new": 28, "there": 0, "alike": 0}
    before = list(export(campaign))
    fetched, second = take(campaign, shared / "signatories-2021.csv")
    assert second == {"new": 0, "there": 28, "alike": 0}
    assert list(export(campaign)) == before
    assert shown(campaign, fetched).count("there already: ") == 28


def test_a_page_made_of_the_published_list_brings_nothing_new(campaign: Campaign, shared: Path, tmp_path: Path) -> None:
    take(campaign, shared / "signatories-2021.csv")
    campaign.publication.publish(campaign.publisher, campaign.clock())
    public = campaign.settings.path(campaign.settings.publish.directory)
    for name in ("index.html", "fragment.html", "signatories.json"):
        _, again = take(campaign, public / name)
        assert again == {"new": 0, "there": 28, "alike": 0}, name


@pytest.mark.parametrize("name", ["statement", "scholars", "lianshu", "appel", "columns", "bare", "hostile"])
def test_every_page_is_taken_over_once(campaign: Campaign, name: str) -> None:
    _, first = take(campaign, PAGES / f"{name}.html")
    before = list(export(campaign))
    _, second = take(campaign, PAGES / f"{name}.html")
    assert first["new"] > 0
    assert second["new"] == second["alike"] == 0
    assert list(export(campaign)) == before


def test_what_looks_like_another_waits_for_somebody_to_look(campaign: Campaign, tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("Hong Kong Club\nRuth Roe, Member of Parliament\n")
    take(campaign, file)
    file.write_text("Hong Kong Club of Toronto\nRuth Roe, Senator\nOak Choir\n")
    fetched, done = take(campaign, file)
    assert done == {"new": 1, "there": 0, "alike": 2}
    table = shown(campaign, fetched)
    assert "look at it: " in table
    assert "Hong Kong Club (one begins with the other)" in " ".join(table.split())
    _, done = take(campaign, file, include_alike=True)
    assert done == {"new": 0, "there": 1, "alike": 2}
    _, done = take(campaign, file, include_alike=True)
    assert done == {"new": 0, "there": 3, "alike": 0}


def test_an_old_list_does_not_bring_back_who_was_taken_off(rehearsal: Callable[..., Rehearsal], tmp_path: Path) -> None:
    scene = rehearsal()
    campaign = scene.open()
    file = tmp_path / "list.txt"
    file.write_text("Hong Kong Club\n")
    take(campaign, file)
    campaign.close()
    ref = next(iter(export(campaign)))["ref"]
    scene.write(ADA, f"no {ref}", proved=True)
    scene.once()
    campaign = scene.open()
    fetched, done = take(campaign, file)
    assert done == {"new": 0, "there": 0, "alike": 1}
    assert "was rejected by the organizers" in " ".join(shown(campaign, fetched).split())
    assert listed(campaign) == []


def test_a_preview_changes_nothing_and_shows_group_name_office_and_what_becomes_of_it(
    campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    source = str(PAGES / "statement.html")
    converse(campaign, source, preview=True, yes=False, include_alike=False, plain_http=False)
    said = capsys.readouterr().out
    assert said.splitlines()[0].split() == ["Group", "Name", "Office", "What", "becomes", "of", "it"]
    assert "9 would be listed, 0 are there already, 0 not taken." in said
    assert listed(campaign) == []


def test_a_hostile_page_writes_nothing_into_the_terminal_but_names(
    campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    source = str(PAGES / "hostile.html")
    converse(campaign, source, preview=True, yes=False, include_alike=False, plain_http=False)
    said = capsys.readouterr().out
    assert all(line.isprintable() for line in said.splitlines())
    assert "[bold red]Markup Society[/bold red]" in said
    assert "://" not in said


def test_a_page_of_the_web_is_taken_over_as_it_is_served(
    campaign: Campaign, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca_file))
    web = WebPages(certificates)
    octets = (PAGES / "appel.html").read_text(encoding="utf-8").encode("iso-8859-1")
    web.pages["/appel"] = (200, {"Content-Type": "text/html; charset=iso-8859-1"}, octets)
    try:
        converse(campaign, f"{web.url}/appel", preview=False, yes=True, include_alike=False, plain_http=False)
    finally:
        web.stop()
    assert "Note: localhost is inside a private network." in capsys.readouterr().out
    assert "Marie-Ève Gagnon, députée de Rosemont" in listed(campaign)
    assert next(iter(export(campaign)))["history"][0]["reason"] == "imported from localhost/appel"


@pytest.mark.parametrize(("answer", "names"), [("y", 9), ("", 0), ("no", 0)])
def test_on_a_terminal_it_asks_first(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, answer: str, names: int
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: answer)
    source = str(PAGES / "statement.html")
    converse(campaign, source, preview=False, yes=False, include_alike=False, plain_http=False)
    assert len(listed(campaign)) == names


def test_what_is_imported_says_where_from(campaign: Campaign, tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    file.write_text(json.dumps({"signatories": [{"name": "Oak Choir"}]}))
    take(campaign, file)
    assert next(iter(export(campaign)))["history"][0]["reason"] == "imported from list.json"
