"""Pages with lists on them, in the styles in which open letters are put on the web."""

import json
import time
from pathlib import Path

import pytest
from attached_files import sheet_rows, xlsx
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.intents import Category
from mailbot.core.printed import printed_line
from mailbot.reading.existing_list import ReadList, read_file, read_list
from mailbot.reading.page_outline import page_outline
from mailbot.reading.rulebook import Rulebook

PAGES = Path(__file__).parent.parent / "pages"


def read(name: str, rulebook: Rulebook) -> ReadList:
    return read_file((PAGES / name).read_bytes(), name, rulebook)


def lines(found: ReadList, category: Category) -> list[str]:
    return [printed_line(entry) for entry in found.entries if entry.category is category]


def test_the_list_is_found_among_menu_demands_comments_and_footer(rulebook: Rulebook) -> None:
    found = read("statement.html", rulebook)
    assert lines(found, Category.ORGANIZATION) == [
        "Tamarack Books",
        "Canada-Harbour Link",
        "Friends of the Harbour – Edmonton",
        "McMurray Stands With The Harbour",
        "Vancouver Society in Support of Democratic Movement (VSSDM)",
    ]
    assert lines(found, Category.PERSON) == [
        "Ruth Abernathy, Member of Parliament",
        "Hon. Leo Castellano, Senator",
        "Jenny Okafor, Member of Parliament",
        "Hon. Linda Frémont, Senator",
    ]
    assert found.skipped == ()
    assert {named.group for named in found.names} == {"Organizations (5)", "Members of Parliament and Senators"}


def test_honorific_office_and_affiliation_of_scholars_are_kept(rulebook: Rulebook) -> None:
    found = read("scholars.html", rulebook)
    assert lines(found, Category.PERSON) == [
        "Dr. Amara Nwosu, Associate Professor of History, University of Lethbridge",
        "Jean-Luc Tremblay, Université de Sherbrooke",
        "Prof. Wai-ming Chan, Lingnan Institute of Asian Studies",
        "Sofía Castañeda, Emerita Professor, College of the North",
        "陳美玲 (Chan Mei-ling), Lecturer, City College",
        "M. O'Leary, PhD candidate",
    ]
    assert lines(found, Category.ORGANIZATION) == ["Society of Northern Archivists", "Keepers of the Papers Network"]


def test_chinese_lists_below_bold_lines_and_in_one_row(rulebook: Rulebook) -> None:
    found = read("lianshu.html", rulebook)
    assert lines(found, Category.ORGANIZATION) == ["多倫多粵語書會", "香港學生會", "楓葉教育協會", "溫哥華基督徒守望社"]
    assert [(e.name, e.title) for e in found.entries if e.category is Category.PERSON] == [
        ("李大明", "溫哥華市議員"),
        ("陳美玲", "大學講師"),
        ("何頌恩", "牧師"),
        ("張偉", ""),
        ("黃志強", ""),
        ("梁湛恩", ""),
        ("麥浩庭", ""),
        ("周慧敏", ""),
    ]


def test_a_page_laid_out_by_tables_with_a_paragraph_a_name_and_a_grid(rulebook: Rulebook) -> None:
    octets = (PAGES / "appel.html").read_text(encoding="utf-8").encode("iso-8859-1")
    found = read_file(octets, "appel.html", rulebook)
    assert lines(found, Category.PERSON) == [
        "Marie-Ève Gagnon, députée de Rosemont",
        "Me Youssef Benali, avocat",
        "Céline d'Aragon, écrivaine",
        "L'honorable Pierre Lafleur, sénateur",
    ]
    assert lines(found, Category.ORGANIZATION) == [
        "Comité Saint-Roch",
        "Ligue des droits du fleuve",
        "Amis du port de Québec",
        "Fédération des libraires",
        "Collectif Érable",
    ]


def test_tables_with_columns_of_fields_and_tables_with_columns_of_groups(rulebook: Rulebook) -> None:
    found = read("columns.html", rulebook)
    assert lines(found, Category.PERSON) == [
        "Hon. Grace Oyelaran, Senator, Ontario",
        "Tomasz Wiśniewski, Curator, Harbour Museum",
        "Leilani Kealoha, Pacific Studies Centre",
        "Ada Lindqvist",
        "Rev. Ben Achebe",
    ]
    assert lines(found, Category.ORGANIZATION) == ["Prairie Workers Union", "Lakeshore Choir", "Granary Cooperative"]
    assert len(found.skipped) == 1


def test_a_page_without_any_heading_has_its_run_of_names(rulebook: Rulebook) -> None:
    found = read("bare.html", rulebook)
    assert [printed_line(entry) for entry in found.entries] == [
        "Fifth Street Readers Club",
        "Lakeside Parents Association",
        "Hon. Marta Vogel, Councillor",
        "Daniel Osei, Teacher",
        "Saint Anne's Church",
    ]


