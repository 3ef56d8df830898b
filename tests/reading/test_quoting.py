"""The author's own words apart from quotes and forwards, for each mail program and language."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from mailbot.core.message import Address, Message
from mailbot.reading.quoting import Divided, Kind, divide
from mailbot.reading.rulebook import Rulebook

LETTER = "letter@openletter.example"
ADA = Address("Ada Penner", "ada@choir.example")
BODY = "Dear friends,\n\nplease sign.\n\nSigned so far:\nSome Other Choir"
MARKED = "\n".join(f"> {line}".rstrip() for line in BODY.split("\n"))

Read = Callable[..., Divided]


@pytest.fixture
def read(rulebook: Rulebook) -> Read:
    words = {tag: language.quotes for tag, language in rulebook.languages.items()}

    def read_mail(
        text: str = "", *, html: str = "", subject: str = "Re: Open letter", author: Address = ADA
    ) -> Divided:
        message = Message(digest="", authors=(author,), from_fields=1, to=(Address("Open Letter", LETTER),))
        return divide(replace(message, text=text, html=html, subject=subject), words)

    return read_mail


HEADS = [
    pytest.param("On Fri, Jan 8, 2021 at 4:47 PM Open Letter <letter@openletter.example> wrote:", id="Gmail, English"),
    pytest.param(
        "On Fri, Jan 8, 2021 at 4:47 PM Open Letter <\nletter@openletter.example> wrote:", id="Gmail, wrapped"
    ),
    pytest.param("Le ven. 8 janv. 2021 à 16:14, Open Letter <letter@openletter.example> a écrit :", id="Gmail, French"),
    pytest.param(
        "Le ven. 8 janv. 2021 à 16:14, Open Letter\n<letter@openletter.example> a\nécrit :", id="French, wrapped"
    ),
    pytest.param(
        "Open Letter <letter@openletter.example> 於 2021年1月8日 週五 下午4:47寫道：", id="Gmail, Traditional"
    ),
    pytest.param(
        "Open Letter <letter@openletter.example> 於 2021年1月8日 週五\n下午4:47寫道：", id="Traditional, wrapped"
    ),
    pytest.param("Open Letter <letter@openletter.example> 于2021年1月8日周五 16:47写道：", id="Gmail, Simplified"),
    pytest.param("On Jan 8, 2021, at 2:22 PM, Open Letter <letter@openletter.example> wrote:", id="Apple Mail"),
    pytest.param(
        "在 2021年1月8日，下午4:47，Open Letter <letter@openletter.example> 写道：", id="Apple Mail, Simplified"
    ),
    pytest.param("On 2021-01-14 8:11 AM, Open Letter wrote:", id="Thunderbird"),
    pytest.param("Le 14/01/2021 à 08:25, Open Letter a écrit :", id="Thunderbird, French"),
    pytest.param("Open Letter 於 2021/1/14 8:25 寫道:", id="Thunderbird, Traditional"),
    pytest.param(
        "    On Tuesday, January 12, 2021, 4:15 AM, Open Letter <letter@openletter.example> wrote:", id="Yahoo"
    ),
    pytest.param(
        "------- Original Message -------\n"
        "On Friday, January 8th, 2021 at 10:12 PM, Open Letter <letter@openletter.example> wrote:\n",
        id="Proton",
    ),
    pytest.param('在 2021-01-08 16:47:00，"Open Letter" <letter@openletter.example> 写道：', id="NetEase"),
    pytest.param(
        "Am 08.01.2021 um 16:47 schrieb Open Letter <letter@openletter.example>:", id="a language without words"
    ),
]

BLOCKS = [
    pytest.param(
        "From: Open Letter <letter@openletter.example>\nSent: Tuesday, January 12, 2021 3:31 AM\nTo: undisclosed\n"
        "Subject: Open letter",
        id="Outlook",
    ),
    pytest.param(
        "-----Original Message-----\nFrom: Open Letter <letter@openletter.example>\n"
        "Sent: Tuesday, January 12, 2021 3:31 AM\nTo: undisclosed\nSubject: Open letter",
        id="old Outlook",
    ),
    pytest.param(
        "________________________________\nDe : Open Letter <letter@openletter.example>\n"
        "Envoyé : lundi 11 janvier 2021 03:47\nÀ : undisclosed\nObjet : Lettre ouverte",
        id="Outlook 365, French",
    ),
    pytest.param(
        "寄件者: Open Letter <letter@openletter.example>\n寄件日期: 2021年1月8日 16:47\n"
        "收件者: undisclosed\n主旨: 聯署",
        id="Outlook, Traditional",
    ),
    pytest.param(
        '------------------ 原始邮件 ------------------\n发件人: "Open Letter" <letter@openletter.example>;\n'
        "发送时间: 2021年1月8日(星期五) 下午4:47\n收件人: undisclosed;\n主题: 联署",
        id="QQ",
    ),
    pytest.param(
        "*From:* Open Letter <letter@openletter.example>\n*Sent:* January 8, 2021 4:47 PM\n"
        "*To:* Ada <ada@choir.example>;\n Ben <ben@choir.example>\n*Subject:* Open letter",
        id="bold names and wrapped recipients",
    ),
    pytest.param(
        'Von: "Open Letter" <letter@openletter.example>\nGesendet: Freitag, 8. Januar 2021 16:47\n'
        "An: undisclosed\nBetreff: Offener Brief",
        id="a language without words",
    ),
]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("body", [MARKED, BODY], ids=["marked", "unmarked"])
def test_a_reply_above_the_letter_is_all_that_is_the_authors_own(read: Read, head: str, body: str) -> None:
    divided = read(f"Yes, add the Tamarack Choir.\n\n{head}\n\n{body}\n")
    assert divided.own_words == "Yes, add the Tamarack Choir."
    assert "Some Other Choir" in divided.quoted
    assert divided.forwards == ()


@pytest.mark.parametrize("block", BLOCKS)
def test_a_letter_under_a_header_block_is_a_quote(read: Read, block: str) -> None:
    divided = read(f"Yes, add the Tamarack Choir.\n\n{block}\n\n{BODY}\n")
    assert divided.own_words == "Yes, add the Tamarack Choir."
    assert divided.quoted == BODY
    assert divided.segments[-1].author == Address("Open Letter", LETTER)


@pytest.mark.parametrize("subject", ["Fwd: Open letter", "FW: Open letter", "TR : Lettre", "轉寄: 聯署", "转发：联署"])
@pytest.mark.parametrize("block", BLOCKS[:3])
def test_our_own_letter_passed_on_is_a_quote_and_never_a_forward(read: Read, subject: str, block: str) -> None:
    divided = read(f"Sending this back. The Tamarack Choir signs.\n\n{block}\n\n{BODY}\n", subject=subject)
    assert divided.forwards == ()
    assert divided.quoted == BODY


def test_answers_below_and_between_the_quoted_lines_are_the_authors_own(read: Read) -> None:
    divided = read("Open Letter wrote:\n> Which name?\n\nTamarack Choir\n\n> Which town?\n> And province?\n\nGuelph.\n")
    assert [s.kind for s in divided.segments] == [Kind.QUOTE, Kind.OWN, Kind.QUOTE, Kind.OWN]
    assert divided.own_words == "Tamarack Choir\n\nGuelph."


def test_prose_that_tells_of_writing_is_no_attribution(read: Read) -> None:
    text = "On Monday our founder wrote:\n\nWe shall sign.\n\nLe fils de la voisine a écrit hier, sans rien demander."
    assert read(text).own_words == text


def test_the_authors_own_lines_above_a_wrapped_attribution_stay_theirs(read: Read) -> None:
    head = "On Fri, Jan 8, 2021 at 4:47 PM Open Letter\n<letter@openletter.example> wrote:"
    assert read(f"Add the 2021 Choir of Guelph\n{head}\n{MARKED}").own_words == "Add the 2021 Choir of Guelph"


def test_a_form_that_looks_like_a_header_block_is_not_a_quote(read: Read) -> None:
    text = "From: the Tamarack Choir\nTo: the organizers\nSubject: our name\n\nPlease add us."
    assert read(text, subject="our name").own_words == text


@pytest.mark.parametrize("tag", ["en", "fr", "zh-Hant", "zh-Hans"])
def test_nothing_below_our_marker_line_is_the_authors_own(read: Read, rulebook: Rulebook, tag: str) -> None:
    marker = rulebook.languages[tag].quotes.marker
    divided = read(f"ok\n\n{marker}\n\n1. Some Other Choir [K7Q4]\nReply APPROVE 1.\n")
    assert divided.own_words == "ok"
    assert "APPROVE" in divided.quoted


FORWARDS = [
    pytest.param(
        "---------- Forwarded message ---------\nFrom: Ben Stokes <ben@quakers.example>\n"
        "Date: Thu, Jan 14, 2021 at 9:40 PM\nSubject: the statement\nTo: Ada <ada@choir.example>\n\n",
        "Fwd: the statement",
        id="Gmail",
    ),
    pytest.param(
        "Begin forwarded message:\n\nFrom: Ben Stokes <ben@quakers.example>\nSubject: the statement\n"
        "Date: January 21, 2021 at 6:12:40 PM PST\nTo: Ada <ada@choir.example>\n\n",
        "Fwd: the statement",
        id="Apple Mail",
    ),
    pytest.param(
        "Début du message réexpédié :\n\nDe: Ben Stokes <ben@quakers.example>\nObjet: the statement\n"
        "Date: 14 janvier 2021 à 22:31:12 UTC+1\nÀ: Ada <ada@choir.example>\n\n",
        "TR : the statement",
        id="Apple Mail, French",
    ),
    pytest.param(
        "De : Ben Stokes <ben@quakers.example>\nEnvoyé : 13 janvier 2021 21:05\nÀ : Ada\nObjet : the statement\n\n",
        "TR: the statement",
        id="Outlook, French",
    ),
    pytest.param(
        "-------- 轉寄郵件 --------\n寄件者： Ben Stokes <ben@quakers.example>\n日期: 2021年1月14日\n"
        "主旨: the statement\n\n",
        "轉寄: the statement",
        id="Traditional",
    ),
    pytest.param(
        "------- Forwarded Message -------\nFrom: Ben Stokes <ben@quakers.example>\n"
        "Date: On Saturday, January 16th, 2021 at 5:48 PM\nSubject: the statement\nTo: Ada <ada@choir.example>\n\n",
        "Fw: the statement",
        id="Proton",
    ),
]


@pytest.mark.parametrize("marks", ["", "> "], ids=["unmarked", "marked"])
@pytest.mark.parametrize(("head", "subject"), FORWARDS)
def test_a_forwarded_letter_is_told_with_its_author_and_subject(
    read: Read, head: str, subject: str, marks: str
) -> None:
    inner = f"{marks}Our Meeting signs.\n{marks}\n{marks}In friendship,\n{marks}Ben Stokes, clerk"
    divided = read(f"Please add them, see below.\n\n{head}{inner}\n", subject=subject)
    (forward,) = divided.forwards
    assert divided.own_words == "Please add them, see below."
    assert forward.author == Address("Ben Stokes", "ben@quakers.example")
    assert forward.subject == "the statement"
    assert forward.inner is not None
    assert forward.inner.own_words == "Our Meeting signs."
    assert "clerk" in forward.inner.signature


def test_a_forward_behind_quote_marks_is_still_a_forward(read: Read) -> None:
    text = (
        "See to Jean's two?\n\n---------- Forwarded message ----------\n> From: Jean <jean@decoys.example>\n"
        "> Date: January 14, 2021\n> Subject: two\n>\n> Both have agreed."
    )
    (forward,) = read(text, subject="Fwd: two").forwards
    assert forward.author == Address("Jean", "jean@decoys.example")
    assert forward.text == "Both have agreed."


def test_forwards_within_forwards_are_taken_apart_in_turn(read: Read) -> None:
    head = "---------- Forwarded message ---------\nFrom: {0} <{0}@x.example>\nDate: January 14, 2021\nSubject: s\n\n"
    text = "top\n\n" + head.format("one") + "first\n\n" + head.format("two") + "second"
    (outer,) = read(text, subject="Fwd: Fwd: s").forwards
    assert outer.inner is not None
    (inner,) = outer.inner.forwards
    assert outer.inner.own_words == "first"
    assert inner.author == Address("two", "two@x.example")
    assert inner.inner is not None
    assert inner.inner.own_words == "second"


def test_the_letter_answered_inside_a_forward_is_not_the_forwarded_authors_own(read: Read) -> None:
    head = (
        "---------- Forwarded message ---------\nFrom: Ben <ben@x.example>\nDate: January 14, 2021\nSubject: Re: s\n\n"
    )
    (forward,) = read(f"add him\n\n{head}Yes, me too.\n\n> Who else?", subject="Fwd: Re: s").forwards
    assert forward.inner is not None
    assert forward.inner.own_words == "Yes, me too."


REFS = frozenset({"K7Q4", "M3XA", "T9ZB"})
DIGEST = ["1. Choir A [K7Q4]", "contact: a@x.example", "2. Choir B [M3XA]", "contact: b@x.example", "Reply ok 1."]


def test_an_answer_between_the_cards_stands_under_the_card_above_it(read: Read) -> None:
    divided = read(f"> {DIGEST[0]}\n> {DIGEST[1]}\nok\n> {DIGEST[2]}\n> {DIGEST[3]}\nno, duplicate\n> {DIGEST[4]}\n")
    assert [(line.text, line.under) for line in divided.lines(REFS)] == [("ok", "K7Q4"), ("no, duplicate", "M3XA")]


@pytest.mark.parametrize("order", ["{own}\n\n{quote}", "{quote}\n\n{own}"], ids=["above", "below"])
def test_an_answer_above_or_below_the_whole_digest_stands_under_no_card(read: Read, order: str) -> None:
    quote = "\n".join(f"> {line}" for line in DIGEST)
    divided = read(order.format(own="ok 1\nno 2", quote=quote))
    assert [(line.text, line.under) for line in divided.lines(REFS)] == [("ok 1", ""), ("no 2", "")]


def test_an_answer_below_a_quote_of_one_card_stands_under_it(read: Read) -> None:
    assert [line.under for line in read("> Choir A, #k7q4\n\nok").lines(REFS)] == ["K7Q4"]


def test_only_references_that_can_be_meant_are_found(read: Read) -> None:
    assert [line.under for line in read("> Choir Z [ZZZZ]\n\nok").lines(REFS)] == [""]


QUOTES_IN_HTML = [
    pytest.param(
        '<div dir="ltr">Yes, add us.</div><br><div class="gmail_quote"><div class="gmail_attr">On Fri, Jan 8, 2021 at '
        "4:47 PM Open Letter &lt;letter@openletter.example&gt; wrote:<br></div>"
        '<blockquote class="gmail_quote">please sign</blockquote></div>',
        id="Gmail",
    ),
    pytest.param(
        '<body>Yes, add us.<br><blockquote type="cite">On Jan 8, 2021, Open Letter wrote:<br>please sign</blockquote>',
        id="Apple Mail",
    ),
    pytest.param(
        '<div>Yes, add us.</div><hr><div id="divRplyFwdMsg"><b>From:</b> Open Letter &lt;letter@openletter.example&gt;'
        "<br><b>Sent:</b> January 8, 2021<br><b>To:</b> Ada<br><b>Subject:</b> s</div>please sign",
        id="Outlook",
    ),
    pytest.param(
        "<div>Yes, add us.</div><div>------------------&nbsp;原始邮件&nbsp;------------------</div>"
        '<div style="font-size:12px"><div><b>发件人:</b>"Open Letter"&lt;letter@openletter.example&gt;;</div>'
        "<div><b>发送时间:</b>2021年1月8日</div><div><b>主题:</b>s</div></div><div>please sign</div>",
        id="QQ",
    ),
]


@pytest.mark.parametrize("html", QUOTES_IN_HTML)
def test_a_quote_in_a_mail_that_is_html_alone_is_found(read: Read, html: str) -> None:
    divided = read(html=html)
    assert divided.own_words == "Yes, add us."
    assert "please sign" in divided.quoted


def test_a_quote_that_only_the_html_knows_of_is_found(read: Read) -> None:
    html = '<p>Yes, add us.</p><blockquote type="cite"><p>Some Other Choir</p></blockquote>'
    assert read("Yes, add us.\n\nSome Other Choir", html=html).own_words == "Yes, add us."


def test_a_table_that_only_the_html_holds_is_read(read: Read) -> None:
    html = "<p>Our details:</p><table><tr><td>Name<td>Tamarack Choir</tr><tr><td>Town<td>Guelph</table>"
    assert "Name | Tamarack Choir\nTown | Guelph" in read("Our details:", html=html, subject="x").own_words
