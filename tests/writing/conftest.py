"""The shipped templates and a campaign's letterhead, for letters."""

import tomllib
from pathlib import Path

import pytest

from mailbot.writing.letters import Composer, Letterhead

ROOT = Path(__file__).parents[2]
TAGS = ("en", "fr", "zh-Hans", "zh-Hant")


@pytest.fixture(scope="session")
def templates() -> dict[str, str]:
    folder = ROOT / "templates"
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.j2")}


@pytest.fixture(scope="session")
def rules() -> dict[str, dict]:
    """The language files, raw, by tag."""
    return {tag: tomllib.loads((ROOT / "rules" / "languages" / f"{tag}.toml").read_text("utf-8")) for tag in TAGS}


@pytest.fixture(scope="session")
def letterhead(rules: dict[str, dict]) -> Letterhead:
    return Letterhead(
        title="Joint statement on the arrests of 6 January",
        address="letter@openletter.example",
        sender_name="Déclaration commune, 聯合聲明",
        organizers_sign="Ada and Ben, for the organizers",
        page_url="https://openletter.example/list",
        plus_addressing=True,
        markers={tag: words["quotes"]["marker"] for tag, words in rules.items()},
    )


@pytest.fixture(scope="session")
def composer(templates: dict[str, str], letterhead: Letterhead) -> Composer:
    return Composer(templates, letterhead)
