"""What a signer answers to our letter is read as that answer, and nothing is made of chat."""

import pytest

from mailbot.core.intents import Context, Correct, Standing
from mailbot.core.message import Address, Message
from mailbot.reading.interpret import interpret
from mailbot.reading.rulebook import Rulebook

SIGNER = Context(standing=Standing.SIGNER, own_addresses=frozenset({"letter@openletter.example"}))


def read(text: str, rulebook: Rulebook):
    author = Address("Sam Person", "sam@signers.example")
    return interpret(Message(digest="d", text=text, authors=(author,), from_fields=1), rulebook, SIGNER)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("YES", "confirm", id="yes"),
        pytest.param("Yes, please go ahead! Thanks, Sam", "confirm", id="a chatty yes"),
        pytest.param("Oui, c’est exact. Merci !", "confirm", id="oui"),
        pytest.param("好的，謝謝", "confirm", id="好的"),
        pytest.param("👍", "confirm", id="a thumb"),
        pytest.param("No", "decline", id="no"),
        pytest.param("that wasn't me", "decline", id="not me"),
        pytest.param("WITHDRAW", "withdraw", id="the word our letter names"),
        pytest.param("RETIRER", "withdraw", id="the French word"),
        pytest.param("撤回", "withdraw", id="the Chinese word is no name"),
        pytest.param("yes, but who are you?", "other", id="a yes with a question"),
        pytest.param("Who are you?", "other", id="a question"),
    ],
)
def test_short_answers(text: str, kind: str, rulebook: Rulebook) -> None:
    assert read(text, rulebook).kind == kind


@pytest.mark.parametrize(
    ("text", "name", "title"),
    [
        pytest.param("Harbour Choir of Victoria", "Harbour Choir of Victoria", "", id="a bare line"),
        pytest.param("Name: Harbour Choir", "Harbour Choir", "", id="behind a label"),
        pytest.param("No, it should be Harbour Singers", "Harbour Singers", "", id="behind a no"),
        pytest.param(
            "please write Harbour Choir of Victoria instead", "Harbour Choir of Victoria", "", id="before instead"
        ),
        pytest.param("Dr. Amrit Gill, City Councillor", "Amrit Gill", "City Councillor", id="a person with an office"),
        pytest.param("何志恆，律師", "何志恆", "律師", id="a person with a Chinese title"),
        pytest.param(
            "加西粵語話劇社 Western Cantonese Drama Society",
            "加西粵語話劇社 Western Cantonese Drama Society",
            "",
            id="both languages",
        ),
    ],
)
def test_a_retyped_line_is_the_entry_as_it_should_be(text: str, name: str, title: str, rulebook: Rulebook) -> None:
    intent = read(text, rulebook)
    assert isinstance(intent, Correct)
    (signatory,) = intent.signatories
    assert (signatory.name, signatory.title) == (name, title)
    assert signatory.evidence["name"].text in text
