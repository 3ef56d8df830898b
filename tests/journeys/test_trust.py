"""What is not proved moves nothing; the question goes to the registered address."""

import email.policy
from datetime import timedelta

import pytest
from journey import ADA, AUTHSERV, BEN, LETTER, Rehearsal

A = f"Ada <{ADA}>"
RUTH = "Ruth Penner <ruth@tamarack.example>"
ASKS = "Please add our organization: Tamarack Books\n"


@pytest.fixture
def waiting(rehearsal) -> Rehearsal:
    """A campaign with one card on the desk."""
    campaign = rehearsal(two=True)
    campaign.write(RUTH, ASKS, proved=True)
    campaign.once()
    campaign.letters()
    return campaign


def test_orders_from_a_listed_address_alone_are_challenged_and_yes_from_there_does_them(waiting: Rehearsal) -> None:
    ref = next(iter(waiting.roll()))
    waiting.write(A, f"approve {ref}")
    waiting.once()
    assert waiting.statuses() == {"Tamarack Books": "awaiting_organizers"}
    challenge = waiting.letter("challenge", ADA)
    assert f"approve {ref}" in challenge.text
    waiting.write(A, "YES", answers=challenge)
    waiting.once()
    assert waiting.statuses() == {"Tamarack Books": "listed"}


def test_yes_to_a_challenge_from_another_address_does_nothing(waiting: Rehearsal) -> None:
    ref = next(iter(waiting.roll()))
    waiting.write(A, f"approve {ref}")
    waiting.once()
    challenge = waiting.letter("challenge", ADA)
    waiting.write("Mallory <mallory@elsewhere.example>", "YES", answers=challenge, proved=True)
    waiting.write(f"Ben <{BEN}>", "YES", answers=challenge, proved=True)
    waiting.once()
    assert waiting.statuses() == {"Tamarack Books": "awaiting_organizers"}


@pytest.mark.parametrize(
    "results",
    [
        pytest.param("mx.elsewhere.example; dmarc=pass header.from=organizers.example", id="somebody else's server"),
        pytest.param(f"{AUTHSERV}; dmarc=fail header.from=organizers.example", id="an explicit failure"),
        pytest.param(f"{AUTHSERV}; dkim=pass header.d=elsewhere.example", id="somebody else's signature"),
        pytest.param(f"{AUTHSERV} (dmarc=pass header.from=organizers.example); spf=none", id="inside a comment"),
    ],
)
def test_forged_or_failing_authentication_results_order_nothing(waiting: Rehearsal, results: str) -> None:
    ref = next(iter(waiting.roll()))
    octets = waiting.write(A, f"approve {ref}")
    for file in (waiting.folder / "inbox" / "new").iterdir():
        file.unlink()
    waiting.drop(f"Authentication-Results: {results}\r\n".encode() + octets)
    waiting.once()
    assert waiting.statuses() == {"Tamarack Books": "awaiting_organizers"}
    assert {letter.template for letter in waiting.letters()} <= {"challenge"}


def test_a_digests_token_in_another_hand_orders_nothing(waiting: Rehearsal) -> None:
    digest = waiting.digest(ADA)
    waiting.write("Mallory <mallory@elsewhere.example>", "ok 1", answers=digest, proved=True)
    waiting.write(f"Ben <{BEN}>", "ok 1", answers=digest)
    waiting.once()
    assert waiting.statuses() == {"Tamarack Books": "awaiting_organizers"}


def test_a_failed_authentication_vetoes_even_a_genuine_token(waiting: Rehearsal) -> None:
    digest = waiting.digest(ADA)
    octets = waiting.write(A, "ok 1", answers=digest)
    for file in (waiting.folder / "inbox" / "new").iterdir():
        file.unlink()
    waiting.drop(f"Authentication-Results: {AUTHSERV}; dmarc=fail header.from=organizers.example\r\n".encode() + octets)
    waiting.once()
    assert waiting.statuses() == {"Tamarack Books": "awaiting_organizers"}


def test_two_from_fields_are_nobody_and_get_no_answer(rehearsal) -> None:
    campaign = rehearsal()
    octets = campaign.write(RUTH, ASKS, proved=True)
    for file in (campaign.folder / "inbox" / "new").iterdir():
        file.unlink()
    campaign.drop(b"From: other@elsewhere.example\r\n" + octets)
    campaign.once()
    assert campaign.roll() == {}
    assert {letter.to for letter in campaign.letters()} == {ADA}


