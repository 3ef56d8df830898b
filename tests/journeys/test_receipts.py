"""The way of a receipt: from the letter that says “you are listed” to the check of the published list."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from atom_grammar import faults
from journey import ADA, Letter, Rehearsal
from sqlalchemy import text

from mailbot.core.receipts import read_code
from mailbot.ports import PermanentFailure, TemporaryFailure
from mailbot.verbs.verify import Verified, verify_published

RUTH = "Ruth Penner <ruth@tamarack.example>"
BORIS = "Boris Chan <boris@harbour.example>"


def listed(campaign: Rehearsal, who: str, name: str) -> Letter:
    """The letter by which somebody who signed is told their line."""
    campaign.write(who, f"Hello,\n\nPlease add our organization to the letter: {name}\n\nThank you\n", proved=True)
    campaign.once()
    campaign.write(f"Ada <{ADA}>", "ok", answers=campaign.letter("card", ADA), proved=True)
    campaign.once()
    campaign.once(later=timedelta(minutes=11))
    return campaign.letter("listed")


def code_of(letter: Letter) -> str:
    return next(line for line in letter.text.splitlines() if read_code(line))


def verified(campaign: Rehearsal, code: str | None = None, seen: str = "") -> Verified:
    return verify_published(str(campaign.folder / "public"), code=code, seen=seen)


def numbers_kept(campaign: Rehearsal) -> int:
    opened = campaign.open()
    try:
        with opened.database.engine.connect() as connection:
            return int(connection.execute(text("select count(*) from receipts")).scalar_one())
    finally:
        opened.close()


def everything_public(campaign: Rehearsal) -> bytes:
    return b"".join(file.read_bytes() for file in sorted((campaign.folder / "public").rglob("*")) if file.is_file())


def test_from_the_letter_to_the_check_and_after_the_withdrawal_to_nothing(rehearsal) -> None:
    campaign = rehearsal(desk='cards = "each"')
    letter = listed(campaign, RUTH, "Tamarack Books")
    other = code_of(listed(campaign, BORIS, "Harbour Choir Society"))
    code = code_of(letter)
    assert code != other
    found = verified(campaign, code)
    assert found.well
    assert found.findings[-1].says == "Your line is on the list, in the words that you were told: Tamarack Books"
    assert faults((campaign.folder / "public/feed.xml").read_bytes()) == []
    assert numbers_kept(campaign) == 2

    campaign.write(RUTH, "WITHDRAW", answers=letter)
    campaign.once()
    assert numbers_kept(campaign) == 1
    assert b"Tamarack" not in everything_public(campaign)
    gone = verified(campaign, code, seen=found.keep)
    assert "No line of the list is yours by this code" in gone.findings[-1].says
    assert [finding.well for finding in gone.findings] == [True, True, True, False]
    assert verified(campaign, other).well


def test_words_that_changed_behind_a_signer_s_back_are_seen_by_the_signer(rehearsal) -> None:
    campaign = rehearsal(desk='cards = "each"')
    letter = listed(campaign, RUTH, "Tamarack Books")
    ref = next(iter(campaign.roll()))
    campaign.write(f"Ada <{ADA}>", f"{ref} place: Ottawa", proved=True, subject="a change")
    campaign.once()
    assert verified(campaign, code_of(letter)).well  # the undo window is open, and the list is as it was
    campaign.once(later=timedelta(minutes=11))
    told = verified(campaign, code_of(letter)).findings[-1]
    assert not told.well
    assert "in other words than the letter had: Tamarack Books, Ottawa" in told.says


def test_who_is_withheld_is_in_the_log_no_more(rehearsal) -> None:
    campaign = rehearsal(desk='cards = "each"')
    letter = listed(campaign, RUTH, "Tamarack Books")
    ref = next(iter(campaign.roll()))
    campaign.write(f"Ada <{ADA}>", f"withhold {ref}", proved=True, subject="please")
    campaign.once()
    assert b"Tamarack" not in everything_public(campaign)
    assert b"handle" not in (campaign.folder / "public/log.jsonl").read_bytes()
    assert not verified(campaign, code_of(letter)).well


def test_the_same_list_published_again_is_the_same_to_the_octet(rehearsal) -> None:
    campaign = rehearsal(desk='cards = "each"')
    listed(campaign, RUTH, "Tamarack Books")
    before = everything_public(campaign)
    campaign.once()
    campaign.once()
    assert everything_public(campaign) == before


def test_a_publication_that_failed_is_the_same_publication_when_it_is_tried_again(rehearsal) -> None:
    """Its line was written down before the files were: nobody sees two lines for one."""
    campaign = rehearsal(desk='cards = "each"')
    listed(campaign, RUTH, "Tamarack Books")
    public = campaign.folder / "public"
    campaign.write(BORIS, "Please add our organization to the letter: Harbour Choir Society\n", proved=True)
    campaign.once()
    campaign.write(f"Ada <{ADA}>", "ok", answers=campaign.letter("card", ADA), proved=True)
    campaign.once()
    before = everything_public(campaign)
    public, away = campaign.folder / "public", campaign.folder / "away"
    public.rename(away)
    public.write_bytes(b"in the way")
    with pytest.raises(PermanentFailure, match="move the file that is in the way"):
        campaign.once(later=timedelta(minutes=11))
    public.unlink()
    away.rename(public)
    assert everything_public(campaign) == before
    campaign.once()
    assert verified(campaign).well
    chain = [json.loads(line) for line in (public / "log.jsonl").read_text().splitlines()]
    assert [link["revision"] for link in chain if "hash" in link] == [1, 2, 3]


def test_a_panic_leaves_no_name_and_no_voucher_and_the_way_back(rehearsal) -> None:
    campaign = rehearsal(desk='cards = "each"')
    code = code_of(listed(campaign, RUTH, "Tamarack Books"))
    campaign.write(f"Ada <{ADA}>", "panic", proved=True, subject="now")
    campaign.once()
    assert b"Tamarack" not in everything_public(campaign)
    assert not verified(campaign, code).well
    assert verified(campaign).well
    campaign.write(f"Ada <{ADA}>", "resume", proved=True, subject="again")
    campaign.once()
    assert verified(campaign, code).well


def test_a_place_out_of_reach_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TemporaryFailure, match="is out of reach"):
        verify_published("http://127.0.0.1:9/list")
