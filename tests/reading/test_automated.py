import json
import tarfile
import time
import tomllib
from pathlib import Path

import pytest

from mailbot.reading.automated import AutomaticWords, Lexicon, Robots, automatic_reason, delivery_report, junk_reason
from mailbot.reading.parse import parse

RULES = Path(__file__).parents[2] / "rules"
MACHINES = {"auto_reply", "bounce", "junk"}


def _words() -> Lexicon:
    tables = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in (RULES / "languages").glob("*.toml")}
    return {
        tag: AutomaticWords(**{name: tuple(phrases) for name, phrases in table["automatic"].items()})
        for tag, table in tables.items()
    }


ROBOTS = Robots(**{k: tuple(v) for k, v in tomllib.loads((RULES / "automated.toml").read_text("utf-8")).items()})
WORDS = _words()


def letter(*fields: str, text: str = "Please add our choir to the list.", subject: str = "The letter") -> bytes:
    head = ["From: Ruth <ruth@books.example>", "To: letter@us.example", f"Subject: {subject}", *fields]
    return ("\r\n".join(head) + "\r\n\r\n" + text).encode("utf-8")


def machine(octets: bytes, own_text: str | None = None) -> str | None:
    message = parse(octets)
    return automatic_reason(message, message.text if own_text is None else own_text, ROBOTS, WORDS)


def junk(octets: bytes, own_addresses: frozenset[str] = frozenset()) -> str | None:
    message = parse(octets)
    return junk_reason(message, message.text, ROBOTS, WORDS, own_addresses)


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        pytest.param("Auto-Submitted: auto-replied", "auto_submitted", id="RFC 3834"),
        pytest.param("Auto-Submitted: auto-generated (rejected)", "auto_submitted", id="with a comment"),
        pytest.param("X-QQ-AUTO-REPLY: 1", "field x-qq-auto-reply", id="QQ"),
        pytest.param("X-Autoreply: yes", "field x-autoreply", id="X-Autoreply"),
        pytest.param("Precedence: auto_reply", "precedence", id="precedence"),
        pytest.param("Return-Path: <>", "null_reverse_path", id="null reverse-path"),
        pytest.param(
            "X-MS-Exchange-Inbox-Rules-Loop: ruth@books.example",
            "field x-ms-exchange-inbox-rules-loop",
            id="a rule of the author's own mailbox",
        ),
        pytest.param(
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
            "read_receipt",
            id="read receipt",
        ),
    ],
)
def test_a_machine_is_known_by_its_fields(field: str, reason: str) -> None:
    assert machine(letter(field)) == reason


@pytest.mark.parametrize(
    "field",
    [
        pytest.param("Auto-Submitted: no", id="Auto-Submitted: no is a person"),
        pytest.param("X-Autoreply: no", id="X-Autoreply: no"),
        pytest.param("X-Auto-Response-Suppress: All", id="a person's Exchange suppresses answers"),
        pytest.param("X-MS-Exchange-Inbox-Rules-Loop: other@x.example", id="redirected by somebody's rule"),
        pytest.param("Return-Path: <ruth@books.example>", id="an ordinary reverse-path"),
        pytest.param("Precedence: bulk", id="bulk alone"),
    ],
)
def test_a_person_is_not_taken_for_a_machine_by_a_field(field: str) -> None:
    assert machine(letter(field)) is None


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        pytest.param("Automatic reply: The letter", "Away.", id="English subject"),
        pytest.param("Réponse automatique : La lettre", "Absente.", id="French subject"),
        pytest.param("自动回复: 联署", "收到。", id="Simplified subject"),
        pytest.param("自動回覆：聯署", "收到。", id="Traditional subject"),
        pytest.param("Re: The letter", "Got it!\n\nThis is an automated message.", id="English small print"),
        pytest.param("Re: La lettre", "Merci.\n(message automatique)", id="French small print"),
        pytest.param("Re: 聯署", "多謝。此為系統自動發出，請勿直接回覆", id="Traditional small print"),
        pytest.param("回复：联署", "您好。此邮件由系统自动发送，请勿回复。", id="Simplified small print"),
        pytest.param(
            "Away until Monday Re: The letter",
            "I am out of the office until Monday. For urgent matters call Loreen.",
            id="absence, somebody else to ask, a note before our subject",
        ),
        pytest.param(
            "Absence",
            "Je suis en congé jusqu'au 12 et vous répondrai à mon retour. Votre message a bien été reçu.",
            id="French absence",
        ),
        pytest.param(
            "Please confirm your message to bob@x.example",
            "Your message is being held. Reply without changing the subject to show that you are a person.",
            id="challenge-response",
        ),
        pytest.param("信件待確認", "您的信件暫時保留。請點擊以下連結，證明您是真人。", id="Traditional challenge"),
    ],
)
def test_a_machine_without_fields_is_known_by_its_words(subject: str, text: str) -> None:
    assert (machine(letter(subject=subject, text=text)) or "").startswith("wording")


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        pytest.param("Re: The letter", "I was out of the office last week, sorry. Please add us.", id="was away"),
        pytest.param(
            "Please add us",
            "I'm away from the office until Monday; when I get back I'll send the logo.",
            id="goes away",
        ),
        pytest.param("Re: Automatic reply: The letter", "Thanks, I'll write to Loreen then.", id="answers a machine"),
        pytest.param("Merci", "Merci pour votre message. Notre chorale signe avec plaisir.", id="French thanks"),
        pytest.param("聯署", "已收到您的來信，本會願意加入聯署。", id="Chinese receipt by a person"),
        pytest.param("请假", "我下周休假，先把名字报上：晨曦读书会。", id="mentions leave"),
    ],
)
def test_a_person_who_uses_a_machines_words_stays_a_person(subject: str, text: str) -> None:
    assert machine(letter(subject=subject, text=text)) is None


