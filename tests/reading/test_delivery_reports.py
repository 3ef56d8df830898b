import json
import tomllib
from pathlib import Path

import pytest

from mailbot.core.intents import DeliveryReport
from mailbot.reading.automated import AutomaticWords, Robots, delivery_report
from mailbot.reading.parse import parse

RULES = Path(__file__).parents[2] / "rules"
ROBOTS = Robots(**{k: tuple(v) for k, v in tomllib.loads((RULES / "automated.toml").read_text("utf-8")).items()})
WORDS = {
    path.stem: AutomaticWords(**{k: tuple(v) for k, v in tomllib.loads(path.read_text("utf-8"))["automatic"].items()})
    for path in (RULES / "languages").glob("*.toml")
}


def report(octets: bytes) -> DeliveryReport | None:
    message = parse(octets)
    return delivery_report(message, message.text, ROBOTS, WORDS)


def standard(*groups: str, returned: str = "Message-ID: <ours@us.example>") -> bytes:
    status = "\r\n\r\n".join(("Reporting-MTA: dns; mx.example", *groups))
    return (
        "From: MAILER-DAEMON@mx.example\r\nReturn-Path: <>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\n\r\nSorry.\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{status}\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\n{returned}\r\n\r\nReply YES to confirm.\r\n--b--\r\n"
    ).encode()


FAILED = (
    "Final-Recipient: rfc822; Ann@Choir.example\r\nAction: failed\r\nStatus: 5.1.1 (no such user)\r\n"
    "Diagnostic-Code: smtp; 550 5.1.1\r\n unknown"
)
DELIVERED = "Final-Recipient: rfc822; bob@choir.example\r\nAction: delivered\r\nStatus: 2.0.0"


def test_a_standard_report_gives_all_its_fields() -> None:
    assert report(standard(FAILED)) == DeliveryReport(
        action="failed",
        status="5.1.1",
        recipient="Ann@choir.example",
        returned_message_id="ours@us.example",
        diagnostic="smtp; 550 5.1.1 unknown",
    )


def test_the_worst_of_several_recipients_is_told() -> None:
    found = report(standard(DELIVERED, FAILED))
    assert found is not None
    assert (found.action, found.recipient) == ("failed", "Ann@choir.example")


@pytest.mark.parametrize(
    ("group", "action"),
    [
        pytest.param(DELIVERED, "delivered", id="delivered"),
        pytest.param(
            "Final-Recipient: rfc822; a@b.example\r\nAction: Delayed\r\nStatus: 4.4.1", "delayed", id="delayed"
        ),
        pytest.param("Final-Recipient: rfc822; a@b.example\r\nStatus: 4.2.2", "delayed", id="told by status alone"),
        pytest.param("Final-Recipient: rfc822; a@b.example", "failed", id="neither action nor status"),
    ],
)
def test_the_action_is_read(group: str, action: str) -> None:
    found = report(standard(group))
    assert found is not None
    assert found.action == action


def plain(sender: str, subject: str, text: str, *fields: str) -> bytes:
    head = (
        f"From: {sender}",
        "To: letter@us.example",
        f"Subject: {subject}",
        "Content-Type: text/plain; charset=utf-8",
    )
    return ("\r\n".join((*head, *fields)) + "\r\n\r\n" + text).encode()


COPY = (
    "\n\n--- Below this line is a copy of the message.\n\nFrom: letter@us.example\nTo: other@x.example\n"
    "Message-ID: <ours@us.example>\n\nReply YES"
)


@pytest.mark.parametrize(
    ("octets", "action", "status", "recipient"),
    [
        pytest.param(
            plain(
                "MAILER-DAEMON@mx.example",
                "failure notice",
                "Hi. This is the qmail-send program.\n\n<choir@dawson.example>:\nSorry, no mailbox. (#5.1.1)" + COPY,
            ),
            "failed", "5.1.1", "choir@dawson.example", id="qmail",
        ),
        pytest.param(
            plain(
                "postmaster@farm.example",
                "Undeliverable: The letter",
                "Delivery has failed to these recipients:\noffice@farm.example\n"
                "Remote Server returned '554 5.2.2 mailbox full'",
            ),
            "failed", "5.2.2", "office@farm.example", id="Exchange",
        ),
        pytest.param(
            plain(
                "PostMaster@qq.com",
                "系统退信/System bounce",
                "抱歉，您的邮件被退回来了\n收件人邮件地址（caoyuan@qq.com）不存在\nhost said: 550 Mailbox unavailable",
            ),
            "failed", "5.0.0", "caoyuan@qq.com", id="QQ",
        ),
        pytest.param(
            plain("postmaster@isp.example", "退信通知", "您的信件無法送達\n<a@isp.example>:\n信箱已滿 #5.2.2"),
            "failed", "5.2.2", "a@isp.example", id="Traditional",
        ),
        pytest.param(
            plain("MAILER-DAEMON@fai.example", "Avis d'échec de livraison", "Boîte pleine : <c@fai.example> (#5.2.2)"),
            "failed", "5.2.2", "c@fai.example", id="French",
        ),
        pytest.param(
            plain(
                "Mailer-Daemon@mx.example",
                "Warning: message delayed 24 hours",
                "Your message has been delayed and we will keep trying.\n  a@b.example\n",
            ),
            "delayed", "", "a@b.example", id="Exim's warning",
        ),
        pytest.param(
            plain("Bob <b@x.example>", "Failed", "see field", "X-Failed-Recipients: a@b.example"),
            "failed", "", "a@b.example", id="X-Failed-Recipients alone",
        ),
        pytest.param(
            b"From: MAILER-DAEMON <>\r\nSubject: Mail delivery failed\r\n\r\nerror delivering to <a@b.example>\n550 no",
            "failed", "5.0.0", "a@b.example", id="an author without an address",
        ),
    ],
)  # fmt: skip
def test_a_report_in_words_is_read(octets: bytes, action: str, status: str, recipient: str) -> None:
    found = report(octets)
    assert found is not None
    assert (found.action, found.status, found.recipient) == (action, status, recipient)


