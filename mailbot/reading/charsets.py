"""The ladder from octets and a declared charset to text: total, and suspicious of what is declared.

Labels lie: GB18030 travels as gb2312, Windows-1252 as ISO-8859-1, UTF-8 as anything. Undeclared octets
are judged by how likely each reading is in our languages; GB18030 is never simply tried first, because
it accepts nearly all octets.
"""

import codecs
import re
from collections.abc import Callable

_ALIASES = {
    "gb18030": "gb18030 gb2312 gb_2312-80 gbk cp936 x-gbk ms936 windows-936 euc-cn euccn gb2312-80 gb_2312 chinese "
    "csgb2312 iso-ir-58 x-euc-cn gb18030-2005",
    "big5hkscs": "big5 big5-hkscs big5hkscs x-big5 cp950 ms950 x-x-big5 cn-big5 csbig5 big5-eten windows-950 big-5",
    "hz": "hz hz-gb-2312 hz-gb2312 hzgb2312",
    "cp1252": "us-ascii ascii iso-8859-1 iso8859-1 iso_8859-1 latin1 latin-1 l1 windows-1252 cp1252 x-ansi "
    "ansi_x3.4-1968 iso-ir-100 iso_8859-1:1987 x-cp1252",
    "utf-8": "utf-8 utf8 utf-8-sig unicode-1-1-utf-8 utf8mb4 utf_8 x-utf-8 unicode",
    "iso2022_jp_ext": "iso-2022-jp csiso2022jp iso-2022-jp-1 iso-2022-jp-ms cp50220 cp50221",
    "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji windows-31j cp932 csshiftjis",
    "cp949": "ks_c_5601-1987 euc-kr ks_c_5601 korean cp949 windows-949 uhc ksc5601 euc_kr",
    "cp874": "tis-620 windows-874 iso-8859-11",
    "cp1254": "iso-8859-9 windows-1254 latin5",
    "utf-7": "utf-7 unicode-1-1-utf-7 csunicode11utf7",
}
_CODEC_OF = {label: codec for codec, labels in _ALIASES.items() for label in labels.split()}

# Of Python's codecs only those that are charsets: idna and punycode take quadratic time, others run tricks.
_CHARSET = re.compile(
    r"(?:cp|windows-?|ibm)\d{3,4}|iso[-_]?8859[-_]\d{1,2}|iso[-_]?2022[-_](?:jp|kr)(?:[-_]\w{1,4})?|koi8[-_][rtu]|"
    r"mac[-_]?\w{1,12}|big5\w{0,6}|euc[-_](?:jp|kr)|euc_jis_2004|euc_jisx0213|shift_jis\w{0,5}|johab|"
    r"utf[-_]?(?:16|32)(?:[-_]?[bl]e)?|ptcp154|hp-roman8|kz1048"
)
_ESCAPED = {"hz", "utf-7"}  # seven-bit codings, whose octets are valid ASCII and UTF-8 as well
_UTF8_TRIPLE = re.compile(rb"[\xe1-\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}")
_UTF8_WHOLE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_SAMPLE = 20_000  # octets by which a charset is guessed


def decode(octets: bytes, declared: str = "") -> tuple[str, str]:
    """Text of `octets`, and a defect in words ("" where the declaration held).

    Never raises; what cannot be read becomes U+FFFD. Lone surrogates never come out. Source: the known
    faults of mail programs in RFC 2046 4.1.2 labels, and the WHATWG Encoding Standard for its aliases.
    """
    label = declared.strip().strip("\"'").partition("*")[0].casefold()
    codec = codec_of(label)
    if octets.isascii() and b"\x1b" not in octets and codec not in _ESCAPED and not (codec or "").startswith("utf-"):
        return octets.decode("ascii"), ""
    if codec is None:
        text, read_as = _guess(octets)
        return _whole(text), f"charset {_shown(label)} unknown, read as {read_as}" if label else (
            "" if octets.isascii() else f"no charset declared, read as {read_as}"
        )
    text, read_as = _as_declared(octets, codec)
    mended = _family(read_as) != _family(codec)
    return _whole(text), f"charset {_shown(label)} was declared, read as {read_as}" if mended else ""


