import base64
import email.policy
import hashlib
import time
from email.header import Header
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.message import Address
from mailbot.reading.parse import Limits, parse, unreadable


def mail(*fields: str, body: str | bytes = "Please add us.\r\n") -> bytes:
    head = "\r\n".join(("From: Ruth <ruth@books.example>", *fields)).encode("utf-8")
    return head + b"\r\n\r\n" + (body.encode("utf-8") if isinstance(body, str) else body)


def multipart(kind: str, *parts: str | bytes) -> bytes:
    pieces = [part.encode("utf-8") if isinstance(part, str) else part for part in parts]
    body = b"".join(b"--b\r\n" + piece + b"\r\n" for piece in pieces) + b"--b--\r\n"
    return mail(f'Content-Type: multipart/{kind}; boundary="b"', body=body)


def seconds_to_parse(octets: bytes) -> float:
    start = time.perf_counter()
    parse(octets)
    return time.perf_counter() - start


# -- what mail-parser does wrong ---------------------------------------------------------------


def test_text_of_an_attached_message_stays_out_of_the_body() -> None:
    message = parse(
        multipart(
            "mixed",
            "Content-Type: text/plain\r\n\r\nSee the forwarded mail.",
            "Content-Type: message/rfc822\r\n\r\nSubject: old\r\nMessage-ID: <old@x.example>\r\n\r\nAdd Old Mill.",
        )
    )
    assert message.text.strip() == "See the forwarded mail."
    assert message.attached_messages == 1
    assert "Message-ID: <old@x.example>" in message.returned_fields


def test_one_gbk_character_under_a_gb2312_label_does_not_destroy_the_body() -> None:
    text = "请把朱镕基读书会加入联署。"
    body = text.encode("gbk")
    assert parse(mail("Content-Type: text/plain; charset=gb2312", body=body)).text == text


@pytest.mark.parametrize(
    ("charset", "codec", "text"),
    [
        pytest.param("hz-gb-2312", "hz", "请加入我们的协会", id="HZ"),
        pytest.param("iso-2022-jp", "iso2022_jp", "署名をお願いします", id="ISO-2022-JP"),
        pytest.param("utf-7", "utf-7", "Ajoutez-nous à la liste", id="UTF-7 where it is declared"),
    ],
)
def test_seven_bit_codings_are_decoded(charset: str, codec: str, text: str) -> None:
    assert parse(mail(f"Content-Type: text/plain; charset={charset}", body=text.encode(codec))).text == text


@pytest.mark.parametrize(
    "hidden",
    [
        pytest.param("a\r\nBcc: victim@x.example\x00b", id="CR LF NUL"),
        pytest.param("a\u202egpj.exe\u2066b", id="direction overrides"),
        pytest.param("a\u2028b\x85c", id="other line ends"),
    ],
)
def test_a_decoded_field_is_one_line_without_control_characters(hidden: str) -> None:
    encoded = f"=?utf-8?b?{base64.b64encode(hidden.encode()).decode()}?="
    message = parse(mail(f"Subject: {encoded}", f"Reply-To: {encoded} <r@x.example>"))
    for value in (message.subject, message.reply_to[0].display_name):
        assert value.startswith("a")
        assert not set(value) & set("\r\n\x00\x85\u2028\u202e\u2066")


def test_a_second_from_field_is_seen_and_leaves_no_single_author() -> None:
    message = parse(b"From: a@good.example\r\nFrom: b@bad.example\r\n\r\nhi")
    assert message.from_fields == 2
    assert [author.addr_spec for author in message.authors] == ["a@good.example", "b@bad.example"]
    assert message.author is None


def test_an_address_in_the_display_name_is_not_the_author() -> None:
    message = parse(b"From: a@good.example <b@bad.example>\r\n\r\nhi")
    assert message.author == Address("a@good.example", "b@bad.example")


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(b"From: " + b"(" * 50_000 + b"\r\n\r\nhi", id="50,000 opening parentheses in From"),
        pytest.param(b"From: " + b'"' * 50_001 + b"<a@b.example>\r\n\r\nhi", id="quotation marks"),
        pytest.param(b"From: " + b"<" * 60_000 + b"\r\n\r\nhi", id="angle brackets"),
        pytest.param(b"Subject: " + b"=?utf-8?q?x?= " * 10_000 + b"\r\n\r\nhi", id="10,000 encoded words"),
        pytest.param(b"Subject: " + b"=?a?q?" * 10_000 + b"\r\n\r\nhi", id="encoded words left open"),
        pytest.param(b'Content-Type: multipart/mixed; x="' + b";" * 200_000 + b"\r\n\r\nhi", id="parameters left open"),
        pytest.param(b"X: y\r\n" * 50_000 + b"\r\nhi", id="50,000 fields"),
        pytest.param(
            b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1_500)),
            id="1,500 nested multiparts",
        ),
        pytest.param(
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 100_000, id="100,000 empty parts"
        ),
        pytest.param(b"Content-Type: message/rfc822\r\n\r\n" * 3_000, id="3,000 messages inside each other"),
        pytest.param(b"Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\n" * 2_000, id="digests"),
    ],
)
def test_hostile_octets_are_read_quickly(octets: bytes) -> None:
    assert seconds_to_parse(octets) < 1.0


