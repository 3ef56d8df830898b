"""Files as people attach them, made anew for each test: office packages zipped by hand, PDFs written by hand."""

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive of these parts."""
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return octets.getvalue()


def docx(body: str) -> bytes:
    """A Word document with this WordprocessingML between its body tags."""
    return package({"word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>"})


def paragraph(text: str, properties: str = "", run: str = "") -> str:
    inner = f'<w:r><w:rPr>{run}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def word_table(rows: Sequence[Sequence[str]]) -> str:
    lines = ("".join(f"<w:tc><w:tcPr/>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{line}</w:tr>" for line in lines) + "</w:tbl>"


def xlsx(data: str, *, shared: str = "", styles: str = "", sheets: str = "", more: Mapping[str, str] = {}) -> bytes:
    """A workbook with one sheet "List", of this SpreadsheetML between its sheetData tags."""
    listed = sheets or '<sheet name="List" sheetId="1" r:id="rId1"/>'
    relation = f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    return package(
        {
            "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f"<Relationships>{relation}</Relationships>",
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEET}"><sheetData>{data}</sheetData></worksheet>',
            "xl/sharedStrings.xml": f'<sst xmlns="{SHEET}">{shared}</sst>',
            "xl/styles.xml": f'<styleSheet xmlns="{SHEET}">{styles}</styleSheet>',
            **more,
        }
    )


def sheet_rows(rows: Sequence[Sequence[str]]) -> str:
    cells = ("".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row) for row in rows)
    return "".join(f"<row>{line}</row>" for line in cells)


def pdf(words: Sequence[tuple[float, float, str]], *, pages: int = 1, stream: bytes | None = None) -> bytes:
    """A PDF with these (x, y, text) on each page, in a font that tells its characters by ToUnicode alone."""
    content = stream if stream is not None else _content(words)
    unicode_map = _unicode_map("".join(text for _, _, text in words))
    wide = " ".join(f"{ord(c)} [1000]" for c in sorted({c for _, _, t in words for c in t if ord(c) > 0x2E80}))
    kids = " ".join(f"{n} 0 R" for n in range(7, 7 + pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {pages}/Kids[{kids}]>>".encode(),
        _stream(content),
        b"<</Type/Font/Subtype/Type0/BaseFont/Made/Encoding/Identity-H/DescendantFonts[5 0 R]/ToUnicode 6 0 R>>",
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/Made/DW 500/W[{wide}]"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>".encode(),
        _stream(unicode_map),
        *[
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R/Resources<</Font<</F1 4 0 R>>>>>>"
            for _ in range(pages)
        ],
    ]
    return pdf_file(objects)


def pdf_file(objects: Sequence[bytes]) -> bytes:
    """The file of these objects, numbered from 1; the first is the catalogue."""
    octets, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(octets))
        octets += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(octets)
    octets += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return octets + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def _content(words: Sequence[tuple[float, float, str]]) -> bytes:
    shown = (f"BT /F1 12 Tf 1 0 0 1 {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj ET" for x, y, text in words)
    return "\n".join(shown).encode()


def _stream(content: bytes) -> bytes:
    packed = zlib.compress(content)
    return b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed)


def _unicode_map(text: str) -> bytes:
    codes = [c.encode("utf-16-be").hex() for c in sorted(set(text))]
    blocks = (codes[n : n + 100] for n in range(0, len(codes), 100))
    chars = "\n".join(
        f"{len(block)} beginbfchar\n" + "\n".join(f"<{c}> <{c}>" for c in block) + "\nendbfchar" for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Made def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{chars}\nendcmap end end"
    ).encode()
