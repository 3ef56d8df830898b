"""The signature block and the footers apart from the author's own words, and none of those words lost."""

from collections.abc import Callable

import pytest

from mailbot.core.message import Address, Message
from mailbot.reading.quoting import Divided, divide
from mailbot.reading.rulebook import Rulebook

Read = Callable[..., Divided]


@pytest.fixture
def read(rulebook: Rulebook) -> Read:
    words = {tag: language.quotes for tag, language in rulebook.languages.items()}

    def read_mail(text: str, name: str = "Ada Penner") -> Divided:
        author = Address(name, "ada@choir.example")
        return divide(Message(digest="", authors=(author,), from_fields=1, text=text), words)

    return read_mail


SIGNATURES = [
    pytest.param("-- \nAda Penner\nTamarack Choir, Guelph", id="two dashes and a space"),
    pytest.param("--\nBen\nTamarack Choir, Guelph", id="two dashes"),
    pytest.param("—\n四叔麵家\n觀塘", id="a long dash"),
    pytest.param("Best regards,\nA. P.\nSecretary\nTamarack Choir\nwww.choir.example", id="English sign-off"),
    pytest.param("In solidarity,\n\nBen Stokes\nRecording Secretary\n(250) 555-0163", id="sign-off and blank line"),
    pytest.param("Bien à vous,\nBénédicte Faucheux, secrétaire\nChœur du Vallon", id="French sign-off"),
    pytest.param("此致\n敬禮\n\n社團法人晨風協會\n專員 蔡宜庭", id="Traditional sign-off"),
    pytest.param("祝好\n温静\n悉尼阅览室 理事", id="Simplified sign-off"),
    pytest.param("何頌恩牧師（堂主任）謹啟\n主後二○二一年一月十一日", id="closing after the name"),
    pytest.param("Thanks,\nAda", id="thanks and the author's name"),
    pytest.param(
        "Ada Penner | Executive Director\nTamarack Choir\n102 - 415 Main Street", id="the author's name alone"
    ),
    pytest.param("Yours in the struggle,\nLolo Obi\nFinancial Secretary\nFor: President", id="a sign-off of one's own"),
    pytest.param("-----------------\n社團法人晨風協會\n專員　蔡宜庭\n電話：(07) 555-0123", id="a line of dashes"),
]


@pytest.mark.parametrize("block", SIGNATURES)
def test_the_signature_block_is_set_apart_and_kept_whole(read: Read, block: str) -> None:
    divided = read(f"Hello,\n\nplease add our choir.\n\n{block}\n")
    assert divided.own_words == "Hello,\n\nplease add our choir."
    assert divided.signature.split() == block.split()


@pytest.mark.parametrize(
    ("name", "line"),
    [
        pytest.param("Prystupa, Halyna", "Halyna Prystupa\nBranch President", id="Last, First"),
        pytest.param("麥浩庭區議員辦事處", "麥浩庭\n沙田鹿徑邨", id="a person of the office that sends"),
        pytest.param("方柏年", "方柏年律師\n法律支援網絡 召集人", id="a title after a Han name"),
        pytest.param("Ada Penner", "Ada", id="first name alone"),
    ],
)
def test_the_authors_name_begins_a_signature_however_it_is_ordered(read: Read, name: str, line: str) -> None:
    assert read(f"Yes, please.\n\n{line}", name).signature == line


OWN = [
    pytest.param("Please list us as:\n\nAda Penner\n\nThank you.", id="the name to print is announced"),
    pytest.param(
        "Please replace that entry at once with\n\nAda Penner, Lecturer\n\n"
        "under individuals. The Department did not sign and must not appear there at all.",
        id="the sentence runs on into the name",
    ),
    pytest.param(
        "主內平安！\n\n我們是一間沒有登記的教會，每週在線上聚會。請列名。", id="a greeting that is also a sign-off"
    ),
    pytest.param(
        "Hello\n\nAda Penner Choir wants to join the joint statement on the arrests.", id="a name begins a sentence"
    ),
    pytest.param("ok 1 3\n\nThanks,\nno 2 duplicate", id="orders after thanks"),
    pytest.param("1 ok.\n\n2 no", id="orders in paragraphs"),
    pytest.param("Peace, Justice and Care Committee of Altona\nplease add us", id="a name that begins like a sign-off"),
    pytest.param("通过讨论，我们决定加入。\n\n此郵件為本會同意聯署之確認。", id="prose that begins like a footer"),
    pytest.param("This email is to ask you to add the Tamarack Choir.", id="prose that begins like a notice"),
    pytest.param(
        "＝＝＝＝＝＝\n團體名稱：獅子山舊生會\n所在地：士嘉堡\n＝＝＝＝＝＝", id="a form between two lines of dashes"
    ),
    pytest.param("Thanks!!", id="thanks and nothing else"),
]


OWN.append(pytest.param("External reviewers said yes.\n\nSo do we.", id="prose that begins like a warning"))


@pytest.mark.parametrize("text", OWN)
def test_none_of_the_authors_own_words_is_taken_for_a_signature_or_footer(read: Read, text: str) -> None:
    assert read(text).own_words == text


def test_a_postscript_below_the_signature_is_the_authors_own(read: Read) -> None:
    divided = read("Yes.\n\nBest regards,\nAda\n\nPS: not my phone number, please.")
    assert divided.own_words == "Yes.\n\nPS: not my phone number, please."
    assert divided.signature == "Best regards,\nAda"


FOOTERS = [
    "Sent from my iPhone",
    "Envoyé de mon iPhone",
    "從我的 iPhone 傳送",
    "发自我的iPhone",
    "发自我的华为手机",
    "Sendt fra min iPad",
    "Get Outlook for iOS",
    "Sent with Proton Mail secure email.",
    "Sent from Yahoo Mail for iPhone",
    "CONFIDENTIALITY NOTICE: This message is meant for the addressee.\nAny other use of it is prohibited.",
    "This e-mail and any attachments are intended solely for the addressee.",
    "AVIS DE CONFIDENTIALITÉ : Ce courriel est destiné à la personne nommée ci-dessus.",
    "★本郵件可能含有機密資訊，非指定收件人請勿使用★",
    "【本邮件及附件仅供收件人使用】",
    "Please consider the environment before printing this e-mail.",
]


@pytest.mark.parametrize("footer", FOOTERS)
def test_what_a_program_added_is_a_footer(read: Read, footer: str) -> None:
    divided = read(f"Yes, add us.\n\n{footer}\n")
    assert divided.own_words == "Yes, add us."
    assert divided.footers == footer


@pytest.mark.parametrize(
    "banner",
    [
        "[EXTERNAL] This message came from outside.",
        "CAUTION: This email originated from outside.",
        "[外部郵件] 請小心連結",
    ],
)
def test_a_warning_on_top_is_a_footer(read: Read, banner: str) -> None:
    divided = read(f"{banner}\n\nYes, add us.")
    assert divided.own_words == "Yes, add us."
    assert divided.footers == banner
