"""`mailbot doctor`: each part of a campaign in one plain sentence, with its cure where it ails."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mailbot.app import Campaign, Clock
from mailbot.config import ConfigurationError
from mailbot.keys import read_keys
from mailbot.ports import PermanentFailure, TemporaryFailure
from mailbot.verbs.rules import run_examples
from mailbot.worker.carrying import Carrier
from mailbot.worker.roll import organizers
from mailbot.writing import page, rehearsal


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check: what was looked at, whether it is well, a sentence; `exit_code` is what it means if it is not."""

    what: str
    well: bool
    says: str
    exit_code: int = 0


def examine(folder: Path, clock: Clock) -> Iterator[Finding]:
    """Check after check, in the order in which they depend on each other. Touches no mail and sends none."""
    try:
        campaign = Campaign(folder, clock)
    except ConfigurationError as error:
        yield Finding(what="configuration", well=False, says=str(error), exit_code=2)
        return
    yield Finding(what="configuration", well=True, says=f"{folder / 'campaign.toml'} is complete.")
    try:
        for what, look in _checks(campaign):
            yield _looked(what, look)
    finally:
        campaign.close()


def _checks(campaign: Campaign) -> tuple[tuple[str, Callable[[], str]], ...]:
    return (
        ("rules", lambda: _rules(campaign)),
        ("templates", lambda: _templates(campaign)),
        ("key", lambda: _key(campaign)),
        ("database", lambda: _database(campaign)),
        ("page", lambda: _page(campaign)),
        ("published folder", lambda: campaign.publisher.check()),
        *(("carrier", _opened(carrier)) for carrier in campaign.carrying.carriers),
        ("inbox", lambda: campaign.source.check()),
        ("outbox", lambda: campaign.sender.check()),
        ("organizers", lambda: _organizers(campaign)),
        ("authentication", lambda: _authentication(campaign)),
    )


def _opened(carrier: Carrier) -> Callable[[], str]:
    return lambda: carrier.open().check()


def _looked(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what=what, well=True, says=look())
    except (ConfigurationError, rehearsal.TemplateError, page.PageError) as error:
        return Finding(what=what, well=False, says=str(error), exit_code=2)
    except (TemporaryFailure, PermanentFailure, OSError) as error:
        return Finding(what=what, well=False, says=str(error), exit_code=3)


def _rules(campaign: Campaign) -> str:
    tested = run_examples(campaign.rulebook)
    if tested.failures:
        raise ConfigurationError(f"{tested.summary()} See which with: mailbot rules test")
    return f"The rules are sound in {len(campaign.rulebook.languages)} languages. {tested.summary()}"


def _templates(campaign: Campaign) -> str:
    rehearsal.check(campaign.templates)
    page.check(campaign.templates)
    return "Every letter can be written in every language."


def _key(campaign: Campaign) -> str:
    file = campaign.key_file
    kept = read_keys(file)
    if file.stat().st_mode & 0o077:
        raise ConfigurationError(
            f"{file} can be read by others. Take that away with: chmod 600 {file} — and if somebody may have read it, "
            "void what it sealed with: mailbot rotate-key --keep 0"
        )
    former = kept.counting(campaign.clock().date())
    counting = ", ".join(f"what {one.key.id} sealed counts until {one.until}" for one in former)
    said = f"Our letters are sealed with key {kept.current.id}, and only its owner can read it"
    return f"{said}; {counting}." if counting else f"{said}."


def _database(campaign: Campaign) -> str:
    campaign.database.migrate()
    return campaign.database.check()


def _page(campaign: Campaign) -> str:
    files = campaign.publication.rehearse(campaign.clock())
    language = campaign.settings.letter.languages[0]
    letter = campaign.settings.path(f"letter.{language}.md")
    if not letter.is_file():
        return f"The page can be made ({len(files)} files), without a letter: write one into {letter}."
    return f"The page can be made ({len(files)} files)."


def _organizers(campaign: Campaign) -> str:
    with campaign.database.begin() as uow:
        in_office = organizers(uow, campaign.organizers)
    names = ", ".join(organizer.name for organizer in in_office)
    if len(in_office) < 2:
        return f"{names} decides alone; a second organizer can step in when the first is away."
    return f"{names} decide."


def _authentication(campaign: Campaign) -> str:
    mail = campaign.settings.mail
    if mail.authserv_id:
        return f"Authentication-Results are believed from {mail.authserv_id} alone, when they stand on top."
    if mail.check_dkim:
        return "DKIM is checked by ourselves; name your server's authserv_id in [mail] to use its checks as well."
    return "Nothing proves who wrote a mail but our own tokens: set [mail] authserv_id or check_dkim."
