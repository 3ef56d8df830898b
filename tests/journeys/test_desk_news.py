"""What organizers are told, when, and how nothing of it is lost: digests, reminders, votes, the flood."""

from datetime import timedelta

import pytest
from journey import ADA, BEN, Letter, Rehearsal

A, B = f"Ada <{ADA}>", f"Ben <{BEN}>"


def ask(campaign: Rehearsal, *names: str) -> None:
    for number, name in enumerate(names):
        campaign.write(f"Sam <sam{number}@{name.split()[0].lower()}.example>", f"Please add us: {name}\n", proved=True)
    campaign.once()


def by_recipient(letters: list[Letter]) -> dict[str, Letter]:
    return {letter.to: letter for letter in letters}


# -- reminders -------------------------------------------------------------------------------------


@pytest.mark.parametrize("cards", ["each", "digest"])
def test_a_card_of_two_days_is_brought_to_mind_once_and_after_four_days_to_all(rehearsal, cards: str) -> None:
    campaign = rehearsal(two=True, policy="approvals = 2", desk=f'cards = "{cards}"')
    ask(campaign, "Tamarack Books")
    ref = next(iter(campaign.roll()))
    campaign.write(A, f"ok {ref}", proved=True)
    campaign.once(later=timedelta(hours=47))
    assert campaign.letters("reminder") == []
    campaign.once(later=timedelta(hours=2))
    reminder = campaign.letter("reminder")
    assert reminder.to == BEN
    assert reminder.refs == {1: ref}
    campaign.once(later=timedelta(hours=30))
    assert campaign.letters("reminder") == []
    campaign.once(later=timedelta(hours=30))
    alert = by_recipient(campaign.letters("reminder"))
    assert set(alert) == {ADA, BEN}
    assert "all organizers" in alert[ADA].text
    assert "Ada" in alert[ADA].text
    campaign.once(later=timedelta(days=3))
    assert campaign.letters("reminder") == []
    campaign.once(later=timedelta(days=2))
    assert set(by_recipient(campaign.letters("reminder"))) == {ADA, BEN}
    campaign.write(B, "1 oui", answers=alert[BEN])
    campaign.once()
    assert campaign.statuses() == {"Tamarack Books": "listed"}


def test_the_times_of_reminders_are_the_campaigns_own(rehearsal) -> None:
    campaign = rehearsal(policy='remind_organizers_after = "6h"\nescalate_after = "12h"')
    ask(campaign, "Tamarack Books")
    campaign.once(later=timedelta(hours=7))
    assert campaign.letter("reminder").to == ADA
    campaign.once(later=timedelta(hours=6))
    assert "all organizers" in campaign.letter("reminder").text


def test_a_signer_is_reminded_once_and_the_request_expires_after_three_weeks(rehearsal) -> None:
    campaign = rehearsal()
    campaign.write("Sam <sam@tamarack.example>", "Please add us: Tamarack Books\n")
    campaign.once()
    echo = campaign.letter("echo")
    campaign.once(later=timedelta(days=5))
    campaign.letter("echo", "sam@tamarack.example")
    for _ in range(15):
        campaign.once(later=timedelta(days=1))
    assert campaign.letters(to="sam@") == []
    assert campaign.statuses() == {"Tamarack Books": "awaiting_signer"}
    campaign.once(later=timedelta(days=1))
    assert campaign.statuses() == {"Tamarack Books": "expired"}
    campaign.write("Sam <sam@tamarack.example>", "YES", answers=echo)
    campaign.once()
    assert campaign.statuses() == {"Tamarack Books": "awaiting_organizers"}


# -- cards -----------------------------------------------------------------------------------------