def test_a_quoted_absence_note_is_no_evidence() -> None:
    text = "Please add us.\n\nOn Monday Ann wrote:\n> This is an automated message.\n> I am out of the office until"
    assert machine(letter("In-Reply-To: <a@b>", subject="Re: The letter", text=text), "Please add us.") is None


def test_a_web_form_that_names_whom_to_answer_is_a_person() -> None:
    octets = b"From: noreply@forms.example\r\nReply-To: ruth@books.example\r\n\r\nWe have received your message: add us"
    assert machine(octets) is None


def test_a_receipt_from_an_unattended_address_is_a_machine() -> None:
    octets = b"From: no-reply@desk.example\r\nSubject: Case 17\r\n\r\nYour request has been received."
    assert machine(octets) == "wording receipt unattended address"


NEWSLETTER = ("List-Id: <news.x.example>", "List-Unsubscribe: <https://x.example/u>", "Precedence: bulk")


def test_list_traffic_is_junk_and_no_automatic_answer() -> None:
    octets = letter(*NEWSLETTER, "Auto-Submitted: auto-generated")
    assert junk(octets) == "list_traffic"
    assert machine(octets) is None


def test_mail_through_our_own_list_is_not_junk() -> None:
    octets = letter("List-Id: <letter.us.example>", "List-Unsubscribe: <mailto:x@us.example>", "Precedence: list")
    assert junk(octets, frozenset({"letter@us.example"})) is None


def test_what_a_providers_notification_service_sends_is_a_machines() -> None:
    octets = letter("x-amz-sns-message-id: ad6b-11", text="You have chosen to subscribe to the topic.")
    assert machine(octets) == "field x-amz-sns-message-id"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "We are a manufacturer of banners. 15% discount and our best price this week. Sales Manager", id="sales"
        ),
        pytest.param("Get backlinks, rank higher, first page of Google. Reply STOP.", id="search engines"),
        pytest.param("Référencement premium, devis gratuit, sans engagement.", id="French sales"),
        pytest.param("我司长期代开各类发票，点数优惠，先验后付。", id="Simplified invoices"),
        pytest.param("低息貸款，預先批核，即可過數，立即申請。", id="Traditional loans"),
    ],
)
def test_sales_talk_is_junk_unless_it_answers_something(text: str) -> None:
    assert junk(letter(text=text)) == "marketing"
    assert junk(letter("In-Reply-To: <a@us.example>", text=text)) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Please add our printing shop. We offer a 10% discount to signers.", id="a shop signs"),
        pytest.param("Sign us. To unsubscribe from our own list is easy, but do add us.", id="speaks of unsubscribing"),
        pytest.param("Barristers for Refugees sign. This is strictly confidential until Friday.", id="lawyers sign"),
        pytest.param("本會（翻譯服務社）願意聯署，並代為推廣。", id="translators sign"),
        pytest.param("我们的推广中心和客服志愿者愿意加入联署。", id="volunteers sign"),
    ],
)
def test_a_persons_mail_is_not_junk(text: str) -> None:
    assert junk(letter(text=text)) is None


def test_hostile_text_is_judged_quickly() -> None:
    start = time.perf_counter()
    for piece in ("your request ", "out of the office ", "會", "<" * 5, "a@b "):
        octets = letter(text=piece * (1_000_000 // len(piece)))
        machine(octets)
        junk(octets)
        message = parse(octets)
        delivery_report(message, message.text, ROBOTS, WORDS)
    assert time.perf_counter() - start < 8


def _kind(octets: bytes) -> str:
    message = parse(octets)
    if delivery_report(message, message.text, ROBOTS, WORDS):
        return "bounce"
    if automatic_reason(message, message.text, ROBOTS, WORDS):
        return "auto_reply"
    return "junk" if junk_reason(message, message.text, ROBOTS, WORDS) else "person"


def test_labelled_mail_is_sorted_into_machines_and_people(shared: Path) -> None:
    rows = [json.loads(line) for line in (shared / "corpus" / "labels.jsonl").read_text("utf-8").splitlines()]
    wrong = []
    for row in rows:
        kind = row["expect"]["kind"]
        expected = kind if kind in MACHINES else "person"
        if _kind((shared / "corpus" / row["file"]).read_bytes()) != expected:
            wrong.append((row["id"], expected))
    assert not [name for name, expected in wrong if expected == "person"]
    assert len(wrong) <= 2, wrong


def test_real_machines_and_real_people_are_told_apart(shared: Path, tmp_path: Path) -> None:
    archive = shared / "real-mail" / "real-mail.tgz"
    if not archive.exists():
        pytest.skip("the archive of real mail is absent")
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    root = tmp_path / "_export_dev"
    rows = [json.loads(line) for line in (root / "corpus.jsonl").read_text("utf-8").splitlines()]
    seen: dict[str, list[str]] = {}
    for row in rows:
        kind = row["expected"]["kind"]
        if kind in ("list", "spam", "torture") or row["expected"].get("label_conflict"):
            continue
        seen.setdefault("person" if kind.startswith("human") else kind, []).append(
            _kind((root / row["eml_path"]).read_bytes())
        )
    assert seen["bounce"].count("bounce") / len(seen["bounce"]) > 0.99
    assert all(kind == "auto_reply" for kind in seen["auto_reply"] + seen["mdn"])
    assert seen["person"].count("person") / len(seen["person"]) >= 0.995
    assert seen["ham"].count("person") / len(seen["ham"]) > 0.98  # this set holds newsletters as well
