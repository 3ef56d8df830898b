"""What the tests of the verbs lean on."""

import pytest

from mailbot import app
from mailbot.reading.rulebook import Rulebook


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The rules as they are shipped."""
    return app.rulebook()
