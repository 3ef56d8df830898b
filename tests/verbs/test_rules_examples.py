"""`mailbot rules test`: the shipped examples are read right, and one that is not is told with its place."""

from dataclasses import replace
from types import MappingProxyType
from typing import get_args

import pytest

from mailbot.core.intents import Instruct, Intent
from mailbot.reading.examples import Examples, Kind, MailExample, OrderExample, QuoteExample
from mailbot.reading.rulebook import Rulebook
from mailbot.verbs.rules import Examined, run_examples


def english_with(rulebook: Rulebook, **examples: object) -> Examined:
    """English with these examples alone."""
    english = replace(rulebook.languages["en"], examples=Examples(**examples))
    return run_examples(replace(rulebook, languages=MappingProxyType({"en": english})))


def faults(rulebook: Rulebook, **examples: object) -> list[str]:
    return [str(f) for f in english_with(rulebook, **examples).failures if "holds no example" not in f.fault]


def test_every_shipped_example_is_read_as_it_must_be(rulebook: Rulebook) -> None:
    done = run_examples(rulebook)
    assert [str(failure) for failure in done.failures] == []
    assert done.summary() == f"All {done.examples} examples are read as they must be."


@pytest.mark.parametrize("tag", ["en", "fr", "zh-Hant", "zh-Hans"])
def test_every_language_has_examples_of_every_kind_and_of_what_it_must_not_be(rulebook: Rulebook, tag: str) -> None:
    examples = rulebook.languages[tag].examples
    assert {one.kind for one in (*examples.mails, *examples.answers) if one.kind} == set(Kind)
    assert len([one for one in (*examples.mails, *examples.answers) if one.never or one.never_names]) >= 8
    assert len([one for one in examples.orders if not one.orders]) >= 3
    assert len(examples.quotes) >= 4


def test_the_kinds_of_examples_are_those_that_a_mail_can_be_read_as() -> None:
    assert set(Kind) == {kind.kind for kind in get_args(Intent) if kind is not Instruct}


@pytest.mark.parametrize(
    ("section", "example", "told"),
    [
        pytest.param("mails", MailExample(says="Please add our group: Tamarack Books", kind=Kind.OTHER), "is read as sign of Tamarack Books (join), not other", id="another kind"),
        pytest.param("mails", MailExample(says="Please add our group: Tamarack Books", never=(Kind.SIGN,)), "is read as sign of Tamarack Books (join), which it must not be", id="a kind it must not be"),
        pytest.param("mails", MailExample(says="Please add our group: Tamarack Books", names=("Oak Choir",)), "is read as sign of Tamarack Books (join), not of Oak Choir", id="another name"),
        pytest.param("mails", MailExample(says="Please add our group: Tamarack Books", never_names=("Tamarack Books",)), "but Tamarack Books must not be read", id="a name it must not have"),
        pytest.param("mails", MailExample(says="Hello"), "says nothing of how it must be read", id="an example that proves nothing"),
        pytest.param("answers", MailExample(says="YES", kind=Kind.DECLINE), "is read as confirm (yes), not decline", id="an answer"),
        pytest.param("orders", OrderExample(says="ok 1", orders=("reject 1",)), "is read as approve 1, not reject 1", id="an order"),
        pytest.param("orders", OrderExample(says="ok 1", orders=()), "is read as approve 1, not no order", id="an order too many"),
        pytest.param("quotes", QuoteExample(says="YES\n\n> Is this right?", own="NO"), "has for its author's own words “YES”", id="own words"),
        pytest.param("quotes", QuoteExample(says="YES\n\n-- \nRuth", own="YES", signature="Ben"), "has for its signature “--", id="a signature"),
    ],
)  # fmt: skip
def test_an_example_that_is_read_otherwise_is_told_with_its_place(
    rulebook: Rulebook, section: str, example: object, told: str
) -> None:
    (line,) = faults(rulebook, **{section: (example,)})
    assert line.startswith(f"rules/languages/en.toml, {section} 1: “{example.says.split()[0]}")
    assert told in line


def test_a_language_without_examples_fails(rulebook: Rulebook) -> None:
    done = english_with(rulebook)
    assert [failure.example for failure in done.failures] == ["mails", "answers", "orders", "quotes"]
    assert done.summary() == "4 of 4 examples are not read as they must be."


@pytest.mark.parametrize(
    ("says", "order"),
    [
        ("4 name: Corner Bookshop", "edit 4 name: Corner Bookshop"),
        ("hold 3 until Friday", "hold 3 until 2021-01-15"),
        ("merge 2 into 3", "merge 2 into 3"),
        ("show K7Q4", "show K7Q4"),
        ("undo", "undo"),
    ],
)
def test_an_order_is_written_as_an_organizer_would_say_it(rulebook: Rulebook, says: str, order: str) -> None:
    assert faults(rulebook, orders=(OrderExample(says=says, orders=(order,)),)) == []


def test_a_word_of_a_language_that_goes_missing_is_noticed(rulebook: Rulebook) -> None:
    french = rulebook.languages["fr"]
    mute = replace(french, answers=replace(french.answers, yes=("jawohl",)))
    done = run_examples(replace(rulebook, languages=MappingProxyType({**rulebook.languages, "fr": mute})))
    assert {failure.file for failure in done.failures} == {"rules/languages/fr.toml"}
