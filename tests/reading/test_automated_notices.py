import json

import pytest

from mailbot.app import rulebook
from mailbot.core.intents import DeliveryReport
from mailbot.reading.automated import automatic_reason, delivery_report
from mailbot.reading.parse import parse

ROBOTS = rulebook().robots
WORDS = {tag: language.automatic for tag, language in rulebook().languages.items()}


def letter(*fields: str, text: str = "Please add our choir to the list.") -> bytes:
    head = ["From: Ruth <ruth@books.example>", "To: letter@us.example", "Subject: The letter", *fields]
    return ("\r\n".join(head) + "\r\n\r\n" + text).encode("utf-8")


def machine(octets: bytes) -> str | None:
    message = parse(octets)
    return automatic_reason(message, message.text, ROBOTS, WORDS)


def report(octets: bytes) -> DeliveryReport | None:
    message = parse(octets)
    return delivery_report(message, message.text, ROBOTS, WORDS)


def ses(**notice: object) -> bytes:
    mail = {"headers": [{"name": "Subject", "value": "x"}, {"name": "Message-ID", "value": "<ours@us.example>"}]}
    return (
        b"From: no-reply@sns.example\r\nSubject: Notification\r\n\r\n" + json.dumps({"mail": mail, **notice}).encode()
    )


BOUNCED = {"emailAddress": "ann@choir.example", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}


@pytest.mark.parametrize(
    ("octets", "action", "status", "recipient"),
    [
        pytest.param(
            ses(notificationType="Bounce", bounce={"bouncedRecipients": [BOUNCED]}),
            "failed", "5.1.1", "ann@choir.example", id="a bounce",
        ),
        pytest.param(
            ses(eventType="Bounce", bounce={"bouncedRecipients": [{"emailAddress": "ann@choir.example"}]}),
            "failed", "", "ann@choir.example", id="an event, with the address alone",
        ),
        pytest.param(
            ses(eventType="DeliveryDelay", deliveryDelay={"delayedRecipients": [{**BOUNCED, "status": "4.4.1"}]}),
            "delayed", "4.4.1", "ann@choir.example", id="a delay",
        ),
        pytest.param(
            ses(notificationType="Delivery", delivery={"recipients": ["ann@choir.example"], "smtpResponse": "250 2.6.0 ok"}),
            "delivered", "2.6.0", "ann@choir.example", id="a delivery",
        ),
        pytest.param(
            ses(notificationType="Bounce", bounce={"bouncedRecipients": [BOUNCED]}).replace(b'"status"', b'"sta!\r\n tus"'),
            "failed", "5.1.1", "ann@choir.example", id="a line broken on the way",
        ),
        pytest.param(
            ses(notificationType="Bounce", bounce={"bouncedRecipients": [BOUNCED]}) + b"\r\n\r\n--\r\nIf you wish to stop",
            "failed", "5.1.1", "ann@choir.example", id="a footer below",
        ),
    ],
)  # fmt: skip
def test_a_report_as_data_gives_its_fields(octets: bytes, action: str, status: str, recipient: str) -> None:
    found = report(octets)
    assert found is not None
    assert (found.action, found.status, found.recipient) == (action, status, recipient)
    assert found.returned_message_id == "ours@us.example"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{" * 50_000, id="opened and never closed"),
        pytest.param('{"mail":' + "[" * 50_000, id="deeper than can be read"),
        pytest.param('{"mail":{"headers":7},"notificationType":["Bounce"]}', id="of the wrong shape"),
        pytest.param('{"choir":"Ruth"}', id="of something else"),
        pytest.param("{name} Choir would like to sign", id="braces, but no data"),
    ],
)
def test_data_that_tells_of_no_delivery_is_no_report(text: str) -> None:
    assert report(b"From: a@b.example\r\n\r\n" + text.encode()) is None


def test_a_report_as_data_without_recipients_is_still_one() -> None:
    found = report(ses(notificationType="Bounce", bounce="gone", mail={"headers": [1, {"name": 2}]}))
    assert found == DeliveryReport(action="failed", status="", recipient="", returned_message_id="", diagnostic="")


def test_a_complaint_as_data_is_an_abuse_report() -> None:
    text = (
        '{"notificationType":"Complaint","complaint":{"complaintFeedbackType":"abuse"},"mail":{"source":"a@b.example"}}'
    )
    assert machine(letter(text=text)) == "feedback_report"
    assert machine(letter(text=f"Is this about us?\n\n{text}")) is None


def complaint(subject: str, *, above: str = "", beside: str = "") -> bytes:
    first = f"--b\r\nContent-Type: text/plain\r\n\r\n{above}\r\n" if above else ""
    head = f"From: staff@mail.example\r\nSubject: {subject}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    attached = "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: How you will be listed\r\n\r\nReply YES.\r\n"
    return f"{head}{first}{attached}{beside}--b--\r\n".encode()


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param(" complaint about message from 192.0.2.7", id="English"),
        pytest.param("Signalement de spam", id="French"),
        pytest.param("垃圾郵件舉報", id="Traditional"),
        pytest.param("垃圾邮件举报", id="Simplified"),
    ],
)
def test_an_abuse_report_that_is_nothing_but_a_letter_sent_out_is_a_machines(subject: str) -> None:
    assert machine(complaint(subject)) == "wording complaint"


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(complaint("Complaint about message from you", above="You wrote twice."), id="who says something"),
        pytest.param(complaint("The letter"), id="who passes a letter on"),
        pytest.param(
            complaint("Abuse report", beside="--b\r\nContent-Type: text/csv; name=l.csv\r\n\r\nName\r\nChoir\r\n"),
            id="who sends a list as well",
        ),
    ],
)
def test_a_person_who_attaches_a_letter_is_no_abuse_report(octets: bytes) -> None:
    assert machine(octets) is None
