"""One organization, asked for more than once: joined, told kindly, and nobody learns who asked first."""

from datetime import timedelta

import pytest
from journey import ADA, BEN, Rehearsal

A = f"Ada <{ADA}>"
RUTH, PETER = "Ruth Penner <ruth@tamarack.example>", "Peter <peter@inboxly.example>"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(
            "Harbour Street Choir / Chorale de la rue du Port", "Chorale de la rue du Port", id="its French name"
        ),
        pytest.param(
            "Harbour Street Choir (港灣街合唱團)", "港湾街合唱团", id="its Chinese name in simplified characters"
        ),
        pytest.param("Ontario Hong Kong Youth Action", "OHKYA", id="its acronym"),
        pytest.param("OHKYA", "Ontario Hong Kong Youth Action", id="the acronym first"),
        pytest.param("Harbour Street Choir Inc.", "The Harbour Street Choir", id="article and legal form"),
    ],
)
def test_the_second_request_joins_the_first_ones_card(rehearsal, first: str, second: str) -> None:
    campaign: Rehearsal = rehearsal()
    campaign.write(RUTH, f"Please add our organization: {first}\n", proved=True)
    campaign.once()
    campaign.letters()
    campaign.write(PETER, f"Please add our organization: {second}\n", proved=True)
    campaign.once()
    assert len(campaign.roll()) == 1
    already = campaign.letter("already", "peter@")
    for of_the_first in ("ruth", "Penner", "tamarack"):
        assert of_the_first not in already.message.as_string()
    digest = campaign.digest()
    assert "peter@inboxly.example" in digest.text


def test_an_edit_of_the_desk_teaches_a_pair(rehearsal) -> None:
    campaign: Rehearsal = rehearsal()
    campaign.write(RUTH, "Please add our organization: Harbour Street Choir\n", proved=True)
    campaign.once()
    campaign.write(A, "1 name: Harbour Street Choir / Chorale de la rue du Port", answers=campaign.digest())
    campaign.once()
    campaign.write(PETER, "Please add our organization: Chorale de la rue du Port\n", proved=True)
    campaign.once()
    assert len(campaign.roll()) == 1


def test_what_nobody_has_confirmed_is_joined_by_nobody_else(rehearsal) -> None:
    campaign: Rehearsal = rehearsal()
    campaign.write(RUTH, "Please add our organization: Ontario Hong Kong Youth Action\n")
    campaign.once()
    campaign.write(PETER, "Please add our organization: OHKYA\n", proved=True)
    campaign.once()
    assert sorted(campaign.statuses().values()) == ["awaiting_organizers", "awaiting_signer"]


@pytest.mark.parametrize("second_is_proved", [True, False])
def test_of_two_that_confirm_one_after_the_other_there_is_one_card(rehearsal, second_is_proved: bool) -> None:
    campaign: Rehearsal = rehearsal()
    asks = "Please add our organization: Tamarack Books\n"
    campaign.write(RUTH, asks)
    campaign.once()
    echo = campaign.letter("echo")
    campaign.write(PETER, asks, proved=second_is_proved)
    campaign.once()
    if not second_is_proved:
        campaign.write(PETER, "YES", answers=campaign.letter("echo"))
        campaign.once()
    campaign.letters()
    campaign.write(RUTH, "YES", answers=echo)
    campaign.once()
    assert sorted(row["status"] for row in campaign.roll().values()) == ["awaiting_organizers", "rejected"]
    already = campaign.letter("already", "ruth@")
    assert not any(first in already.message.as_string() for first in ("Peter", "inboxly"))
    digest = campaign.digest()
    assert "ruth@tamarack.example" in digest.text
    campaign.write(A, "ok all", answers=digest)
    campaign.once(later=timedelta(minutes=11))
    campaign.once(later=timedelta(minutes=11))
    assert campaign.page() == ["Tamarack Books"]
    campaign.forget()
    campaign.write(RUTH, "Please take us off the list.", proved=True)
    campaign.once()
    assert campaign.page() == ["Tamarack Books"]  # whoever asks in a name has no say over another's request
    assert campaign.letter("relay").to == ADA
    assert campaign.letter("unknown_withdraw").to == "ruth@tamarack.example"