def test_a_held_card_comes_back_as_a_card_where_cards_come_at_once(rehearsal) -> None:
    campaign = rehearsal(desk='cards = "each"')
    ask(campaign, "Tamarack Books")
    campaign.write(A, "hold until Monday", answers=campaign.letter("card"))
    campaign.once()
    campaign.once(later=timedelta(hours=24))
    assert campaign.letters("card") == []
    campaign.once(later=timedelta(hours=24))
    campaign.write(A, "ok", answers=campaign.letter("card"))
    campaign.once()
    assert campaign.statuses() == {"Tamarack Books": "listed"}


def test_a_held_card_is_in_the_digest_of_its_day(rehearsal) -> None:
    campaign = rehearsal()
    ask(campaign, "Tamarack Books")
    campaign.write(A, "hold 1 until Monday", answers=campaign.digest())
    campaign.once()
    campaign.once(later=timedelta(hours=24))
    assert campaign.letters("digest") == []
    campaign.once(later=timedelta(hours=24))
    assert len(campaign.letter("digest").refs) == 1


def test_a_dispute_is_told_at_once_by_whom_and_when_and_its_card_can_be_answered(rehearsal) -> None:
    campaign = rehearsal(two=True)
    ask(campaign, "Tamarack Books")
    ref = next(iter(campaign.roll()))
    campaign.write(A, f"ok {ref}", proved=True)
    campaign.once()
    campaign.write(B, f"non {ref}", proved=True)
    campaign.once(later=timedelta(minutes=5))
    cards = by_recipient(campaign.letters("card"))
    assert set(cards) == {ADA, BEN}
    assert "Ada · said yes · 2021-01-09 10:02" in cards[ADA].text
    assert "Ben · said no · 2021-01-09 10:07" in cards[ADA].text
    assert campaign.letters("notice") == []
    campaign.write(A, "no", answers=cards[ADA])
    campaign.once()
    assert campaign.statuses() == {"Tamarack Books": "rejected"}


def test_whoever_settles_a_digest_that_could_not_show_all_gets_the_next_cards_at_once(rehearsal) -> None:
    campaign = rehearsal(two=True)
    for number in range(65):
        word = "".join("bcdfghjklm"[int(digit)] + "a" for digit in f"{number:03d}").capitalize()
        campaign.write(
            f"Sam <sam@{word.lower()}.example>", f"Please add our organization: {word} Society\n", proved=True
        )
    campaign.once()
    first = campaign.digest()
    assert len(first.refs) == 60
    assert "65" in first.text
    campaign.write(A, "ok 1-40", answers=first)
    campaign.once()
    assert sum(status == "listed" for status in campaign.statuses().values()) == 30  # thirty orders a mail
    assert "too many orders" in campaign.letter("receipt").text
    assert campaign.letters("digest", ADA) == []
    campaign.write(A, "no 60\nok the rest except 59", answers=first)
    campaign.once()
    second = campaign.letter("digest", ADA)  # the one that is left as well, for few are
    assert second.refs[1] == first.refs[59]
    assert len(second.refs) == 6
    campaign.write(A, "hold 59", answers=first)
    campaign.once()
    assert campaign.letters("digest", ADA) == []
    campaign.write(A, "ok all", answers=second)
    campaign.once()
    assert set(campaign.statuses().values()) == {"listed", "rejected"}
    assert campaign.letters("digest", ADA) == []


# -- nothing is lost -------------------------------------------------------------------------------


def test_a_flood_of_mails_for_people_leaves_the_desk_and_comes_with_the_digest(rehearsal) -> None:
    campaign = rehearsal(desk='cards = "each"')
    for number in range(80):
        campaign.write(
            f"Rita <rita@press{number}.example>",
            f"I am reporter number {number}. May I talk to somebody?",
            subject="Press",
        )
    ask(campaign, "Tamarack Books")
    letters = campaign.letters(to=ADA)
    assert len([letter for letter in letters if letter.template == "relay"]) == 60
    card = next(letter for letter in letters if letter.template == "card")
    campaign.write(A, "ok", answers=card)
    campaign.once()
    campaign.letter("receipt", ADA)
    digest = campaign.digest()
    missed = [number for number in range(60, 80) if f"rita@press{number}.example" not in digest.text]
    assert missed == []
    assert "reporter number 79" in digest.text
    campaign.once(later=timedelta(hours=24))
    assert campaign.letters("digest") == []


