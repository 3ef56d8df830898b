"""Words changed behind somebody's back: a yes counts for what its giver was shown, and for nothing else."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from attack_scene import DESK, LISTED, MALLORY, MARC, PASS, UNCONFIRMED, WAITING, A, B, Battlefield, Scene, set_scene
from journey import ADA, AUTHSERV, BEN, Letter

TAMARACK, MARCS = f"Tamarack <{DESK}>", f"Marc <{MARC}>"
CHEAP = "Cheap Watches Society"
REWORD = f"Please correct our entry: it should read: {CHEAP}"


@pytest.fixture(scope="module")
def strict_scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return set_scene(tmp_path_factory.mktemp("strict") / "scene", policy="approvals = 2")


@pytest.fixture
def strict(strict_scene: Scene, tmp_path: Path) -> Iterator[Battlefield]:
    """A copy of a scene in which it takes two organizers."""
    campaign = strict_scene.copy(tmp_path / "strict")
    yield campaign
    campaign.end()


def by_letter(scene: Scene) -> dict:
    return {"body": "ok 1", "answers": scene.digests[ADA]}


def by_reference(scene: Scene) -> dict:
    return {"body": f"ok {scene.waiting}", "proved": True}


@pytest.mark.parametrize("order", [by_letter, by_reference], ids=["by its number", "by its reference"])
def test_a_request_reworded_behind_its_card_is_not_listed_by_a_yes_to_the_card(
    campaign: Battlefield, scene: Scene, order
) -> None:
    """Marc may change his words; Ada's yes is to those that she has seen, and she is shown the others."""
    campaign.strike(campaign.mail(MARCS, REWORD, proved=True))
    letters = campaign.strike(campaign.mail(A, **order(scene)))
    row = campaign.roll()[scene.waiting]
    assert (row["name"], row["status"]) == (CHEAP, "awaiting_organizers")
    (shown,) = [letter for letter in letters if letter.template == "show"]
    assert CHEAP in shown.text
    campaign.strike(campaign.mail(A, "ok", answers=shown))
    assert campaign.roll()[scene.waiting]["status"] == "listed"


def test_withholding_is_a_yes_as_well(campaign: Battlefield, scene: Scene) -> None:
    campaign.strike(campaign.mail(MARCS, REWORD, proved=True))
    campaign.strike(campaign.mail(A, "withhold 1", answers=scene.digests[ADA]))
    assert campaign.roll()[scene.waiting]["status"] == "awaiting_organizers"


def test_a_second_wording_is_not_taken_by_a_yes_to_the_first(campaign: Battlefield, scene: Scene) -> None:
    campaign.strike(campaign.mail(TAMARACK, "Please correct our entry: it should read: Tamarack Bookshop", proved=True))
    campaign.now = campaign.now.replace(day=10)
    digest = campaign.digest(ADA)
    assert "Tamarack Bookshop" in digest.text
    number = next(number for number, ref in digest.refs.items() if ref == scene.listed)
    campaign.strike(campaign.mail(TAMARACK, REWORD, proved=True))
    campaign.strike(campaign.mail(A, f"ok {number}", answers=digest))
    assert campaign.page() == [LISTED]


def test_a_no_to_another_wording_leaves_the_list_as_it_is(campaign: Battlefield, scene: Scene) -> None:
    campaign.strike(campaign.mail(TAMARACK, REWORD, proved=True))
    for organizer in (A, B):
        campaign.strike(campaign.mail(organizer, f"no {scene.listed}", proved=True))
        row = campaign.roll()[scene.listed]
        assert (row["name"], row["status"]) == (LISTED, "listed")
        assert campaign.page() == [LISTED]
        campaign.once(later=timedelta(minutes=1))
        campaign.strike(campaign.mail(TAMARACK, REWORD, proved=True))


def test_where_two_must_agree_they_agree_on_the_same_words(strict: Battlefield, strict_scene: Scene) -> None:
    """Ada's yes was to Comité Saint-Roch; Marc rewords it, and Ben says yes to that."""
    strict.strike(strict.mail(A, f"ok {strict_scene.waiting}", proved=True))
    strict.strike(strict.mail(MARCS, REWORD, proved=True))
    (shown,) = [one for one in strict.strike(strict.mail(B, f"ok {strict_scene.waiting}", proved=True)) if one.template == "show"]  # fmt: skip
    strict.strike(strict.mail(B, "ok", answers=shown))
    assert strict.roll()[strict_scene.waiting]["status"] == "awaiting_organizers"
    assert strict.page() == [LISTED]


