"""A fault in a template is found before any mail is touched, and named by file and line."""

import re
from typing import get_args

import pytest

from mailbot.core.events import Change, Status
from mailbot.core.intents import Category, Verb
from mailbot.writing.letters import Composer
from mailbot.writing.rehearsal import SAMPLES, TemplateError, check


def test_the_shipped_templates_are_sound(templates: dict[str, str]) -> None:
    check(templates)


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        pytest.param("fr/echo.txt.j2", "Subject: x\n\n{% if %}\n", "templates/fr/echo.txt.j2, line 3: ", id="syntax"),
        pytest.param(
            "fr/echo.txt.j2", "Subject: x\n{{ lien }}\n", "templates/fr/echo.txt.j2, line 2: 'lien'", id="fact"
        ),
        pytest.param(
            "en/card.txt.j2", "Subject: x\n\n\n{{ card.oops }}\n", "templates/en/card.txt.j2, line 4: ", id="part"
        ),
        pytest.param("en/list.txt.j2", "{{ title }}\n", "templates/en/list.txt.j2, line 1: ", id="no subject"),
        pytest.param(
            "en/list.txt.j2", "Subject: {{ ''.__class__.__mro__ }}\n", "en/list.txt.j2, line 1: ", id="escape"
        ),
        pytest.param("layout.html.j2", "<p>\n{{ nothing }}", "templates/layout.html.j2, line 2: ", id="layout"),
        pytest.param("fr/words.txt.j2", "{% set statuses = {} %}\n", "templates/", id="words of a language"),
        pytest.param("fr/ehco.txt.j2", "Subject: x\n", "templates/fr/ehco.txt.j2: ", id="misspelt name"),
    ],
)
def test_a_fault_is_named_by_file_and_line(templates: dict[str, str], path: str, text: str, message: str) -> None:
    with pytest.raises(TemplateError, match=re.escape(message)):
        check({**templates, path: text})


def test_english_must_have_every_letter(templates: dict[str, str]) -> None:
    with pytest.raises(TemplateError, match=r"templates/en/echo\.txt\.j2 is missing"):
        check({path: text for path, text in templates.items() if path != "en/echo.txt.j2"})


def test_another_language_may_lack_one(templates: dict[str, str]) -> None:
    check({path: text for path, text in templates.items() if path != "fr/echo.txt.j2"})


def test_a_new_language_needs_no_python(templates: dict[str, str]) -> None:
    check({**templates, **{p.replace("fr/", "eo/", 1): t for p, t in templates.items() if p.startswith("fr/")}})


@pytest.mark.parametrize("name", SAMPLES)
def test_languages_print_the_same_facts(templates: dict[str, str], name: str) -> None:
    """A translation that forgets a fact, or invents one, would tell its readers something else."""

    def facts(tag: str) -> set[str]:
        code = " ".join(re.findall(r"{[{%].*?[%}]}", templates[f"{tag}/{name}.txt.j2"]))
        return {word for word in re.findall(r"\w+", re.sub(r'"[^"]*"', "", code)) if word in known}

    known = {key for sample in SAMPLES[name] for key in sample}
    assert facts("en") == facts("fr") == facts("zh-Hant") == facts("zh-Hans")


@pytest.mark.parametrize("tag", ["en", "fr", "zh-Hans", "zh-Hant"])
def test_every_word_that_is_stored_has_a_word_that_is_read(composer: Composer, tag: str) -> None:
    words = composer.environment.get_template(f"{tag}/words.txt.j2").module
    english = composer.environment.get_template("en/words.txt.j2").module
    assert set(words.statuses) == set(Status)
    assert set(words.categories) == set(words.groups) == set(Category)
    assert set(words.verbs) >= set(Verb)
    assert set(words.changes) == {change.__name__.lower() for change in get_args(Change)} | {"unconfirmed"}
    for table in ("verbs", "whys", "alerts", "notes", "remarks", "votes", "news"):
        assert set(getattr(words, table)) == set(getattr(english, table))
