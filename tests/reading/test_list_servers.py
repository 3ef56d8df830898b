import pytest

from mailbot.app import rulebook
from mailbot.reading.automated import automatic_reason, junk_reason
from mailbot.reading.parse import parse

ROBOTS = rulebook().robots
WORDS = {tag: language.automatic for tag, language in rulebook().languages.items()}


def letter(*fields: str, text: str = "Please add our choir to the list.") -> bytes:
    head = ["From: Ruth <ruth@books.example>", "To: letter@us.example", "Subject: The letter", *fields]
    return ("\r\n".join(head) + "\r\n\r\n" + text).encode("utf-8")


def machine(octets: bytes) -> str | None:
    message = parse(octets)
    return automatic_reason(message, message.text, ROBOTS, WORDS)


def junk(octets: bytes, own_addresses: frozenset[str] = frozenset()) -> str | None:
    message = parse(octets)
    return junk_reason(message, message.text, ROBOTS, WORDS, own_addresses)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(("List-Unsubscribe: <mailto:off@x.example>", "Precedence: bulk"), id="a way out, and bulk"),
        pytest.param(("List-Unsubscribe: <mailto:o@x.example>", "List-Subscribe: <mailto:i@x.example>"), id="RFC 2369"),
        pytest.param(("Precedence: list", "X-Bulkmail: 2.051"), id="a bulk mailer"),
        pytest.param(("Precedence: bulk", "Sender: owner-choir@x.example"), id="Majordomo"),
        pytest.param(("Precedence: bulk", "Sender: choir-owner+M17@x.example"), id="the owner of a list, numbered"),
        pytest.param(("Precedence: bulk", "Sender: choir-bounces+ann=y.example@x.example"), id="Mailman"),
    ],
)
def test_two_signs_of_list_software_are_list_traffic(fields: tuple[str, str]) -> None:
    assert junk(letter(*fields)) == "list_traffic"
    assert junk(letter(*fields[:1])) is None


def test_mail_through_our_own_list_of_older_software_is_not_junk() -> None:
    octets = letter("Precedence: bulk", "Sender: owner-letter@us.example")
    assert junk(octets, frozenset({"letter@us.example"})) is None


def test_a_letter_sent_by_somebodys_office_is_not_junk() -> None:
    octets = letter("Sender: office-admin@books.example", text="Please add us. Signers get a special offer, 10% off.")
    assert junk(octets) is None


def test_list_software_that_writes_itself_is_a_machine() -> None:
    octets = b"From: choir-admin@x.example\r\nX-MLServer: fml 4\r\nSubject: Welcome\r\n\r\nYou are on the list now."
    assert machine(octets) == "list_server"
    assert machine(octets.replace(b"X-MLServer", b"X-Mailer")) is None
    assert machine(b"From: Majordomo@x.example\r\nSubject: Results\r\n\r\n>>>> subscribe choir") == "list_server"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("To cancel your subscription, go to our page.", id="English"),
        pytest.param("Pour vous désabonner, écrivez-nous.", id="French"),
        pytest.param("如欲取消訂閱，請按此。", id="Traditional"),
    ],
)
def test_a_newsletter_is_known_by_its_way_out_in_field_and_words(text: str) -> None:
    assert junk(letter("List-Unsubscribe: <mailto:off@x.example>", text=text)) == "bulk_mail"
    assert junk(letter(text=text)) is None
