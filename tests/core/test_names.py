"""Names: what is fit for print, what is one and the same, and in what order."""

import time
import tomllib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.events import Entry
from mailbot.core.intents import Category
from mailbot.core.name_keys import is_one, keys, may_be_alike
from mailbot.core.names import NameWords, acronym, cleaned, fold, look_alikes, publishable, same_organization
from mailbot.core.ordering import family_name, sort_name

RULES = Path(__file__).parents[2] / "rules" / "names.toml"


@pytest.fixture(scope="module")
def words() -> NameWords:
    table = tomllib.loads(RULES.read_text(encoding="utf-8"))
    return NameWords(**{key: tuple(value) for key, value in table.items()})


def person(name: str, honorific: str = "") -> Entry:
    return Entry(name=name, category=Category.PERSON, honorific=honorific)


# -- fit for print -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        pytest.param("“Concordia Hong Kong Club”", "Concordia Hong Kong Club", id="smart quotes around it"),
        pytest.param("«\u00a0Amis de Hong Kong\u00a0»", "Amis de Hong Kong", id="guillemets around it"),
        pytest.param("「香港學生會」", "香港學生會", id="corner brackets around it"),
        pytest.param("'Aspire'", "Aspire", id="apostrophes around it"),
        pytest.param("  Hong\tKong \r\n Club ", "Hong Kong Club", id="white space folded"),
        pytest.param("- Hong Kong Club", "Hong Kong Club", id="a bullet before it"),
        pytest.param("2. Hong Kong Club", "Hong Kong Club", id="a number before it"),
        pytest.param("Hong Kong Club ❤️🇭🇰", "Hong Kong Club", id="emoji after it"),
        pytest.param("a\u202eb\u200bc\u2066", "abc", id="bidi overrides and zero-width"),
        pytest.param("Comite\u0301", "Comité", id="composed"),
        pytest.param("HK\ud800Club", "HKClub", id="a lone surrogate"),
        pytest.param("Bob's Friends", "Bob's Friends", id="an apostrophe inside stays"),
        pytest.param("《明報》加東版", "《明報》加東版", id="a title in the name stays"),
        pytest.param('l\'Amitié "HK"', 'l\'Amitié "HK"', id="quotes around a part stay"),
        pytest.param("St.John's Church", "St.John's Church", id="a full stop without its space is no link"),
        pytest.param("The U.S.A. Friends of H.K.", "The U.S.A. Friends of H.K.", id="initials are no link"),
        pytest.param("8.31 Society", "8.31 Society", id="a date is no link"),
        pytest.param("Class of 2019-2020", "Class of 2019-2020", id="years are no telephone number"),
        pytest.param("Students @ UBC", "Students @ UBC", id="a lone at-sign is no address"),
        pytest.param("Tiếng Việt Hội", "Tiếng Việt Hội", id="Vietnamese marks"),
        pytest.param("נְקֻדּוֹת", "נְקֻדּוֹת", id="Hebrew points"),
        pytest.param("ที่นี่", "ที่นี่", id="Thai marks"),
        pytest.param("x" * 119, "x" * 119, id="119 characters"),
    ],
)
def test_a_plausible_name_is_cleaned_for_print(written: str, printed: str) -> None:
    assert publishable(written) == unicodedata.normalize("NFC", printed)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("", id="empty"),
        pytest.param(" \u200b\u3164 ", id="only what is invisible"),
        pytest.param("x" * 120, id="120 characters"),
        pytest.param("x" * 1_000_000, id="a megabyte"),
        pytest.param("831", id="no letter"),
        pytest.param("🎉🎉🎉", id="only emoji"),
        pytest.param("me@evil.example", id="an address"),
        pytest.param("me＠evil.example", id="a full-width address"),
        pytest.param("https://evil.example/x", id="a link"),
        pytest.param("Free money at evil.example today", id="a host inside"),
        pytest.param("EVIL.COM", id="a host in capitals"),
        pytest.param("evil。com", id="a host with an ideographic full stop"),
        pytest.param("foo.xn--p1ai", id="a punycode host"),
        pytest.param("пример.рф", id="a Cyrillic host"),
        pytest.param("www.evil", id="www"),
        pytest.param("192.0.2.7 Society", id="a numeric host"),
        pytest.param("mailto:x", id="a mailto"),
        pytest.param("javascript:alert(1)", id="a script link"),
        pytest.param("Call 1 800 555 0199 now", id="a telephone number"),
        pytest.param("=cmd|'/c calc'!A1", id="a formula"),
        pytest.param("* =1+A1", id="a formula after a bullet"),
        pytest.param("“=1+A1”", id="a formula in quotes"),
        pytest.param("＝1+A1", id="a full-width formula"),
        pytest.param("+A1", id="plus"),
        pytest.param("-A1", id="minus"),
        pytest.param("@SUM(A1)", id="at"),
        pytest.param("<script>alert(1)</script>", id="markup"),
        pytest.param("＜script＞", id="full-width markup"),
        pytest.param("{{ 7 * 7 }}", id="a template"),
        pytest.param("Hong Kong Cl\ufffdb", id="a broken character"),
        pytest.param("Z" + "\u0335" * 9 + "algo", id="zalgo"),
        pytest.param("Z\u0335\u0336\u0337a\u0335\u0336\u0337l\u0335\u0336\u0337", id="zalgo spread thin"),
    ],
)
def test_what_is_no_plausible_name_is_refused(written: str) -> None:
    assert publishable(written) is None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=150))