def test_where_two_must_agree_one_cannot_change_what_the_other_said_yes_to(
    strict: Battlefield, strict_scene: Scene
) -> None:
    ref = strict_scene.waiting
    strict.strike(strict.mail(A, f"ok {ref}", proved=True))
    strict.strike(strict.mail(B, f"{ref} name: {CHEAP}\nok {ref}", proved=True))
    assert strict.roll()[ref]["status"] == "awaiting_organizers"
    strict.strike(strict.mail(A, f"ok {ref}", proved=True))
    assert sorted(strict.page()) == [CHEAP, LISTED]


def test_where_two_must_agree_one_cannot_change_what_is_listed(strict: Battlefield, strict_scene: Scene) -> None:
    ref = strict_scene.listed
    for _ in range(2):
        strict.strike(strict.mail(A, f"{ref} name: {CHEAP}", proved=True))
        strict.strike(strict.mail(A, f"ok {ref}", proved=True))
        assert strict.page() == [LISTED]
    strict.strike(strict.mail(B, f"ok {ref}", proved=True))
    assert strict.page() == [CHEAP]


def test_where_two_must_agree_one_cannot_take_the_signers_other_wording(
    strict: Battlefield, strict_scene: Scene
) -> None:
    strict.strike(strict.mail(TAMARACK, REWORD, proved=True))
    for organizer, page in ((A, [LISTED]), (A, [LISTED]), (B, [CHEAP])):
        letters = strict.strike(strict.mail(organizer, f"show {strict_scene.listed}", proved=True))
        shown = next(letter for letter in letters if letter.template == "show")
        strict.strike(strict.mail(organizer, "ok", answers=shown))
        assert strict.page() == page


def test_a_request_rejected_before_its_signer_said_yes_is_not_listed_by_a_change_of_mind(
    campaign: Battlefield, scene: Scene
) -> None:
    for order in ("no", "ok"):
        campaign.strike(campaign.mail(A, f"{order} {scene.unconfirmed}", proved=True))
    assert campaign.statuses()[UNCONFIRMED] == "rejected"
    assert campaign.page() == [LISTED]


def question(letters: list[Letter], to: str) -> Letter:
    (asked,) = [letter for letter in letters if letter.template == "challenge" and letter.to == to]
    return asked


def test_the_question_about_a_correction_shows_how_the_entry_would_read(campaign: Battlefield, scene: Scene) -> None:
    """Forged in the signer's name; were it not shown, they would say yes to a line that they know."""
    for signer, address in ((TAMARACK, DESK), (MARCS, MARC)):
        assert CHEAP in question(campaign.holds_off(campaign.mail(signer, REWORD), answers=(address,)), address).text


def test_the_question_about_orders_says_what_they_would_be_done_to(campaign: Battlefield, scene: Scene) -> None:
    asked = question(campaign.holds_off(campaign.mail(A, f"no {scene.waiting}")), ADA)
    assert f"{scene.waiting} {WAITING}" in asked.text


def test_a_number_in_a_strangers_letter_is_no_number_of_adas(campaign: Battlefield, scene: Scene) -> None:
    """Mallory's own entry is number 1 of the letter that she got: Ada is not even asked whether she sent "ok 1"."""
    letters = campaign.strike(campaign.mail(MALLORY, f"Please add our organization: {CHEAP}", proved=True))
    (echo,) = [letter for letter in letters if letter.template == "echo"]
    located = str(echo.message["Message-ID"])
    letters = campaign.holds_off(campaign.mail(A, "ok 1", In_Reply_To=located))
    assert not [letter for letter in letters if letter.template == "challenge"]


def test_an_answer_to_a_mail_whose_author_is_in_doubt_goes_to_nobody(campaign: Battlefield, scene: Scene) -> None:
    failed = f"Authentication-Results: {AUTHSERV}; dmarc=fail header.from=innocent.example\r\n".encode()
    letters = campaign.strike(failed + campaign.mail("Victim <victim@innocent.example>", "I have a question for you."))
    relays = {letter.to: letter for letter in letters if letter.template == "relay"}
    assert set(relays) == {ADA, BEN}
    campaign.holds_off(campaign.mail(A, "Gladly, ask.", answers=relays[ADA]))


