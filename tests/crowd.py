"""Signatures put into a campaign's log by the thousand, without a mail for each."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailbot.app import Campaign
from mailbot.core.events import Change, Edited, Entry, Event, Imported
from mailbot.core.intents import Category

MOMENT = datetime(2021, 1, 9, tzinfo=UTC)
FAMILIES = [
    "Atwin",
    "Baker",
    "Chiu",
    "Diotte",
    "Élie",
    "Frum",
    "Garcia",
    "Housakos",
    "Ibrahim",
    "Jones",
    "Kwan",
    "Li",
    "Manly",
    "Nguyen",
    "O'Brien",
    "Patel",
    "Quinn",
    "Roy",
    "Smith",
    "Tremblay",
    "Underwood",
    "Vandenbeld",
    "Wagantall",
    "Xu",
    "Young",
    "Zimmer",
    "Singh",
    "Martin",
    "Brown",
    "Campbell",
    "Leblanc",
    "陳",
    "李",
    "王",
    "張",
]
LANGUAGES = ("en", "fr", "zh-Hant", "zh-Hans")
CAMPAIGN = """
[letter]
title = "A letter"
address = "letter@openletter.example"
languages = {languages}
[mail]
inbox = "maildir:inbox"
outbox = "maildir:outbox"
check_dkim = false
[[organizers]]
name = "Ada"
address = "ada@organizers.example"
[publish]
names_a_page = {most}
"""


def campaign_in(folder: Path, names_a_page: int = 1000, languages: Sequence[str] = LANGUAGES) -> Campaign:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "campaign.toml").write_text(CAMPAIGN.format(most=names_a_page, languages=list(languages)))
    campaign = Campaign(folder)
    campaign.database.migrate()
    return campaign


def person(number: int) -> Entry:
    """Somebody; every number somebody else, families as unequal as they are."""
    family = FAMILIES[number * number % 97 % len(FAMILIES)]
    given = f"{chr(65 + number % 26)}{chr(97 + number // 26 % 26)}{number:06}"
    return Entry(name=f"{given} {family}", category=Category.PERSON, title="Teacher" if number % 3 else "")


def listed(campaign: Campaign, entries: Iterable[Entry], since: int = 0, at: datetime = MOMENT) -> None:
    """Each entry imported, under the references P0, P1 …, counted from `since`."""
    events = (_event(f"P{number}", Imported(entry=entry), at) for number, entry in enumerate(entries, since))
    with campaign.database.begin() as uow:
        uow.record(events, lambda entry: (entry.name,))


def changed(campaign: Campaign, change: Change, *refs: str) -> None:
    with campaign.database.begin() as uow:
        uow.record([_event(ref, change) for ref in refs], lambda entry: (entry.name,))


def edited(campaign: Campaign, ref: str, entry: Entry, minutes: int) -> None:
    changed(campaign, Edited(entry=entry, effective_at=MOMENT + timedelta(minutes=minutes)), ref)


def _event(ref: str, change: Change, at: datetime = MOMENT) -> Event:
    return Event(ref=ref, at=at, by="operator", reason="imported", change=change)
