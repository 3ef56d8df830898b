"""The fixtures of all faults: a campaign served by real Dovecot and an SMTP server that does as it is told."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import served_campaign
from dovecot_server import Dovecot
from scripted_smtp import ScriptedSmtp
from served_campaign import Served

from mailbot import app, config
from mailbot.adapters.reader.orders import Allowance, Setup
from mailbot.adapters.reader.process import ReadingProcess


@pytest.fixture(scope="session")
def _patient_reader() -> Iterator[ReadingProcess]:
    reader = ReadingProcess(Setup(rules=config.rules(), allowance=Allowance(seconds=30)))
    yield reader
    reader.close()


@pytest.fixture(autouse=True)
def patient_reader(_patient_reader: ReadingProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is busy with other tests is no fault that is looked at here."""
    monkeypatch.setattr(app, "reader", lambda: _patient_reader)


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
