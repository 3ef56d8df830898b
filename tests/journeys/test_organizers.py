"""Organizers come and go by mail: two people agree, the new one accepts from the address, one always stays."""

import pytest
from journey import ADA, BEN, Letter, Rehearsal

A, B = f"Ada <{ADA}>", f"Ben <{BEN}>"
CY = "cy@newcomers.example"
C = f"Cy <{CY}>"
ADDS, REMOVES = f"add organizer Cy Lin {CY}", f"remove organizer {BEN}"


def says(campaign: Rehearsal, sender: str, words: str, answers: Letter | None = None, proved: bool = True) -> None:
    campaign.write(sender, words, proved=proved, answers=answers)
    campaign.once()


def orders(campaign: Rehearsal, sender: str) -> bool:
    """Whether that address may order: it is told the figures."""
    campaign.letters()
    says(campaign, sender, "stats")
    return bool(campaign.letters("stats"))


@pytest.fixture
def three(rehearsal) -> Rehearsal:
    """Ada, Ben, and Cy, who was added."""
    campaign: Rehearsal = rehearsal(two=True)
    says(campaign, A, ADDS)
    says(campaign, B, "oui", campaign.letter("organizer_change", BEN))
    says(campaign, C, "YES", campaign.letter("invitation", CY))
    campaign.letters()
    return campaign


def test_two_organizers_and_the_new_ones_own_yes_make_an_organizer(rehearsal) -> None:
    campaign: Rehearsal = rehearsal(two=True)
    says(campaign, A, ADDS)
    assert "second organizer must agree" in campaign.letter("receipt", ADA).text
    assert campaign.letters(to=CY) == []
    asks = campaign.letter("organizer_change")
    assert asks.to == BEN
    assert f"Cy Lin <{CY}>" in asks.text
    says(campaign, B, "oui", asks, proved=False)
    invitation = campaign.letter("invitation", CY)
    assert "Ada / Ben" in invitation.text
    assert not orders(campaign, C)
    says(campaign, C, "YES", invitation, proved=False)
    assert "undo" in campaign.letter("help", CY).text
    assert {letter.to for letter in campaign.letters("notice")} == {ADA, BEN}
    assert orders(campaign, C)


def test_what_the_new_organizer_is_sent_carries_a_token_of_their_own(three: Rehearsal) -> None:
    three.write("Sam <sam@tamarack.example>", "Please add us: Tamarack Books\n", proved=True)
    three.once()
    three.digest_time()
    digests = {letter.to: letter for letter in three.letters("digest")}
    assert set(digests) == {ADA, BEN, CY}
    says(three, C, "ok 1", digests[CY], proved=False)
    assert three.statuses() == {"Tamarack Books": "listed"}


def test_one_organizer_alone_adds_nobody_however_often_they_say_it(rehearsal) -> None:
    campaign: Rehearsal = rehearsal(two=True)
    says(campaign, A, ADDS)
    says(campaign, A, ADDS)
    says(campaign, A, "yes", campaign.letter("organizer_change", BEN))
    assert campaign.letters("invitation") == []
    assert not orders(campaign, C)


def test_the_same_order_of_another_organizer_is_the_second_yes(rehearsal) -> None:
    campaign: Rehearsal = rehearsal(two=True)
    says(campaign, A, ADDS)
    says(campaign, B, f"ajouter organisateur Cy {CY}")
    assert campaign.letter("invitation").to == CY


def test_one_no_ends_it_and_the_other_hears_of_it(rehearsal) -> None:
    campaign: Rehearsal = rehearsal(two=True)
    says(campaign, A, ADDS)
    asks = campaign.letter("organizer_change", BEN)
    says(campaign, B, "non", asks)
    says(campaign, B, "oui", asks)
    assert campaign.letters("invitation") == []


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(f"Add organizer: Cy Lin <{CY}>", id="a colon and angle brackets"),
        pytest.param(f"Please add an organizer: Cy Lin, {CY}.", id="courtesy"),
        pytest.param(f"new organizer Cy Lin {CY} <mailto:{CY}>", id="a link that a client made"),
        pytest.param(f"Hi,\n\nadd organizer Cy Lin {CY} fr\n\nThanks,\nAda", id="among other words"),
        pytest.param(f"新增組織者 Cy Lin {CY}", id="in Chinese"),
    ],
)
def test_an_organizer_is_added_however_it_is_typed(rehearsal, order: str) -> None:
    campaign: Rehearsal = rehearsal(two=True)
    says(campaign, A, order)
    assert f"Cy Lin <{CY}>" in campaign.letter("organizer_change", BEN).text


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(f"Should we add organizer Cy Lin {CY}?", id="a question"),
        pytest.param(f"Don't add organizer Cy Lin {CY}", id="a no"),
        pytest.param(f"If Ben agrees, add organizer Cy Lin {CY}", id="a condition"),
        pytest.param(f"> add organizer Cy Lin {CY}", id="a quote"),
    ],
)
def test_what_orders_no_change_of_organizers_changes_none(rehearsal, words: str) -> None:
    campaign: Rehearsal = rehearsal(two=True)
    says(campaign, A, words)
    assert campaign.letters("organizer_change") == []