def test_a_hostile_page_gets_nothing_but_names_into_what_is_shown(rulebook: Rulebook) -> None:
    found = read("hostile.html", rulebook)
    shown = [printed_line(e) for e in found.entries] + [s.text for s in found.skipped] + [n.group for n in found.names]
    for text in shown:
        assert text.isprintable()
        for harm in ("\x1b", "\u202e", "://", "@", "www.", ".example", "=cmd", "|", "<"):
            assert harm not in text
        assert len(text) < 120
    assert "Honest Harbour Society" in shown
    assert not any("Hidden" in text for text in shown)
    assert len(found.skipped) == 7


@pytest.mark.parametrize(
    ("html", "names"),
    [
        pytest.param("<h2>Signatories</h2><p>Oak Choir; Elm Society; Ash Club</p>", 3, id="in one row with semicolons"),
        pytest.param("<p><b>Signed:</b></p><p>Oak Choir</p><p>Elm Society</p>", 2, id="below a bold word"),
        pytest.param(
            "<h2>Signataires</h2><ul><li>Chœur du Chêne<ul><li>Ligue de l'Orme</li></ul></ul>", 2, id="nested"
        ),
        pytest.param(
            "<h2>Endorsed by</h2><ul><li><h4>Oak Choir</h4></li></ul>", 0, id="headings in items are headings"
        ),
        pytest.param(
            "<h2>Our choirs</h2><ul><li><a>Oak Choir<li><a>Elm Choir<li><a>Ash Choir</ul>", 3, id="no word of it"
        ),
        pytest.param("<ul><li><a>Our Team</a><li><a>Contact Us</a><li><a>Guest Book</a></ul>", 0, id="a menu"),
        pytest.param("<p>We write to you.</p>", 0, id="no list"),
        pytest.param(
            "<h2>Signed by</h2>" + "".join(f"<div><h4>{n} Roe</h4><p>Teacher</p></div>" for n in ("Ann", "Ben", "Cy")),
            3,
            id="cards with a name as heading",
        ),
        pytest.param(
            "<h2>連署人</h2><dl><dt>李大明<dd>市議員<dt>陳美玲<dd>大學講師</dl>", 2, id="terms and what is said of them"
        ),
        pytest.param("", 0, id="nothing"),
    ],
)
def test_shapes_of_lists(html: str, names: int, rulebook: Rulebook) -> None:
    found = read_list(html, "page.html", rulebook)
    assert len(found.entries) == names
    assert found.entries or found.skipped


def test_family_names_that_come_first_are_turned_where_all_lines_are_so(rulebook: Rulebook) -> None:
    text = "Signatories\n===\nAbernathy, Ruth (MP)\nCastellano, Leo, Senator\nOkafor, Jenny\nLindqvist, Ada\n"
    assert [printed_line(e) for e in read_list(text, "list.txt", rulebook).entries] == [
        "Ruth Abernathy, MP",
        "Leo Castellano, Senator",
        "Jenny Okafor",
        "Ada Lindqvist",
    ]


def test_markdown_is_read_below_its_headings(rulebook: Rulebook) -> None:
    text = (
        "---\ntitle: Letter\n---\n# Letter\n\nWe ask for light.\n\n## Organizations\n\n- [Oak Choir](https://oak.example)\n"
        "* Elm *Society*\n\n**Individuals**\n\nHon. Linda Frémont, Senator\nRuth Abernathy, Teacher\n\n"
        "| Name | Title |\n|---|---|\n| Leo Castellano | Senator |\n\n## Contact\n\nPress Club\n"
    )
    found = read_list(text, "letter.md", rulebook)
    assert lines(found, Category.ORGANIZATION) == ["Oak Choir", "Elm Society"]
    assert lines(found, Category.PERSON) == [
        "Hon. Linda Frémont, Senator",
        "Ruth Abernathy, Teacher",
        "Leo Castellano, Senator",
    ]


@pytest.mark.parametrize(
    ("text", "name", "printed"),
    [
        pytest.param(
            "First name,Last name,Position,E-mail\nLinda,Frémont,Senator,l@x.example\nRuth,Abernathy,,\nAda,Lind,MP,\n",
            "form.csv",
            ["Linda Frémont, Senator", "Ruth Abernathy", "Ada Lind, MP"],
            id="a form's answers; addresses are no offices",
        ),
        pytest.param(
            "Nom de l'organisme;Ville;Téléphone\nComité Saint-Roch;Québec;418 555 0100\nLigue du fleuve;Lévis;\n",
            "liste.csv",
            ["Comité Saint-Roch, Québec", "Ligue du fleuve, Lévis"],
            id="French headings and semicolons",
        ),
        pytest.param(
            "name,category\n香港學生會,團體\n李大明,個人\n",
            "l.csv",
            ["香港學生會", "李大明"],
            id="categories in Chinese",
        ),
        pytest.param(
            json.dumps(
                {"page": {"organizations": ["Oak Choir"], "individuals": [{"name": "Ruth Roe", "title": "MP"}]}}
            ),
            "others.json",
            ["Oak Choir", "Ruth Roe, MP"],
            id="JSON of another kind, in groups",
        ),
        pytest.param(
            json.dumps(
                [
                    {"firstName": "Ruth", "lastName": "Roe", "email": "r@x.example"},
                    {"firstName": "Leo", "lastName": "Castellano"},
                ]
            ),
            "export.json",
            ["Ruth Roe", "Leo Castellano"],
            id="records with other keys",
        ),
    ],
)
def test_tables_of_other_programs(text: str, name: str, printed: list[str], rulebook: Rulebook) -> None:
    found = read_list(text, name, rulebook)
    assert [printed_line(entry) for entry in found.entries] == printed


