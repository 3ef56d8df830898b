"""Attributions and header blocks in languages that no rules file has words for, known by their shape."""

from collections.abc import Callable

import pytest

from mailbot.core.message import Address, Message
from mailbot.reading.quoting import Divided, divide
from mailbot.reading.rulebook import Rulebook

OURS = Address("Open Letter", "letter@openletter.example")
ADA = Address("Ada Penner", "ada@choir.example")

Read = Callable[..., Divided]


@pytest.fixture
def read(rulebook: Rulebook) -> Read:
    words = {tag: language.quotes for tag, language in rulebook.languages.items()}

    def read_mail(
        text: str, *, subject: str = "Re: Open letter", author: Address | None = ADA, shown: str = ""
    ) -> Divided:
        authors = (author,) if author else ()
        fields = (("from", shown),) if shown else ()
        return divide(Message(digest="", authors=authors, to=(OURS,), text=text, subject=subject, fields=fields), words)

    return read_mail


@pytest.mark.parametrize(
    "head",
    [
        pytest.param("El jueves, 21 de noviembre de 2013, coral escribió:\n\n", id="Spanish"),
        pytest.param("On Thu, Aug 22, 2002 at 05:13:01PM +0100, Coral mentioned:\n", id="another verb"),
        pytest.param("On Mon, 26 Aug 2002 the voices made Coral write:\n", id="a joke"),
        pytest.param("Coral <coral@choir.example> [2002-08-29 17:00:12 +0100]:\n", id="no verb"),
        pytest.param('Am 21.04.2016 17:48 schrieb "Coral" <coral@choir.example\n>:\n\n', id="its last bracket wrapped"),
    ],
)
def test_a_dated_line_right_above_a_quote_is_no_word_of_the_authors(read: Read, head: str) -> None:
    divided = read(f"Please add us.\n\n{head}> Who will sign?\n> Coral\n")
    assert divided.own_words == "Please add us."
    assert "Who will sign?" in divided.quoted


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("We decided on 21 November 2013:", id="no quote below"),
        pytest.param(
            "On 21 November 2013 we met. We talked. We agreed. And then we found this in the file:\n> x",
            id="a paragraph",
        ),
        pytest.param("Here is what they said:\n> x", id="undated"),
        pytest.param("There are 12 of us, which is\nmore than the 11 of 2019:\n> x", id="the end of a paragraph"),
    ],
)
def test_the_authors_own_words_before_a_quote_or_list_stay_the_authors(read: Read, line: str) -> None:
    first = line.partition("\n>")[0]
    assert read(f"Hello,\n\n{line}\n").own_words.endswith(first)


def test_a_dateline_without_a_verb_begins_a_quote(read: Read) -> None:
    assert read("Before\n\n2016-03-03 17:21 GMT+01:00 Coral Ruiz\n\nAfter\n").own_words == "Before"
    assert read("We met\n\n2016-03-03 17:21\n\nand agreed\n").own_words == "We met\n\n2016-03-03 17:21\n\nand agreed"


def test_a_separator_and_header_block_in_another_language_begin_a_quote(read: Read) -> None:
    block = '-----Mensaje original-----\nDe: "Coral" <coral@choir.example>\nEnviado: 16/02/2016 14:53\nPara: "x" <x@y.example>\nAsunto: [MP]\n'
    assert read(f"Igual que siempre\n\n{block}\nVisita el tema\n").own_words == "Igual que siempre"
    assert "-----" in read("Our list\n\n-----Sopranos-----\nCoral\nAda\n").own_words


BARE = "On 8 May 2017 17:34, Coral <coral@choir.example> wrote:\n\nPlease add the Guelph Choir.\n"


def test_an_attribution_whose_quote_was_deleted_leaves_the_answer_to_its_author(read: Read) -> None:
    assert read(BARE).own_words == "Please add the Guelph Choir."


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        pytest.param(BARE.replace("coral@choir.example", OURS.addr_spec), "Re: x", id="our letter sent back"),
        pytest.param(BARE, "Fwd: x", id="a forward"),
        pytest.param(BARE, "x", id="no reply by its Subject"),
        pytest.param(BARE.replace("Please", "> Please"), "Re: x", id="marked"),
        pytest.param(BARE + "\n===== Please reply above this line =====\n", "Re: x", id="our marker below"),
        pytest.param(BARE.replace("Coral <coral@choir.example>", "Coral"), "Re: x", id="nobody knows whose"),
    ],
)
def test_what_may_be_a_letter_quoted_whole_is_not_the_authors(read: Read, text: str, subject: str) -> None:
    assert "Please add" not in read(text, subject=subject).own_words


def test_a_from_field_with_nothing_but_a_name_tells_whose_signature_it_is(read: Read) -> None:
    divided = read("It is on the page.\n\nThank you,\nNoam\n", author=None, shown="Noam")
    assert (divided.own_words, divided.signature) == ("It is on the page.", "Thank you,\nNoam")
