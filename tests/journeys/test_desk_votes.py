"""Organizers who want different things: a wish to withhold is never lost, and nobody takes back another's word."""

from datetime import timedelta

import pytest
from journey import ADA, BEN, Rehearsal

A, B = f"Ada <{ADA}>", f"Ben <{BEN}>"
BOOKS = "Tamarack Books"
WINDOW = timedelta(minutes=11)


def says(campaign: Rehearsal, who: str, words: str, **how: object) -> None:
    campaign.write(who, words, **({"proved": True} | how))
    campaign.once()


@pytest.mark.parametrize("policy", ["approvals = 1", "approvals = 2"])
def test_a_wish_to_withhold_makes_a_dispute_with_a_yes_and_the_name_is_not_shown(desk, policy: str) -> None:
    campaign, digests = desk(two=True, policy=policy)
    says(campaign, A, "withhold 1", answers=digests[ADA])
    says(campaign, B, "oui 1", answers=digests[BEN])
    assert campaign.statuses()[BOOKS] == "disputed"
    cards = campaign.letters("card")
    assert {card.to for card in cards} == {ADA, BEN}
    assert "Ada · said yes, without the name" in next(card.text for card in cards if card.to == ADA)
    campaign.once(later=WINDOW)
    assert campaign.page() == []


@pytest.mark.parametrize("gives_way", ["Ada", "Ben"])
def test_a_dispute_about_the_name_ends_when_one_gives_way(desk, gives_way: str) -> None:
    campaign, digests = desk(two=True, policy="approvals = 2")
    says(campaign, A, "withhold 1", answers=digests[ADA])
    says(campaign, B, "oui 1", answers=digests[BEN])
    if gives_way == "Ada":
        says(campaign, A, "ok 1", answers=digests[ADA])
    else:
        says(campaign, B, "sans nom 1", answers=digests[BEN])
    campaign.once(later=WINDOW)
    assert campaign.page() == ([BOOKS] if gives_way == "Ada" else [])
    assert campaign.statuses()[BOOKS] == ("listed" if gives_way == "Ada" else "withheld")


def test_a_second_approval_by_rule_does_not_overrule_a_wish_to_withhold(desk) -> None:
    campaign, _ = desk(two=True, policy='second_approval_for = ["office"]')
    says(campaign, "Hon <h@parl.example>", "Please add my name: Jane Doe, Member of Parliament\n")
    ref = next(ref for ref, row in campaign.roll().items() if row["name"] == "Jane Doe")
    says(campaign, A, f"withhold {ref}")
    says(campaign, B, f"oui {ref}")
    assert campaign.roll()[ref]["status"] == "disputed"


def test_an_edit_does_not_lose_a_wish_to_withhold(desk) -> None:
    campaign, digests = desk(two=True, policy="approvals = 2")
    says(campaign, A, "withhold 1", answers=digests[ADA])
    says(campaign, B, "1 nom : Tamarack Bookshop\noui 1", answers=digests[BEN])
    assert campaign.statuses()["Tamarack Bookshop"] == "disputed"


@pytest.mark.parametrize(("first", "other"), [("non 1", "oui 1"), ("oui 1", "non 1")])
def test_whoever_said_the_same_is_heard_when_the_first_thinks_otherwise(desk, first: str, other: str) -> None:
    campaign, digests = desk(two=True)
    says(campaign, B, first, answers=digests[BEN])
    says(campaign, A, first.replace("non", "no").replace("oui", "ok"), answers=digests[ADA])
    assert "already" in campaign.letter("receipt", ADA).text
    says(campaign, B, other, answers=digests[BEN])
    assert campaign.statuses()[BOOKS] == "disputed"


def test_an_undo_does_not_settle_a_dispute(desk) -> None:
    campaign, digests = desk(two=True)
    says(campaign, A, "ok 1", answers=digests[ADA])
    says(campaign, B, "non 1 ils nous ont menacés", answers=digests[BEN])
    assert all("ils nous ont menacés" in card.text for card in campaign.letters("card"))
    campaign.letters()
    says(campaign, A, f"undo {digests[ADA].refs[1]}")
    assert "another organizer decided this" in campaign.letter("receipt", ADA).text
    assert campaign.statuses()[BOOKS] == "disputed"
    says(campaign, B, f"annuler {digests[ADA].refs[1]}")
    assert campaign.statuses()[BOOKS] == "listed"
    assert campaign.page() == []


@pytest.mark.parametrize("decided", ["no 1 fraud", "ok 1"])
def test_what_another_decided_long_ago_is_not_undone(desk, decided: str) -> None:
    campaign, digests = desk(two=True)
    says(campaign, A, decided, answers=digests[ADA])
    campaign.once(later=timedelta(days=10))
    before, page = campaign.statuses(), campaign.page()
    says(campaign, B, f"annuler {digests[ADA].refs[1]}")
    says(campaign, B, f"ok {digests[ADA].refs[1]}")
    campaign.once(later=WINDOW)
    assert (campaign.statuses(), campaign.page()) == (before, page)


def test_a_name_that_an_undo_brings_back_waits_out_the_undo_window(desk) -> None:
    campaign, digests = desk(two=True)
    says(campaign, A, "ok 1", answers=digests[ADA])
    campaign.once(later=timedelta(days=1))
    says(campaign, A, f"withhold {digests[ADA].refs[1]}")
    assert campaign.page() == []
    campaign.once(later=timedelta(days=30))
    says(campaign, A, f"undo {digests[ADA].refs[1]}")
    assert (campaign.statuses()[BOOKS], campaign.page()) == ("listed", [])
    campaign.once(later=WINDOW)
    assert campaign.page() == [BOOKS]


