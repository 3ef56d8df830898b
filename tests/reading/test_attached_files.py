"""XLSX, DOCX, PDF and vCard: what a person sees of them is read; what is hostile or old is named, and nothing raises."""

import io
import sys
import time
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from attached_files import docx, package, paragraph, pdf, pdf_file, sheet_rows, word_table, xlsx
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font

from mailbot.core.message import Attachment, Message
from mailbot.reading.attached import ROWS, Defect, Table, Text, Why
from mailbot.reading.attachments import Opened, open_attachments

IN_FOUR_LANGUAGES = [
    pytest.param((("Group", "Town", "OK?"), ("Oak Street Choir", "Ottawa", "YES")), id="English"),
    pytest.param((("Nom du collectif", "Ville", "Signe ?"), ("Les Amis du Québec", "Lévis", "oui")), id="French"),
    pytest.param((("團體名稱", "城市", "是否聯署"), ("楓葉讀書會", "多倫多", "是")), id="traditional Chinese"),
    pytest.param((("团体名称", "城市", "是否联署"), ("枫叶读书会", "多伦多", "是")), id="simplified Chinese"),
]


def opened(octets: bytes, filename: str = "list.bin", content_type: str = "application/octet-stream") -> Opened:
    return open_attachments(
        Message(digest="", attachments=(Attachment(filename=filename, content_type=content_type, octets=octets),))
    )


def defect(octets: bytes, filename: str = "list.bin") -> Why | None:
    """What is said of an attachment of which nothing must come out."""
    found = opened(octets, filename)
    assert found.contents == ()
    return found.defects[0].why if found.defects else None


def rows_of(octets: bytes) -> list[tuple[tuple[str, ...], ...]]:
    found = opened(octets)
    assert found.defects == ()
    return [content.rows for content in found.contents if isinstance(content, Table)]


def text_of(octets: bytes) -> list[str]:
    texts = [content.text for content in opened(octets).contents if isinstance(content, Text)]
    return [line for text in texts for line in text.split("\n") if line]


def workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    octets = io.BytesIO()
    book.save(octets)
    return octets.getvalue()


# Spreadsheets


@pytest.mark.parametrize("rows", IN_FOUR_LANGUAGES)
def test_a_workbook_is_a_table_of_what_its_cells_show(rows: tuple[tuple[str, ...], ...]) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        for row in rows:
            book.active.append(row)

    assert opened(workbook(fill), "liste.xlsx").contents == (Table("attachment liste.xlsx:Sheet", rows),)


def test_what_a_sheet_hides_or_strikes_through_is_not_on_the_list() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        for name in ("Group", "Oak Street Choir", "Filtered Club", "Struck Club"):
            sheet.append([name])
        sheet.row_dimensions[3].hidden = True
        sheet["A4"].font = Font(strike=True)
        hidden = book.create_sheet("notes")
        hidden.append(["Hidden Club"])
        hidden.sheet_state = "hidden"

    assert rows_of(workbook(fill)) == [(("Group",), ("Oak Street Choir",))]


def test_a_formula_is_not_computed_and_its_stored_value_counts() -> None:
    data = '<row><c t="str"><f>WEBSERVICE("http://x.example/")</f><v>Oak Street Choir</v></c></row><row><c><f>1+1</f></c></row>'
    assert rows_of(xlsx(data)) == [(("Oak Street Choir",),)]


def test_numbers_booleans_shared_and_phonetic_strings_are_read_as_shown() -> None:
    shared = "<si><r><t>楓葉</t></r><r><t>讀書會</t></r><rPh><t>ふうよう</t></rPh></si>"
    data = (
        '<row r="1"><c r="B1" t="s"><v>0</v></c><c r="D1"><v>12.0</v></c><c r="E1" t="b"><v>1</v></c>'
        '<c r="F1" t="e"><v>#REF!</v></c><c r="ZZ1" t="s"><v>0</v></c><c r="G1" t="s"><v>99</v></c></row>'
    )
    assert rows_of(xlsx(data, shared=shared)) == [(("", "楓葉讀書會", "", "12", "TRUE"),)]


