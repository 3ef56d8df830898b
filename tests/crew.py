"""Workers on machines of their own, as far as one machine can play that: separate folders, one database, one mailbox."""

import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

from dovecot_server import Dovecot
from journey import AS_CLIENTS_WRITE, CAMPAIGN, LETTER, Rehearsal

from mailbot.verbs.init import prepare
from mailbot.verbs.roll import signatures, verify

# The times after which a worker counts as dead are shortened, or most of a test would be waiting.
WORKER = """
import sys
from datetime import timedelta
from pathlib import Path
from mailbot.adapters.database import lease
from mailbot.adapters.queue import jobs
from mailbot.verbs import logs, worker
lease.LASTS, lease.BEAT, jobs.STALLED, jobs.BEAT = 6, 1, 6, 1
worker.LOST_AFTER = timedelta(seconds=15)
logs.configure(verbose=True)
worker.work(Path(sys.argv[1]))
"""
Sent = Callable[[], list[tuple[str, str]]]
"""Recipient and Message-ID of every letter that was handed over until now."""

_SYLLABLES = ("ba", "ko", "mi", "ra", "lun", "tor", "ves", "dan", "qui", "sel", "por", "han", "gre", "zu", "wil", "fen")


def mail(number: int, to: str) -> bytes:
    """A request of an organization that is like no other."""
    left, digits = number, []
    for _ in range(4):
        left, digit = divmod(left, len(_SYLLABLES))
        digits.append(_SYLLABLES[digit])
    word = "".join(digits)
    message = EmailMessage()
    message["From"], message["To"] = address(number), to
    message["Subject"], message["Message-ID"] = "Our signature", f"<{number}@{word}{number}.example>"
    message["Date"] = "Sat, 09 Jan 2021 10:00:00 -0500"
    message.set_content(f"Please add our organization: {word.capitalize()} Society\n\nRegards,\nSam\n")
    return message.as_bytes(policy=AS_CLIENTS_WRITE)


def address(number: int) -> str:
    return f"sam@signers{number}.example"


@dataclass
class Crew:
    """All workers of one campaign; `outbox` is where their letters go."""

    base: Path
    database_url: str
    dovecot: Dovecot
    outbox: str
    intake: str
    environment: dict[str, str] = field(default_factory=dict)
    workers: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def __post_init__(self) -> None:
        text = f'database = "{self.database_url}"\n' + CAMPAIGN.format(ben="", policy="", desk='cards = "digest"')
        text = text.replace(LETTER, self.intake).replace('"maildir:outbox"', self.outbox)
        inbox = f"imap://{self.intake}@{self.dovecot.host}:{self.dovecot.imap_port}/INBOX"
        self.text = text.replace('"maildir:inbox"', f'"{inbox}"\npoll_every = "3s"')
        self.environment = {
            **os.environ,
            "MAILBOT_INBOX_PASSWORD": self.dovecot.password,
            "OPENBLAS_NUM_THREADS": "1",
            **self.environment,
        }
        self.first = self.machine("first")
        campaign = Rehearsal(self.first).open()
        prepare(campaign)
        campaign.close()

    def machine(self, name: str) -> Path:
        """A folder as an operator would set up one more machine: the configuration and the key are copied."""
        folder = self.base / name
        folder.mkdir(parents=True)
        (folder / "campaign.toml").write_text(self.text)
        if name != "first":
            (folder / "secrets").mkdir(mode=0o700)
            shutil.copy(self.first / "secrets/token.key", folder / "secrets")
        return folder

    def start(self, folder: Path) -> "subprocess.Popen[bytes]":
        with (folder / "worker.log").open("ab") as out:
            self.workers.append(
                subprocess.Popen(
                    [sys.executable, "-c", WORKER, str(folder)], stdout=out, stderr=out, env=self.environment
                )
            )
        return self.workers[-1]

    def stop(self) -> None:
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            try:
                worker.wait(30)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()
        self.workers.clear()

    def drain(self, number: int, sent: Sent, *, patience: float, kill: random.Random | None = None) -> int:
        """Wait until all mail is settled and all of it that is handled has its letter; with `kill`, now and then one
        worker is killed and another started in its place. How many were killed."""
        killed, deadline = 0, time.monotonic() + patience
        next_kill = 0
        while not self._is_drained(number, sent):
            assert time.monotonic() < deadline, self.state(sent)
            # At some point of the work, not of time: a busy machine would do nothing but start workers.
            if kill is not None and len(sent()) > next_kill:
                worker = self.workers.pop(kill.randrange(len(self.workers)))
                worker.kill()
                worker.wait()
                self.start(Path(str(worker.args[-1])))
                killed += 1
                next_kill = len(sent()) + kill.randrange(5, 60)
            time.sleep(kill.uniform(0, 0.2) if kill else 0.2)
        return killed

    def _is_drained(self, number: int, sent: Sent) -> bool:
        handled, aside = (self.dovecot.count(self.intake, name) for name in ("Handled", "Set aside"))
        answered = {recipient for recipient, _ in sent() if recipient.startswith("sam@")}
        return handled + aside >= number and len(answered) >= handled

    def state(self, sent: Sent) -> str:
        """Where everything is, and what the workers complained of."""
        lines = [line for log in sorted(self.base.glob("*/worker.log")) for line in log.read_text().splitlines()]
        trouble = [line for line in lines if '"info"' not in line]
        lie = {name: self.dovecot.count(self.intake, name) for name in ("INBOX", "Handled", "Set aside")}
        return "\n".join([f"{lie}, {len(sent())} letters", *trouble[-30:]])

    def lost_and_doubled(self, number: int, sent: list[tuple[str, str]]) -> tuple[int, int, int]:
        """(mails without signature or letter, signatures and letters too many, letters sent once more than once).

        `sent` holds recipient and Message-ID of every letter that was handed over. A mail that was set aside, for a
        machine that is too busy reads too slowly, is neither lost nor answered.
        """
        campaign = Rehearsal(self.first).open()
        try:
            contacts = Counter(signature.contact.address for signature in signatures(campaign))
            assert verify(campaign, lambda: None).faults == ()
        finally:
            campaign.close()
        aside = {
            parseaddr(message_from_bytes(one)["From"])[1] for one in self.dovecot.messages(self.intake, "Set aside")
        }
        wanted = {address(n) for n in range(number)} - aside
        letters = Counter(recipient for recipient, _ in set(sent))
        lost = len(wanted - set(contacts)) + len(wanted - set(letters))
        doubled = sum(contacts.values()) - len(contacts) + sum(letters[one] - 1 for one in wanted & set(letters))
        return lost, doubled, len(sent) - len(set(sent))
