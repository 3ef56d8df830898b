"""The section [publish] of campaign.toml: the folder, and a [[publish.to]] for each place that a copy is carried to.

Each kind of carrier has keys of its own; a key of another kind is an unknown key.
"""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Discriminator, Field, Tag, model_validator

from mailbot.core.location import Location, parse_destination
from mailbot.setting_types import SecretPlace, Section


def _markers(value: tuple[str, str]) -> tuple[str, str]:
    if len({text.strip() for text in value} - {""}) < 2 or any("\n" in text for text in value):
        raise ValueError('must be two different lines such as ["<!-- list -->", "<!-- /list -->"]')
    return value


def _destination(value: str) -> str:
    parse_destination(value)
    return value


def _endpoint(value: str) -> str:
    if not re.fullmatch(r"(https://[^\s@]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?/?)?", value):
        raise ValueError('must be an address such as "https://s3.example.org" (plain http:// is for 127.0.0.1 only)')
    return value


Markers = Annotated[tuple[str, str], AfterValidator(_markers)]
_MARKERS = ("<!-- signatories -->", "<!-- /signatories -->")


class _Carrier(Section):
    to: Annotated[str, AfterValidator(_destination)]

    @property
    def location(self) -> Location:
        return parse_destination(self.to)


class PatchSettings(_Carrier):
    markers: Markers = _MARKERS


class GitSettings(_Carrier):
    branch: str = Field(default="main", pattern=r"^[A-Za-z0-9_][A-Za-z0-9_./-]{0,200}$")
    folder: str = ""
    history: bool = True
    key: str = ""
    known_hosts: str = ""
    password: SecretPlace | None = None
    ca_file: str = ""


class SftpSettings(_Carrier):
    key: str = ""
    known_hosts: str = "~/.ssh/known_hosts"
    password: SecretPlace | None = None


class S3Settings(_Carrier):
    access_key: str = Field(min_length=1)
    password: SecretPlace
    endpoint: Annotated[str, AfterValidator(_endpoint)] = ""
    region: str = "us-east-1"
    ca_file: str = ""


class WebdavSettings(_Carrier):
    password: SecretPlace
    ca_file: str = ""


class WordpressSettings(_Carrier):
    page: int = Field(ge=1)
    whole: bool = False
    markers: Markers = _MARKERS
    password: SecretPlace
    ca_file: str = ""


CARRIERS: dict[str, type[_Carrier]] = {
    "patch": PatchSettings,
    "git": GitSettings,
    "sftp": SftpSettings,
    "s3": S3Settings,
    "webdav": WebdavSettings,
    "wordpress": WordpressSettings,
}
"""Each kind of carrier by the beginning of its `to`."""


def _kind(table: Any) -> str | None:
    """The kind of carrier that a [[publish.to]] asks for."""
    to = table.get("to", "") if isinstance(table, dict) else getattr(table, "to", "")
    scheme = str(to).partition(":")[0].partition("+")[0].lower()
    return scheme if scheme in CARRIERS else None


CarrierSettings = Annotated[
    Annotated[PatchSettings, Tag("patch")]
    | Annotated[GitSettings, Tag("git")]
    | Annotated[SftpSettings, Tag("sftp")]
    | Annotated[S3Settings, Tag("s3")]
    | Annotated[WebdavSettings, Tag("webdav")]
    | Annotated[WordpressSettings, Tag("wordpress")],
    Discriminator(
        _kind,
        custom_error_type="unknown_carrier",
        custom_error_message=f"must say with `to` where to, beginning with one of {', '.join(CARRIERS)}",
    ),
]


class PublishSettings(Section):
    directory: str = "public"
    names_a_page: int = Field(default=1000, ge=20)
    to: tuple[CarrierSettings, ...] = ()

    @model_validator(mode="after")
    def _once_each(self) -> "PublishSettings":
        targets = [(carrier.to, getattr(carrier, "page", 0), getattr(carrier, "branch", "")) for carrier in self.to]
        if len(set(targets)) < len(targets):
            raise ValueError("names one place twice: keep one [[publish.to]] for each")
        return self


def carrier_model(place: tuple[str | int, ...]) -> type[BaseModel] | None:
    """The keys that may stand at that place as pydantic names it: ("publish", "to", 0, "sftp", "branch")."""
    return CARRIERS.get(str(place[3])) if place[:2] == ("publish", "to") and len(place) > 3 else None
