"""The doctor finds what is wrong with letters and rules before any mail is touched."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot import app, config
from mailbot.verbs.doctor import Finding, examine

CAMPAIGN = """
[letter]
title = "A letter"
address = "letter@openletter.example"
[mail]
inbox = "maildir:inbox"
outbox = "maildir:outbox"
[[organizers]]
name = "Ada"
address = "ada@organizers.example"
"""


@pytest.fixture
def doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, str], dict[str, Finding]]:
    """doctor(file, was, becomes) → what it finds, by part, with that one shipped file changed."""
    (tmp_path / "campaign.toml").write_text(CAMPAIGN)
    (tmp_path / "inbox/new").mkdir(parents=True)
    (tmp_path / "inbox/new/1.mail").write_bytes(b"From: a@b.example\r\n\r\nPlease add us\r\n")
    shipped_texts, shipped_rules = config.texts, config.rules

    def make(file: str, was: str, becomes: str) -> dict[str, Finding]:
        def texts(folder: Path, *suffixes: str) -> dict[str, str]:
            return {
                name: text.replace(was, becomes) if name == file else text
                for name, text in shipped_texts(folder, *suffixes).items()
            }

        def rules() -> dict[str, bytes]:
            return {
                name: octets.replace(was.encode(), becomes.encode()) if name == file else octets
                for name, octets in shipped_rules().items()
            }

        monkeypatch.setattr(config, "texts", texts)
        monkeypatch.setattr(config, "rules", rules)
        app.rulebook.cache_clear()
        found = {one.what: one for one in examine(tmp_path, lambda: datetime(2021, 1, 9, tzinfo=UTC))}
        assert [file.name for file in (tmp_path / "inbox/new").iterdir()] == ["1.mail"]
        return found

    yield make
    app.rulebook.cache_clear()


def test_a_broken_letter_is_named(doctor) -> None:
    finding = doctor("en/echo.txt.j2", "{{ entry(line) }}", "{{ entry(lime) }}")["templates"]
    assert (finding.well, finding.exit_code) == (False, 2)
    assert "en/echo.txt.j2" in finding.says


def test_a_broken_rule_is_named(doctor) -> None:
    finding = doctor("policy.toml", "token_days", "tokken_days")["rules"]
    assert (finding.well, finding.exit_code) == (False, 2)
    assert "policy.toml, line" in finding.says


def test_with_nothing_changed_letters_and_rules_are_well(doctor) -> None:
    found = doctor("policy.toml", "", "")
    assert found["rules"].well
    assert found["templates"].well