@pytest.mark.parametrize("order", ["withhold {}", "no {} duplicate", "hold {}", "the signer withdraws"])
def test_what_is_taken_off_a_paused_page_goes_at_once_and_nothing_is_added(desk, order: str) -> None:
    campaign, digests = desk(two=True)
    says(campaign, A, "ok 1 2", answers=digests[ADA])
    campaign.once(later=WINDOW)
    assert campaign.page() == ["Comité Saint-Roch", BOOKS]
    says(campaign, A, "pause")
    says(campaign, A, f"ok 3\n{digests[ADA].refs[2]} name: Comité de Saint-Roch", answers=digests[ADA])
    if order.startswith("the signer"):
        says(campaign, "Sam <sam1@signers1.example>", "Please take Tamarack Books off the list.")
    else:
        says(campaign, A, order.format(digests[ADA].refs[1]))
    assert campaign.page() == ["Comité Saint-Roch"]
    campaign.once(later=timedelta(days=3))
    assert campaign.page() == ["Comité Saint-Roch"]
    says(campaign, A, "resume")
    assert campaign.page() == ["Comité de Saint-Roch", "Prairie Lantern Society"]


@pytest.mark.parametrize("edit", ["name: Jane Doe, Member of Parliament", "title: Senator", "name: Hon. Jane Doe"])
def test_an_office_that_comes_by_an_edit_takes_two_as_well(desk, edit: str) -> None:
    campaign, _ = desk(two=True, policy='second_approval_for = ["office"]')
    says(campaign, "Jane <jane@doe.example>", "Please add my name: Jane Doe\n")
    ref = next(ref for ref, row in campaign.roll().items() if row["name"] == "Jane Doe")
    says(campaign, A, f"{ref} {edit}\nok {ref}")
    assert campaign.roll()[ref]["status"] == "awaiting_organizers"


def test_an_office_that_an_edit_takes_away_still_takes_two(desk) -> None:
    campaign, _ = desk(two=True, policy='second_approval_for = ["office"]')
    says(campaign, "Hon <h@parl.example>", "Please add my name: Jane Doe, Member of Parliament\n")
    ref = next(ref for ref, row in campaign.roll().items() if row["name"] == "Jane Doe")
    says(campaign, A, f"{ref} category: organization\nok {ref}")
    assert campaign.roll()[ref]["status"] == "awaiting_organizers"


def test_whoever_asks_to_show_a_hidden_list_is_told_that_the_others_are_asked(desk) -> None:
    campaign, digests = desk(two=True)
    says(campaign, A, "ok 1", answers=digests[ADA])
    campaign.once(later=WINDOW)
    says(campaign, A, "panic")
    campaign.forget()
    says(campaign, A, "resume")
    receipt = campaign.letter("receipt", ADA).text
    assert "✓ resume" in receipt
    assert "a second organizer must agree first" in receipt
    assert "Nothing has been changed" not in receipt
    says(campaign, B, "reprendre", answers=campaign.letter("resume_asked", BEN), proved=False)
    assert campaign.page() == [BOOKS]


@pytest.mark.parametrize(
    ("order", "offers"),
    [
        pytest.param("ask 1: where are you?", False, id="a question that went out"),
        pytest.param("note 1: spoke to them", False, id="a note"),
        pytest.param("remove organizer Ben", False, id="a change of organizers"),
        pytest.param("hold 1", True, id="a decision"),
    ],
)
def test_a_receipt_offers_undo_only_for_what_can_be_undone(desk, order: str, *, offers: bool) -> None:
    campaign, digests = desk(two=True)
    says(campaign, A, order, answers=digests[ADA])
    assert ("UNDO" in campaign.letter("receipt", ADA).text) is offers


def test_nobody_who_left_is_asked_and_a_question_that_may_not_go_out_is_not_told_as_sent(desk) -> None:
    campaign, digests = desk(two=True)
    ref = digests[ADA].refs[1]
    says(campaign, "Sam <sam1@signers1.example>", "Please take Tamarack Books off the list.")
    says(campaign, A, f"ask {ref}: why did you leave?")
    assert "cannot be done in its present state" in campaign.letter("receipt", ADA).text
    says(campaign, "V <victim@v.example>", "Please add our organization: Victim Society", proved=False)
    ref = next(ref for ref, row in campaign.roll().items() if row["name"] == "Victim Society")
    says(campaign, A, "\n".join(f"ask {ref}: question {n}?" for n in range(2)))
    campaign.forget()
    says(campaign, A, f"ask {ref}: one more?")
    assert "no more letters may go to this address" in campaign.letter("receipt", ADA).text
    assert campaign.letters("question") == []


def test_the_history_tells_the_day_of_a_hold_and_what_an_edit_made(desk) -> None:
    campaign, digests = desk()
    says(campaign, A, "1 name: Tamarack Bookshop\nhold 1 until Monday", answers=digests[ADA])
    says(campaign, A, f"show {digests[ADA].refs[1]}")
    text = campaign.letter("show").text
    assert "Ada · → Tamarack Bookshop" in text
    assert "Ada · → 2021-01-11" in text


def test_the_card_of_a_dispute_counts_itself(desk) -> None:
    campaign, digests = desk(two=True)
    says(campaign, A, "ok 1 2", answers=digests[ADA])
    says(campaign, B, "non 1", answers=digests[BEN])
    assert "2 requests are waiting in all" in campaign.letter("card", ADA).text
