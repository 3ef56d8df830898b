"""What the tests of reading lean on."""

from pathlib import Path

import pytest

from mailbot.reading.rulebook import Rulebook, load

RULES = Path(__file__).parents[2] / "rules"


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The rules as they are shipped."""
    files = {path.relative_to(RULES).as_posix(): path.read_text("utf-8") for path in RULES.rglob("*.toml")}
    return load(files)
