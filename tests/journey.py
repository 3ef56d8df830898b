"""A campaign that speaks mail only: journeys drop mails into its inbox and read the letters of its outbox."""

import email
import email.policy
import itertools
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from mailbot.app import Campaign
from mailbot.verbs.roll import export
from mailbot.worker.round import Round

ADA, BEN = "ada@organizers.example", "ben@organizers.example"
LETTER = "letter@openletter.example"
NAMES = ["Tamarack Books", "Comité Saint-Roch", "Prairie Lantern Society"]  # who asks, on the desk of three cards
AS_CLIENTS_WRITE = email.policy.SMTP.clone(max_line_length=998)  # or long identifiers would become encoded words
START = datetime(2021, 1, 9, 15, tzinfo=UTC)  # ten in the morning in Toronto
AUTHSERV = "mx.openletter.example"

CAMPAIGN = """
[letter]
title = "Joint statement on the arrests of 6 January"
address = "letter@openletter.example"
languages = ["en", "fr", "zh-Hant", "zh-Hans"]

[mail]
inbox = "maildir:inbox"
outbox = "maildir:outbox"
authserv_id = "mx.openletter.example"
check_dkim = false

[[organizers]]
name = "Ada"
address = "ada@organizers.example"
language = "en"
{ben}
[policy]
{policy}

[desk]
{desk}
timezone = "America/Toronto"
"""
SECOND = """
[[organizers]]
name = "Ben"
address = "ben@organizers.example"
language = "fr"
"""


@dataclass
class Letter:
    """One letter as it went out, read as a mail program reads it."""

    message: EmailMessage

    @property
    def template(self) -> str:
        return str(self.message["X-Mailbot-Letter"])

    @property
    def to(self) -> str:
        return str(self.message["To"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return self.message.get_body(("plain",)).get_content()

    @property
    def refs(self) -> dict[int, str]:
        return {int(n): ref for n, ref in re.findall(r"(\d+)=(\w+)", str(self.message["X-Mailbot-Refs"] or ""))}


@dataclass
class Rehearsal:
    """A campaign in a folder, with a clock of its own."""

    folder: Path
    now: datetime = START
    _numbers: Any = field(default_factory=lambda: itertools.count(1))
    _read: set[str] = field(default_factory=set)

    def open(self) -> Campaign:
        return Campaign(self.folder, lambda: self.now)

    def write(
        self,
        sender: str,
        body: str,
        *,
        subject: str = "signature",
        proved: bool = False,
        answers: Letter | None = None,
        quoting: bool = True,
        **fields: str,
    ) -> bytes:
        """Drop a mail into the inbox. `proved`: our own server vouches for it. `answers`: a reply to that letter."""
        message = EmailMessage()
        address = re.search(r"[^<\s]+@[^>\s]+", sender)[0]
        domain = address.rpartition("@")[2]
        message["From"], message["To"] = sender, LETTER
        message["Date"], message["Message-ID"] = self.now, f"<{next(self._numbers)}.{self.now:%d%H%M%S}@{domain}>"
        if answers:
            subject = "Re: " + answers.subject.replace("\n", " ")
            message["In-Reply-To"] = str(answers.message["Message-ID"])
            message["References"] = f"{answers.message['References'] or ''} {answers.message['Message-ID']}".strip()
            if quoting:
                quoted = "\n".join("> " + line for line in answers.text.splitlines())
                body = f"{body}\n\nOn Sat, Jan 9, 2021 at 9:00 AM {LETTER} wrote:\n\n{quoted}\n"
        message["Subject"] = subject
        for name, value in fields.items():
            message[name.replace("_", "-")] = value
        message.set_content(body)
        octets = message.as_bytes(policy=AS_CLIENTS_WRITE)
        if proved:
            results = (
                f"Authentication-Results: {AUTHSERV}; dkim=pass header.d={domain}; dmarc=pass header.from={domain}"
            )
            octets = results.encode() + b"\r\n" + octets
        self.drop(octets)
        return octets

    def drop(self, octets: bytes) -> None:
        (self.folder / "inbox" / "new" / f"{next(self._numbers):06d}.test").write_bytes(octets)

    def once(self, later: timedelta = timedelta(minutes=1)) -> Round:
        """One pass, `later` than the last."""
        self.now += later
        campaign = self.open()
        try:
            return campaign.once()
        finally:
            campaign.close()

    def letters(self, template: str = "", to: str = "") -> list[Letter]:
        """Letters that went out since they were last asked for, in order of sending; then they count as read."""
        fresh = []
        for file in sorted(self._unread(), key=lambda f: (f.stat().st_mtime_ns, f.name)):
            letter = Letter(email.message_from_bytes(file.read_bytes(), policy=email.policy.default))
            if (template and letter.template != template) or (to and to not in letter.to):
                continue
            self._read.add(file.name)
            fresh.append(letter)
        return fresh

    def forget(self) -> None:
        """Whatever went out until now counts as read."""
        self._read.update(file.name for file in self._unread())

    def _unread(self) -> list[Path]:
        return [file for file in (self.folder / "outbox" / "new").iterdir() if file.name not in self._read]

    def letter(self, template: str, to: str = "") -> Letter:
        """The one new letter of that kind."""
        found = self.letters(template, to)
        assert len(found) == 1, [(one.template, one.to) for one in found] or f"no {template} to {to or 'anybody'}"
        return found[0]

    def roll(self) -> dict[str, dict[str, Any]]:
        """What `mailbot export --json` tells, by reference."""
        campaign = self.open()
        try:
            return {row["ref"]: row for row in export(campaign)}
        finally:
            campaign.close()

    def statuses(self) -> dict[str, str]:
        """Status by name."""
        return {row["name"]: row["status"] for row in self.roll().values()}

    def page(self) -> list[str]:
        """The names on the published list."""
        return [one["name"] for one in json.loads((self.folder / "public/signatories.json").read_text())["signatories"]]

    def digest_time(self) -> None:
        """Go on to the evening, when digests go out."""
        self.now = self.now.replace(hour=23, minute=30)  # half past six in Toronto
        self.once()

    def digest(self, to: str = ADA) -> Letter:
        """Go on to the evening and take the digest."""
        self.digest_time()
        return self.letter("digest", to)