def codec_of(label: str) -> str | None:
    """Python's codec for a declared charset; None where the label names none that is safe to use."""
    label = label.strip().casefold()
    if label in _CODEC_OF:
        return _CODEC_OF[label]
    if len(label) > 40 or not _CHARSET.fullmatch(label):
        return None
    try:
        return codecs.lookup(label.replace("windows-", "cp")).name
    except (LookupError, ValueError):
        return None


def guess(octets: bytes, likely: str = "") -> str:
    """Text of undeclared octets (raw 8-bit header fields): UTF-8 where valid, else `likely`, else by likelihood."""
    text, read_as = _guess(octets)
    if likely and read_as in _JUDGES:
        text = decode(octets, likely)[0]
    return _whole(text)


def _as_declared(octets: bytes, codec: str) -> tuple[str, str]:
    if codec in ("cp1252", "gb18030", "big5hkscs", "cp1254") and _surely_utf8(octets, codec):
        return octets.decode("utf-8-sig"), "utf-8"
    if codec == "cp1252":
        if octets.startswith(b"\x1b") or b"\x1b$" in octets:
            return _guess(octets)
        return _latin(octets)
    if codec == "utf-8":
        return _utf8(octets)
    for candidate in (codec, *_FALLBACKS.get(codec, ())):
        try:
            return octets.decode(candidate), candidate
        except (UnicodeError, ValueError):
            continue
    lenient = octets.decode(codec, "replace")
    if lenient.count("\ufffd") * 20 <= max(20, len(_HIGH.findall(octets)) // 2):
        return lenient, codec
    text, read_as = _guess(octets)
    return (text, read_as) if "\ufffd" not in text else (lenient, codec)


_FALLBACKS = {
    "big5hkscs": ("cp950",),
    "iso2022_jp_ext": ("iso2022_jp_2004", "iso2022_jp_3"),
    "cp932": ("shift_jis_2004",),
}


def _latin(octets: bytes) -> tuple[str, str]:
    """Declared Western; a Chinese text under that label (old webmail) is told by its runs of high octets."""
    text, read_as = _guess(octets)
    broken = text.count("\ufffd")  # what is wholly something else breaks at its end at most
    if read_as != "cp1252" and broken * 100 <= len(_HIGH.findall(octets)) and _likely_latin(octets[:_SAMPLE]) < 0.4:
        return text, read_as
    return _cp1252(octets), "cp1252"


def _cp1252(octets: bytes) -> str:
    return octets.decode("cp1252", "replace")


def _utf8(octets: bytes) -> tuple[str, str]:
    """Declared UTF-8: a few broken octets are replaced, a text that is wholly something else is guessed."""
    try:
        return octets.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        sample = octets[:_SAMPLE]
        good = len(_UTF8_WHOLE.findall(sample))
        bad = len(_HIGH.findall(_UTF8_WHOLE.sub(b"", sample)))
        if good >= bad:
            return octets.decode("utf-8-sig", "replace"), "utf-8"
        return _guess(octets)


def _surely_utf8(octets: bytes, codec: str) -> bool:
    """Valid UTF-8 under another label. Two-octet sequences prove nothing against GBK, whose 联通 is one."""
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return False
    if codec in ("cp1252", "cp1254"):
        return not octets.isascii()
    return len(_UTF8_TRIPLE.findall(octets[:_SAMPLE])) >= 2


def _guess(octets: bytes) -> tuple[str, str]:
    marked = _by_mark(octets)
    if marked is not None:
        return marked
    try:
        return octets.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    sample = octets[:_SAMPLE]
    cut = _UTF8_WHOLE.sub(b"", sample)
    if len(_HIGH.findall(cut)) * 8 <= len(_HIGH.findall(sample)):
        return octets.decode("utf-8", "replace"), "utf-8"
    scores = {codec: judge(sample) for codec, judge in _JUDGES.items()}
    best = max(scores, key=lambda codec: scores[codec])
    if best == "cp1252":
        return _cp1252(octets), best
    return octets.decode(best, "replace"), best


def _by_mark(octets: bytes) -> tuple[str, str] | None:
    """What a byte order mark, an escape sequence or a column of NULs says of itself."""
    if octets.startswith(b"\xef\xbb\xbf"):
        return octets.decode("utf-8-sig", "replace"), "utf-8"
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return octets.decode("utf-16", "replace"), "utf-16"
    head = octets[:200]
    if len(head) >= 4 and head.count(0) * 3 > len(head):
        codec = "utf-16-be" if head[::2].count(0) > head[1::2].count(0) else "utf-16-le"
        return octets.decode(codec, "replace"), codec
    for mark, codec in ((b"\x1b$)C", "iso2022_kr"), (b"\x1b$B", "iso2022_jp_ext"), (b"\x1b$@", "iso2022_jp_ext")):
        if mark in octets:
            return octets.decode(codec, "replace"), codec
    if octets.isascii():
        if b"~{" in octets and b"~}" in octets:
            try:
                return octets.decode("hz"), "hz"
            except UnicodeDecodeError:
                pass
        return octets.decode("ascii"), "ascii"
    return None


def _likely_latin(octets: bytes) -> float:
    """Share of high octets that are Western letters or punctuation standing alone or in twos between ASCII."""
    high = len(_HIGH.findall(octets))
    alone = sum(len(run) for run in _LATIN_RUN.findall(octets) if len(run) <= 2)
    return alone / high if high else 0.0


# Letters of French, and the quotation marks, dashes and blanks of Windows-1252.
_LATIN_RUN = re.compile(
    rb"(?<![\x80-\xff])[\xc0\xc2\xc7-\xcb\xce\xcf\xd4\xd9\xdb\xdc\xe0-\xe2\xe4\xe7-\xef\xf1-\xf4\xf6\xf9-\xfc"
    rb"\x80\x85\x8c\x91-\x97\x9c\xa0\xa9\xab\xb0\xbb\xae\xb7]{1,3}(?![\x80-\xff])"
)


def _pairs(octets: bytes) -> list[tuple[int, int]]:
    """The double octets of East Asian codings, in step from the first high octet of each run on."""
    return [(pair[0], pair[1]) for pair in _PAIR.findall(octets)]


_PAIR = re.compile(rb"[\x81-\xfe][\x30-\xfe]")


def _share(octets: bytes, score: Callable[[int, int], float]) -> float:
    pairs = _pairs(octets)
    unpaired = len(_HIGH.findall(_PAIR.sub(b"", octets)))
    total = len(pairs) + unpaired * 2
    return sum(score(lead, trail) for lead, trail in pairs) / total if total else 0.0


def _gb_pair(lead: int, trail: int) -> float:
    if trail < 0xA1:
        return 0.15 if trail >= 0x80 else 0.05  # outside GB 2312: rare in running text
    if 0xB0 <= lead <= 0xD7 or lead in (0xA1, 0xA3):
        return 1.0  # level one, the 3,755 common characters, and punctuation
    return 0.45 if 0xD8 <= lead <= 0xF7 else 0.1


def _big5_pair(lead: int, trail: int) -> float:
    if not (0x40 <= trail <= 0x7E or trail >= 0xA1):
        return 0.0
    if 0xA4 <= lead <= 0xC6 or lead == 0xA1:
        return 1.05 if trail <= 0x7E else 0.95  # level one, the 5,401 common characters
    return 0.4 if 0xC9 <= lead <= 0xF9 else 0.1


_JUDGES: dict[str, Callable[[bytes], float]] = {
    "cp1252": lambda octets: _likely_latin(octets) + 0.05,
    "gb18030": lambda octets: _share(octets, _gb_pair),
    "big5hkscs": lambda octets: _share(octets, _big5_pair),
}


def _whole(text: str) -> str:
    """Without lone surrogates, which no database and no UTF-8 output takes."""
    if text.isascii():
        return text
    return _SURROGATES.sub("\ufffd", text)


_SURROGATES = re.compile("[\ud800-\udfff]")


def _shown(label: str) -> str:
    return re.sub(r"[^a-z0-9_.:-]", "?", label[:40])


def _family(codec: str) -> str:
    """The codec that stands for all its relatives, so that a fallback within a family is no defect."""
    return next((main for main, others in _FALLBACKS.items() if codec in others), codec)