def test_the_echo_repeats_nothing_but_the_one_line(rehearsal) -> None:
    campaign = rehearsal()
    campaign.write(
        "Zo <zo@tamarack.example>", ASKS + "\nPS: buy cheap watches at http://spam.example now!\n", subject="WATCHES"
    )
    campaign.once()
    letter = campaign.letter("echo").message.as_string(policy=email.policy.default)
    for strange in ("watches", "WATCHES", "spam.example"):
        assert strange not in letter


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("Visit http://spam.example/now", id="a link"),
        pytest.param("pay@spam.example", id="an address"),
        pytest.param("x" * 130, id="too long"),
    ],
)
def test_what_is_no_plausible_name_is_not_echoed(rehearsal, name: str) -> None:
    campaign = rehearsal()
    campaign.write(RUTH, f"Please add our organization to the letter. Name: {name}\n")
    campaign.once()
    for letter in campaign.letters(to="ruth@"):
        assert name not in letter.text


def test_a_forged_withdrawal_of_a_listed_entry_asks_the_registered_address(waiting: Rehearsal) -> None:
    waiting.write(A, "ok", answers=waiting.digest(ADA))
    waiting.once()
    waiting.once(later=timedelta(minutes=11))
    waiting.letters()
    waiting.write(RUTH, "Please take Tamarack Books off the list.")
    waiting.once()
    assert waiting.page() == ["Tamarack Books"]
    challenge = waiting.letter("challenge", "ruth@tamarack.example")
    waiting.write(RUTH, "Yes, that was us.", answers=challenge)
    waiting.once()
    assert waiting.page() == []
    assert waiting.statuses() == {"Tamarack Books": "withdrawn"}


def test_a_proved_withdrawal_is_done_without_delay_and_all_hear_of_it(waiting: Rehearsal) -> None:
    waiting.write(A, "ok", answers=waiting.digest(ADA))
    waiting.once()
    waiting.once(later=timedelta(minutes=11))
    waiting.letters()
    waiting.write(RUTH, "Please take Tamarack Books off the list.", proved=True)
    waiting.once()
    assert waiting.page() == []
    waiting.letter("withdrawn", "ruth@tamarack.example")
    assert {letter.to for letter in waiting.letters("notice")} == {ADA, BEN}


def test_a_stranger_cannot_take_somebody_else_off(waiting: Rehearsal) -> None:
    waiting.write(A, "ok", answers=waiting.digest(ADA))
    waiting.once()
    waiting.once(later=timedelta(minutes=11))
    waiting.letters()
    waiting.write("Mallory <mallory@elsewhere.example>", "Please remove Tamarack Books from the list.", proved=True)
    waiting.once()
    assert waiting.page() == ["Tamarack Books"]
    assert {letter.to for letter in waiting.letters("relay")} == {ADA, BEN}


def test_a_victim_of_a_flood_gets_at_most_three_letters(rehearsal) -> None:
    campaign = rehearsal()
    for number in range(12):
        campaign.write(
            "Victim <victim@innocent.example>", f"Please add our organization: Group Number {number} Society\n"
        )
    campaign.once()
    assert len(campaign.letters(to="victim@")) <= 3


def test_mail_in_our_own_name_is_never_answered(rehearsal) -> None:
    campaign = rehearsal()
    campaign.write(f"Letter <{LETTER}>", ASKS, proved=True)
    campaign.once()
    assert campaign.letters(to=LETTER) == []


def test_the_second_request_of_an_organization_joins_the_first_and_tells_no_name(waiting: Rehearsal) -> None:
    waiting.write("Peter <peter@inboxly.example>", "Please add our organization: The Tamarack Books\n")
    waiting.once()
    assert len(waiting.roll()) == 1
    already = waiting.letter("already", "peter@")
    assert "ruth" not in already.message.as_string().lower()


def test_an_unconfirmed_request_does_not_lock_the_real_organization_out(rehearsal) -> None:
    campaign = rehearsal()
    campaign.write("Mallory <mallory@elsewhere.example>", ASKS)
    campaign.once()
    campaign.write(RUTH, ASKS, proved=True)
    campaign.once()
    assert sorted(row["status"] for row in campaign.roll().values()) == ["awaiting_organizers", "awaiting_signer"]


def test_a_person_to_answer_is_passed_on_and_answered_without_an_address(waiting: Rehearsal) -> None:
    waiting.write(
        "Rita <rita@press.example>", "I am a reporter. May I talk to somebody about the letter?", subject="Press"
    )
    waiting.once()
    relay = waiting.letter("relay", ADA)
    assert "reporter" in relay.text
    waiting.write(A, "Gladly. Call any time after six.", answers=relay)
    waiting.once()
    answer = waiting.letter("answer", "rita@press.example")
    assert "Call any time after six." in answer.text
    assert ADA not in answer.message.as_string()
