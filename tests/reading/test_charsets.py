import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.reading.charsets import codec_of, decode, guess

CHINESE = "请将我们协会加入联署名单，谢谢。"
TAIWANESE = "請將敝會加入聯署名單，謝謝。"
FRENCH = "Bonjour, veuillez ajouter la Fédération étudiante à la liste. À bientôt !"


@pytest.mark.parametrize(
    ("text", "codec", "declared"),
    [
        pytest.param("朱镕基读书会", "gbk", "gb2312", id="GBK under gb2312"),
        pytest.param("𠮷田書院", "gb18030", "gbk", id="four octets under gbk"),
        pytest.param("加我哋協會", "big5hkscs", "big5", id="Hong Kong characters under big5"),
        pytest.param("碁王協會", "cp950", "big5", id="Microsoft characters under big5"),
        pytest.param("“Élan” – 5 €", "cp1252", "iso-8859-1", id="Windows-1252 under ISO-8859-1"),
        pytest.param(FRENCH, "utf-8", "iso-8859-1", id="UTF-8 under ISO-8859-1"),
        pytest.param(FRENCH, "utf-8", "us-ascii", id="UTF-8 under ASCII"),
        pytest.param(CHINESE, "utf-8", "gb2312", id="UTF-8 under gb2312"),
        pytest.param(TAIWANESE, "utf-8", "big5", id="UTF-8 under big5"),
        pytest.param(CHINESE, "gb18030", "utf-8", id="GB18030 under UTF-8"),
        pytest.param(TAIWANESE, "big5", "utf-8", id="Big5 under UTF-8"),
        pytest.param(FRENCH, "cp1252", "utf-8", id="Windows-1252 under UTF-8"),
        pytest.param(CHINESE, "gb18030", "iso-8859-1", id="GB18030 under ISO-8859-1"),
        pytest.param("联通", "gb18030", "gb2312", id="two characters that are valid UTF-8 as well"),
        pytest.param("请加入", "hz", "hz-gb-2312", id="HZ"),
        pytest.param("署名", "iso2022_jp", "iso-2022-jp", id="ISO-2022-JP"),
        pytest.param("à la liste", "utf-7", "utf-7", id="UTF-7"),
        pytest.param(FRENCH, "utf-8", '"UTF-8"', id="a label in quotation marks"),
        pytest.param("Приветствие", "koi8-r", "koi8-r", id="any other honest label"),
        pytest.param("plain", "ascii", "x-unknown", id="ASCII under an unknown label"),
    ],
)
def test_a_label_is_believed_only_where_it_can_be(text: str, codec: str, declared: str) -> None:
    assert decode(text.encode(codec), declared)[0] == text


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        pytest.param(CHINESE, "gb18030", id="Simplified"),
        pytest.param(TAIWANESE, "big5", id="Traditional"),
        pytest.param(FRENCH, "cp1252", id="French"),
        pytest.param("Café", "cp1252", id="one accent"),
        pytest.param("Montréal–Québec «été»", "cp1252", id="French punctuation"),
        pytest.param("王小明", "gb18030", id="a short Simplified name"),
        pytest.param("蔡宜庭", "big5", id="a short Traditional name"),
        pytest.param(TAIWANESE, "utf-8", id="UTF-8"),
        pytest.param("signé", "utf-8-sig", id="a byte order mark"),
        pytest.param(FRENCH, "utf-16", id="UTF-16 with its mark"),
        pytest.param("please add us", "utf-16-le", id="UTF-16 without"),
    ],
)
def test_undeclared_text_is_judged_by_likelihood(text: str, codec: str) -> None:
    assert guess(text.encode(codec)) == text


def test_a_mended_charset_is_named() -> None:
    assert decode(FRENCH.encode(), "iso-8859-1")[1] == "charset iso-8859-1 was declared, read as utf-8"
    assert decode(FRENCH.encode(), "utf-8")[1] == ""
    assert decode("é".encode("cp1252"), "weird\r\n")[1].startswith("charset weird")


def test_a_broken_octet_does_not_cost_the_rest() -> None:
    octets = TAIWANESE.encode()
    assert decode(octets[:-1], "utf-8")[0] == TAIWANESE[:-1] + "\ufffd"


@pytest.mark.parametrize("label", ["idna", "punycode", "unicode_escape", "zlib", "rot13", "../../etc", "undefined", ""])
def test_codecs_that_are_no_charsets_are_refused(label: str) -> None:
    assert codec_of(label) is None


@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "big5", "iso-2022-jp", "hz", "utf-7", "x", "iso-8859-1"])
def test_a_megabyte_of_nonsense_is_read_quickly(declared: str) -> None:
    start = time.perf_counter()
    for octets in (b"\xff\x41" * 500_000, b"~{" * 500_000, b"\x1b$B" * 300_000, b"\xa4" * 1_000_000):
        decode(octets, declared)
    assert time.perf_counter() - start < 4


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from(["", "utf-8", "big5", "gbk", "hz", "utf-7", "utf-16", "euc-kr", "x", "\x00"]),
)
def test_decode_never_raises_and_gives_encodable_text(octets: bytes, declared: str) -> None:
    decode(octets, declared)[0].encode("utf-8")


def test_a_pound_sign_declared_western_makes_no_text_chinese() -> None:
    octets = b"excellent value travel insurance from\n\xa37.00GBP/9.00 Euro per person, \xa325 a family \xff\n"
    assert "£7.00GBP" in decode(octets, "iso-8859-1")[0]
    assert "\ufffd" not in decode(octets, "iso-8859-1")[0]
    assert decode("請將本會加入聯署名單，多謝。".encode("big5") * 20 + b"\xbd", "iso-8859-1")[0].startswith("請將本會")
