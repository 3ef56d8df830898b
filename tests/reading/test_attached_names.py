"""Names from attached tables and lists: columns known in four languages, only those who said yes, nothing guessed."""

from collections.abc import Sequence

import pytest
from attached_files import docx, paragraph, pdf, sheet_rows, xlsx

from mailbot.core.intents import Category
from mailbot.core.message import Attachment, Message
from mailbot.reading.attached import Why
from mailbot.reading.attached_names import AttachedNames, attached_names
from mailbot.reading.candidates import Found
from mailbot.reading.naming import Naming, naming
from mailbot.reading.rulebook import Rulebook
from mailbot.reading.tables import Column, Row, read_table


@pytest.fixture(scope="module")
def words(rulebook: Rulebook) -> Naming:
    languages = tuple(rulebook.languages.values())
    return naming(tuple(w.naming for w in languages), tuple(w.people for w in languages))


def names(found: Sequence[Row]) -> list[str]:
    return [row.entry.name for row in found]


def attached(octets: bytes, filename: str, rulebook: Rulebook, words: Naming) -> AttachedNames:
    attachment = Attachment(filename=filename, content_type="application/octet-stream", octets=octets)
    requests = tuple(language.request for language in rulebook.languages.values())
    return attached_names(Message(digest="", attachments=(attachment,)), requests, words)


def listed(octets: bytes, filename: str, rulebook: Rulebook, words: Naming) -> list[str]:
    """The names that an attachment plainly lists."""
    found = attached(octets, filename, rulebook, words).candidates
    return [c.entry.name for c in found if c.found is Found.TABLE]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(
            (("#", "Signing as", "Contact", "Role", "Town", "Website", "OK?"),
             ("1", "Oak Street Choir", "Ann Lee", "chair", "Ottawa", "oak.example", "Yes, by phone"),
             ("2", "Elm Club", "Bo Ray", "", "Hull", "", "thinking"),
             ("3", "Ash Society", "", "", "", "", "")),
            id="English",
        ),
        pytest.param(
            (("N°", "Nom du collectif", "Personne référente", "Fonction", "Ville", "Site", "Signe ?"),
             ("1", "Oak Street Choir", "Ann Lee", "chair", "Ottawa", "oak.example", "oui, par courriel"),
             ("2", "Club Érable", "Bo Ray", "", "Hull", "", "non"),
             ("3", "Société Frêne", "", "", "", "", "à relancer")),
            id="French",
        ),
        pytest.param(
            (("編號", "團體名稱", "聯絡人", "職位", "城市", "網址", "是否聯署"),
             ("1", "Oak Street Choir", "Ann Lee", "chair", "Ottawa", "oak.example", "確認（電話）"),
             ("2", "榆樹書會", "", "", "", "", "待覆"),
             ("3", "白蠟協會", "", "", "", "", "不")),
            id="traditional Chinese",
        ),
        pytest.param(
            (("编号", "团体名称", "联系人", "职务", "城市", "网址", "是否联署"),
             ("1", "Oak Street Choir", "Ann Lee", "chair", "Ottawa", "oak.example", "同意"),
             ("2", "榆树书会", "", "", "", "", "考虑中"),
             ("3", "白蜡协会", "", "", "", "", "拒绝")),
            id="simplified Chinese",
        ),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_headings_and_only_rows_marked_yes_sign(
    rows: tuple[tuple[str, ...], ...], words: Naming
) -> None:
    found = read_table(rows, words)
    cells = {Column.CONTACT: "Ann Lee", Column.ROLE: "chair", Column.PLACE: "Ottawa", Column.WEBSITE: "oak.example"}
    assert names(found) == ["Oak Street Choir"]
    assert found[0].cells == cells


@pytest.mark.parametrize(
    ("answer", "signs"),
    [
        ("YES", True), ("yes - spoke to Ann", True), ("Oui !", True), ("✓", True), ("x", True), ("TRUE", True), ("係", True),
        ("in talks", False), ("ok? not yet", False), ("yes, pending", False), ("maybe yes", False), ("yes?", False),
        ("", False), ("FALSE", False), ("未確認", False), ("no", False), ("non", False), ("☐", False),
    ],
)  # fmt: skip
def test_an_answer_counts_only_where_it_plainly_says_yes(answer: str, signs: bool, words: Naming) -> None:
    assert bool(read_table((("Group", "Answer"), ("Oak Street Choir", answer)), words)) is signs