def test_the_returned_letter_is_found_in_the_copy_below() -> None:
    found = report(plain("MAILER-DAEMON@mx.example", "failure notice", "Sorry.\n\n<a@b.example>:\nGone." + COPY))
    assert found is not None
    assert found.returned_message_id == "ours@us.example"


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(
            plain("Ann <ann@x.example>", "Fwd: Undeliverable: add us", "Our mail came back: 550 5.1.1 user unknown"),
            id="a person forwards one",
        ),
        pytest.param(
            plain("Ann <ann@x.example>", "Re: your bounce", "It could not be delivered: 550 a@b.example. Add us!"),
            id="a person writes about one",
        ),
        pytest.param(
            plain("postmaster@choir.example", "Please add us", "Dawson Harmony Singers would like to sign."),
            id="the postmaster of a small choir signs",
        ),
        pytest.param(plain("Ann <ann@x.example>", "Delivery of our signature", "Here it is."), id="speaks of delivery"),
    ],
)
def test_a_person_reports_no_delivery(octets: bytes) -> None:
    assert report(octets) is None


def test_labelled_reports_name_whom_they_could_not_reach(shared: Path) -> None:
    rows = [json.loads(line) for line in (shared / "corpus" / "labels.jsonl").read_text("utf-8").splitlines()]
    found = [
        report((shared / "corpus" / row["file"]).read_bytes()) for row in rows if row["expect"]["kind"] == "bounce"
    ]
    assert len(found) > 10
    assert all(each and each.action == "failed" and "@" in each.recipient for each in found)
    assert sum(bool(each and each.status) for each in found) >= len(found) - 2


RETURNED = (
    "\r\n\r\nBegin forwarded message:\r\n\r\n> From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example>\r\n"
    "> Subject: Returned mail: see transcript for details\r\n>\r\n"
    "> ----- The following addresses had permanent fatal errors -----\r\n> <ann@choir.example>\r\n"
    ">     (reason: 550 5.1.1 User unknown)\r\n"
)


def passed_on(own: str, subject: str = "Fwd: Returned mail: see transcript for details", fields: str = "") -> object:
    octets = f"From: ruth@books.example\r\nSubject: {subject}\r\n{fields}\r\n{own}{RETURNED}"
    message = parse(octets.encode())
    return delivery_report(message, own, ROBOTS, WORDS)


@pytest.mark.parametrize(
    "own",
    [
        pytest.param("", id="without a word"),
        pytest.param("FYI.", id="English"),
        pytest.param("Voir ci-dessous :", id="French"),
        pytest.param("轉寄。", id="Traditional"),
        pytest.param("供参考", id="Simplified"),
    ],
)
def test_a_report_passed_on_without_saying_anything_is_a_report(own: str) -> None:
    found = passed_on(own)
    assert isinstance(found, DeliveryReport)
    assert (found.action, found.status, found.recipient) == ("failed", "5.1.1", "ann@choir.example")


def test_a_report_passed_on_with_a_request_is_a_persons_mail() -> None:
    assert passed_on("Please add us.") is None
    assert passed_on("FYI. Please add us.") is None
    assert passed_on("", subject="Fwd: Please add our choir") is None


def test_a_list_server_that_refuses_a_letter_reports_it() -> None:
    found = report(
        b"From: choir-admin@x.example\r\nX-MLServer: fml 4\r\nSubject: Loop Alert: Duplicated Message-ID\r\n"
        b"References: <ours@us.example>\r\n\r\nDuplicated Message-ID in <choir@x.example>."
    )
    assert found is not None
    assert (found.action, found.returned_message_id) == ("failed", "ours@us.example")
