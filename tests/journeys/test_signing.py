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


def test_where_the_provider_has_plus_addresses_the_address_alone_brings_the_token_back(rehearsal) -> None:
    campaign = rehearsal()
    file = campaign.folder / "campaign.toml"
    file.write_text(file.read_text().replace("check_dkim = false", "check_dkim = false\nplus_addressing = true"))
    campaign.write(RUTH, ASKS)
    campaign.once()
    reply_to = str(campaign.letter("echo").message["Reply-To"])
    assert reply_to.startswith("letter+")
    campaign.write(RUTH, "YES", subject="yes", Delivered_To=reply_to)
    campaign.once()
    assert campaign.statuses() == {"Tamarack Books": "awaiting_organizers"}


def test_several_names_in_one_mail_are_echoed_once_and_confirmed_by_one_yes(rehearsal) -> None:
    campaign = rehearsal()
    campaign.write(RUTH, "Please add both of our groups:\n\n- Tamarack Books\n- Harbour Choir Society\n")
    campaign.once()
    echo = campaign.letter("echo")
    assert "Tamarack Books" in echo.text
    assert "Harbour Choir Society" in echo.text
    campaign.write(RUTH, "YES", answers=echo)
    campaign.once()
    assert set(campaign.statuses().values()) == {"awaiting_organizers"}
    assert len(campaign.statuses()) == 2


def test_a_name_that_was_missing_is_asked_for_and_told(rehearsal) -> None:
    campaign = rehearsal()
    campaign.write("owl4411@postbox.example", "please add us!!\n")
    campaign.once()
    asked = campaign.letter("ask_name")
    assert [row["status"] for row in campaign.roll().values()] == ["incomplete"]
    campaign.write("owl4411@postbox.example", "Night Owl Community Radio", answers=asked)
    campaign.once()
    assert campaign.statuses() == {"Night Owl Community Radio": "awaiting_organizers"}
    assert "Night Owl Community Radio" in campaign.letter("echo").text


def test_a_no_ends_the_request(rehearsal) -> None:
    campaign = rehearsal()
    campaign.write(RUTH, ASKS)
    campaign.once()
    campaign.write(RUTH, "No, that was not us.", answers=campaign.letter("echo"))
    campaign.once()
    assert campaign.statuses() == {"Tamarack Books": "withdrawn"}


def test_answers_come_in_the_language_that_was_written_in(rehearsal) -> None:
    campaign = rehearsal()
    campaign.write(
        "Luc <luc@erables.example>", "Bonjour,\n\nVeuillez ajouter notre organisme : Les Érables solidaires\n"
    )
    campaign.write("陳美玲 <office@light.example>", "您好，\n\n請把「聖光合唱團」加入聯署名單。謝謝。\n")
    campaign.once()
    languages = {letter.to: letter.message["Content-Language"] for letter in campaign.letters("echo")}
    assert languages == {"luc@erables.example": "fr", "office@light.example": "zh-Hant"}


def test_a_listed_signers_correction_waits_for_an_organizer(rehearsal) -> None:
    campaign = rehearsal()
    campaign.write(RUTH, ASKS, proved=True)
    campaign.once()
    campaign.write(f"Ada <{ADA}>", "ok", answers=campaign.digest(), proved=True)
    campaign.once()
    campaign.once(later=timedelta(minutes=11))
    listed = campaign.letter("listed")
    campaign.write(RUTH, "Our name is misspelled: it should read Tamarack Bookshop", answers=listed)
    campaign.once()
    assert campaign.page() == ["Tamarack Books"]
    campaign.now += timedelta(days=1)
    digest = campaign.digest()
    assert "Tamarack Bookshop" in digest.text
    campaign.write(f"Ada <{ADA}>", "ok 1", answers=digest, proved=True)
    campaign.once()
    campaign.once(later=timedelta(minutes=11))
    assert campaign.page() == ["Tamarack Bookshop"]


def test_a_robot_is_never_answered(rehearsal) -> None:
    campaign = rehearsal()
    campaign.write(RUTH, ASKS, Auto_Submitted="auto-replied")
    campaign.write(
        "MAILER-DAEMON@mx.example",
        "Your message could not be delivered.",
        subject="Undelivered Mail Returned to Sender",
    )
    campaign.once()
    assert campaign.letters() == []
    assert campaign.roll() == {}


def test_a_signer_who_does_not_answer_is_reminded_once_then_expires_and_a_late_yes_still_counts(rehearsal) -> None:
    campaign = rehearsal()
    campaign.write(RUTH, ASKS)
    campaign.once()
    echo = campaign.letter("echo")
    campaign.once(later=timedelta(days=6))
    campaign.letter("echo")
    campaign.once(later=timedelta(days=6))
    assert campaign.letters() == []
    campaign.once(later=timedelta(days=10))
    assert campaign.statuses() == {"Tamarack Books": "expired"}
    assert campaign.letters() == []
    campaign.write(RUTH, "YES", answers=echo)
    campaign.once()
    assert campaign.statuses() == {"Tamarack Books": "awaiting_organizers"}


def test_an_organizer_may_sign_as_well(rehearsal) -> None:
    campaign = rehearsal()
    campaign.write(f"Ada <{ADA}>", "Please add our group: Ada's Reading Circle\n", proved=True)
    campaign.once()
    assert campaign.statuses() == {"Ada's Reading Circle": "awaiting_organizers"}


def test_whoever_was_asked_for_a_name_and_tells_none_is_read_by_people_and_not_asked_again(rehearsal) -> None:
    campaign = rehearsal()
    campaign.write("owl4411@postbox.example", "please add us!!\n")
    campaign.once()
    asked = campaign.letter("ask_name")
    campaign.letters()
    campaign.write("owl4411@postbox.example", "please add us to the letter, we want to sign", answers=asked)
    campaign.once()
    relayed = campaign.letters("relay")
    assert relayed
    assert all("we want to sign" in letter.text for letter in relayed)
    assert not campaign.letters("ask_name")


def test_a_backlog_in_an_mbox_file_is_worked_off_once_and_left_as_it_was(rehearsal) -> None:
    campaign = rehearsal()
    octets = [campaign.write(f"s{n}@choir{n}.example", f"Please add us: Harbour Choir {n} North\n") for n in range(3)]
    for file in (campaign.folder / "inbox/new").iterdir():
        file.unlink()
    archive = campaign.folder / "archive.mbox"
    postmark = b"From a@b.example Sat Jan  9 10:00:00 2021\n"
    archive.write_bytes(b"".join(postmark + one.replace(b"\r\n", b"\n") + b"\n" for one in octets))
    before = archive.read_bytes()
    file = campaign.folder / "campaign.toml"
    file.write_text(file.read_text().replace("maildir:inbox", "mbox:archive.mbox"))
    assert campaign.once().tally.handled == 3
    assert len(campaign.letters("echo")) == 3
    assert campaign.once().tally.handled == 0
    (campaign.folder / "archive.mbox.settled").unlink()  # its list lost: the store knows them all the same
    assert (campaign.once().tally.seen, campaign.letters()) == (3, [])
    assert archive.read_bytes() == before