def test_a_sheet_of_too_many_rows_is_cut_and_said_to_be() -> None:
    found = opened(xlsx(sheet_rows([["Oak Street Choir"]] * (ROWS + 1))), "long.xlsx")
    assert isinstance(found.contents[0], Table)
    assert len(found.contents[0].rows) == ROWS
    assert found.defects == (Defect("attachment long.xlsx", Why.ROWS),)


# Documents


@pytest.mark.parametrize("rows", IN_FOUR_LANGUAGES)
def test_a_document_gives_its_paragraphs_as_text_and_its_tables_apart(rows: tuple[tuple[str, ...], ...]) -> None:
    octets = docx(paragraph("Liste") + word_table(rows) + paragraph("Fin"))
    assert opened(octets, "a.docx").contents == (
        Text("attachment a.docx", "Liste\nFin"),
        Table("attachment a.docx:table 1", rows),
    )


def test_list_items_keep_a_bullet_and_a_table_of_one_column_is_lines() -> None:
    item = '<w:numPr><w:ilvl w:val="0"/></w:numPr>'
    octets = docx(paragraph("Oak Street Choir", item) + word_table([["Elm Club"], ["Ash Society"]]))
    assert text_of(octets) == ["• Oak Street Choir", "Elm Club", "Ash Society"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(paragraph("Gone Club", run="<w:strike/>"), id="struck through"),
        pytest.param(paragraph("Gone Club", run="<w:vanish/>"), id="hidden"),
        pytest.param("<w:p><w:del><w:r><w:delText>Gone Club</w:delText></w:r></w:del></w:p>", id="deleted, tracked"),
        pytest.param("<w:p><w:moveFrom><w:r><w:t>Gone Club</w:t></w:r></w:moveFrom></w:p>", id="moved away"),
        pytest.param("<w:p><w:r><w:instrText>INCLUDETEXT Gone Club</w:instrText></w:r></w:p>", id="a field's code"),
    ],
)
def test_what_the_author_took_out_of_a_document_is_not_read(body: str) -> None:
    assert text_of(docx(paragraph("Oak Street Choir", run='<w:strike w:val="0"/>') + body)) == ["Oak Street Choir"]


def test_merged_cells_and_deleted_rows_leave_the_columns_in_place() -> None:
    merged = f'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{paragraph("A")}</w:tc><w:tc>{paragraph("B")}</w:tc></w:tr>'
    gone = f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{paragraph('X')}</w:tc><w:tc>{paragraph('Y')}</w:tc></w:tr>"
    assert rows_of(docx(f"<w:tbl>{merged}{gone}</w:tbl>")) == [(("A", "", "B"),)]


# PDF


@pytest.mark.parametrize("rows", IN_FOUR_LANGUAGES)
def test_words_in_columns_on_a_page_are_a_table(rows: tuple[tuple[str, ...], ...]) -> None:
    words = [(x, 700 - 20 * n, cell) for n, row in enumerate(rows) for x, cell in zip((50, 300, 450), row, strict=True)]
    assert opened(pdf(words), "a.pdf").contents == (Table("attachment a.pdf:page 1", rows),)


@pytest.mark.parametrize("names", [("Oak Street Choir", "Société du Vieux-Lévis"), ("楓葉讀書會", "枫叶合唱团")])
def test_a_page_of_one_name_a_line_is_lines(names: tuple[str, ...]) -> None:
    octets = pdf([(50, 700 - 20 * n, name) for n, name in enumerate((*names, "Page 1 of 1"))])
    assert text_of(octets) == list(names)


def test_a_pdf_without_text_is_a_scan_and_said_to_be() -> None:
    assert defect(pdf([], stream=b"q 500 0 0 700 0 0 cm /Im1 Do Q")) is Why.NO_TEXT


