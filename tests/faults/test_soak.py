"""The soak, shortened: `make soak` kills five hundred times."""

from collections.abc import Callable
from pathlib import Path

import pytest
import served_campaign
from dovecot_server import Dovecot
from scripted_smtp import ScriptedSmtp
from soak import EVERY_MINUTE, soak

pytestmark = [pytest.mark.fault, pytest.mark.server]


def test_killed_at_random_moments_while_mail_arrives_it_loses_nothing_and_doubles_nothing(
    dovecot: Dovecot, smtp: ScriptedSmtp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Callable
) -> None:
    monkeypatch.setenv("MAILBOT_INBOX_PASSWORD", dovecot.password)
    made = served_campaign.template(tmp_path / "made", digest_at=EVERY_MINUTE)
    done = soak(served_campaign.serve(made, tmp_path / "served", dovecot, smtp), kills=12, seed=7)
    assert done.well, (done.found, done.unlisted)
    assert done.kills.total() == 12
    assert len(done.people.names) >= 5
    with capsys.disabled():
        print(f"\n{done}")