def test_what_is_publishable_is_publishable_again_as_itself(text: str) -> None:
    name = publishable(text)
    if name is not None:
        assert publishable(name) == name
        assert 0 < len(name) <= 119
        assert unicodedata.is_normalized("NFC", name)
    assert cleaned(cleaned(text)) == cleaned(text)


@pytest.mark.parametrize("unit", ["a", "(", "a.", "\u0301", "- ", "'", "1.", "a-", "\U0001f600", "é("])
def test_a_megabyte_of_anything_takes_no_time(unit: str, words: NameWords) -> None:
    text = unit * (1_000_000 // len(unit))
    started = time.perf_counter()
    publishable(text, limit=10_000_000)
    publishable(text[:3_999], limit=4_000)
    fold(text, words)
    acronym(text, words)
    sort_name(person(text), words)
    look_alikes(Entry(name=text), [Entry(name=text + "b"), Entry(name="b" + text)], words)
    assert time.perf_counter() - started < 1


# -- one and the same ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("The Hong Kong Club", "hong kong CLUB", id="article and capitals"),
        pytest.param("Hong Kong Club Inc.", "Hong Kong Club", id="legal form"),
        pytest.param("香港學生會有限公司", "香港學生會", id="Chinese legal form"),
        pytest.param("Love, Peace and Justice", "Love Peace & Justice", id="joining words"),
        pytest.param("L’Amitié Montréal", "l'amitie montreal", id="accents and apostrophes"),
        pytest.param("Ｈｏｎｇ Ｋｏｎｇ Club", "Hong-Kong Club", id="full-width and hyphen"),
        pytest.param("U.B.C. Students", "UBC Students", id="points in initials"),
    ],
)
def test_two_spellings_of_one_name_fold_to_one_key(one: str, other: str, words: NameWords) -> None:
    assert fold(one, words) == fold(other, words) != ""
    assert same_organization(Entry(name=one), Entry(name=other), words) == "same_name"


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        pytest.param(
            Entry(name="Ontario Hong Kong Youth Action (OHKYA)"),
            Entry(name="Ontario Hong Kong Youth Action"),
            "same_without_acronym",
            id="with and without its acronym",
        ),
        pytest.param(
            Entry(name="聖羅克委員會", alt_names=("Comité Saint-Roch",)),
            Entry(name="Comite Saint-Roch"),
            "same_alternate_name",
            id="known by its other name",
        ),
        pytest.param(Entry(name="Youth Action (YA)"), Entry(name="Youth Action (YAC)"), None, id="two acronyms"),
        pytest.param(Entry(name="Hong Kong Watch"), Entry(name="Hong Kong Watch Canada"), None, id="a longer name"),
        pytest.param(Entry(name="Hong Kong Club"), person("Hong Kong Club"), None, id="a person is none"),
        pytest.param(Entry(name="..."), Entry(name="!!!"), None, id="nothing is not the same as nothing"),
        pytest.param(Entry(name="Нong Kong Club"), Entry(name="Hong Kong Club"), None, id="a Cyrillic letter"),
    ],
)
def test_one_organization_is_told_with_its_reason(one: Entry, other: Entry, reason: str, words: NameWords) -> None:
    assert same_organization(one, other, words) == reason
    assert same_organization(other, one, words) == reason