def test_a_long_pdf_is_read_to_the_cap_and_said_to_be_cut() -> None:
    found = opened(pdf([(50, 700, "Oak Street Choir")], pages=12), "a.pdf")
    assert found.defects == (Defect("attachment a.pdf", Why.LONG),)


def test_a_pdf_of_endless_work_ends_and_leaves_no_profiler_behind() -> None:
    started = time.monotonic()
    before = sys.getprofile()
    busy = b"BT /F1 12 Tf " + b"1 0 0 1 5 5 Tm <0041> Tj " * 60_000 + b"ET"
    assert defect(pdf([(50, 700, "A")], stream=busy, pages=10)) in (Why.EXPANDS, Why.COMPLEX)
    assert sys.getprofile() is before
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(
            pdf_file([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[2 0 R]>>"]), id="pages in a ring"
        ),
        pytest.param(pdf_file([b"<</Type/Catalog/Pages 1 0 R>>"]), id="a catalogue that is its own pages"),
        pytest.param(b"%PDF-1.7\n" + b"[" * 20_000, id="brackets without end"),
        pytest.param(
            b"%PDF-1.7\nxref\n0 1\ntrailer<</Size 1/Prev 9/Root 1 0 R>>\nstartxref\n9\n%%EOF", id="xref in a ring"
        ),
        pytest.param(pdf([], stream=b"\x00" * 40_000_000), id="a stream that expands"),
        pytest.param(b"%PDF-1.7\n", id="a header alone"),
    ],
)
def test_a_hostile_pdf_gives_nothing_but_a_defect(octets: bytes) -> None:
    assert defect(octets, "list.pdf") is not None


# vCards


def test_a_card_names_the_organization_and_who_speaks_for_it() -> None:
    card = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zoë Ames\r\nORG:Oak Street Choir\\, Ottawa;Altos\r\nTITLE:Chair\r\n"
        "item1.URL:https://choir.example\r\n /home\r\nADR;TYPE=WORK:;;1 Oak St;Ottawa;ON;K1A;Canada\r\nEND:VCARD\r\n"
    )
    heading = ("group", "contact", "role", "place", "website")
    row = ("Oak Street Choir, Ottawa", "Zoë Ames", "Chair", "Ottawa", "https://choir.example/home")
    assert rows_of(card.encode()) == [(heading, row)]


@pytest.mark.parametrize(
    ("card", "name"),
    [
        pytest.param("FN:Linda Ames\nTITLE:Senator", ("Linda Ames", "Senator", ""), id="a person"),
        pytest.param("N:Ames;Linda;;;", ("Linda Ames", "", ""), id="parts of a name"),
        pytest.param(
            "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E9=BB=84;=E6=B0=\n=B8;;;", ("永 黄", "", ""), id="2.1"
        ),
    ],
)
def test_a_card_without_an_organization_is_a_person(card: str, name: tuple[str, ...]) -> None:
    assert rows_of(f"BEGIN:VCARD\n{card}\nEND:VCARD".encode()) == [(("person", "role", "place"), name)]


@pytest.mark.parametrize("mark", ["KIND:org", "X-ABShowAs:COMPANY"])
def test_a_card_that_is_a_group_s_own_names_the_group(mark: str) -> None:
    assert rows_of(f"BEGIN:VCARD\n{mark}\nFN:Elm Club\nEND:VCARD".encode())[0][1][0] == "Elm Club"


# What is not read