def test_a_workbook_is_a_table_like_any_other(rulebook: Rulebook) -> None:
    octets = xlsx(sheet_rows([["Name", "Title"], ["Linda Frémont", "Senator"], ["Ruth Roe", "MP"]]))
    found = read_file(octets, "list.xlsx", rulebook)
    assert [printed_line(entry) for entry in found.entries] == ["Linda Frémont, Senator", "Ruth Roe, MP"]


def test_columns_whose_headings_say_nothing_known_may_be_private(rulebook: Rulebook) -> None:
    text = (
        "Timestamp,Email Address,Name of organization,Contact person,City,Phone,Notes\n"
        '2021-01-08 10:00:00,b@elm.example,"Elm, Ash and Company",Ruth Roe,Ottawa,416 555 0100,called Tuesday\n'
        "2021-01-08 12:00:00,c@x.example,,Leo Only,Ottawa,,\n"
    )
    found = read_list(text, "form.csv", rulebook)
    assert [printed_line(entry) for entry in found.entries] == ["Elm, Ash and Company, Ottawa"]
    assert len(found.skipped) == 1


@pytest.mark.parametrize(
    ("octets", "charset"),
    [
        pytest.param("<h2>聯署團體</h2><ul><li>香港學生會</ul>".encode("big5hkscs"), "big5", id="by the server"),
        pytest.param(
            b'<meta charset="big5">' + "<h2>聯署團體</h2><ul><li>香港學生會</ul>".encode("big5hkscs"),
            "",
            id="by itself",
        ),
        pytest.param("\ufeff<h2>聯署團體</h2><ul><li>香港學生會</ul>".encode("utf-16"), "", id="by its mark"),
    ],
)
def test_the_charset_is_the_declared_one(octets: bytes, charset: str, rulebook: Rulebook) -> None:
    found = read_file(octets, "page.html", rulebook, charset=charset)
    assert [entry.name for entry in found.entries] == ["香港學生會"]


def test_a_page_of_many_names_is_read_in_reasonable_time(rulebook: Rulebook) -> None:
    html = "<h2>Signatories</h2><ul>" + "".join(f"<li>Choir {chr(97 + n % 26)}{n} Society</li>" for n in range(2_000))
    assert len(read_list(html, "page.html", rulebook).entries) == 2_000


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("*" * 40_000 + "x", id="marks of footnotes"),
        pytest.param("\n" * 200_000 + "x", id="blank lines"),
        pytest.param("\u3000" * 100_000 + "x", id="wide blanks"),
        pytest.param("(" * 100_000, id="parentheses"),
        pytest.param("; " * 100_000, id="separators"),
        pytest.param("|" * 100_000, id="bars"),
        pytest.param("Dr. " * 50_000, id="honorifics"),
        pytest.param("- " * 100_000, id="bullets"),
        pytest.param("a\n===\n" * 2_000, id="headings"),
    ],
)
def test_nothing_that_a_page_repeats_takes_long(text: str, rulebook: Rulebook) -> None:
    began = time.process_time()
    for name in ("a.html", "a.md", "a.txt", "a.csv"):
        read_list(
            f"<h2>Signatories</h2><ul><li>{text}" if name == "a.html" else f"Signatories:\n{text}", name, rulebook
        )
    read_list(json.dumps({"signatories": [text, {"name": text}]}), "a.json", rulebook)
    assert time.process_time() - began < 6


def test_depth_costs_nothing() -> None:
    assert [line.text for line in page_outline("<div><table><tr><td><ul><li>" * 2_000 + "Oak Choir")] == ["Oak Choir"]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<td>", "<tr>", "<table>", "</table>", "<ul>", "<li>", "</ul>", "<h2>", "Signatories", "</h2>", "<br>", "x, y",
             "<p>", "Oak Choir", "\u202e", "</td>", "</tr>", "|", "\n", "- ", "# ", "<dt>", "<h4>", '"', ",", ";", "name", "[", "{", "聯署團體："]
        ),
        max_size=60,
    )
)  # fmt: skip
def test_no_page_makes_reading_fail(rulebook: Rulebook, pieces: list[str]) -> None:
    for name in ("a.html", "a.md", "a.txt", "a.csv", "a.json"):
        for named in read_list("".join(pieces), name, rulebook).names:
            assert named.entry.name
