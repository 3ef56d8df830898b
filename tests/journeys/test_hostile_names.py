"""Names that an organizer types, or that somebody signs with: refused with a reason, or shown harmlessly everywhere."""

import csv
import io
import json
from datetime import timedelta

from atom_grammar import faults
from journey import ADA

RUTH = "Ruth Penner <ruth@tamarack.example>"
REFUSED = [
    "x" * 1_000,
    "=cmd|' /c calc'!A1",
    "+HYPERLINK(1)",
    "https://evil.example/",
    "<script>alert(1)</script>",
    "Z" + "\u0335" * 20 + "algo",
    "\U0001f600\U0001f600",
    "1234567890",
]
SHOWN = "\u202eTamarack\u2066 Books\u200b\x1b \U0001f600"


def test_a_name_that_cannot_be_printed_is_refused_at_the_desk_with_the_reason(rehearsal) -> None:
    campaign = rehearsal(desk='cards = "each"')
    campaign.write(RUTH, "Please add our organization to the letter: Tamarack Books\n", proved=True)
    campaign.once()
    ref = next(iter(campaign.roll()))
    card = campaign.letter("card", ADA)
    for name in REFUSED:
        campaign.write(f"Ada <{ADA}>", f"{ref} name: {name}", answers=card, proved=True)
    campaign.once()
    receipts = [letter.text for letter in campaign.letters("receipt", ADA)]
    assert [text.count("this cannot be printed as a name") for text in receipts] == [1] * len(REFUSED)
    assert campaign.statuses() == {"Tamarack Books": "awaiting_organizers"}


def test_a_name_that_hides_or_turns_the_line_is_shown_plainly_in_every_file(rehearsal) -> None:
    campaign = rehearsal(desk='cards = "each"')
    campaign.write(RUTH, "Please add our organization to the letter: Tamarack Books\n", proved=True)
    campaign.once()
    ref = next(iter(campaign.roll()))
    campaign.write(
        f"Ada <{ADA}>",
        f"{ref} name: {SHOWN}\n{ref} title: =1+1\n{ref} ok",
        answers=campaign.letter("card", ADA),
        proved=True,
    )
    campaign.once()
    campaign.once(later=timedelta(minutes=11))
    public = campaign.folder / "public"
    (listed,) = json.loads((public / "signatories.json").read_bytes())["signatories"]
    assert (listed["name"], listed["title"]) == ("Tamarack Books", "1+1")
    row = list(csv.reader(io.StringIO((public / "signatories.csv").read_text("utf-8-sig"))))[1]
    assert row[:4] == ["Tamarack Books", "organization", "", "1+1"]
    assert faults((public / "feed.xml").read_bytes()) == []
    for file in public.iterdir():
        assert not {"\u202e", "\u2066", "\u200b", "\x1b", "\U0001f600"} & set(file.read_text("utf-8-sig")), file.name
