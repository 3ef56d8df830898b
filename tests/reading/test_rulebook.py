"""A slip in a rules file is found before any mail is touched, and said with file, line and cure."""

import pytest

from mailbot import config
from mailbot.reading.rulebook import RulesError, load


@pytest.fixture
def files() -> dict[str, bytes]:
    return config.rules()


def test_the_shipped_rules_are_sound_in_four_languages(files: dict[str, bytes]) -> None:
    assert set(load(files).languages) == {"en", "fr", "zh-Hant", "zh-Hans"}


@pytest.mark.parametrize(
    ("file", "was", "becomes", "says"),
    [
        pytest.param("languages/fr.toml", "[answers]\n", "[answers]\nouii = []\n", ("languages/fr.toml", "line", "answers.ouii", "not a known key"), id="a misspelt key"),
        pytest.param("policy.toml", "confidence_floor", "confidence_flor", ("policy.toml", "line 2", "did you mean 'confidence_floor'"), id="a key that is nearly right"),
        pytest.param("policy.toml", "token_days = 60", 'token_days = "sixty"', ("policy.toml", "token_days", "must be of type int"), id="a value of the wrong type"),
        pytest.param("policy.toml", "token_days = 60", "", ("policy.toml", "lacks the key 'token_days'"), id="a missing key"),
        pytest.param("languages/en.toml", 'tag = "en"', 'tag = "xx"', ("languages/en.toml", "does not match the name of the file"), id="a tag of another file"),
        pytest.param("names.toml", "articles", "articles =", ("names.toml",), id="broken TOML"),
        pytest.param("languages/en.toml", 'kind = "withdraw" }', 'kind = "withdrawn" }', ("languages/en.toml", "examples.mails.kind", "must be one of sign,", "not 'withdrawn'"), id="a kind that there is not"),
        pytest.param("languages/en.toml", "never_names = [", "never_name = [", ("languages/en.toml", "did you mean 'never_names'"), id="a misspelt key of an example"),
    ],
)  # fmt: skip
def test_a_slip_is_said_with_its_place(
    files: dict[str, bytes], file: str, was: str, becomes: str, says: tuple[str, ...]
) -> None:
    assert was.encode() in files[file]
    files[file] = files[file].replace(was.encode(), becomes.encode(), 1)
    with pytest.raises(RulesError) as raised:
        load(files)
    for part in says:
        assert part in str(raised.value)


def test_a_language_may_come_without_examples(files: dict[str, bytes]) -> None:
    files["languages/fr.toml"] = files["languages/fr.toml"].partition(b"[examples]")[0]
    assert load(files).languages["fr"].examples.mails == ()


def test_a_missing_file_is_named(files: dict[str, bytes]) -> None:
    del files["automated.toml"]
    with pytest.raises(RulesError, match=r"automated\.toml is missing"):
        load(files)


def test_without_any_language_there_is_nothing_to_read_by() -> None:
    with pytest.raises(RulesError, match="no language file"):
        load({})
