"""The names that lost are told with the reason, and none that was taken is among them."""

import pytest

from mailbot.core.message import Address, Message
from mailbot.reading.considered import Considered, Why, considered
from mailbot.reading.interpret import interpret
from mailbot.reading.quoting import divide
from mailbot.reading.rulebook import Rulebook


def lost(rulebook: Rulebook, text: str, *, subject: str = "", name: str = "Ruth Penner") -> dict[str, Considered]:
    message = Message(
        digest="",
        authors=(Address(name, "ruth@sender.example"),),
        from_fields=1,
        to=(Address("", "letter@openletter.example"),),
        subject=subject,
        text=text,
    )
    divided = divide(message, {tag: language.quotes for tag, language in rulebook.languages.items()})
    found = considered(message, divided, rulebook, interpret(message, rulebook))
    return {one.name: one for one in found}


FORWARD = (
    "Please add them, see below.\n\n---------- Forwarded message ---------\nFrom: Menno Friesen <menno@cedar.example>\n"
    "Date: Wed, 6 Jan 2021 at 09:12\nSubject: The letter\nTo: Ruth Penner <ruth@sender.example>\n\n"
    "Please add the Cedar Valley Fellowship to the letter.\n"
)


@pytest.mark.parametrize(
    ("text", "name", "why"),
    [
        pytest.param("Please add Oak Street Choir.\n\nRuth Penner\nSecretary", "Ruth Penner", Why.CONTACT, id="the contact"),
        pytest.param("Our board meets on Tuesday; once they agree we will sign.\n\nBest,\nRuth Penner\nOak Street Choir", "Oak Street Choir", Why.NOT_ASKED, id="nothing is asked"),
        pytest.param(FORWARD, "Ruth Penner", Why.ELSEWHERE, id="another letter"),
        pytest.param("Please add:\n\n- Oak Street Choir\n- Elm Street Club\n\nBest,\nRuth Penner\nHarbour Tenants Association", "Harbour Tenants Association", Why.NOT_LISTED, id="beside a list"),
        pytest.param("Please add our organization to the list.", "Ruth Penner", Why.UNSURE, id="not sure enough"),
    ],
)  # fmt: skip
def test_a_name_that_lost_says_why(rulebook: Rulebook, text: str, name: str, why: Why) -> None:
    assert lost(rulebook, text, subject="Fwd: The letter" if text == FORWARD else "")[name].why is why


def test_a_name_that_was_taken_did_not_lose(rulebook: Rulebook) -> None:
    assert "Oak Street Choir" not in lost(
        rulebook, "Please add Oak Street Choir.\n\nBest,\nRuth Penner\nOak Street Choir"
    )


def test_every_name_stands_once_the_likeliest_first_with_its_place(rulebook: Rulebook) -> None:
    found = lost(
        rulebook, "We will think about it.\n\nBest,\nRuth Penner\nOak Street Choir", subject="Oak Street Choir"
    )
    scores = [one.score for one in found.values()]
    assert scores == sorted(scores, reverse=True)
    assert {one.span.where.partition(":")[0] for one in found.values()} <= {"signature", "subject", "from"}
    assert list(found).count("Oak Street Choir") == 1