def test_named_inline_text_is_the_body_where_there_is_no_other() -> None:
    message = parse(
        mail('Content-Type: text/plain; name="note.txt"', 'Content-Disposition: inline; filename="note.txt"')
    )
    assert message.text.strip() == "Please add us."
    assert not message.attachments


def test_named_inline_text_beside_a_body_is_an_attachment() -> None:
    message = parse(
        multipart(
            "mixed",
            "Content-Type: text/plain\r\n\r\nList attached.",
            'Content-Type: text/plain; name="list.txt"\r\nContent-Disposition: inline\r\n\r\nHarbour Choir',
        )
    )
    assert message.text.strip() == "List attached."
    assert [(a.filename, a.octets) for a in message.attachments] == [("list.txt", b"Harbour Choir")]


def test_a_text_file_sent_as_attachment_is_never_the_body() -> None:
    message = parse(mail('Content-Disposition: attachment; filename="signers.txt"', body="Harbour Choir"))
    assert message.text == ""
    assert message.attachments[0].filename == "signers.txt"
    assert message.attachments[0].octets == b"Harbour Choir"
    assert unreadable(message) is None


# -- bodies ------------------------------------------------------------------------------------


def test_text_and_html_of_an_alternative_stand_apart() -> None:
    message = parse(
        multipart(
            "alternative",
            "Content-Type: text/plain; charset=utf-8\r\n\r\nÉlan",
            "Content-Type: text/html; charset=utf-8\r\n\r\n<p>Élan</p>",
        )
    )
    assert (message.text.strip(), message.html.strip()) == ("Élan", "<p>Élan</p>")
    assert message.content_type == "multipart/alternative"


def test_flowed_text_is_unwrapped() -> None:
    body = "Peace Committee \r\nof Emmaus Church\r\n> quoted \r\n> words\r\n-- \r\nElfrieda\r\n"
    message = parse(mail("Content-Type: text/plain; format=flowed", body=body))
    assert message.text == "Peace Committee of Emmaus Church\n> quoted words\n-- \nElfrieda\n"
    assert message.text_flowed


def test_delsp_removes_the_blank_at_a_soft_break() -> None:
    message = parse(
        mail("Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes", body="香港 \r\n合唱團\r\n")
    )
    assert message.text == "香港合唱團\n"


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
def test_line_ends_of_every_kind_read_the_same(line_end: bytes) -> None:
    octets = b"From: a@b.example\nSubject: one\n two\n\nfirst\nsecond\n".replace(b"\n", line_end)
    message = parse(octets)
    assert (message.subject, message.text) == ("one two", "first\nsecond\n")


def test_quoted_printable_and_base64_are_undone() -> None:
    quoted = mail(
        "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable", body="=C3=89lan"
    )
    packed = mail("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", body="w4lsYW4=")
    assert parse(quoted).text == parse(packed).text == "Élan"


def test_nul_and_control_characters_leave_the_text() -> None:
    assert parse(mail(body=b"a\x00b\x07c\td")).text == "abc\td"


