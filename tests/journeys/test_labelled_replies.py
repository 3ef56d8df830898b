"""Labelled organizers' replies, played through Maildirs: what each must have done, and nothing else."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from journey import Rehearsal
from labelled_desk import POLICY, Scene, set_scene, wrong

WORTH_REACHING = 0.95


@pytest.fixture(scope="module")
def cases(shared: Path) -> list[dict[str, Any]]:
    return yaml.safe_load((shared / "commands" / "cases.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def scene(rehearsal: Callable[..., Rehearsal], tmp_path: Path) -> Scene:
    return set_scene(rehearsal(policy=POLICY, at=tmp_path / "scene"))


@pytest.mark.sqlite_alone  # every reply is played in a copy of the folder, and of the database in it
def test_labelled_replies_do_what_they_say_and_nothing_else(
    cases: list[dict[str, Any]], scene: Scene, tmp_path: Path
) -> None:
    right, faulty, wrongly = 0, [], []
    for case in cases:
        campaign = scene.play(case, tmp_path / case["id"])
        faults, executed = wrong(case, scene, campaign)
        right += not faults
        if faults:
            faulty.append(f"{case['id']} ({case['why']}): {'; '.join(faults)}")
        if executed:
            wrongly.append(case["id"])
        shutil.rmtree(tmp_path / case["id"])
    report = "\n".join(faulty)
    assert not wrongly, report
    assert right >= WORTH_REACHING * len(cases), report


TEMPTING = {
    "All ok. Except 6 of course": {1, 2, 3, 4, 5},
    "ok all. The bookshop is dodgy.": set(),
    "no 2, 1 is better": {2},
    "5 ok, no name": set(),
    "1 ok 2 ok. Cancel 2": {1},
    "Priya's answers below\n\nok 1\nno 2": set(),
    "Accepter tout\nsauf 6": {1, 2, 3, 4, 5},
    "2 non, doublon du 1": {2},
    "Ben :\noui 1": set(),
    "全部批准，廣告除外": set(),
    "2 不批，同1重複": {2},
    "全部通过！6号例外": {1, 2, 3, 4, 5},
    "拒绝2，和1重复": {2},
}


@pytest.mark.sqlite_alone
def test_no_more_is_done_than_a_tempting_reply_orders(scene: Scene, tmp_path: Path) -> None:
    for number, (body, decided) in enumerate(TEMPTING.items()):
        campaign = scene.play({"body": body, "to": "digest", "style": "top"}, tmp_path / str(number))
        roll = campaign.roll()
        changed = {card for card, ref in scene.refs.items() if roll[ref]["status"] != "awaiting_organizers"}
        assert changed == decided, body
        assert campaign.letters(), body
