"""What every test may lean on."""

from pathlib import Path

import pytest

pytest_plugins = ["server_fixtures"]

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-on-postgresql", action="store_true", help="run every journey on PostgreSQL as well")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of labelled and real mail that lies beside a developer's checkout; skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the shared folder of labelled mail is not beside this checkout")
    return SHARED
