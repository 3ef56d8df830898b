"""What the tests of reading lean on."""

import pytest

from mailbot import config
from mailbot.reading.rulebook import Rulebook, load


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The rules as they are shipped."""
    return load(config.rules())
