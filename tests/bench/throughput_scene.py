"""What `make bench` plays on: a Dovecot with a mailbox full of mails, a campaign beside it, a sink for letters."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dovecot_server import Dovecot
from server_process import Certificates, free_ports, world_readable_folder

USER = "letter@openletter.example"

_CAMPAIGN = """
database = "sqlite:///campaign.db"
[letter]
title = "Joint statement on the arrests of 6 January"
address = "letter@openletter.example"
[mail]
inbox = "imap://{user}@{host}:{port}/INBOX"
outbox = "{outbox}"
inbox_password = "env:MAILBOT_INBOX_PASSWORD"
authserv_id = "mx.openletter.example"
check_dkim = false
poll_every = "5s"
[[organizers]]
name = "Ada"
address = "ada@organizers.example"
"""


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """A Dovecot of the bench's own, on the cores that the measured do not have."""
    with world_readable_folder("mailbot-bench-") as folder:
        server = Dovecot(folder, Certificates(folder))
        try:
            server.start()
            yield server
        finally:
            server.stop()


def fill(server: Dovecot, user: str, mails: Iterable[bytes]) -> None:
    """Lay mails into a user's inbox as files, for a million APPENDs would take longer than all that is measured."""
    inbox = server.folder / "mail" / user
    shutil.rmtree(inbox, ignore_errors=True)
    for name in ("new", "cur", "tmp"):
        (inbox / name).mkdir(parents=True)
    for number, octets in enumerate(mails):
        (inbox / "new" / f"{1_600_000_000 + number}.M{number}P1.bench").write_bytes(octets)
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", "nobody:nogroup", str(inbox)], check=True)


def campaign(folder: Path, server: Dovecot, user: str = USER, outbox: str = "maildir:outbox") -> Path:
    """A campaign over that user's mailbox."""
    folder.mkdir(parents=True)
    text = _CAMPAIGN.format(user=user, host=server.host, port=server.imap_port, outbox=outbox)
    (folder / "campaign.toml").write_text(text)
    (folder / "letter.en.md").write_text("We ask that everybody who was arrested be released.\n")
    return folder


@contextmanager
def sink() -> Iterator[int]:
    """The port of an SMTP server that takes every letter and keeps none."""
    (port,) = free_ports(1)
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("throughput_sink.py")), str(port)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.readline()
        try:
            yield port
        finally:
            process.terminate()
