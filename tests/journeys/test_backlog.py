"""`mailbot backlog`: an inbox of months becomes one digest, and nobody else hears a word before an organizer says so."""

import mailbox
import re
import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest
from dovecot_server import Dovecot
from journey import ADA, AS_CLIENTS_WRITE, AUTHSERV, BEN, LETTER, Rehearsal

from mailbot import demo
from mailbot.config import ConfigurationError
from mailbot.core.events import Entry, Event, Imported
from mailbot.core.intents import Category
from mailbot.verbs.backlog import go_through, summary
from mailbot.worker.backlog import Gone
from mailbot.worker.handled import Stopped

DAY = datetime(2020, 10, 1, 12, tzinfo=UTC)


def old(sender: str, body: str, *, day: int, subject: str = "the letter", proved: bool = False, **fields: str) -> bytes:
    """A mail that was written `day` days into the backlog and never answered."""
    message = EmailMessage()
    domain = re.search(r"@([^>\s]+)", sender)[1]
    message["From"], message["To"], message["Subject"] = sender, LETTER, subject
    message["Date"] = format_datetime(DAY + timedelta(days=day))
    message["Message-ID"] = f"<{day}.{len(body)}@{domain}>"
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    octets = message.as_bytes(policy=AS_CLIENTS_WRITE)
    if proved:
        octets = (
            f"Authentication-Results: {AUTHSERV}; dkim=pass header.d={domain}; dmarc=pass header.from={domain}\r\n".encode()
            + octets
        )
    return octets


RUTH = "Ruth Penner <ruth@tamarack.example>"
SAM = "Sam Roe <sam@oakchoir.example>"
TAMARACK = old(RUTH, "Please add our organization: Tamarack Books\n", day=3, proved=True)
AGAIN = old(RUTH, "We wrote in October and never heard back. Please add our organization: Tamarack Books\n", day=40)
CHOIR = old(SAM, "Please add our organization: Oak Street Choir\n", day=10)
CHOIR_OUT = old(SAM, "Please remove Oak Street Choir from the letter. We withdraw our signature.\n", day=60)
LINK = old("Lily <lily@link.example>", "Please add our organization: Canada-Hong Kong Link\n", day=12)
LINK_OUT = old("Lin <lin@freemail.example>", "Please remove Canada-Hong Kong Link from the letter.\n", day=70)
CURIOUS = old("Marie <marie@journal.example>", "Who wrote this letter, and when will it be published?\n", day=20)
ROBOT = old(
    "Bob <bob@away.example>",
    "I am out of the office until Monday.\n",
    day=21,
    subject="Automatic reply: the letter",
    Auto_Submitted="auto-replied",
)
BROKEN = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 30_000
MAILS = (CHOIR_OUT, TAMARACK, ROBOT, LINK, CHOIR, CURIOUS, BROKEN, AGAIN, LINK_OUT)  # in no order at all


def mbox(path: Path, mails: Iterable[bytes]) -> str:
    box = mailbox.mbox(path)
    for octets in mails:
        box.add(octets)
    box.close()
    return f"mbox:{path}"


def drafted(scene: Rehearsal, source: str = "") -> Gone:
    scene.now += timedelta(minutes=1)
    campaign = scene.open()
    try:
        return go_through(campaign, source, "env:NONE")
    finally:
        campaign.close()


def listed(scene: Rehearsal, name: str) -> None:
    """One name that was taken over from an existing list."""
    campaign = scene.open()
    with campaign.database.begin() as uow:
        entry = Entry(name=name, category=Category.ORGANIZATION)
        event = Event(ref="P2WD", at=scene.now, by="operator", reason="imported from x", change=Imported(entry=entry))
        uow.record([event], campaign.names.keys)
    campaign.close()


@pytest.fixture
def scene(rehearsal: Callable[..., Rehearsal]) -> Rehearsal:
    made = rehearsal(policy='signer_confirmation = "always"')
    listed(made, "Canada-Hong Kong Link")
    return made


