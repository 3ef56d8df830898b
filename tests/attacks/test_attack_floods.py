"""Floods and loops: however much comes in, little goes out, and nothing of it to those who did not ask."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from attack_scene import A, Battlefield, Scene
from journey import ADA, Letter

VICTIM = "victim@innocent.example"
BOT = "bot@robots.example"


def _named(number: int) -> str:
    """A name of its own for each, that is no look-alike of the next."""
    words = ("Alder", "Birch", "Cedar", "Dogwood", "Elder", "Fir", "Gum", "Hazel", "Ivy", "Juniper")
    return " ".join(words[int(digit)] for digit in f"{number:03d}") + " Society"


def test_hundreds_of_requests_for_one_address_bring_it_at_most_three_letters(campaign: Battlefield) -> None:
    """In one day or with every reminder that falls due, until the last of them has expired."""
    for number in range(60):
        campaign.write(f"Victim <{VICTIM}>", f"Please add our organization: {_named(number)}\n")
    campaign.once()
    letters = campaign.letters(to=VICTIM)
    assert 1 <= len(letters) <= 3
    for _ in range(25):
        campaign.once(later=timedelta(days=1))
    letters += campaign.letters(to=VICTIM)
    assert len(letters) <= 3, [letter.template for letter in letters]
    assert not [
        row for row in campaign.roll().values() if row["name"].endswith("Society") and row["status"] == "listed"
    ]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(lambda n: "Please take us off the list.\n", id="of withdrawals of nothing"),
        pytest.param(lambda n: "Please add us to the letter.\n", id="of requests without a name"),
        pytest.param(lambda n: f"Veuillez ajouter notre organisme : Comité {_named(n)}\n", id="of requests in French"),
        pytest.param(lambda n: "Please add our organization: Alder Choir\n", id="of one request again and again"),
        pytest.param(lambda n: f"I have question number {n}. Can you call me?\n", id="of questions"),
        pytest.param(lambda n: "YES\n", id="of yeses"),
    ],
)
def test_a_flood_brings_its_victim_at_most_three_letters(campaign: Battlefield, body: Callable[[int], str]) -> None:
    for number in range(20):
        campaign.write(f"Victim <{VICTIM}>", body(number))
    campaign.once()
    assert len(campaign.letters(to=VICTIM)) <= 3


def test_a_flood_from_many_spellings_of_an_address_is_one_flood(campaign: Battlefield) -> None:
    for number, spelling in enumerate(("victim", "Victim", "VICTIM", "vicTIM", "ViCtIm")):
        campaign.write(f"<{spelling}@Innocent.example>", f"Please add our organization: {_named(number)}\n")
    campaign.once()
    letters = [letter for letter in campaign.letters() if "innocent" in letter.to.casefold()]
    assert len(letters) <= 3


def test_a_flood_of_orders_in_adas_name_asks_her_and_still_leaves_her_the_desk(
    campaign: Battlefield, scene: Scene
) -> None:
    before = campaign.standing()
    for _ in range(130):
        campaign.write(A, f"approve {scene.waiting}")
    campaign.once()
    assert campaign.standing() == before
    assert len(campaign.letters("challenge", ADA)) <= 20
    campaign.strike(campaign.mail(A, f"approve {scene.waiting}", answers=scene.digests[ADA]))
    assert campaign.roll()[scene.waiting]["status"] == "listed"
    assert campaign.letters("receipt", ADA) is not None


def _loop(campaign: Battlefield, answer: Callable[[Letter, int], bytes], first: bytes, rounds: int = 20) -> int:
    """How many letters we write to a bot that answers each one, and writes by itself when we fall silent."""
    campaign.drop(first)
    written = 0
    for number in range(rounds):
        campaign.once(later=timedelta(minutes=90))
        letters = [letter for letter in campaign.letters() if letter.to == BOT]
        written += len(letters)
        if not letters:
            break
        for letter in letters:
            campaign.drop(answer(letter, number))
    return written


REQUEST = "Please add our organization: Robot Friends Society\n"


def OFF(c):
    return lambda letter, number: c.mail(BOT, "Please take us off the list.", subject="Robot")


BOTS = [
    pytest.param(lambda c: lambda letter, n: c.mail(BOT, "Thank you for your message. We have received it and will answer soon.", answers=letter), id="that thanks for each letter"),
    pytest.param(lambda c: lambda letter, n: c.mail(BOT, REQUEST, answers=letter, quoting=False), id="that asks again each time"),
    pytest.param(lambda c: lambda letter, n: c.mail(BOT, REQUEST, subject="Robot"), id="that asks again each time, out of any thread"),
    pytest.param(lambda c: lambda letter, n: c.mail(BOT, letter.text, subject=letter.subject), id="that sends our letters back"),
    pytest.param(lambda c: lambda letter, n: c.mail(BOT, f"Ticket {n} was opened.", subject=f"[Ticket {n}] " + letter.subject, In_Reply_To=str(letter.message["Message-ID"])), id="that opens a ticket for each letter"),
    pytest.param(lambda c: lambda letter, n: c.mail(BOT, "I am away until Monday.", answers=letter, Auto_Submitted="auto-replied"), id="that says it is one"),
    pytest.param(lambda c: lambda letter, n: c.mail(BOT, "Please add us to the letter.", subject="Robot"), id="that never tells its name"),
    pytest.param(OFF, id="that wants off what it is not on"),
]  # fmt: skip


@pytest.mark.parametrize("proved", [False, True], ids=["unproved", "proved"])
@pytest.mark.parametrize("bot", BOTS)
def test_a_bot_that_answers_every_letter_gets_few_of_them(campaign: Battlefield, bot, proved: bool) -> None:
    respond = bot(campaign)
    vouched = b"Authentication-Results: mx.openletter.example; dmarc=pass header.from=robots.example\r\n" * proved
    first = REQUEST if bot is not OFF else "Please take us off the list."
    written = _loop(
        campaign, lambda letter, number: vouched + respond(letter, number), vouched + campaign.mail(BOT, first)
    )
    assert written <= 3
    assert "listed" not in {row["status"] for row in campaign.roll().values() if row["name"].startswith("Robot")}