def test_a_yes_to_the_question_for_a_name_confirms_no_name_that_a_forger_told(campaign: Battlefield) -> None:
    """Harbour asks without a name; somebody tells one in their name; Harbour answers the first letter with YES."""
    harbour = "Harbour <office@harbour.example>"
    (asked,) = campaign.strike(campaign.mail(harbour, "Please add us to the letter.\n"))
    assert asked.template == "ask_name"
    campaign.strike(campaign.mail(harbour, f"Please add our organization: {CHEAP}\n"))
    letters = campaign.strike(campaign.mail(harbour, "YES", answers=asked))
    assert campaign.statuses()[CHEAP] == "awaiting_signer"
    (again,) = letters
    assert CHEAP in again.text
    campaign.strike(campaign.mail(harbour, "YES", answers=again))
    assert campaign.statuses()[CHEAP] == "awaiting_organizers"


def test_a_proved_stranger_cannot_say_how_anothers_entry_reads(campaign: Battlefield, scene: Scene) -> None:
    mail = campaign.mail(MALLORY, f"Please correct {LISTED}: it should read: {CHEAP}")
    campaign.holds_off(PASS.format(domain="elsewhere.example").encode() + mail, answers=("mallory@elsewhere.example",))


def test_who_asked_to_be_taken_off_is_not_listed_by_a_change_of_mind(campaign: Battlefield, scene: Scene) -> None:
    """Ada had said no; Marc takes his request back; Ada thinks better of her no."""
    campaign.strike(campaign.mail(A, f"no {scene.waiting}", proved=True))
    campaign.strike(campaign.mail(MARCS, "Please take us off the list.", proved=True))
    campaign.strike(campaign.mail(A, f"ok {scene.waiting}", proved=True))
    assert campaign.roll()[scene.waiting]["status"] == "withdrawn"
    assert campaign.page() == [LISTED]


def test_the_yes_of_one_who_has_gone_does_not_change_the_wording(strict: Battlefield, strict_scene: Scene) -> None:
    """Ben's yes to other words stands on its card when Ben goes; Ada and Cy are left, and it takes them both."""
    cy, listed = "cy@organizers.example", strict_scene.listed

    def asked(to: str, *mail: str) -> Letter:
        letters = strict.strike(strict.mail(*mail, proved=True))
        return next(letter for letter in letters if letter.to == to)

    letters = strict.strike(strict.mail(B, "oui", answers=asked(BEN, A, f"add organizer Cy {cy}"), proved=True))
    invitation = next(letter for letter in letters if letter.template == "invitation")
    strict.strike(strict.mail(cy, "YES", answers=invitation, proved=True))
    strict.strike(strict.mail(TAMARACK, REWORD, proved=True))
    strict.strike(strict.mail(B, f"show {listed}", proved=True))
    strict.strike(strict.mail(B, f"ok {listed}", proved=True))
    assert [event["what"] for event in strict.roll()[listed]["history"]][-2:] == ["proposed", "approved"]
    strict.strike(strict.mail(cy, "yes", answers=asked(cy, A, f"remove organizer {BEN}"), proved=True))
    for organizer, page in ((A, [LISTED]), (cy, [CHEAP])):
        strict.strike(strict.mail(organizer, f"show {listed}", proved=True))
        strict.strike(strict.mail(organizer, f"ok {listed}", proved=True))
        assert strict.page() == page


def test_who_withdraws_means_what_stands_before_what_was_rejected(campaign: Battlefield, scene: Scene) -> None:
    campaign.strike(campaign.mail(MARCS, f"Please add our organization: {CHEAP}", proved=True))
    other = next(ref for ref, row in campaign.roll().items() if row["name"] == CHEAP)
    campaign.strike(campaign.mail(A, f"no {other}", proved=True))
    campaign.strike(campaign.mail(MARCS, "Please take us off the list.", proved=True))
    assert campaign.roll()[scene.waiting]["status"] == "withdrawn"
    campaign.strike(campaign.mail(MARCS, f"Please take {CHEAP} off the list.", proved=True))
    assert campaign.roll()[other]["status"] == "withdrawn"
