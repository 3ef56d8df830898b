"""[mail] of campaign.toml → the source that mail comes from and the sender that letters go to."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mailbot import config
from mailbot.config import ConfigurationError, Settings
from mailbot.core.location import Location, parse_location
from mailbot.core.quota import Limits, Providers
from mailbot.ports import Disposition, Sender, Source

if TYPE_CHECKING:
    from mailbot.adapters.oauth import Tokens


class Mailboxes:
    """Opens what the settings name. Adapters are imported only where they are used, for they take time to load."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._mail = settings.mail

    def open_source(self) -> Source:
        """A source of its own. Raises ConfigurationError."""
        mail = self._mail
        return self._open_source(parse_location(mail.inbox), mail.inbox_auth, mail.inbox_password)

    def open_backlog(self, url: str, password: str) -> Source:
        """The mailbox at `url`, where old mail lies; `password` is where that of another account is kept.

        Files are looked for where the command runs, then in the campaign's folder. Raises ConfigurationError.
        """
        mail, own = self._mail, parse_location(self._mail.inbox)
        try:
            location = parse_location(url)
        except ValueError as error:
            raise ConfigurationError(f"The source of the backlog: {error}") from error
        if not location.scheme.startswith("imap"):
            place = Path(location.path).absolute()
            place = place if place.exists() else self._settings.path(location.path)
            if not place.exists():
                raise ConfigurationError(f"{location} is not there: name a Maildir, an mbox file or a folder of .eml.")
            location = replace(location, path=str(place))
        if (location.host, location.user) == (own.host, own.user):
            return self._open_source(location, mail.inbox_auth, mail.inbox_password)
        return self._open_source(location, "password", password)

    def _open_source(self, location: Location, auth: str, password: str) -> Source:
        mail = self._mail
        folders = {Disposition.HANDLED: mail.handled, Disposition.SET_ASIDE: mail.set_aside}
        if location.scheme == "maildir":
            from mailbot.adapters.sources.maildir import MaildirSource

            return MaildirSource(self._settings.path(location.path), folders=folders)
        if location.scheme == "mbox":
            from mailbot.adapters.sources.mbox import MboxSource

            return MboxSource(self._settings.path(location.path))
        if location.scheme == "eml":
            from mailbot.adapters.sources.eml import EmlSource

            return EmlSource(self._settings.path(location.path))
        if not location.scheme.startswith("imap"):
            raise self._unusable("mail.inbox", location, "maildir:, mbox:, eml:, imap:, imaps: or imap+starttls:")
        from mailbot.adapters.sources.imap import ImapSource

        return ImapSource(
            location,
            self._credentials(auth, password),
            folders=folders,
            ca_file=self._ca_file,
            fingerprint=mail.inbox_fingerprint,
        )

    def open_sender(self) -> Sender:
        """Raises ConfigurationError."""
        mail = self._mail
        location = parse_location(mail.outbox)
        if location.scheme == "maildir":
            from mailbot.adapters.senders.maildir import MaildirSender

            return MaildirSender(self._settings.path(location.path))
        if not location.scheme.startswith("smtp"):
            raise self._unusable("mail.outbox", location, "maildir:, smtp:, smtps: or smtp+starttls:")
        if mail.connections == 1:
            return self._open_smtp(location)
        from mailbot.adapters.senders.several import SeveralSenders

        return SeveralSenders(lambda: self._open_smtp(location), mail.connections)

    def limits(self, providers: Providers) -> Limits:
        """How many letters may go out: as the operator says, else as is known of the provider."""
        mail = self._mail
        host = parse_location(mail.outbox).host
        return providers.limits(host, a_minute=mail.letters_a_minute, a_day=mail.letters_a_day)

    def _open_smtp(self, location: Location) -> Sender:
        from mailbot.adapters.senders.smtp import SmtpSender

        mail = self._mail
        return SmtpSender(
            location,
            self._credentials(mail.outbox_auth, mail.outbox_password) if location.user else None,
            ca_file=self._ca_file,
            fingerprint=mail.outbox_fingerprint,
        )

    def _credentials(self, auth: str, place: str) -> "Callable[[], str] | Tokens":
        if auth == "password":
            return self._secret(place)
        from mailbot.adapters.oauth import Tokens

        # Without [mail.oauth] the place of the password gives access tokens by itself: a command of the operator's.
        return Tokens(self._secret(place)) if self._mail.oauth is None else self._tokens

    @cached_property
    def _tokens(self) -> "Tokens":
        """Shared by inbox and outbox: one sign-in serves both."""
        from mailbot.adapters.oauth import Grant, Tokens

        oauth, folder = self._mail.oauth, self._settings.folder
        assert oauth is not None
        grant = Grant(
            token_url=oauth.token_url,
            client_id=oauth.client_id,
            client_secret=self._secret(oauth.client_secret) if oauth.client_secret else None,
            refresh_token=self._secret(oauth.refresh_token),
            scope=oauth.scope,
            keep=lambda renewed: config.keep_secret(oauth.refresh_token, folder, renewed),
        )
        return Tokens(grant, ca_file=self._ca_file)

    def _secret(self, place: str) -> Callable[[], str]:
        """Asked anew at every login, for it may change; and once now, so that a missing one is said at the start."""
        config.secret(place, self._settings.folder)
        return lambda: config.secret(place, self._settings.folder)

    @property
    def _ca_file(self) -> Path | None:
        return self._settings.path(self._mail.ca_file) if self._mail.ca_file else None

    def _unusable(self, key: str, location: Location, known: str) -> ConfigurationError:
        file = self._settings.folder / "campaign.toml"
        return ConfigurationError(f"{file}: {key} cannot be {location.scheme}: here. Use {known}")
