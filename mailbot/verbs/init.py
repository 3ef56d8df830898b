"""`mailbot init`: a campaign in a new folder, from at most six answers."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from mailbot import config
from mailbot.app import Campaign
from mailbot.config import ConfigurationError
from mailbot.core.decision import SecondApproval


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a campaign needs to be told; everything else has a default."""

    title: str
    address: str
    organizers: tuple[str, ...]  # "Ada <ada@organizers.example>" or a bare address
    languages: tuple[str, ...]
    inbox: str = "maildir:inbox"
    outbox: str = "maildir:outbox"


def init(folder: Path, answers: Answers) -> Campaign:
    """Write campaign.toml and the letter, and make what is missing beside them. Raises ConfigurationError.

    A campaign that is there already is never overwritten. What turns out wrong leaves no campaign.toml.
    """
    file = folder / "campaign.toml"
    if file.exists():
        raise ConfigurationError(f"{file} is there already. Choose another folder, or edit that file.")
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(_campaign(answers), encoding="utf-8")
    try:
        campaign = Campaign(folder)
    except ConfigurationError:
        file.unlink()
        raise
    for language in answers.languages:
        letter = folder / f"letter.{language}.md"
        if not letter.exists():
            letter.write_text(_letter(language), encoding="utf-8")
    prepare(campaign)
    return campaign


def prepare(campaign: Campaign) -> None:
    """Make what a campaign needs on disk: key, database, Maildirs, page folder. Harmless when repeated."""
    _ = campaign.keyring
    campaign.database.migrate()
    for location, port in ((campaign.settings.mail.inbox, "source"), (campaign.settings.mail.outbox, "sender")):
        if location.startswith("maildir:"):
            getattr(campaign, port).check()
    campaign.publisher.check()


def _campaign(answers: Answers) -> str:
    """campaign.toml as a person would write it, with what they may want to change beside what they said."""
    organizers = [_organizer(text, answers.languages[0]) for text in answers.organizers]
    domain = answers.address.rpartition("@")[2]
    return "\n".join(
        [
            "# One open letter. What every key means stands in mailbot's README. Paths are relative to this file.",
            "",
            "[letter]",
            f"title = {_text(answers.title)}",
            f"address = {_text(answers.address)}",
            f"languages = {_text(list(answers.languages))}",
            "",
            "[mail]",
            f"inbox = {_text(answers.inbox)}",
            f"outbox = {_text(answers.outbox)}",
            "# The name by which your receiving server signs its Authentication-Results field.",
            f"authserv_id = {_text('mx.' + domain)}",
            *[line for organizer in organizers for line in ("", *organizer)],
            "",
            "[policy]",
            'signer_confirmation = "unless-authenticated"   # always | unless-authenticated | never',
            "approvals = 1",
            *_proposed(answers),
            'undo_window = "10m"',
            "",
            "[desk]",
            'cards = "digest"              # each | digest',
            'digest_at = ["08:00", "18:00"]',
            'timezone = "UTC"',
            "",
            "[publish]",
            'directory = "public"',
            "",
        ]
    )


def _proposed(answers: Answers) -> list[str]:
    """Where two can decide, the requests that a forger would make are worth two looks: proposed, not set."""
    if len(answers.organizers) < 2:
        return []
    rules = _text([str(rule) for rule in SecondApproval])
    return ["# Who needs the yes of two organizers. Take the # away to have it so:", f"# second_approval_for = {rules}"]


def _organizer(text: str, language: str) -> list[str]:
    match = re.fullmatch(r"\s*(?:(?P<name>[^<>]+?)\s*<)?(?P<address>[^<>\s]+)>?\s*", text)
    if not match:
        raise ConfigurationError(f'An organizer is written as "Ada <ada@organizers.example>", not {text!r}.')
    name = match["name"] or match["address"].partition("@")[0].capitalize()
    return [
        "[[organizers]]",
        f"name = {_text(name)}",
        f"address = {_text(match['address'])}",
        f"language = {_text(language)}",
    ]


def _text(value: str | list[str]) -> str:
    """A TOML string or list: JSON's way of writing them is TOML's as well (TOML 1.0, Basic strings)."""
    return json.dumps(value, ensure_ascii=False)


def _letter(language: str) -> str:
    """The example letter in that language, else in English: a short text of our own to be replaced."""
    examples = config.shipped("templates") / "letters"
    own = examples / f"letter.{language}.md"
    return (own if own.exists() else examples / "letter.en.md").read_text(encoding="utf-8")