def test_where_there_is_one_organizer_the_new_one_is_the_second_person(rehearsal) -> None:
    campaign: Rehearsal = rehearsal()
    says(campaign, A, ADDS)
    says(campaign, C, "YES", campaign.letter("invitation", CY))
    assert orders(campaign, C)


@pytest.mark.parametrize(
    ("sender", "words", "proved"),
    [
        pytest.param(C, "NO", False, id="no"),
        pytest.param(C, "Who are you? I do not know this letter.", False, id="a question"),
        pytest.param("Dan <dan@elsewhere.example>", "YES", True, id="a yes from another address"),
        pytest.param(B, "YES", True, id="another organizer's yes"),
    ],
)
def test_nothing_but_the_invited_ones_yes_makes_an_organizer(rehearsal, sender: str, words: str, proved: bool) -> None:
    campaign: Rehearsal = rehearsal()
    says(campaign, A, ADDS)
    says(campaign, sender, words, campaign.letter("invitation", CY), proved=proved)
    assert not orders(campaign, C)


@pytest.mark.parametrize(
    ("language", "agrees", "accepts"),
    [("en", "OK", "YES"), ("fr", "OUI", "OUI"), ("zh-Hant", "好", "是"), ("zh-Hans", "好", "是")],
)
def test_the_letters_are_answered_as_they_say(rehearsal, language: str, agrees: str, accepts: str) -> None:
    campaign: Rehearsal = rehearsal(two=True)
    says(campaign, A, f"{ADDS} {language}")
    says(campaign, B, agrees, campaign.letter("organizer_change", BEN))
    invitation = campaign.letter("invitation", CY)
    assert invitation.message["Content-Language"] == language
    assert accepts in invitation.text
    says(campaign, C, accepts, invitation)
    assert campaign.letter("help", CY).message["Content-Language"] == language


@pytest.mark.parametrize("refuses", ["NO", "NON", "不", "否"])
def test_a_second_organizers_no_is_one_in_every_language(rehearsal, refuses: str) -> None:
    campaign: Rehearsal = rehearsal(two=True)
    says(campaign, A, ADDS)
    says(campaign, B, refuses, campaign.letter("organizer_change", BEN))
    assert "abandonné" in campaign.letter("receipt", BEN).text
    assert "dropped" in campaign.letter("notice", ADA).text


def test_an_invitation_that_was_declined_is_over(rehearsal) -> None:
    campaign: Rehearsal = rehearsal()
    says(campaign, A, ADDS)
    invitation = campaign.letter("invitation", CY)
    says(campaign, C, "NO", invitation)
    assert campaign.letter("notice").to == ADA
    says(campaign, C, "YES", invitation)
    assert not orders(campaign, C)


def test_an_organizer_is_removed_by_two_and_their_tokens_are_worth_nothing(three: Rehearsal) -> None:
    three.write("Sam <sam@tamarack.example>", "Please add us: Tamarack Books\n", proved=True)
    three.once()
    digest = three.digest(BEN)
    three.letters()
    says(three, A, REMOVES)
    asks = three.letter("organizer_change")
    assert asks.to == CY  # whoever is to go is not warned
    assert orders(three, B)
    says(three, C, "yes", asks)
    assert "Ben" in three.letter("notice", BEN).text
    assert not orders(three, B)
    says(three, B, "ok 1", digest)
    assert three.statuses() == {"Tamarack Books": "awaiting_organizers"}


def test_the_yes_of_one_who_has_gone_counts_no_more(three: Rehearsal) -> None:
    says(three, B, "ajouter organisateur Dan dan@elsewhere.example")
    asks = three.letter("organizer_change", ADA)
    three.letters()
    says(three, A, REMOVES)
    says(three, C, "yes", three.letter("organizer_change", CY))
    says(three, A, "ok", asks)
    assert three.letters("invitation") == []
    says(three, C, "add organizer Dan dan@elsewhere.example")
    assert three.letter("invitation").to == "dan@elsewhere.example"