def test_a_cross_beside_ticks_says_no(words: Naming) -> None:
    rows = (("Group", "Signs?"), ("Oak Street Choir", "✓"), ("Elm Club", "x"))
    assert names(read_table(rows, words)) == ["Oak Street Choir"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param((("HK letter",), ("as of", "Jan 19"), ("Group", "Town"), ("Elm Club", "Hull")), ["Elm Club"], id="titles above"),
        pytest.param((("Group", "Town"), ("Elm Club", "Hull"), ("Declined",), ("Ash Society", "Hull")), ["Elm Club"], id="a section of refusals"),
        pytest.param((("Group", "Town"), ("Elm Club", "Hull"), ("Cards", "Dice Society", "Hull")), ["Elm Club"], id="a row that is shifted"),
        pytest.param((("Group",), ("No Borders Network",), ("Elm Club (declined)",)), ["No Borders Network"], id="a no that is part of a name"),
        pytest.param((("Association des Amis du Lac",), ("Club Érable",)), ["Association des Amis du Lac", "Club Érable"], id="no heading"),
        pytest.param((("Elm Club", "Hull", "yes"), ("Ash Society", "Hull", "no")), ["Elm Club"], id="no headings: known by what the cells say"),
        pytest.param((("Group", "Jan 14"), ("Elm Club", "yes"), ("Ash Society", "no")), ["Elm Club"], id="a dated column of answers"),
        pytest.param((("Blue", "Green"), ("Red", "Black")), [], id="nothing says which column"),
        pytest.param((("Name of organization", "Elm Club"), ("City", "Hull"), ("Contact", "Bo Ray")), ["Elm Club"], id="a form"),
        pytest.param((("团体名称（中文）", "城市"), ("榆树书会", "多伦多")), ["榆树书会"], id="a heading with a note"),
    ],
)  # fmt: skip
def test_the_shapes_that_people_give_their_tables(
    rows: tuple[tuple[str, ...], ...], expected: list[str], words: Naming
) -> None:
    assert names(read_table(rows, words, attached=True)) == expected


@pytest.mark.parametrize(
    ("rows", "name", "honorific", "title"),
    [
        pytest.param(
            (("Nom", "Prénom", "Fonction"), ("Tremblay", "Zoé", "Sénatrice")),
            "Zoé Tremblay",
            "",
            "Sénatrice",
            id="nom, prénom",
        ),
        pytest.param(
            (("Prefix", "First name", "Last name"), ("Hon.", "Linda", "Frum")), "Linda Frum", "Hon.", "", id="parts"
        ),
        pytest.param((("姓", "名", "職業"), ("梁", "湛恩", "議員")), "梁湛恩", "", "議員", id="姓 and 名"),
        pytest.param(
            (("Last name, first name", "Title"), ("Frum, Linda", "Senator")), "Linda Frum", "", "Senator", id="turned"
        ),
    ],
)
def test_persons_are_put_together_from_their_columns(
    rows: tuple[tuple[str, ...], ...], name: str, honorific: str, title: str, words: Naming
) -> None:
    (row,) = read_table(rows, words)
    entry = row.entry
    assert (entry.name, entry.honorific, entry.title, entry.category) == (name, honorific, title, Category.PERSON)


def test_a_name_beside_a_group_is_who_speaks_for_it_and_alone_is_a_person(words: Naming) -> None:
    rows = (("Name", "Organization"), ("Ann Lee", "Elm Club"), ("Bo Ray", ""))
    group, person = read_table(rows, words)
    assert (group.entry.name, group.cells) == ("Elm Club", {Column.CONTACT: "Ann Lee"})
    assert (person.entry.name, person.entry.category) == ("Bo Ray", Category.PERSON)


