"""Which publisher carries to which [[publish.to]]: settings → carriers, made when they are first needed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import assert_never

from mailbot import config
from mailbot.carrier_settings import (
    CarrierSettings,
    GitSettings,
    PatchSettings,
    S3Settings,
    SftpSettings,
    WebdavSettings,
    WordpressSettings,
)
from mailbot.config import ConfigurationError, Settings
from mailbot.ports import PermanentFailure, Publisher, Store
from mailbot.worker.carrying import Carrier, Carrying

__all__ = ["Carrying", "carrying"]


def carrying(settings: Settings, store: Store) -> Carrying:
    """Every place that the list is carried to, in the order of campaign.toml."""
    return Carrying(store=store, carriers=tuple(_carrier(settings, one) for one in settings.publish.to))


def _carrier(settings: Settings, to: CarrierSettings) -> Carrier:
    made = _Making(settings)
    return Carrier(name=_name(to), open=cache(lambda: made.publisher(to)))


def _name(to: CarrierSettings) -> str:
    match to:
        case WordpressSettings():
            return f"{to.location}, page {to.page}"
        case GitSettings():
            return f"{to.location}, branch {to.branch}"
        case _:
            return str(to.location)


@dataclass(frozen=True, slots=True)
class _Making:
    settings: Settings

    def publisher(self, to: CarrierSettings) -> Publisher:
        match to:
            case PatchSettings():
                from mailbot.adapters.publishers import patch

                return patch.build(patch.PatchOptions(self.settings.path(to.location.path), to.markers))
            case GitSettings():
                return self._git(to)
            case SftpSettings():
                from mailbot.adapters.publishers import sftp

                known = self.settings.path(to.known_hosts)
                return sftp.build(
                    sftp.SftpOptions(
                        location=to.location,
                        known_hosts=known,
                        key=self._file(to.key),
                        password=self._secret(to.password) if to.password else None,
                    )
                )
            case S3Settings():
                return self._s3(to)
            case WebdavSettings():
                from mailbot.adapters.publishers import webdav

                return webdav.build(
                    webdav.WebdavOptions(
                        location=to.location, password=self._secret(to.password), ca_file=self._file(to.ca_file)
                    )
                )
            case WordpressSettings():
                return self._wordpress(to)
            case _:
                assert_never(to)

    def _git(self, to: GitSettings) -> Publisher:
        from mailbot.adapters.publishers import git

        location = to.location
        if location.scheme == "git+file":
            location = replace(location, path=str(self.settings.path(location.path)))
        return git.build(
            git.GitOptions(
                location=location,
                branch=to.branch,
                folder=to.folder,
                keeps_history=to.history,
                key=self._file(to.key),
                known_hosts=self._file(to.known_hosts),
                password=self._secret(to.password) if to.password else None,
                ca_file=self._file(to.ca_file),
                author=f"mailbot <{self.settings.letter.address}>",
            )
        )

    def _s3(self, to: S3Settings) -> Publisher:
        from mailbot.adapters.publishers import s3

        return s3.build(
            s3.S3Options(
                location=to.location,
                access_key=to.access_key,
                password=self._secret(to.password),
                endpoint=to.endpoint,
                region=to.region,
                ca_file=self._file(to.ca_file),
            )
        )

    def _wordpress(self, to: WordpressSettings) -> Publisher:
        from mailbot.adapters.publishers import wordpress

        return wordpress.build(
            wordpress.WordpressOptions(
                location=to.location,
                password=self._secret(to.password),
                page=to.page,
                markers=None if to.whole else to.markers,
                ca_file=self._file(to.ca_file),
            )
        )

    def _file(self, name: str) -> Path | None:
        return self.settings.path(name) if name else None

    def _secret(self, place: str) -> Callable[[], str]:
        """Asked anew for every connection, for it may change."""

        def ask() -> str:
            try:
                return config.secret(place, self.settings.folder)
            except ConfigurationError as error:
                raise PermanentFailure(str(error)) from error

        return ask
