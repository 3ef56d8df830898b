"""campaign.toml and the environment → frozen settings; where the shipped rules, templates and db are.

An unknown key, a missing one and a value of the wrong kind are errors that name file, key and cure.
Secrets never stand in the file: it says where they are kept.
"""

import difflib
import os
import re
import subprocess
import tomllib
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError

from mailbot.carrier_settings import PublishSettings, SecretPlace, Section, carrier_model
from mailbot.core.decision import SecondApproval
from mailbot.core.location import parse_location
from mailbot.core.schedule import Deadlines


class ConfigurationError(Exception):
    """The campaign cannot run as configured; the text names file, key and cure."""


def _duration(value: object) -> object:
    """ "90s", "10m", "2h", "21d" → timedelta."""
    match = re.fullmatch(r"(\d{1,6})\s*([smhd])", value.strip()) if isinstance(value, str) else None
    if not match:
        raise ValueError('must be a duration such as "10m", "2h" or "21d"')
    return timedelta(seconds=int(match[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[match[2]])


def _time_of_day(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,2}:\d{2}", value):
        raise ValueError('must be a time of day such as "08:00"')
    return time.fromisoformat(value.zfill(5))


def _address(value: str) -> str:
    local, at, domain = value.strip().rpartition("@")
    if not (local and at and domain) or re.search(r"[\s<>,;:\"()\\\[\]\x00-\x1f]", value.strip()):
        raise ValueError('must be a plain mail address such as "letter@example.org"')
    return f"{local}@{domain.lower()}"


def _location(value: str) -> str:
    parse_location(value)
    return value


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError('must be a time zone of the IANA database such as "America/Toronto" or "UTC"') from error
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
MailAddress = Annotated[str, AfterValidator(_address)]
MailLocation = Annotated[str, AfterValidator(_location)]
Timezone = Annotated[str, AfterValidator(_timezone)]


class LetterSettings(Section):
    title: str = Field(min_length=1)
    address: MailAddress
    languages: tuple[str, ...] = ("en",)
    page_url: str = ""


class MailSettings(Section):
    inbox: MailLocation
    outbox: MailLocation
    authserv_id: str = ""
    inbox_password: SecretPlace = "env:MAILBOT_INBOX_PASSWORD"  # noqa: S105 - where it is kept
    outbox_password: SecretPlace = "env:MAILBOT_OUTBOX_PASSWORD"  # noqa: S105
    handled: str = "Handled"
    set_aside: str = "Set aside"
    plus_addressing: bool = False
    check_dkim: bool = True
    ca_file: str = ""
    poll_every: Duration = timedelta(seconds=60)


class OrganizerSettings(Section):
    name: str = Field(min_length=1)
    address: MailAddress
    language: str = "en"


class PolicySettings(Section):
    signer_confirmation: Literal["always", "unless-authenticated", "never"] = "unless-authenticated"
    approvals: Literal[1, 2] = 1
    second_approval_for: tuple[SecondApproval, ...] = ()
    undo_window: Duration = timedelta(minutes=10)
    remind_signer_after: Duration = timedelta(days=5)
    expire_after: Duration = timedelta(days=21)
    remind_organizers_after: Duration = timedelta(hours=48)
    escalate_after: Duration = timedelta(days=4)

    @property
    def deadlines(self) -> Deadlines:
        return Deadlines(
            remind_after=self.remind_signer_after,
            expire_after=self.expire_after,
            remind_organizers_after=self.remind_organizers_after,
            escalate_after=self.escalate_after,
        )


class DeskSettings(Section):
    cards: Literal["each", "digest"] = "digest"
    digest_at: tuple[TimeOfDay, ...] = (time(8), time(18))
    timezone: Timezone = "UTC"


class Settings(Section):
    """One campaign, as its campaign.toml says. `folder` is where that file lies; paths are relative to it."""

    folder: Path
    database: str = "sqlite:///mailbot.db"
    letter: LetterSettings
    mail: MailSettings
    organizers: tuple[OrganizerSettings, ...] = Field(min_length=1)
    policy: PolicySettings = PolicySettings()
    desk: DeskSettings = DeskSettings()
    publish: PublishSettings = PublishSettings()

    def path(self, name: str) -> Path:
        """A path of the file made absolute."""
        return self.folder / Path(name).expanduser()

    @property
    def database_url(self) -> str:
        """The database as SQLAlchemy wants it, a relative SQLite path seen from the campaign's folder."""
        prefix = "sqlite:///"
        if not self.database.startswith(prefix):
            return self.database
        return prefix + str(self.path(self.database.removeprefix(prefix)))


def load(folder: Path) -> Settings:
    """Read folder/campaign.toml. Raises ConfigurationError with every fault that it found."""
    file = folder / "campaign.toml"
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"{file} is not there. Make a campaign with: mailbot init {folder} — or name its folder with -C."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} cannot be read: {error}. Check its owner, mode and encoding.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file} is not valid TOML: {error}. Mend that line.") from error
    table.pop("folder", None)
    try:
        settings = Settings(folder=folder.absolute(), **table)
    except ValidationError as error:
        raise ConfigurationError("\n".join(_fault(file, fault) for fault in error.errors())) from error
    _languages_known(file, settings)
    return settings


