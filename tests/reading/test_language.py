"""The language of the author's own words."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from mailbot.core.message import Message
from mailbot.reading.language import DetectWords, language_of, message_language
from mailbot.reading.parse import parse
from mailbot.reading.quoting import divide
from mailbot.reading.rulebook import Rulebook


@pytest.fixture(scope="module")
def words(rulebook: Rulebook) -> Mapping[str, DetectWords]:
    return {tag: language.detect for tag, language in rulebook.languages.items()}


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Please add the Tamarack Choir.", "en"),
        ("Yes from us!!", "en"),
        ("Our group would like to join! Full name: Hongkongers' Potluck 彼得堡香港人飯聚", "en"),
        ("Veuillez ajouter l'Association étudiante de la Rivière-Noire.", "fr"),
        ("Oui, signez-nous!", "fr"),
        ("Le Réseau Human Rights Watch Canada signe la lettre.", "fr"),
        ("請加入本會，謝謝。", "zh-Hant"),
        ("麻煩加埋我哋個group，sign on details如下：Lion Rock Choir", "zh-Hant"),
        ("加埋我哋", "zh-Hant"),
        ("请加入我们的读书会。", "zh-Hans"),
        ("你好，我们愿意签 Open Letter，名字是 China Reading Room of Sydney", "zh-Hans"),
        ("", ""),
        ("12345 :-)", ""),
    ],
)
def test_the_language_of_most_of_the_prose_is_told(words: Mapping[str, DetectWords], text: str, tag: str) -> None:
    assert language_of(text, words) == tag


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("(English follows)\nLes membres souhaitent que la paroisse soit ajoutée à la lettre.\n\n"
         "The members ask that the parish be added to the letter. Thank you for your work.", "fr"),
        ("Thank you for writing to our office. We are not able to answer every message.\n\n"
         "多謝閣下來信本辦事處，由於來信眾多，未能逐一答覆，敬請見諒。", "en"),
    ],
)  # fmt: skip
def test_of_a_mail_in_two_languages_the_first_one_counts(words: Mapping[str, DetectWords], text: str, tag: str) -> None:
    assert language_of(text, words) == tag


@pytest.mark.parametrize(
    ("text", "subject", "tag"),
    [
        pytest.param(
            "👍", "Re: Lettre ouverte sur les arrestations", "fr", id="the subject, where the words tell nothing"
        ),
        pytest.param("同意，加上。", "回复：联署声明", "zh-Hans", id="the subject, where either writing may be meant"),
        pytest.param("👍\n\n> 請加入聯署，謝謝。", "", "zh-Hant", id="the quoted letter at last"),
        pytest.param("👍", "", "en", id="the fallback"),
    ],
)
def test_what_the_words_leave_open_is_told_by_what_stands_around_them(
    rulebook: Rulebook, words: Mapping[str, DetectWords], text: str, subject: str, tag: str
) -> None:
    message = Message(digest="", text=text, subject=subject)
    divided = divide(message, {t: language.quotes for t, language in rulebook.languages.items()})
    assert message_language(message, divided, words) == tag


def test_labelled_mail_is_told_apart(rulebook: Rulebook, words: Mapping[str, DetectWords], shared: Path) -> None:
    quotes = {tag: language.quotes for tag, language in rulebook.languages.items()}
    rows = [json.loads(line) for line in (shared / "corpus" / "labels.jsonl").read_text("utf-8").splitlines()]
    right = 0
    for row in rows:
        message = parse((shared / "corpus" / row["file"]).read_bytes())
        right += message_language(message, divide(message, quotes), words) == row["lang"]
    assert right / len(rows) >= 0.98
