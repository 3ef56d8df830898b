"""`make bench-desk`: what the desk makes of labelled replies, by language, and how fast it clears cards.

Plays the replies in the folder `shared` beside the checkout through Maildirs; says so where there is none.
Nothing is written but what is printed.
"""

import logging
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import structlog
import yaml
from journey import ADA, CAMPAIGN, Rehearsal
from labelled_desk import POLICY, Scene, set_scene, wrong

from mailbot.verbs.init import prepare

CASES = Path(__file__).parents[2].parent / "shared" / "commands" / "cases.yaml"
CARDS, DIGESTS = 30, 5  # as many orders as one mail may hold
KINDS = ("right", "wrong", "wrongly executed")


def main() -> int:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder)
        if CASES.is_file():
            labelled(yaml.safe_load(CASES.read_text(encoding="utf-8")), where)
        else:
            print(f"There are no labelled replies at {CASES}; none were played.")
        speed(where)
    return 0


def labelled(cases: list[dict[str, Any]], where: Path) -> None:
    """One row a language and one for all: how many are right, wrong, and did something that was not ordered."""
    scene = set_scene(begin(where / "scene"))
    counts: Counter[tuple[str, str]] = Counter()
    faulty = []
    for case in cases:
        verdict, told = judged(case, scene, where / case["id"])
        faulty += [f"  {case['id']}: {told}"] if told else []
        for kind in KINDS if verdict == "wrongly executed" else (verdict,):
            # What was wrongly executed is wrong as well, and counted in both columns.
            if kind != "right":
                counts[case["lang"], kind] += 1
        counts[case["lang"], "right"] += verdict == "right"
        counts[case["lang"], "all"] += 1
    print(f"Labelled replies ({len(cases)})\n")
    print(f"{'language':12}" + "".join(f"{kind:>18}" for kind in ("replies", *KINDS)))
    languages = sorted({lang for lang, _ in counts})
    for name, tags in [*((tag, [tag]) for tag in languages), ("all", languages)]:
        figures = [sum(counts[tag, kind] for tag in tags) for kind in ("all", *KINDS)]
        print(f"{name:12}" + "".join(f"{figure:>18}" for figure in figures))
    print("\n".join(["", *faulty]) if faulty else "")


def judged(case: dict[str, Any], scene: Scene, where: Path) -> tuple[str, str]:
    """What became of one reply, and in what it differs from its label."""
    faults, executed = wrong(case, scene, scene.play(case, where))
    shutil.rmtree(where)
    verdict = "wrongly executed" if executed else "wrong" if faults else "right"
    return verdict, "; ".join(faults)


def speed(where: Path) -> None:
    """One organizer answers whole digests: from the reply in the inbox to receipt, letters and published page."""
    campaign = begin(where / "speed")
    seconds = 0.0
    for round_ in range(DIGESTS):
        for number in range(CARDS):
            name = named(round_ * CARDS + number)
            campaign.write(
                f"S <s{round_}x{number}@s{round_}x{number}.example>", f"Please add our organization: {name}\n"
            )
        campaign.once()
        campaign.digest_time()
        digest = campaign.letter("digest")
        campaign.write(f"Ada <{ADA}>", "ok all except 6 9\nno 6 duplicate\nhold 9", answers=digest, proved=True)
        start = time.perf_counter()
        campaign.once()
        seconds += time.perf_counter() - start
        statuses = Counter(campaign.statuses().values())
        assert statuses["listed"] == (CARDS - 2) * (round_ + 1), statuses
        campaign.now = campaign.now.replace(day=campaign.now.day + 1, hour=15)
    cleared = CARDS * DIGESTS
    print(f"Cards cleared on this machine: {60 * cleared / seconds:,.0f} a minute ({cleared} in {seconds:.1f} s)")


def named(number: int) -> str:
    """A name of its own for each, that is no look-alike of the next."""
    words = ("Alder", "Birch", "Cedar", "Dogwood", "Elder", "Fir", "Gum", "Hazel", "Ivy", "Juniper")
    return " ".join(words[int(digit)] for digit in f"{number:03d}") + " Society"


def begin(folder: Path) -> Rehearsal:
    """A campaign with one organizer, ready to take mail."""
    folder.mkdir(parents=True)
    desk = 'cards = "digest"\ndigest_at = ["08:00", "18:00"]'
    (folder / "campaign.toml").write_text(CAMPAIGN.format(ben="", policy=POLICY, desk=desk))
    campaign = Rehearsal(folder)
    opened = campaign.open()
    prepare(opened)
    opened.close()
    return campaign


if __name__ == "__main__":
    raise SystemExit(main())