def test_organizers_hear_of_another_name_that_joined_what_is_listed(rehearsal) -> None:
    campaign: Rehearsal = rehearsal(two=True)
    campaign.write(RUTH, "Please add our organization: Ontario Hong Kong Youth Action\n", proved=True)
    campaign.once()
    ref = next(iter(campaign.roll()))
    campaign.write(A, f"ok {ref}", proved=True)
    campaign.once()
    campaign.letters()
    campaign.write(PETER, "Please add our organization: OHKYA\n", proved=True)
    campaign.once()
    campaign.digest_time()
    digests = {letter.to: letter.text for letter in campaign.letters("digest")}
    assert set(digests) == {ADA, BEN}
    assert all("OHKYA → Ontario Hong Kong Youth Action" in text for text in digests.values())


def test_find_finds_an_entry_by_its_name_in_another_language(rehearsal) -> None:
    campaign: Rehearsal = rehearsal()
    campaign.write(RUTH, "Please add our organization: Harbour Street Choir / Chorale de la rue du Port\n", proved=True)
    campaign.once()
    campaign.write(A, "find chorale", proved=True)
    campaign.once()
    assert "Harbour Street Choir" in campaign.letter("find").text


# -- a proved mail takes over what a forger asked for ----------------------------------------------


def test_a_card_shows_the_words_and_the_name_of_the_proved_sender(rehearsal) -> None:
    campaign: Rehearsal = rehearsal()
    asks = "Please add our organization: Tamarack Books\n"
    campaign.write("Mallory <ruth@tamarack.example>", asks + "\nWe pay for every signature, call Mallory.\n")
    campaign.once()
    campaign.write(RUTH, asks + "\nWe are a bookshop in Winnipeg.\n", proved=True)
    campaign.once()
    assert campaign.statuses() == {"Tamarack Books": "awaiting_organizers"}
    digest = campaign.digest()
    assert "Mallory" not in digest.message.as_string()
    assert "Ruth Penner" in digest.text
    assert "bookshop in Winnipeg" in digest.text
    assert "passed" in digest.text


def test_a_name_told_by_a_proved_mail_comes_with_its_own_words(rehearsal) -> None:
    campaign: Rehearsal = rehearsal()
    campaign.write("Mallory <ruth@tamarack.example>", "Please add our organization to the list. Call Mallory!\n")
    campaign.once()
    assert [row["status"] for row in campaign.roll().values()] == ["incomplete"]
    campaign.write(RUTH, "Please add our organization: Tamarack Books\n\nWe sell books.\n", proved=True)
    campaign.once()
    digest = campaign.digest()
    assert "Mallory" not in digest.message.as_string()
    assert "We sell books." in digest.text


# -- taken back before anybody confirmed it --------------------------------------------------------


def test_an_unconfirmed_request_is_taken_back_without_a_question_and_its_yes_still_counts(rehearsal) -> None:
    campaign: Rehearsal = rehearsal()
    campaign.write(RUTH, "Please add our organization: Tamarack Books\n")
    campaign.once()
    echo = campaign.letter("echo")
    campaign.write(RUTH, "Please take Tamarack Books off the list.\n")
    campaign.once()
    assert campaign.letters("challenge") == []
    assert "Tamarack Books" in campaign.letter("withdrawn", "ruth@").text
    assert campaign.statuses() == {"Tamarack Books": "awaiting_signer"}  # the withdrawal may be the forgery
    campaign.once(later=timedelta(days=6))
    assert campaign.letters(to="ruth@") == []
    campaign.write(RUTH, "YES", answers=echo)
    campaign.once()
    assert campaign.statuses() == {"Tamarack Books": "awaiting_organizers"}


def test_an_unconfirmed_request_that_was_taken_back_lapses_unreminded(rehearsal) -> None:
    campaign: Rehearsal = rehearsal()
    campaign.write(RUTH, "Please add our organization: Tamarack Books\n")
    campaign.once()
    campaign.write(RUTH, "Please take Tamarack Books off the list.\n")
    campaign.once()
    campaign.letters()
    campaign.once(later=timedelta(days=22))
    assert campaign.letters(to="ruth@") == []
    assert campaign.statuses() == {"Tamarack Books": "expired"}


def test_a_proved_withdrawal_of_an_unconfirmed_request_closes_it(rehearsal) -> None:
    campaign: Rehearsal = rehearsal()
    campaign.write(RUTH, "Please add our organization: Tamarack Books\n")
    campaign.once()
    campaign.write(RUTH, "Please take Tamarack Books off the list.\n", proved=True)
    campaign.once()
    assert campaign.statuses() == {"Tamarack Books": "withdrawn"}
