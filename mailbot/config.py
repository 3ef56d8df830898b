"""campaign.toml and the environment → frozen settings; where the shipped rules, templates and db are.

An unknown key, a missing one and a value of the wrong kind are errors that name file, key and cure.
Secrets never stand in the file: it says where they are kept.
"""

import difflib
import os
import subprocess
import tomllib
from datetime import time, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from mailbot.carrier_settings import PublishSettings, carrier_model
from mailbot.core.decision import SecondApproval
from mailbot.core.schedule import Deadlines
from mailbot.setting_types import (
    DatabaseUrl,
    Duration,
    Fingerprint,
    MailAddress,
    MailLocation,
    SecretPlace,
    Section,
    TimeOfDay,
    Timezone,
    TokenUrl,
)


class ConfigurationError(Exception):
    """The campaign cannot run as configured; the text names file, key and cure."""


class LetterSettings(Section):
    title: str = Field(min_length=1)
    address: MailAddress
    languages: tuple[str, ...] = ("en",)
    page_url: str = ""
    han_order: Literal["", "pinyin", "stroke"] = ""


class OAuthSettings(Section):
    """What a provider granted: how access tokens are had. For Gmail and Microsoft 365 see the README."""

    token_url: TokenUrl
    authorize_url: str = ""
    client_id: str = Field(min_length=1)
    client_secret: SecretPlace | None = None
    refresh_token: SecretPlace = "file:refresh-token"  # noqa: S105 - where it is kept
    scope: str = ""


class MailSettings(Section):
    inbox: MailLocation
    outbox: MailLocation
    authserv_id: str = ""
    inbox_password: SecretPlace = "env:MAILBOT_INBOX_PASSWORD"  # noqa: S105 - where it is kept
    outbox_password: SecretPlace = "env:MAILBOT_OUTBOX_PASSWORD"  # noqa: S105
    inbox_auth: Literal["password", "oauth"] = "password"
    outbox_auth: Literal["password", "oauth"] = "password"
    oauth: OAuthSettings | None = None
    inbox_fingerprint: Fingerprint = ""
    outbox_fingerprint: Fingerprint = ""
    handled: str = "Handled"
    set_aside: str = "Set aside"
    plus_addressing: bool = False
    check_dkim: bool = True
    ca_file: str = ""
    poll_every: Duration = timedelta(seconds=60)
    connections: int = Field(default=1, ge=1, le=20)
    letters_a_minute: int | None = Field(default=None, ge=0)
    letters_a_day: int | None = Field(default=None, ge=0)


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
    alarm_after: Duration = timedelta(hours=6)

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
    database: DatabaseUrl = "sqlite:///mailbot.db"
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


def keep_secret(place: str, folder: Path, value: str) -> None:
    """Write a secret that was renewed back to its place; where that is no file, it is ours to remember only.

    The file is replaced whole, so that a crash leaves the old one or the new one. Raises ConfigurationError.
    """
    scheme, _, where = place.partition(":")
    if scheme != "file":
        return
    file = folder / Path(where).expanduser()
    draft = file.with_name(f".{file.name}.new")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(value + "\n")
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    except OSError as error:
        raise ConfigurationError(
            f"The renewed token could not be written to {file} ({error.strerror}): give its owner that right."
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
    "mail.oauth": OAuthSettings,
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
            section = ".".join(part for part in place[:-1] if isinstance(part, str))
            model = carrier or _MODELS.get(section, Settings)
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
