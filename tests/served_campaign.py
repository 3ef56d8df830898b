"""A campaign whose inbox is at a real Dovecot and whose letters go to an SMTP server of the tests, and what must hold of it.

Whatever was done to it: `assert_whole` says that every request is in exactly one signature, that no name is
listed twice, that every mail was settled, and that letters went out once, but for those that were in flight.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path

from dovecot_server import Dovecot
from journey import CAMPAIGN, Letter, Rehearsal
from scripted_smtp import ScriptedSmtp

from mailbot.app import Campaign
from mailbot.failpoints import Point
from mailbot.verbs.init import prepare
from mailbot.verbs.roll import verify

POLICY = 'undo_window = "0s"'
MAILBOT = Path(sys.executable).with_name("mailbot")
_numbers = count(1)


@dataclass(kw_only=True)
class Served(Rehearsal):
    """A Rehearsal over servers: mail is dropped into the mailbox at Dovecot, letters are read from the SMTP server."""

    dovecot: Dovecot
    smtp: ScriptedSmtp
    user: str
    sent: int = 0  # mails that people wrote
    _told: int = field(default=0)

    def drop(self, octets: bytes) -> None:
        self.dovecot.append(self.user, "INBOX", octets)
        self.sent += 1

    def sign(self, name: str, *, proved: bool = True) -> None:
        """Somebody of its own domain asks to add that organization."""
        domain = "-".join(name.lower().split()) + ".example"
        self.write(f"Ruth Penner <ruth@{domain}>", f"Please add our organization: {name}\n", proved=proved)

    def letters(self, template: str = "", to: str = "") -> list[Letter]:
        fresh = [one.letter for one in self.smtp.received[self._told :]]
        self._told += len(fresh)
        return [one for one in fresh if template in ("", one.template) and to in one.to]

    def rewire(self, *, inbox: str = "", outbox: str = "") -> None:
        """Lead mail by another way from now on, such as through a proxy."""
        file = self.folder / "campaign.toml"
        lines = [
            f'inbox = "{inbox}"' if inbox and line.startswith("inbox =") else line
            for line in file.read_text().splitlines()
        ]
        lines = [f'outbox = "{outbox}"' if outbox and line.startswith("outbox =") else line for line in lines]
        file.write_text("\n".join(lines) + "\n")

    def inbox_url(self, port: int = 0, scheme: str = "imap") -> str:
        return f"{scheme}://{self.user}@127.0.0.1:{port or self.dovecot.imap_port}/INBOX"

    def apart(
        self, *, failpoint: str = "", later: timedelta = timedelta(minutes=1), before: Iterable[str] = (), **options
    ) -> subprocess.Popen[str]:
        """`mailbot once` in a process of its own, begun; `before` runs it, `options` go to Popen."""
        self.now += later
        self.smtp.life += 1
        return subprocess.Popen(
            [*before, MAILBOT, "-C", self.folder, "once", "--now", self.now.isoformat()],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(self.dovecot, MAILBOT_FAILPOINT=failpoint),
            **options,
        )

    def killed(self, point: Point, later: timedelta = timedelta(minutes=1)) -> None:
        """`mailbot once`, killed where it comes to that point."""
        process = self.apart(failpoint=point, later=later)
        out, said = process.communicate(timeout=120)
        assert process.returncode == -signal.SIGKILL, (process.returncode, out, said)


def environment(dovecot: Dovecot, **added: str) -> dict[str, str]:
    return {**os.environ, "MAILBOT_INBOX_PASSWORD": dovecot.password, "OPENBLAS_NUM_THREADS": "1", **added}


def template(folder: Path, digest_at: Iterable[str] = ("08:00", "18:00")) -> Path:
    """A campaign made once, to be copied: to migrate a new database takes longer than most tests."""
    folder.mkdir()
    desk = f'cards = "digest"\ndigest_at = {json.dumps(list(digest_at))}'
    text = CAMPAIGN.format(ben="", policy=POLICY, desk=desk)
    (folder / "campaign.toml").write_text(text.replace("check_dkim = false", 'check_dkim = false\npoll_every = "1s"'))
    campaign = Campaign(folder)
    prepare(campaign)
    campaign.close()
    return folder


def serve(made: Path, folder: Path, dovecot: Dovecot, smtp: ScriptedSmtp) -> Served:
    """A copy of that campaign, with a mailbox of its own."""
    shutil.copytree(made, folder)
    served = Served(
        folder=folder, dovecot=dovecot, smtp=smtp, user=f"fault{next(_numbers)}-{os.getpid()}@openletter.example"
    )
    served.rewire(inbox=served.inbox_url(), outbox=f"smtp://127.0.0.1:{smtp.port}")
    dovecot.append(served.user, "Handled", b"Subject: the first\r\n\r\nmakes the folder\r\n")
    return served


@dataclass(frozen=True, kw_only=True)
class Found:
    """What is wrong with a campaign, in words; `again`: letters that came twice as one in flight may."""

    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    other: tuple[str, ...]
    again: int


def look(served: Served, names: Iterable[str], *, one_life: bool = False) -> Found:
    """Hold everything that can be seen from outside against the requests that were made, one for each of `names`.

    `one_life`: what kept the sender from remembering that a letter was taken was not its own death.
    """
    wanted, there = Counter(names), Counter(row["name"] for row in served.roll().values())
    on_the_page = Counter(served.page())
    handled = served.dovecot.messages(served.user, "Handled")[1:]
    doubled = [*(there - wanted), *(name for name, times in on_the_page.items() if times > 1)]
    doubled += [f"settled {times} times" for times in Counter(handled).values() if times > 1]
    other = [f"{len(served.dovecot.messages(served.user))} mails unsettled"] if len(handled) != served.sent else []
    campaign = served.open()
    try:
        other += verify(campaign, lambda: None).faults
    finally:
        campaign.close()
    letters, again = _letters(served.smtp, one_life=one_life)
    return Found(lost=tuple((wanted - there).elements()), doubled=(*doubled, *letters), other=tuple(other), again=again)


def assert_whole(served: Served, names: Iterable[str], *, in_flight: int = 0, one_life: bool = False) -> None:
    """See the module; at most `in_flight` letters may have come twice."""
    found = look(served, names, one_life=one_life)
    assert (found.lost, found.doubled, found.other) == ((), (), ())
    assert found.again <= in_flight


def _letters(smtp: ScriptedSmtp, *, one_life: bool) -> tuple[list[str], int]:
    """Letters that came twice and may not, and how many came twice as they may: unchanged, in another life."""
    by_id = defaultdict(list)
    for one in smtp.received:
        by_id[one.message_id].append(one)
    doubled, again = [], 0
    for key, copies in by_id.items():
        again += len(copies) - 1
        lives = len(copies) if one_life else len({one.life for one in copies})
        if len({one.octets for one in copies}) > 1 or lives < len(copies):
            doubled.append(f"letter {key}")
    # Two letters that say the same to a signer are a doubling too, whatever their Message-IDs.
    said = Counter(
        (one.letter.template, one.recipient)
        for (one, *_) in by_id.values()
        if one.letter.template in {"echo", "confirmed", "listed"}
    )
    return doubled + [f"{template} to {to}" for (template, to), times in said.items() if times > 1], again
