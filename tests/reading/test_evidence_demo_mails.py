"""The mails of the demo: whom our server vouches for there, and that they are fit to be shown to anybody."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import mailbot.demo
from mailbot.core.message import Verdict
from mailbot.reading.evidence import read_evidence
from mailbot.reading.parse import parse

MAILS = sorted((Path(mailbot.demo.__file__).parent / "mails").glob("*.eml"))


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_a_demo_mail_is_read_whole_and_names_no_real_address(path):
    octets = path.read_bytes()
    message = parse(octets)
    assert message.defects == ()
    assert message.message_id
    assert message.date is not None
    assert 8 <= message.date.day <= 9
    assert (message.text or message.html).strip()
    domains = re.findall(r"@([\w.-]+\w)", str(message.fields) + message.text + message.html)
    assert {domain for domain in domains if not domain.endswith(".example")} == set()


def test_a_third_of_the_demo_mails_is_authenticated_and_the_tricksters_are_not():
    passed = set()
    for path in MAILS:
        octets = path.read_bytes()
        evidence = read_evidence(
            octets,
            parse(octets),
            authserv_id="mx.openletter.example",
            resolver=None,
            own_addresses=frozenset({"letter@openletter.example"}),
            now=datetime(2021, 1, 9, tzinfo=UTC),
        )
        if evidence.verdict is Verdict.PASS:
            passed.add(path.stem)
    assert len(MAILS) / 4 < len(passed) < len(MAILS) / 2
    assert not passed & {"28-forged-organizer", "29-two-authors", "21-removal-by-a-stranger"}


def test_every_demo_mail_is_another_mail():
    assert len({parse(path.read_bytes()).message_id for path in MAILS}) == len(MAILS) >= 30