def test_an_acronym_is_the_one_given_or_the_initials(words: NameWords) -> None:
    assert acronym("Vancouver Society in Support of Democratic Movement (VSSDM)", words) == "VSSDM"
    assert acronym("Vancouver Society in Support of Democratic Movement", words) == "VSSDM"
    assert acronym("Hong Kong", words) == ""
    assert acronym("香港學生會", words) == ""


@pytest.mark.parametrize(
    ("name", "listed", "reason"),
    [
        pytest.param("Hong Kong Club", Entry(name="The Hong Kong Club"), "same_name", id="the same"),
        pytest.param(
            "Нong Kоng Club", Entry(name="Hong Kong Club"), "confusable", id="Cyrillic letters that look Latin"
        ),
        pytest.param("Club Hong Kong", Entry(name="Hong Kong Club"), "same_words", id="words turned round"),
        pytest.param("OHKYA", Entry(name="Ontario Hong Kong Youth Action"), "acronym", id="only the acronym"),
        pytest.param("Hong Kong Watch Canada", Entry(name="Hong Kong Watch"), "contained", id="a branch of it"),
        pytest.param("香港學生會（多倫多）", Entry(name="香港學生會"), "contained", id="a Chinese branch of it"),
        pytest.param(
            "Amis de Hong Kong", Entry(name="Association des Amis de Hong Kong"), "contained", id="without its head"
        ),
        pytest.param("Comité des amis du livre", Entry(name="Les amis du livre"), "contained", id="with a head"),
        pytest.param("Concordia Hong Kong Clubb", Entry(name="Concordia Hong Kong Club"), "nearly_same", id="a slip"),
        pytest.param("Leo Housakos", person("Leo Housakos"), "same_name", id="an organization with a person's name"),
    ],
)
def test_a_look_alike_on_the_list_is_shown_with_its_reason(
    name: str, listed: Entry, reason: str, words: NameWords
) -> None:
    others = [Entry(name="Saskatchewan Stands with Hong Kong"), listed, Entry(name="Human Rights Manifesto")]
    found = look_alikes(Entry(name=name), others, words)
    assert [(one.entry, one.reason) for one in found] == [(listed, reason)]


def test_a_shared_host_makes_no_look_alike_and_an_own_website_does(words: NameWords) -> None:
    entry = Entry(name="Amis de Hong Kong", website="https://www.amis.example/")
    assert look_alikes(entry, [Entry(name="Friends", website="http://amis.example")], words)[0].reason == "same_website"
    entry = Entry(name="Amis de Hong Kong", website="https://facebook.com/")
    assert look_alikes(entry, [Entry(name="Friends", website="https://www.facebook.com")], words) == []


def test_the_surest_look_alikes_come_first_and_no_more_than_asked_for(words: NameWords) -> None:
    others = [Entry(name=f"Hong Kong Club {place}") for place in ("A", "B", "C", "D", "E")] + [
        Entry(name="Hong Kong club")
    ]
    found = look_alikes(Entry(name="Hong Kong Club"), others, words, limit=3)
    assert [one.reason for one in found] == ["same_name", "contained", "contained"]