def test_what_one_digest_cannot_hold_comes_with_the_next(rehearsal) -> None:
    campaign = rehearsal()
    for number in range(110):
        campaign.write(
            f"Rita <rita@press{number}.example>", f"I am reporter {number}. May I talk to somebody?", subject="Press"
        )
    campaign.once()
    assert len(campaign.letters("relay")) == 60
    first = campaign.digest()
    assert "10 more in the next letters" in first.text
    assert "press99.example" in first.text
    assert "press100.example" not in first.text
    campaign.once(later=timedelta(hours=14))
    second = campaign.letter("digest")
    assert "press100.example" in second.text
    assert "press109.example" in second.text
    assert "press99.example" not in second.text


def test_cards_beyond_the_budget_of_an_hour_come_with_the_digest(rehearsal) -> None:
    campaign = rehearsal(desk='cards = "each"')
    for number in range(125):
        word = "".join("bcdfghjklm"[int(digit)] + "a" for digit in f"{number:03d}").capitalize()
        campaign.write(
            f"Sam <sam@{word.lower()}.example>", f"Please add our organization: {word} Society\n", proved=True
        )
    campaign.once()
    assert len(campaign.letters("card")) == 120
    digest = campaign.digest()
    assert len(digest.refs) == 60
    assert "125" in digest.text


def test_orders_that_were_neither_proved_nor_asked_about_are_told(rehearsal) -> None:
    campaign = rehearsal()
    ask(campaign, "Tamarack Books")
    ref = next(iter(campaign.roll()))
    for number in range(14):
        campaign.write(A, f"reject {ref} forged number {number}")
    campaign.once()
    assert len(campaign.letters("challenge")) == 10
    digest = campaign.digest()
    assert "forged number 13" in digest.text
    assert campaign.statuses() == {"Tamarack Books": "awaiting_organizers"}


# -- votes -----------------------------------------------------------------------------------------


@pytest.fixture
def of_three(rehearsal) -> Rehearsal:
    """Three organizers, two of whom must agree; one card on the desk."""
    campaign: Rehearsal = rehearsal(two=True, policy="approvals = 2")
    file = campaign.folder / "campaign.toml"
    third = '[[organizers]]\nname = "Cy"\naddress = "cy@organizers.example"\n\n[policy]'
    file.write_text(file.read_text().replace("[policy]", third))
    ask(campaign, "Tamarack Books")
    return campaign


@pytest.mark.parametrize(("third", "status"), [("ok", "listed"), ("no", "rejected")])
def test_a_third_vote_settles_a_dispute_however_late_the_second_came(
    of_three: Rehearsal, third: str, status: str
) -> None:
    ref = next(iter(of_three.roll()))
    of_three.write(A, f"ok {ref}", proved=True)
    of_three.once()
    of_three.write(B, f"non {ref}", proved=True)
    of_three.once(later=timedelta(hours=20))
    assert of_three.statuses() == {"Tamarack Books": "disputed"}
    card = of_three.letter("card", "cy@organizers.example")
    of_three.write("Cy <cy@organizers.example>", third, answers=card)
    of_three.once()
    assert of_three.statuses() == {"Tamarack Books": status}


def test_what_wants_a_second_yes_is_in_the_others_digest_with_the_first(of_three: Rehearsal) -> None:
    ref = next(iter(of_three.roll()))
    of_three.write(A, f"ok {ref}", proved=True)
    of_three.once()
    digest = of_three.digest(BEN)
    assert "Ada · a dit oui" in digest.text
    of_three.write(B, "1 oui", answers=digest)
    of_three.once()
    assert of_three.statuses() == {"Tamarack Books": "listed"}
