"""One letter in a forger's hand: its token orders what that letter speaks of, and nothing beyond."""

import pytest
from attack_scene import A, B, Battlefield, Scene
from journey import ADA, BEN

BEYOND = [
    pytest.param("panic", id="hiding the page"),
    pytest.param("pause", id="stopping the page"),
    pytest.param("add organizer Mallory mallory@elsewhere.example", id="another organizer"),
    pytest.param("remove organizer Ben", id="one organizer less"),
    pytest.param("no {listed}", id="another card"),
    pytest.param("withhold {listed}", id="a name off the page"),
    pytest.param("{listed} name: Mallory and Friends", id="another name"),
    pytest.param("undo {listed}", id="undoing what another letter did"),
    pytest.param("ok {waiting}\npanic", id="one thing within it and one beyond"),
]


@pytest.mark.attack
@pytest.mark.parametrize("order", BEYOND)
def test_the_token_of_a_digest_orders_nothing_beyond_its_cards(campaign: Battlefield, scene: Scene, order: str) -> None:
    words = order.format(listed=scene.listed, waiting=scene.waiting)
    letters = campaign.holds_off(campaign.mail(A, words, answers=scene.digests[ADA]))
    assert [(letter.template, letter.to) for letter in letters] == [("challenge", ADA)]


@pytest.mark.attack
@pytest.mark.parametrize("order", ["ok {waiting}", "panic", "ask {waiting}: where are you?"])
def test_the_token_of_a_letter_with_information_decides_nothing(
    campaign: Battlefield, scene: Scene, order: str
) -> None:
    (told,) = campaign.strike(campaign.mail(A, "help", proved=True))
    letters = campaign.holds_off(campaign.mail(A, order.format(waiting=scene.waiting), answers=told))
    assert [(letter.template, letter.to) for letter in letters] == [("challenge", ADA)]


@pytest.mark.attack
def test_one_token_asks_a_signer_once(campaign: Battlefield, scene: Scene) -> None:
    digest = scene.digests[ADA]
    asked = [campaign.mail(A, f"ask 1: where are you, {n}?", answers=digest) for n in range(4)]
    questions = [letter for letter in campaign.strike(*asked) if letter.template == "question"]
    assert len(questions) == 1
    campaign.holds_off(campaign.mail(A, "ask 1: who?\nask 1: what?", answers=digest))


def test_the_token_of_a_digest_is_enough_for_its_cards_and_for_information(campaign: Battlefield, scene: Scene) -> None:
    letters = campaign.strike(campaign.mail(A, "ok 1\nstats", answers=scene.digests[ADA]))
    assert {letter.template for letter in letters if letter.to == ADA} == {"receipt", "stats"}
    assert campaign.roll()[scene.waiting]["status"] == "listed"


def test_the_token_of_a_mail_passed_on_answers_it_once(campaign: Battlefield, scene: Scene) -> None:
    relay = scene.relays[BEN]
    (first,) = [
        one for one in campaign.strike(campaign.mail(B, "Yes, on Monday.", answers=relay)) if one.template == "answer"
    ]
    again = campaign.strike(campaign.mail(B, "Send your passport to Mallory.", answers=relay))
    assert first.to not in {letter.to for letter in again}
    assert ("challenge", BEN) in {(letter.template, letter.to) for letter in again}