@pytest.mark.parametrize(
    ("octets", "filename", "why"),
    [
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "list.xls", Why.LEGACY, id="an old .xls"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx",
            Why.ENCRYPTED,
            id="a locked .xlsx",
        ),
        pytest.param(b"<html><table><tr><td>Oak Street Choir", "list.xls", Why.LEGACY, id="HTML called .xls"),
        pytest.param(package({"content.xml": "<x/>"}), "list.ods", Why.FORMAT, id="OpenDocument"),
        pytest.param(b"{\\rtf1 Oak Street Choir}", "list.rtf", Why.FORMAT, id="RTF"),
        pytest.param(docx(paragraph("Oak Street Choir"))[:-40], "list.docx", Why.DAMAGED, id="a truncated package"),
        pytest.param(docx("<w:p><w:r>"), "list.docx", Why.DAMAGED, id="unbalanced XML"),
        pytest.param(b"not a workbook", "list.xlsx", Why.DAMAGED, id="text called .xlsx"),
        pytest.param(docx(""), "list.docx", Why.NO_TEXT, id="an empty document"),
        pytest.param(xlsx(""), "list.xlsx", Why.NO_TEXT, id="an empty sheet"),
        pytest.param(b"\x89PNG\r\n", "logo.png", None, id="a picture is no list"),
    ],
)
def test_what_cannot_be_read_is_named(octets: bytes, filename: str, why: Why | None) -> None:
    assert defect(octets, filename) is why


@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
def test_entities_are_refused_unexpanded_and_unfetched(coding: str) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "lol"><!ENTITY e SYSTEM "file:///etc/passwd">{laughs}]><x>&l9;&e;</x>'
    assert defect(package({"word/document.xml": bomb.encode(coding)})) is Why.ENTITIES


def test_a_part_that_expands_beyond_the_cap_is_not_expanded() -> None:
    assert defect(docx(" " * 9_000_000)) is Why.EXPANDS


def test_elements_nested_too_deep_or_too_many_are_refused() -> None:
    assert defect(docx("<w:x>" * 5_000 + "</w:x>" * 5_000)) is Why.DEEP
    assert defect(docx("<x/>" * 500_000)) is Why.COMPLEX


def test_after_one_bomb_no_further_file_is_unpacked() -> None:
    files = [docx(" " * 9_000_000), docx(paragraph("Oak Street Choir")), b"Group\nElm Club"]
    found = open_attachments(
        Message(
            digest="",
            attachments=tuple(
                Attachment(filename=f"{n}.csv", content_type="text/csv", octets=octets)
                for n, octets in enumerate(files)
            ),
        )
    )
    assert [d.why for d in found.defects] == [Why.EXPANDS, Why.COMPLEX]
    assert found.contents == (Table("attachment 2.csv", (("Group",), ("Elm Club",))),)


def test_an_archive_of_very_many_entries_is_not_listed() -> None:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as archive:
        for number in range(2_100):
            archive.writestr(f"word/{number}", b"")
    assert defect(octets.getvalue()) is Why.COMPLEX


def test_a_part_outside_the_package_is_never_looked_for() -> None:
    relation = '<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="{}" TargetMode="{}"/></Relationships>'
    for target, mode in (("../../../../etc/passwd", "Internal"), ("http://x.example/sheet.xml", "External")):
        more = {"xl/_rels/workbook.xml.rels": relation.format(target, mode)}
        octets = xlsx(sheet_rows([["Oak Street Choir"]]))
        parts = {
            name: zipfile.ZipFile(io.BytesIO(octets)).read(name)
            for name in zipfile.ZipFile(io.BytesIO(octets)).namelist()
        }
        assert defect(package({**parts, **more})) is Why.NO_TEXT


_SEEDS = [
    docx(paragraph("Oak Street Choir") + word_table([["Group", "Town"], ["Elm Club", "Hull"]])),
    xlsx(sheet_rows([["Group", "Town"], ["Elm Club", "Hull"]])),
    pdf([(50, 700, "Oak Street Choir")]),
    b"BEGIN:VCARD\nFN:Oak Street Choir\nORG:;\nADR:;;\nEND:VCARD",
]


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(_SEEDS), st.integers(0, 5_000), st.binary(max_size=12), st.integers(0, 40))
def test_no_damage_to_a_file_makes_it_raise(seed: bytes, at: int, noise: bytes, lost: int) -> None:
    at %= len(seed)
    found = opened(seed[:at] + noise + seed[at + lost :], "list.docx")
    assert len(found.defects) <= 1
