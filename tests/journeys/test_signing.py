"""A signature's way from the first mail to the page, by mail alone."""

from datetime import timedelta

from journey import ADA

RUTH = "Ruth Penner <ruth@tamarack.example>"
ASKS = "Hello,\n\nPlease add our organization to the letter: Tamarack Books\n\nRuth Penner\n"


def test_from_the_first_mail_to_the_page(rehearsal) -> None:
    campaign = rehearsal()
    campaign.write(RUTH, ASKS)
    campaign.once()
    echo = campaign.letter("echo", "ruth@tamarack.example")
    assert "Tamarack Books" in echo.text
    assert campaign.statuses() == {"Tamarack Books": "awaiting_signer"}

    campaign.write(RUTH, "YES", answers=echo)
    campaign.once()
    campaign.letter("confirmed", "ruth@tamarack.example")
    assert campaign.statuses() == {"Tamarack Books": "awaiting_organizers"}
    assert campaign.letters("digest") == []

    digest = campaign.digest()
    assert "Tamarack Books" in digest.text
    campaign.write(f"Ada <{ADA}>", "1 ok", answers=digest, proved=True)
    campaign.once()
    receipt = campaign.letter("receipt", ADA)
    assert "1 ok" in receipt.text
    assert campaign.statuses() == {"Tamarack Books": "listed"}
    assert campaign.page() == []
    assert campaign.letters("listed") == []

    campaign.once(later=timedelta(minutes=11))
    assert campaign.page() == ["Tamarack Books"]
    assert "Tamarack Books" in campaign.letter("listed", "ruth@tamarack.example").text


def test_a_retyped_line_corrects_the_entry(rehearsal) -> None:
    campaign = rehearsal()
    campaign.write(RUTH, ASKS)
    campaign.once()
    campaign.write(RUTH, "Tamarack Books & Maps", answers=campaign.letter("echo"))
    campaign.once()
    assert campaign.statuses() == {"Tamarack Books & Maps": "awaiting_organizers"}
    assert "Tamarack Books & Maps" in campaign.letter("corrected").text


def test_undo_inside_the_window_keeps_the_name_off_the_page(rehearsal) -> None:
    campaign = rehearsal()
    campaign.write(RUTH, ASKS, proved=True)
    campaign.once()
    assert "YES" not in campaign.letter("echo").text
    campaign.write(f"Ada <{ADA}>", "ok", answers=campaign.digest(), proved=True)
    campaign.once()
    campaign.write(f"Ada <{ADA}>", "undo", answers=campaign.letter("receipt"))
    campaign.once()
    assert campaign.statuses() == {"Tamarack Books": "awaiting_organizers"}
    campaign.once(later=timedelta(hours=1))
    assert campaign.page() == []
    assert campaign.letters("listed") == []
