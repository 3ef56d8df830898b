"""Two cards of one organization: merged by an organizer, and neither lost on the way."""

from datetime import timedelta

from journey import ADA, BEN, Rehearsal

A, B = f"Ada <{ADA}>", f"Ben <{BEN}>"
BOOKS, ROCH = "Tamarack Books", "Comité Saint-Roch"


def says(campaign: Rehearsal, who: str, words: str, **how: object) -> None:
    campaign.write(who, words, **({"proved": True} | how))
    campaign.once()


def test_two_cards_merged_into_each_other_leave_one(desk) -> None:
    campaign, digests = desk()
    refs = digests[ADA].refs
    says(campaign, A, f"1 merge {refs[2]}\n2 merge {refs[1]}", answers=digests[ADA])
    assert campaign.statuses()[BOOKS] == "rejected"
    assert campaign.statuses()[ROCH] == "awaiting_organizers"
    assert "cannot be done in its present state" in campaign.letter("receipt").text


def test_nothing_is_merged_into_what_is_closed(desk) -> None:
    campaign, digests = desk()
    says(campaign, A, "no 2", answers=digests[ADA])
    says(campaign, A, f"1 merge {digests[ADA].refs[2]}", answers=digests[ADA])
    assert campaign.statuses()[BOOKS] == "awaiting_organizers"


def test_merging_what_another_has_approved_is_a_dispute_and_stays_one(desk) -> None:
    campaign, digests = desk(two=True)
    says(campaign, A, "ok 1", answers=digests[ADA])
    for _ in range(2):
        says(campaign, B, f"1 fusionner {digests[BEN].refs[2]}", answers=digests[BEN])
        assert campaign.statuses()[BOOKS] == "disputed"
    assert {card.to for card in campaign.letters("card")} == {ADA, BEN}


def test_the_contact_of_a_merged_card_joins_the_other_and_may_take_it_off(desk) -> None:
    campaign, digests = desk(two=True)
    says(campaign, A, f"1 ok\n2 merge {digests[ADA].refs[1]}", answers=digests[ADA])
    campaign.once(later=timedelta(hours=1))
    assert campaign.page() == [BOOKS]
    campaign.letters()
    says(campaign, "Sam <sam2@signers2.example>", "Please take us off the list.", proved=False)
    assert campaign.letter("challenge").to == "sam2@signers2.example"
    says(campaign, "Sam <sam2@signers2.example>", "Please take us off the list.")
    assert campaign.page() == []
    told = {letter.to: letter.subject for letter in campaign.letters("withdrawn")}
    assert set(told) == {"sam1@signers1.example", "sam2@signers2.example"}
    assert all(subject.startswith("Taken off") for subject in told.values())


def test_a_merge_that_is_undone_leaves_the_other_its_own(desk) -> None:
    campaign, digests = desk()
    says(campaign, A, f"1 ok\n2 merge {digests[ADA].refs[1]}", answers=digests[ADA])
    says(campaign, A, f"undo {digests[ADA].refs[2]}")
    campaign.once(later=timedelta(hours=1))
    says(campaign, "Sam <sam2@signers2.example>", "Please take us off the list.")
    assert campaign.page() == [BOOKS]