def test_whoever_is_to_go_cannot_stop_it(three: Rehearsal) -> None:
    says(three, A, REMOVES)
    asks = three.letter("organizer_change")
    says(three, B, f"non {asks.refs[1]}")
    says(three, C, "yes", asks)
    assert not orders(three, B)


def test_what_a_removed_organizer_did_can_be_taken_back(three: Rehearsal) -> None:
    three.write("Sam <sam@tamarack.example>", "Please add us: Tamarack Books\n", proved=True)
    three.once()
    ref = next(iter(three.roll()))
    says(three, B, f"ok {ref}")
    says(three, A, REMOVES)
    says(three, C, "yes", three.letter("organizer_change"))
    says(three, A, f"undo {ref}")
    assert three.statuses() == {"Tamarack Books": "awaiting_organizers"}


def test_the_last_organizer_stays(rehearsal) -> None:
    campaign: Rehearsal = rehearsal()
    says(campaign, A, f"remove organizer {ADA}")
    assert "last organizer" in campaign.letter("receipt", ADA).text
    assert orders(campaign, A)


def test_of_all_removed_by_one_mail_the_last_stays(three: Rehearsal) -> None:
    for who in (BEN, CY, ADA):
        says(three, A, f"remove organizer {who}")
    refs = [ref for letter in three.letters("organizer_change") for ref in letter.refs.values()]
    says(three, B, "ok " + " ".join(dict.fromkeys(refs)))
    receipt = three.letter("receipt", BEN).text
    assert receipt.count("ne fait plus partie des organisateurs") == 2
    assert "le dernier organisateur ne peut pas être retiré" in receipt
    assert [orders(three, who) for who in (A, B, C)].count(True) == 1


def test_of_two_one_may_go_when_both_agree(rehearsal) -> None:
    campaign: Rehearsal = rehearsal(two=True)
    says(campaign, A, "remove organizer Ben")
    says(campaign, B, "oui", campaign.letter("organizer_change", BEN))
    assert not orders(campaign, B)
    says(campaign, A, f"remove organizer {ADA}")
    assert orders(campaign, A)


def test_two_removals_at_once_leave_one(rehearsal) -> None:
    campaign: Rehearsal = rehearsal(two=True)
    says(campaign, A, "remove organizer Ben")
    says(campaign, B, "remove organizer Ada")
    to_ada, to_ben = campaign.letter("organizer_change", ADA), campaign.letter("organizer_change", BEN)
    says(campaign, A, "yes", to_ada)
    says(campaign, B, "oui", to_ben)
    assert [orders(campaign, A), orders(campaign, B)].count(True) == 1


@pytest.mark.parametrize(
    ("order", "why"),
    [
        pytest.param("add organizer Cy", "mail address is missing", id="no address"),
        pytest.param(f"add organizer {CY} dan@elsewhere.example", "there are several", id="two addresses"),
        pytest.param(f"add organizer Cy {CY} if Ben agrees", "did not understand", id="a condition"),
        pytest.param(f"remove organizer {BEN} next week", "no organizer has", id="a plan"),
        pytest.param(f"add organizer Benny {BEN}", "organizer already", id="one who is"),
        pytest.param("remove organizer nobody@elsewhere.example", "no organizer has", id="one who is not"),
    ],
)
def test_an_order_that_cannot_be_done_says_why(rehearsal, order: str, why: str) -> None:
    campaign: Rehearsal = rehearsal(two=True)
    says(campaign, A, order)
    assert why in campaign.letter("receipt", ADA).text
    assert campaign.letters("organizer_change") == campaign.letters("invitation") == []


@pytest.mark.attack
@pytest.mark.parametrize("words", [ADDS, REMOVES, "add organizer Mallory mallory@elsewhere.example"])
def test_a_forged_change_of_organizers_writes_to_nobody_but_the_one_it_pretends_to_be(rehearsal, words: str) -> None:
    campaign: Rehearsal = rehearsal(two=True)
    says(campaign, A, words, proved=False)
    assert {(letter.template, letter.to) for letter in campaign.letters()} == {("challenge", ADA)}
    assert orders(campaign, B)


@pytest.mark.attack
def test_a_forged_yes_to_a_change_of_organizers_is_asked_about_with_its_name(rehearsal) -> None:
    campaign: Rehearsal = rehearsal(two=True)
    says(campaign, A, ADDS)
    (ref,) = campaign.letter("organizer_change", BEN).refs.values()
    says(campaign, B, f"oui {ref}", proved=False)
    assert f"{ref} + Cy Lin <{CY}>" in campaign.letter("challenge", BEN).text
    assert campaign.letters("invitation") == []
