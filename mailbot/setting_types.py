"""The kinds of values that campaign.toml holds: each checked, with a sentence that shows a right one."""

import re
from datetime import time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from mailbot.core.location import parse_location


class Section(BaseModel):
    """One table of the file: frozen, and with no key that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


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


def _database(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError('must be "sqlite:///FILE" or "postgresql+psycopg://user@host/name"')
    return value


def _secret(value: str) -> str:
    if not value.startswith(("env:", "file:", "command:")):
        raise ValueError('must say where the password is kept: "env:NAME", "file:PATH" or "command:PROGRAM"')
    return value


def _fingerprint(value: str) -> str:
    """As openssl prints it, or as we do: "AB:CD:…", "sha256:abcd…"; "" for none."""
    digits = value.strip().casefold().removeprefix("sha256:").replace(":", "")
    if value and not re.fullmatch(r"[0-9a-f]{64}", digits):
        raise ValueError("must be the SHA-256 fingerprint of a certificate: 64 hexadecimal digits")
    return digits


def _token_url(value: str) -> str:
    if not re.match(r"https://[^\s/@]+/|http://(127\.0\.0\.1|localhost)[:/]", value):
        raise ValueError("must be the https:// address at which your provider gives tokens")
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
MailAddress = Annotated[str, AfterValidator(_address)]
MailLocation = Annotated[str, AfterValidator(_location)]
Timezone = Annotated[str, AfterValidator(_timezone)]
DatabaseUrl = Annotated[str, AfterValidator(_database)]
SecretPlace = Annotated[str, AfterValidator(_secret)]
Fingerprint = Annotated[str, AfterValidator(_fingerprint)]
TokenUrl = Annotated[str, AfterValidator(_token_url)]