# -- order ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "family"),
    [
        pytest.param("Linda Frum", "Frum", id="the last word"),
        pytest.param("Adam van Koeverden", "van Koeverden", id="a particle"),
        pytest.param("Tako Van Popta", "Van Popta", id="a particle with a capital"),
        pytest.param("Jean-Luc de la Tour", "de la Tour", id="two particles"),
        pytest.param("Van Morrison", "Morrison", id="a first name like a particle"),
        pytest.param("Frum, Linda", "Frum", id="before the comma"),
        pytest.param("John Smith Jr.", "Smith", id="Jr."),
        pytest.param("Jim Munson, PhD, MP", "Munson", id="degrees after commas"),
        pytest.param("CHAN Tai Man", "CHAN", id="capitals in front"),
        pytest.param("María GARCIA LOPEZ", "GARCIA LOPEZ", id="capitals at the end"),
        pytest.param("LI Wei", "LI", id="two capital letters that are a name"),
        pytest.param("AJ Smith", "Smith", id="two capital letters that are initials"),
        pytest.param("JOHN SMITH", "SMITH", id="all in capitals"),
        pytest.param("陳大文", "陳大文", id="Chinese by its first character"),
        pytest.param("김대중", "김대중", id="Korean by its first syllable"),
        pytest.param("Alex Chow (周永康)", "Chow", id="Chinese in parentheses"),
        pytest.param("Cher", "Cher", id="one word"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_the_family_name_is_found(name: str, family: str, words: NameWords) -> None:
    assert family_name(name, words) == family


@pytest.mark.parametrize(
    ("entry", "key"),
    [
        pytest.param(Entry(name="The Zebra Club"), "Zebra Club", id="an English article"),
        pytest.param(Entry(name="L’Amitié"), "Amitié", id="an elided French article"),
        pytest.param(Entry(name="“Aspire” Society"), "Aspire” Society", id="leading punctuation"),
        pytest.param(Entry(name="The"), "The", id="nothing but an article"),
        pytest.param(Entry(name="Theatre of HK"), "Theatre of HK", id="a word that begins like an article"),
        pytest.param(person("Leo Housakos", "Hon."), "Housakos, Leo", id="Leo Housakos under H"),
        pytest.param(person("陳大文"), "陳大文", id="a Chinese name whole"),
    ],
)
def test_entries_are_ordered_by_what_counts_in_their_name(entry: Entry, key: str, words: NameWords) -> None:
    assert sort_name(entry, words) == key


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_no_name_makes_ordering_or_comparing_fail(words: NameWords, text: str) -> None:
    for entry in (Entry(name=text), person(text)):
        assert isinstance(sort_name(entry, words), str)
        assert len(look_alikes(entry, [Entry(name=text)], words)) <= 1


# -- one organization in several languages -------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "asked"),
    [
        pytest.param(Entry(name="Comité Saint-Roch / Saint-Roch Committee"), "Saint-Roch Committee", id="a half"),
        pytest.param(Entry(name="Harbour Choir", alt_names=("港灣合唱團",)), "港湾合唱团", id="simplified characters"),
        pytest.param(Entry(name="Harbour Choir 港灣合唱團"), "Harbour Choir", id="letters beside Han writing"),
        pytest.param(Entry(name="港灣合唱團（Harbour Choir）"), "The Harbour Choir Inc.", id="letters in parentheses"),
        pytest.param(Entry(name="無國界記者"), "无国界记者有限公司", id="a legal form in the other writing"),
        pytest.param(Entry(name="Ontario Hong Kong Youth Action"), "OHKYA", id="its acronym"),
        pytest.param(Entry(name="OHKYA"), "Ontario Hong Kong Youth Action", id="the acronym first"),
        pytest.param(Entry(name="Hong Kong Club"), "Нong Kоng Club", id="Cyrillic letters that look Latin"),
    ],
)
def test_names_that_the_campaign_has_seen_as_one_are_one(seen: Entry, asked: str, words: NameWords) -> None:
    entry = Entry(name=asked)
    assert set(keys(seen, words)) & set(keys(entry, words))
    found = look_alikes(entry, [seen], words)
    assert [is_one(one.reason, entry, one.entry) for one in found] == [True]


@pytest.mark.parametrize(
    ("seen", "asked"),
    [
        pytest.param(Entry(name="Hong Kong Watch (Canada)"), "Canada", id="a place in parentheses"),
        pytest.param(Entry(name="Hong Kong Society HKS"), "Hong Kong", id="the beginning of it"),
        pytest.param(Entry(name="Youth Action Club"), "YAC", id="three letters are shared by many"),
        pytest.param(Entry(name="Harbour of People Everywhere"), "Hope", id="a word that spells the initials"),
        pytest.param(Entry(name="HK 港灣合唱團"), "HK", id="two letters beside Han writing"),
        pytest.param(Entry(name="大文 Taiwan Friends 之友"), "Taiwan Friends", id="mixed in any other way"),
        pytest.param(person("Ontario Hong Kong Youth Action"), "OHKYA", id="a person"),
    ],
)
def test_what_only_resembles_stays_two(seen: Entry, asked: str, words: NameWords) -> None:
    entry = Entry(name=asked)
    assert not any(is_one(one.reason, entry, one.entry) for one in look_alikes(entry, [seen], words))


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        pytest.param("多倫多粵語書會", "多伦多粤语书会", id="a book club"),
        pytest.param("誼廈爾頌傳偉傑榮輝揚遊燈", "谊厦尔颂传伟杰荣辉扬游灯", id="a dozen common ones"),
        pytest.param("維園燭光紀念會", "维园烛光纪念会", id="a vigil"),
        pytest.param("Comité de St-Roch", "Comité de Saint-Roch", id="a saint"),
        pytest.param("Fabrique Ste. Anne", "La fabrique Sainte-Anne", id="a saint who is a woman"),
    ],
)
def test_two_ways_to_write_a_name_are_one(traditional: str, simplified: str, words: NameWords) -> None:
    assert fold(traditional, words) == fold(simplified, words)
    assert same_organization(Entry(name=traditional), Entry(name=simplified), words)