def test_months_of_mail_become_one_digest_and_no_letter_to_any_signer(scene: Rehearsal, tmp_path: Path) -> None:
    gone = drafted(scene, mbox(tmp_path / "old.mbox", MAILS))
    told = {"requests": 2, "there": 2, "taken_back": 1, "people": 2, "machines": 1, "unread": 1}
    assert gone.counted == {"read": 8, **told}
    scene.once()
    letters = scene.letters()
    assert [(letter.template, letter.to) for letter in letters] == [("digest", ADA)]
    text = letters[0].text
    assert "Tamarack Books" in text
    assert "written on 2020-10-04" in text
    assert "Note: 2020-11-10 · We wrote in October" in text
    assert "passed" in text
    assert "Canada-Hong Kong Link · P2WD" in text  # somebody asks to take it off
    assert "Who wrote this letter" in text
    assert "Robots, bounces and junk, left out: 1" in text
    assert "- a@b.example · " in text  # the one that cannot be read is named
    assert scene.statuses() == {
        "Canada-Hong Kong Link": "listed",
        "Tamarack Books": "awaiting_organizers",
        "Oak Street Choir": "withdrawn",
    }


def test_after_an_organizers_yes_the_signer_hears_of_it_as_always(scene: Rehearsal, tmp_path: Path) -> None:
    drafted(scene, mbox(tmp_path / "old.mbox", [TAMARACK]))
    scene.once()
    scene.write(ADA, "ok 1", answers=scene.letter("digest"), proved=True)
    scene.once()
    scene.once(timedelta(minutes=20))
    assert [(one.template, "ruth" in one.to) for one in scene.letters() if one.to != ADA] == [("listed", True)]
    assert "Tamarack Books" in scene.page()


def test_a_no_to_what_nobody_confirmed_is_told_to_nobody(scene: Rehearsal, tmp_path: Path) -> None:
    drafted(scene, mbox(tmp_path / "old.mbox", [CHOIR]))
    scene.once()
    scene.write(ADA, "no 1", answers=scene.letter("digest"), proved=True)
    scene.once()
    scene.once(timedelta(minutes=20))
    assert [one.to for one in scene.letters() if one.to != ADA] == []


def test_an_organizer_takes_off_what_a_mail_of_the_backlog_asks_to_take_off(scene: Rehearsal, tmp_path: Path) -> None:
    drafted(scene, mbox(tmp_path / "old.mbox", [LINK_OUT]))
    scene.once()
    scene.write(ADA, "no P2WD", answers=scene.letter("digest"), proved=True)
    scene.once()
    assert scene.statuses() == {"Canada-Hong Kong Link": "rejected"}
    assert scene.page() == []


def test_its_own_signer_takes_off_what_is_listed_where_the_mail_proves_it(scene: Rehearsal, tmp_path: Path) -> None:
    drafted(scene, mbox(tmp_path / "old.mbox", [TAMARACK]))
    scene.once()
    scene.write(ADA, "ok 1", answers=scene.letter("digest"), proved=True)
    scene.once()
    scene.once(timedelta(minutes=20))
    scene.forget()
    out = old(RUTH, "Please remove Tamarack Books from the letter, we withdraw.\n", day=80, proved=True)
    drafted(scene, mbox(tmp_path / "late.mbox", [out]))
    scene.once()
    assert "Tamarack Books" not in scene.page()
    letters = scene.letters()
    assert [one.to for one in letters] == [ADA]
    assert "taken off the list · Tamarack Books" in letters[0].text


def test_a_second_pass_finds_nothing_new_and_writes_nothing(scene: Rehearsal, tmp_path: Path) -> None:
    source = mbox(tmp_path / "old.mbox", MAILS)
    drafted(scene, source)
    scene.once()
    scene.forget()
    before = scene.roll()
    (tmp_path / "old.mbox.settled").unlink()  # as if another export of the same inbox came
    again = drafted(scene, source)
    assert again.digests == 0
    assert "Nothing new: no digest is written." in list(summary(again))
    scene.digest_time()
    assert scene.letters() == []
    assert scene.roll() == before


def test_what_was_drafted_is_not_answered_when_it_also_lies_in_the_inbox(scene: Rehearsal, tmp_path: Path) -> None:
    drafted(scene, mbox(tmp_path / "old.mbox", MAILS))
    scene.once()
    scene.forget()
    for octets in MAILS[:6] + MAILS[7:]:
        scene.drop(b"Status: RO\r\nX-Keywords: old\r\n" + octets)  # the export had other header fields
    scene.once()
    scene.digest_time()
    assert scene.letters() == []