def secret(place: str, folder: Path) -> str:
    """The password that `place` ("env:NAME", "file:PATH", "command:PROGRAM") keeps. Raises ConfigurationError."""
    scheme, _, where = place.partition(":")
    try:
        match scheme:
            case "env":
                return os.environ[where]
            case "file":
                return (folder / Path(where).expanduser()).read_text(encoding="utf-8").strip("\r\n")
            case _:
                # The operator's own command from the operator's own file: a shell is what they expect there.
                done = subprocess.run(  # noqa: S602
                    where, shell=True, cwd=folder, capture_output=True, text=True, timeout=30, check=True
                )
                return done.stdout.strip("\r\n")
    except KeyError as error:
        raise ConfigurationError(
            f"The password is expected in the environment variable {where}, which is not set. "
            f"Set it, or name another place in campaign.toml."
        ) from error
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"The password could not be had from {scheme}:{where} ({type(error).__name__})."
        ) from error


def shipped(name: Literal["rules", "templates", "db"]) -> Path:
    """Where the shipped data lies: inside an installed wheel, or at the top of a checkout or editable install."""
    package = Path(__file__).parent
    inside = package / "shipped" / name
    return inside if inside.is_dir() else package.parent / name


def rules() -> dict[str, bytes]:
    """Every shipped file of rules: path under rules/, with slashes → octets."""
    folder = shipped("rules")
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name.endswith((".toml", ".npz"))
    }


def texts(folder: Path, *suffixes: str) -> dict[str, str]:
    """Every file under `folder` with one of the suffixes: path relative to it, with slashes → text."""
    return {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8")
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name.endswith(suffixes)
    }


def _languages_known(file: Path, settings: Settings) -> None:
    known = {path.stem for path in (shipped("rules") / "languages").glob("*.toml")}
    asked = {"letter.languages": settings.letter.languages}
    asked |= {f"organizers[{n}].language": (o.language,) for n, o in enumerate(settings.organizers, 1)}
    for key, tags in asked.items():
        for tag in tags:
            if tag not in known:
                raise ConfigurationError(
                    f"{file}: {key} names the language {tag!r}, which is not one of {', '.join(sorted(known))}. "
                    "Use one of these, or add rules/languages and templates for it."
                )
    if not settings.letter.languages:
        raise ConfigurationError(f'{file}: letter.languages is empty. Name at least one, such as ["en"].')
    addresses = [o.address.casefold() for o in settings.organizers]
    if len(set(addresses)) < len(addresses):
        raise ConfigurationError(f"{file}: two [[organizers]] share one address. Give each their own.")
    if settings.letter.address.casefold() in addresses:
        raise ConfigurationError(f"{file}: an organizer has the letter's own address. Give them their own.")


_MODELS: dict[str, type[BaseModel]] = {
    "letter": LetterSettings,
    "mail": MailSettings,
    "organizers": OrganizerSettings,
    "policy": PolicySettings,
    "desk": DeskSettings,
    "publish": PublishSettings,
}


def _fault(file: Path, fault: Any) -> str:
    """One fault of pydantic's in words: file, key, what is wrong, what to do."""
    full = fault["loc"]
    carrier = carrier_model(full)
    place = full if carrier is None else (*full[:3], *full[4:])  # the kind of carrier stands there as well
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in place)
    match fault["type"]:
        case "extra_forbidden":
            model = carrier or (Settings if len(place) == 1 else _MODELS[str(place[0])])
            near = difflib.get_close_matches(str(place[-1]), model.model_fields, n=1)
            cure = f"Did you mean {near[0]!r}?" if near else "Remove it, or check its spelling in the README."
            return f"{file}: {key} is not a known key. {cure}"
        case "missing":
            return f"{file}: {key} is missing. Add it; the README shows the smallest campaign.toml that works."
        case _:
            what = str(fault["msg"]).removeprefix("Value error, ")
            return f"{file}: {key} {what[0].lower()}{what[1:].rstrip('.')}{_shown(str(place[-1]), fault['input'])}."


_MAY_HOLD_A_SECRET = ("password", "inbox", "outbox", "to", "database")


def _shown(key: str, value: object) -> str:
    """The value in brackets, unless somebody may have written a password into it."""
    if key.endswith(_MAY_HOLD_A_SECRET) or not isinstance(value, (str, int, float, bool, list)):
        return ""
    text = repr(value)
    return f" (it is {text if len(text) <= 60 else text[:57] + '…'})"