def test_characters_that_are_one_to_a_reader_lead_to_one_and_never_on(words: NameWords) -> None:
    groups = [group for line in words.han_variants for group in line.split()]
    last = {group[-1] for group in groups}
    others = [c for group in groups for c in group[:-1]]
    assert len(others) == len(set(others))
    assert not last & set(others)


_NAMES = st.lists(
    st.sampled_from(
        [
            "hong",
            "kong",
            "hk",
            "watch",
            "société",
            "the",
            "(HKW)",
            "(ABCDEFG)",
            "canada",
            "and",
            "of",
            "l'union",
            "香港",
            "合唱團",
            "有限公司",
            "inc",
        ]
    ),
    min_size=1,
    max_size=6,
).map(" ".join)


@given(one=_NAMES, slip=st.tuples(st.integers(0, 30), st.sampled_from(["", "x", " "])), other=_NAMES)
@settings(deadline=None)
def test_whatever_look_alikes_would_find_the_quick_look_at_the_keys_lets_through(
    words: NameWords, one: str, slip: tuple[int, str], other: str
) -> None:
    place, letter = slip
    for named in (other, one[:place] + letter + one[place + 1 :]):
        a, b = (Entry(name=name, category=Category.ORGANIZATION) for name in (one, named or "x"))
        if look_alikes(a, [b], words):
            assert any(may_be_alike(mine, theirs) for mine in keys(a, words) for theirs in keys(b, words)), named