def test_a_second_name_in_the_other_script_is_the_same_group_s(words: Naming) -> None:
    rows = (("中文名稱", "英文名稱"), ("楓葉讀書會", "Maple Leaf Book Club"), ("榆樹書會", ""))
    assert [(row.entry.name, row.alt_name) for row in read_table(rows, words)] == [
        ("楓葉讀書會", "Maple Leaf Book Club"),
        ("榆樹書會", ""),
    ]


def test_a_list_under_headings_is_those_who_agreed(rulebook: Rulebook, words: Naming) -> None:
    lines = (
        "Ont accepté, au 15 janvier 2021",
        "Foyer Tassili",
        "Femmes du Hoggar",
        "N'ont pas encore répondu",
        "Club Érable",
    )
    octets = docx("".join(map(paragraph, lines)))
    assert listed(octets, "a.docx", rulebook, words) == ["Foyer Tassili", "Femmes du Hoggar"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param("Oak Street Choir\nElm Club", ["Oak Street Choir", "Elm Club"], id="names alone"),
        pytest.param(
            "Groups that signed, Jan. 17\n\nElm Club\nnobody's darling press\n\nWitnessed: S. Lee",
            ["Elm Club", "nobody's darling press"],
            id="a title and witnesses",
        ),
        pytest.param(
            "HK LETTER\n-----\n1. Elm Club\n2. Ash Society\n\n(the Legion will call)",
            ["Elm Club", "Ash Society"],
            id="numbered",
        ),
        pytest.param(
            "签名团体：\n枫叶读书会\n榆树合唱团\n婉拒：白蜡协会",
            ["枫叶读书会", "榆树合唱团"],
            id="refusals in one line",
        ),
        pytest.param("Dear friends,\n\nWe met on Tuesday and talked.\n\nAnn", [], id="a letter is no list"),
    ],
)
def test_a_text_is_a_list_only_where_its_lines_are_names(
    lines: str, expected: list[str], rulebook: Rulebook, words: Naming
) -> None:
    assert listed(lines.encode(), "a.txt", rulebook, words) == expected


@pytest.mark.parametrize("group", ["Oak Street Choir", "Société d'histoire de Lévis", "楓葉讀書會", "枫叶读书会"])
def test_every_name_has_the_span_that_proves_it(group: str, rulebook: Rulebook, words: Naming) -> None:
    workbook = xlsx(sheet_rows([["Group", "Town"], [group, "Hull"]]))
    (candidate,) = attached(workbook, "a.xlsx", rulebook, words).candidates
    assert (candidate.span.text, candidate.span.where, candidate.cells) == (
        group,
        "attachment a.xlsx:List",
        {"place": "Hull"},
    )
    page = pdf([(50, 700, group), (50, 680, "Elm Club")])
    first, _ = attached(page, "a.pdf", rulebook, words).candidates
    assert (first.span.text, first.span.where) == (group, f"attachment a.pdf:0-{len(group)}")


def test_what_could_not_be_read_is_told_beside_what_could(rulebook: Rulebook, words: Naming) -> None:
    found = attached(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "list.xls", rulebook, words)
    assert found.candidates == ()
    assert [d.why for d in found.defects] == [Why.LEGACY]


def test_a_card_is_the_group_with_its_speaker_whatever_words_the_group_is_made_of(
    rulebook: Rulebook, words: Naming
) -> None:
    card = b"BEGIN:VCARD\nFN:Ann Lee\nORG:Maple Leaf Friends\nTITLE:Chair\nEND:VCARD"
    (candidate,) = attached(card, "ann.vcf", rulebook, words).candidates
    assert (candidate.entry.name, candidate.entry.category) == ("Maple Leaf Friends", Category.ORGANIZATION)
    assert candidate.cells == {"contact": "Ann Lee", "role": "Chair"}


def test_a_text_longer_than_is_read_is_told(rulebook: Rulebook, words: Naming) -> None:
    found = attached(b"Oak Street Choir\n" * 1_500, "a.txt", rulebook, words)
    assert [d.why for d in found.defects] == [Why.LONG]


def test_a_table_that_names_nobody_plainly_is_told(rulebook: Rulebook, words: Naming) -> None:
    found = attached(b"Blue,Green\nRed,Black\n", "a.csv", rulebook, words)
    assert [(d.where, d.why) for d in found.defects] == [("attachment a.csv", Why.NO_NAMES)]