# -- header fields -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("Smith, John <j@x.example>", [("Smith, John", "j@x.example")], id="unquoted comma"),
        pytest.param('"Smith, John" <j@x.example>', [("Smith, John", "j@x.example")], id="quoted comma"),
        pytest.param("j@x.example (John Smith)", [("John Smith", "j@x.example")], id="name in a comment"),
        pytest.param("<J.Smith@X.Example>", [("", "J.Smith@x.example")], id="domain in lower case, local part kept"),
        pytest.param("a@x.example, b@y.example", [("", "a@x.example"), ("", "b@y.example")], id="two bare addresses"),
        pytest.param(
            "Friends: a@x.example, B <b@y.example>;", [("", "a@x.example"), ("B", "b@y.example")], id="a group"
        ),
        pytest.param("undisclosed-recipients:;", [], id="an empty group"),
        pytest.param("a@x.example b@y.example", [("", "a@x.example"), ("", "b@y.example")], id="no comma between"),
        pytest.param("<a@x.example> <b@y.example>", [("", "a@x.example"), ("", "b@y.example")], id="two angles"),
        pytest.param("John Doe", [], id="no address"),
        pytest.param("MAILER-DAEMON <>", [], id="null address"),
        pytest.param("<@relay.example:a@x.example>", [("", "a@x.example")], id="source route"),
        pytest.param("a(one)@x.example", [("one", "a@x.example")], id="comment inside an address"),
        pytest.param('"a b"@x.example', [("", '"a b"@x.example')], id="quoted local part"),
        pytest.param(
            "=?utf-8?q?=3Cevil=40x.example=3E=2C?= <a@x.example>",
            [("<evil@x.example>,", "a@x.example")],
            id="encoded structure is only a name",
        ),
        pytest.param("=?utf-8?Q?Smith,_John?= <a@x.example>", [("Smith, John", "a@x.example")], id="comma in a word"),
        pytest.param("王小明 <w@x.example>", [("王小明", "w@x.example")], id="raw UTF-8 name"),
        pytest.param('O"Neil <o@x.example>', [("ONeil", "o@x.example")], id="open quote"),
    ],
)
def test_address_fields_are_read_by_structure(value: str, expected: list[tuple[str, str]]) -> None:
    message = parse(b"To: " + value.encode("utf-8") + b"\r\n\r\nhi")
    assert [(a.display_name, a.addr_spec) for a in message.to] == expected


def test_encoded_words_cut_inside_a_character_are_joined() -> None:
    octets = "聯署".encode()
    words = [base64.b64encode(piece).decode() for piece in (octets[:4], octets[4:])]
    message = parse(mail("Subject: " + "\r\n ".join(f"=?UTF-8?B?{word}?=" for word in words)))
    assert message.subject == "聯署"


@pytest.mark.parametrize(
    ("codec", "subject"),
    [
        pytest.param("big5", "請將敝會加入聯署名單", id="Big5"),
        pytest.param("gb18030", "请将我们协会加入联署", id="GB18030"),
        pytest.param("cp1252", "Fédération étudiante de l'Outaouais", id="Windows-1252"),
        pytest.param("utf-8", "Fédération 聯署", id="UTF-8"),
    ],
)
def test_raw_eight_bit_subjects_are_read_by_likelihood(codec: str, subject: str) -> None:
    assert parse(b"Subject: " + subject.encode(codec) + b"\r\n\r\nhi").subject == subject


def test_identifiers_stand_without_brackets() -> None:
    message = parse(mail("Message-ID: <a@x>", "In-Reply-To: <b@x> (yours)", "References: <c@x>\r\n <b@x>"))
    assert (message.message_id, message.in_reply_to, message.references) == ("a@x", ("b@x",), ("c@x", "b@x"))


def test_a_long_identifier_that_pythons_library_made_an_encoded_word_is_found():
    written = EmailMessage()
    written["In-Reply-To"] = f"<{'a' * 60}.{'b' * 20}@openletter.example>"
    octets = written.as_bytes(policy=email.policy.SMTP)
    assert b"=?utf-8?q?" in octets
    assert parse(octets).in_reply_to == (f"{'a' * 60}.{'b' * 20}@openletter.example",)


@pytest.mark.parametrize(
    ("field", "path"),
    [("Return-Path: <>", ""), ("Return-Path: <a@X.example>", "a@x.example"), ("X-Other: 1", None)],
    ids=["null", "an address", "absent"],
)
def test_the_reverse_path_tells_null_from_absent(field: str, path: str | None) -> None:
    assert parse(mail(field)).reverse_path == path


def test_plus_addresses_survive_in_delivered_to() -> None:
    message = parse(mail("Delivered-To: letter+K7Q4@us.example", "X-Original-To: letter@us.example"))
    assert message.delivered_to == ("letter+K7Q4@us.example", "letter@us.example")


def test_an_impossible_date_is_no_date() -> None:
    assert parse(mail("Date: Mon, 99 Foo 2021 00:00:00 +0000")).date is None
    when = parse(mail("Date: Wed, 6 Jan 2021 08:00:00 -0500")).date
    assert when is not None
    assert when.isoformat() == "2021-01-06T13:00:00+00:00"


