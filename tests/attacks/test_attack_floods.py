"""Floods and loops: however much comes in, little goes out, and nothing of it to those who did not ask."""

import email
import email.policy
from collections.abc import Callable
from datetime import timedelta

import pytest
from attack_flood import ReadHere, ReadOnce, Torrent
from attack_scene import UNCONFIRMED, A, Battlefield, Scene
from journey import ADA, Letter
from sqlalchemy import text

VICTIM = "victim@innocent.example"
BOT = "bot@robots.example"


def _named(number: int) -> str:
    """A name of its own for each, that is no look-alike of the next."""
    words = ("Alder", "Birch", "Cedar", "Dogwood", "Elder", "Fir", "Gum", "Hazel", "Ivy", "Juniper")
    return " ".join(words[int(digit)] for digit in f"{number:03d}") + " Society"


def test_ten_thousand_requests_for_one_address_bring_it_at_most_three_letters(campaign: Battlefield) -> None:
    """10,000 requests, each for another name; then every reminder that falls due, until the last has expired.

    The first 100 come through the Maildir and the whole worker. The 9,900 after them go to the same intake over
    the same database, many to a transaction, and only one of them is really read: to read and to commit each by
    itself takes some twenty milliseconds, and neither depends on how many there were before.
    """
    flood = [f"Please add our organization: {_named(number)}\n" for number in range(100)]
    for body in flood:
        campaign.write(f"Victim <{VICTIM}>", body)
    campaign.once()
    letters = campaign.letters(to=VICTIM)
    assert 1 <= len(letters) <= 3
    with Torrent(campaign, ReadOnce(campaign.mail(f"Victim <{VICTIM}>", flood[0]))) as torrent:
        torrent.pour(f"{number} {_named(number % 1000)} {number // 1000}".encode() for number in range(100, 10_000))
    for _ in range(25):
        campaign.once(later=timedelta(days=1))
    letters += campaign.letters(to=VICTIM)
    assert len(letters) <= 3, [letter.template for letter in letters]
    assert stored(campaign, VICTIM) == (10_000, 40, 3)
    assert sum(file.stat().st_size for file in campaign.folder.glob("mailbot.db*")) < 20_000_000
    assert not {"listed", "awaiting_organizers"} & {
        row["status"]
        for row in campaign.roll().values()
        if row["name"].endswith("Society") and row["name"] != UNCONFIRMED
    }


def stored(campaign: Battlefield, address: str) -> tuple[int, int, int]:
    """How many mails of that address are known, how many signatures it has, and how many letters it was written."""
    with campaign.open().database.engine.connect() as connection:
        queries = (
            "SELECT count(*) FROM deliveries WHERE author = :a",
            "SELECT count(*) FROM signatures WHERE address = :a",
            "SELECT count(*) FROM letters WHERE recipient = :a",
        )
        mails, signatures, letters = (connection.scalar(text(query), {"a": address}) for query in queries)
    return mails, signatures, letters


def test_after_a_flood_in_its_name_the_address_is_still_heard_once_it_proves_itself(campaign: Battlefield) -> None:
    for number in range(45):
        campaign.write(f"Victim <{VICTIM}>", f"Please add our organization: {_named(number)}\n")
    campaign.once()
    campaign.strike(
        campaign.mail(f"Victim <{VICTIM}>", "Please add our organization: Victims of Floods\n", proved=True)
    )
    assert campaign.statuses()["Victims of Floods"] == "awaiting_organizers"


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


def _loop(
    campaign: Battlefield, answer: Callable[[Letter, int], bytes], first: bytes, rounds: int, pause: timedelta
) -> int:
    """How many letters we write to a bot that answers each one, and sends its last one again when we fall silent."""
    last, written = Letter(email.message_from_bytes(first, policy=email.policy.default)), 0
    with Torrent(campaign, ReadHere()) as torrent:
        torrent.pour([first])
        for number in range(rounds):
            campaign.now += pause
            ours = [due.octets for due in torrent.letters() if due.recipient == BOT]
            written += len(ours)
            if ours:
                last = Letter(email.message_from_bytes(ours[-1], policy=email.policy.default))
            torrent.pour([answer(last, number)])
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
    first = vouched + campaign.mail(BOT, "Please take us off the list." if bot is OFF else REQUEST)
    assert (
        _loop(campaign, lambda letter, number: vouched + respond(letter, number), first, 25, timedelta(minutes=90)) <= 3
    )
    assert "listed" not in {row["status"] for row in campaign.roll().values() if row["name"].startswith("Robot")}


@pytest.mark.parametrize("proved", [False, True], ids=["unproved", "proved"])
@pytest.mark.parametrize("bot", BOTS)
def test_a_bot_that_answers_within_a_second_gets_two_letters_at_most(campaign: Battlefield, bot, proved: bool) -> None:
    respond = bot(campaign)
    vouched = b"Authentication-Results: mx.openletter.example; dmarc=pass header.from=robots.example\r\n" * proved
    first = vouched + campaign.mail(BOT, "Please take us off the list." if bot is OFF else REQUEST)
    answered = _loop(campaign, lambda ours, n: vouched + respond(ours, n), first, 40, timedelta(seconds=1))
    assert answered <= 2


def test_a_bot_that_asks_a_thousand_times_hears_of_it_twice(campaign: Battlefield) -> None:
    """Vouched for, so that its address counts as confirmed and may be sent more: an echo, and that it is there."""
    vouched = b"Authentication-Results: mx.openletter.example; dmarc=pass header.from=robots.example\r\n"
    again = vouched + campaign.mail(BOT, REQUEST, subject="Robot")

    def answer(letter: Letter, number: int) -> bytes:
        return again.replace(b"Message-ID: <", f"Message-ID: <{number}.".encode(), 1)

    assert _loop(campaign, answer, vouched + campaign.mail(BOT, REQUEST), 1000, timedelta(seconds=1)) == 2


def test_a_request_without_a_name_keeps_a_few_of_its_mails_words(campaign: Battlefield) -> None:
    for _ in range(20):
        campaign.write(f"Victim <{VICTIM}>", "Please add us to the letter.\n")
    campaign.once()
    (row,) = (row for row in campaign.roll().values() if row["status"] == "incomplete")
    assert len(row["history"]) == 6


def test_two_bots_that_answer_each_other_for_a_thousand_rounds_exchange_two_letters(campaign: Battlefield) -> None:
    """A round a second; the other one says in no field that it is a bot, and goes on when ours has fallen silent.

    Each of its mails is decided over the real database, all in one transaction.
    """
    thanks = "Thank you for your message. We have received it and will answer soon."
    answers: dict[str, bytes] = {}

    def answer(letter: Letter, number: int) -> bytes:
        name = str(letter.message["Message-ID"])
        if name not in answers:
            answers[name] = campaign.mail(BOT, thanks, answers=letter, quoting=False)
        return answers[name].replace(b"Message-ID: <", f"Message-ID: <{number}.".encode(), 1)

    assert _loop(campaign, answer, campaign.mail(BOT, REQUEST), 1000, timedelta(seconds=1)) <= 2
    assert campaign.statuses()["Robot Friends Society"] == "awaiting_signer"
