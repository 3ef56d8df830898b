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
