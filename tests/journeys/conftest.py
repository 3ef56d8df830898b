"""The fixture of all journeys."""

from collections.abc import Callable
from pathlib import Path

import pytest
from journey import CAMPAIGN, SECOND, Rehearsal

from mailbot.verbs.init import prepare


@pytest.fixture
def rehearsal(tmp_path: Path) -> Callable[..., Rehearsal]:
    """rehearsal(policy=…, desk=…, two=True) → a campaign ready to take mail."""

    def make(
        *,
        policy: str = "",
        desk: str = 'cards = "digest"\ndigest_at = ["08:00", "18:00"]',
        two: bool = False,
        at: Path | None = None,
    ) -> Rehearsal:
        folder = at or tmp_path / "campaign"
        folder.mkdir(parents=True)
        text = CAMPAIGN.format(ben=SECOND if two else "", policy=policy, desk=desk)
        (folder / "campaign.toml").write_text(text)
        rehearsal = Rehearsal(folder)
        campaign = rehearsal.open()
        prepare(campaign)
        campaign.close()
        return rehearsal

    return make
