"""The fixtures of all faults: a campaign served by real Dovecot and an SMTP server that does as it is told."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import served_campaign
from dovecot_server import Dovecot
from scripted_smtp import ScriptedSmtp
from served_campaign import Served


@pytest.fixture
def smtp() -> Iterator[ScriptedSmtp]:
    server = ScriptedSmtp()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return served_campaign.template(tmp_path_factory.mktemp("faults") / "made")


@pytest.fixture
def serve(
    made: Path, dovecot: Dovecot, smtp: ScriptedSmtp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Served]:
    """serve() → a campaign of its own, as many as one test needs."""
    monkeypatch.setenv("MAILBOT_INBOX_PASSWORD", dovecot.password)
    served: list[Served] = []

    def one() -> Served:
        served.append(served_campaign.serve(made, tmp_path / f"served{len(served)}", dovecot, smtp))
        return served[-1]

    return one


@pytest.fixture
def served(serve: Callable[[], Served]) -> Served:
    return serve()
