"""Workers that share one mailbox and one database: whatever becomes of any of them, nothing is lost or done twice."""

import email
import random
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from crew import Crew, mail
from dovecot_server import Dovecot
from postgresql_server import PostgreSQL
from smtp_sink import SmtpSink

pytestmark = pytest.mark.postgresql
_numbers = count(1)


@pytest.fixture
def crew(
    tmp_path: Path, postgresql: PostgreSQL, dovecot: Dovecot, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Crew]:
    monkeypatch.setenv("MAILBOT_INBOX_PASSWORD", dovecot.password)
    monkeypatch.setenv("MAILBOT_OUTBOX_PASSWORD", smtp_sink.password)
    outbox = f"smtp+starttls://{smtp_sink.user}@{smtp_sink.host}:{smtp_sink.smtp_port}"
    url = postgresql.fresh()
    made = Crew(
        base=tmp_path,
        database_url=url,
        dovecot=dovecot,
        outbox=f'"{outbox}"\nca_file = "{smtp_sink.ca_file}"',
        intake=f"shared{next(_numbers)}@openletter.example",
    )
    yield made
    made.stop()
    postgresql.drop(url)


def sent(sink: SmtpSink) -> list[tuple[str, str]]:
    return [(one.rcpt_tos[0], str(email.message_from_bytes(one.content)["Message-ID"])) for one in sink.letters]


def test_three_workers_of_which_one_is_killed_lose_nothing_and_do_nothing_twice(
    crew: Crew, smtp_sink: SmtpSink
) -> None:
    mails = 40
    crew.dovecot.append_all(crew.intake, (mail(number, crew.intake) for number in range(mails)))
    for name in ("second", "third", "fourth"):
        crew.start(crew.machine(name))
    killed = crew.drain(mails, lambda: sent(smtp_sink), patience=300, kill=random.Random(7))
    assert killed
    crew.stop()
    lost, doubled, again = crew.lost_and_doubled(mails, sent(smtp_sink))
    assert (lost, doubled) == (0, 0)
    assert again <= killed  # the letter in flight