def test_the_campaigns_own_inbox_is_emptied_and_new_mail_is_answered_as_always(scene: Rehearsal) -> None:
    for octets in MAILS:
        scene.drop(octets)
    gone = drafted(scene)
    assert (gone.tally.handled, gone.tally.set_aside) == (9, 1)
    assert list((scene.folder / "inbox" / "new").iterdir()) == []
    assert len(list((scene.folder / "inbox" / ".Handled").rglob("*.test*"))) == 8
    assert len(list((scene.folder / "inbox" / ".Set aside").rglob("*.test*"))) == 1
    scene.once()
    assert [one.template for one in scene.letters()] == ["digest"]
    scene.write("Ann <ann@alder.example>", "Please add our organization: Alder Circle\n", proved=True)
    scene.write("ruth@tamarack.example", "Please remove Tamarack Books, we withdraw.\n", proved=True)
    scene.once()
    assert sorted(one.template for one in scene.letters()) == ["echo", "withdrawn"]
    assert scene.statuses()["Tamarack Books"] == "withdrawn"


def test_an_answer_to_a_letter_of_ours_is_left_for_the_live_bot(scene: Rehearsal) -> None:
    scene.write("Ann <ann@alder.example>", "Please add our organization: Alder Circle\n")
    scene.once()
    scene.write("Ann <ann@alder.example>", "YES", answers=scene.letter("echo"))
    scene.drop(TAMARACK)
    assert drafted(scene).left == 1
    scene.once()
    assert scene.statuses()["Alder Circle"] == "awaiting_organizers"
    assert sorted(one.template for one in scene.letters()) == ["confirmed", "digest"]


def test_a_pass_that_was_broken_off_goes_on_and_its_digest_tells_of_all(scene: Rehearsal, tmp_path: Path) -> None:
    source = mbox(tmp_path / "old.mbox", MAILS)
    campaign = scene.open()
    asked = 0

    def clock() -> datetime:
        nonlocal asked
        asked += 1
        if asked == 15:
            raise Stopped
        return scene.now

    campaign.clock = clock
    with pytest.raises(Stopped):
        go_through(campaign, source, "env:NONE")
    campaign.close()
    gone = drafted(scene, source)
    assert gone.counted["read"] == 8
    assert gone.digests == 1
    scene.once()
    assert [one.template for one in scene.letters()] == ["digest"]


def test_organizers_get_one_digest_each_also_where_cards_come_at_once(
    rehearsal: Callable[..., Rehearsal], tmp_path: Path
) -> None:
    scene = rehearsal(desk='cards = "each"', two=True)
    folder = tmp_path / "mails"
    shutil.copytree(Path(demo.__file__).parent / "mails", folder)
    gone = drafted(scene, f"eml:{folder}")
    assert gone.tally.handled == 32
    scene.once()
    assert sorted((one.template, one.to) for one in scene.letters()) == [("digest", ADA), ("digest", BEN)]
    assert set(scene.statuses().values()) <= {"awaiting_organizers", "withdrawn"}


def test_a_source_that_is_not_there_is_said(scene: Rehearsal) -> None:
    with pytest.raises(ConfigurationError, match=r"old\.mbox is not there"):
        drafted(scene, "mbox:old.mbox")
    with pytest.raises(ConfigurationError, match="source of the backlog"):
        drafted(scene, "pop3://somewhere")


def test_an_inbox_at_a_real_server(
    rehearsal: Callable[..., Rehearsal], dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = "backlog@openletter.example"
    monkeypatch.setenv("MAILBOT_INBOX_PASSWORD", dovecot.password)
    scene = rehearsal()
    file = scene.folder / "campaign.toml"
    inbox = f'"imap://{user}@{dovecot.host}:{dovecot.imap_port}/INBOX"'
    file.write_text(file.read_text().replace('"maildir:inbox"', inbox))
    dovecot.append_all(user, MAILS)
    assert drafted(scene).digests == 1
    assert (dovecot.count(user), dovecot.count(user, "Handled"), dovecot.count(user, "Set aside")) == (0, 8, 1)
    scene.once()
    assert [(one.template, one.to) for one in scene.letters()] == [("digest", ADA)]
    assert drafted(scene).digests == 0