def test_file_names_are_decoded_and_name_no_folder() -> None:
    part = (
        "Content-Type: text/csv\r\n"
        "Content-Disposition: attachment; filename*0*=utf-8''..%2F%E5%90%8D; filename*1=\"list.csv\"\r\n\r\na,b"
    )
    message = parse(multipart("mixed", "\r\nhi", part))
    assert message.attachments[0].filename == "名list.csv"


# -- reports -----------------------------------------------------------------------------------


def test_parts_of_a_delivery_report_are_set_apart() -> None:
    message = parse(
        multipart(
            "report",
            "\r\nCould not be delivered.",
            "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
            "Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n",
            "Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <ours@us.example>\r\nSubject: Add Old Mill\r\n",
        )
    )
    assert message.text.strip() == "Could not be delivered."
    assert message.delivery_status.split("\n\n")[1].startswith("Final-Recipient: rfc822; a@b.example\nAction: failed")
    assert message.returned_fields.startswith("Message-ID: <ours@us.example>")


# -- caps --------------------------------------------------------------------------------------


def test_what_was_cut_is_named() -> None:
    limits = Limits(attachments=1, attachment_octets=3, parts=3)
    part = "Content-Type: image/png\r\n\r\n12345"
    message = parse(multipart("mixed", "\r\nhi", part, part, part), limits=limits)
    assert [a.octets for a in message.attachments] == [b"123"]
    assert len([defect for defect in message.defects if defect.startswith("cut: ")]) == 3
    assert unreadable(message) is None


def test_a_mail_whose_text_was_cut_is_set_aside() -> None:
    message = parse(mail(body="x" * 200), limits=Limits(text_characters=100))
    assert unreadable(message) == "text longer than 100 characters"
    assert len(message.text) == 100


def test_a_mail_without_author_and_text_is_set_aside() -> None:
    assert unreadable(parse(b"")) == "neither author nor text"
    assert unreadable(parse(b"\r\n\r\n\r\n")) == "neither author nor text"


def test_reading_stops_at_the_deadline() -> None:
    ticks = iter(range(0, 1_000, 4))
    message = parse(multipart("mixed", *["\r\nhi"] * 6), clock=lambda: float(next(ticks)))
    assert "cut: reading took too long" in message.defects
    assert unreadable(message) == "reading took too long"


def test_the_digest_is_that_of_the_octets_as_they_came() -> None:
    octets = mail()
    assert parse(octets).digest == hashlib.sha256(octets).hexdigest()


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_parse_never_raises(octets: bytes) -> None:
    message = parse(octets)
    assert message.digest
    "".join((message.text, message.subject, *(value for _, value in message.fields))).encode("utf-8")


_TOKENS = st.sampled_from(
    [b"From: ", b"Subject: ", b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Type: text/html; charset=",
     b"big5", b"gb2312", b"utf-7", b"hz", b"unknown", b"\r\n", b"\r\n\r\n", b"--b", b"--", b"=?utf-8?b?", b"?=", b"<",
     b">", b"@", b'"', b"(", b",", b":", b"Content-Transfer-Encoding: base64\r\n", b"\xa4\xa4", b"\xff", b"~{",
     b"\x1b$B", b"Content-Type: message/rfc822\r\n", b"Content-Type: message/delivery-status\r\n", b"a@b.example",
     b" ", b"x"]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(_TOKENS, max_size=40).map(b"".join))
def test_parse_never_raises_on_what_looks_like_mail(octets: bytes) -> None:
    message = parse(octets)
    assert not any("while reading" in defect for defect in message.defects)


def test_an_ordinary_alternative_takes_a_few_milliseconds() -> None:
    tree = MIMEMultipart("alternative")
    tree["From"], tree["Subject"] = "Ruth <ruth@books.example>", str(Header("Élan", "utf-8"))
    tree.attach(MIMEText("Please add us. " * 170, "plain", "utf-8"))
    tree.attach(MIMEText("<p>Please add us.</p>" * 120, "html", "utf-8"))
    octets = tree.as_bytes()
    assert min(seconds_to_parse(octets) for _ in range(10)) < 0.02  # about 1 ms on a quiet machine


def test_every_shared_mail_is_read(shared) -> None:
    start = time.perf_counter()
    paths = sorted((shared / "corpus" / "mail").glob("*.eml"))
    for path in paths:
        message = parse(path.read_bytes())
        assert unreadable(message) is None, path.name
        assert message.author is not None, path.name
        assert "\ufffd" not in message.text + message.html + message.subject, path.name
    assert len(paths) > 100
    assert time.perf_counter() - start < 60
