"""Rounds over a faulty line: somebody signs, one pass meets a fault, the next meets none, and all is as it should be."""

import contextlib
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from faulty_line import Fault, Line
from organizations import organizations
from served_campaign import Served, assert_whole

from mailbot.adapters.senders.smtp import SmtpSender
from mailbot.adapters.sources.imap import ImapSource
from mailbot.app import Campaign
from mailbot.core.location import parse_location
from mailbot.ports import PermanentFailure, TemporaryFailure

PATIENCE = 1.0  # seconds that an answer may take; otherwise the adapters are as we use them


@dataclass(kw_only=True)
class Rounds:
    """One campaign whose mail comes (imap, imaps) or whose letters go (smtp, smtps) over the line."""

    served: Served
    line: Line
    scheme: str
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._unsigned = organizations(Random(1))
        self.campaign: Campaign = self.served.open()
        ca_file = self.served.dovecot.ca_file
        if self.scheme.startswith("imap"):
            location = parse_location(self.served.inbox_url(self.line.port, self.scheme))
            self._far = ImapSource(location, lambda: self.served.dovecot.password, timeout=PATIENCE, ca_file=ca_file)
            self.campaign.__dict__["source"] = self._far
        else:
            location = parse_location(f"{self.scheme}://127.0.0.1:{self.line.port}")
            self._far = SmtpSender(location, timeout=PATIENCE, ca_file=ca_file)
            self.campaign.__dict__["sender"] = self._far

    def session(self) -> dict[bool, int]:
        """Octets that a whole session passes, up and down, where nothing is at fault."""
        assert self.round(None)
        return self._session

    def round(self, fault: Fault | None) -> bool:
        """Whether the pass with the fault did all; the next one must. Raises AssertionError."""
        self.names.append(self._unsigned.pop())
        self.served.sign(self.names[-1], proved=False)
        self.line.arm(fault)
        went_well = self._pass()
        self._far.close()
        self._session = self.line.passed
        self.line.arm(None)
        self.served.now += timedelta(hours=2)  # longer than any pause
        assert self._pass(), f"still at fault after {fault}"
        self._far.close()
        assert sorted(self.served.statuses()) == sorted(self.names), fault
        assert self.served.letters("echo"), f"no letter after {fault}"
        return went_well

    def assert_whole(self) -> None:
        """At last all is counted; each round may have doubled the one letter that was in flight."""
        assert_whole(self.served, self.names, in_flight=len(self.names))

    def _pass(self) -> bool:
        self.served.smtp.life += 1
        with contextlib.suppress(TemporaryFailure, PermanentFailure):
            return not self.campaign.once().sent.trouble
        return False
