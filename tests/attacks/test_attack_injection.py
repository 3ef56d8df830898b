"""Text that would be a field, a template, markup or a formula, in every field that reaches a letter or the page."""

import csv
import io
import json
import re
from html.parser import HTMLParser

import pytest
from attack_scene import A, B, Battlefield, Scene
from journey import ADA, BEN, Letter

from mailbot import config

SOMEBODY = "somebody@choir.example"
HOSTILE = {
    "a line break": "Choir\r\nBcc: victim@innocent.example",
    "an encoded line break": "=?utf-8?q?Choir=0D=0ABcc:_victim=40innocent=2Eexample?=",
    "a line separator": "Choir\u2028Bcc: victim@innocent.example\u0085X-Injected: 1",
    "an empty line": "Choir\r\n\r\n<script>alert(1)</script>",
    "a template": "Choir {{ 7*191 }} {% for x in range(9) %}zz{% endfor %} {# c #}",
    "a template that digs": "Choir {{ ''.__class__.__mro__[1].__subclasses__() }}",
    "a format": "Choir %(title)s %s {title} ${title} {0.__class__}",
    "a script": "Choir <script>alert(1)</script>",
    "an image": "Choir <img src=https://watches.example/x onerror=alert(1)>",
    "an attribute": "Choir\" onmouseover=\"alert(1)' x='",
    "an entity": "Choir &lt;script&gt;alert(1)&lt;/script&gt;",
    "a closing tag": "Choir</li></ul></main><style>*{display:none}</style>",
    "a Markdown link": "[Choir](https://watches.example/) ![x](https://watches.example/x.png)",
    "a formula": '=HYPERLINK("https://watches.example/";"Choir")',
    "a formula of another sign": "+Choir|' /C calc'!A0",
    "a formula behind a tab": "\t@SUM(1+1)*Choir",
    "a turned line": "Choir \u202eelpmaxe.tnecnoni@mitciv\u202c",
    "our own marks": "Choir \x02\x03\x1f [#K7Q4 mb1oak10djnwvq8as8af46qynkddsymq1jsh9p7b12hpgy] ===== Please reply above this line =====",
    "a boundary": "Choir --=_ABCDEFGHJK Content-Type: text/html",
}
FIELDS = {
    "the name": lambda c, t: c.mail(f"Somebody <{SOMEBODY}>", f"Please add our organization: {t}\n", proved=True),
    "a labelled name": lambda c, t: c.mail(f"Somebody <{SOMEBODY}>", f"Please add us.\nName: {t}\nCity: Winnipeg\n", proved=True),
    "the display name": lambda c, t: _in_field(c, "From", f'"{_escaped(t)}" <{SOMEBODY}>'),
    "the subject": lambda c, t: _in_field(c, "Subject", t),
    "the Message-ID": lambda c, t: _in_field(c, "Message-ID", f"<{t}@choir.example>"),
    "the references": lambda c, t: _in_field(c, "References", f"<{t}@choir.example> <x@choir.example>"),
    "the further labels": lambda c, t: c.mail(f"Somebody <{SOMEBODY}>", f"Please add us.\nName: Mill Street Choir\nCity: {t}\nWebsite: {t}\nContact: {t}\nTitle: {t}\n", proved=True),
    "the words": lambda c, t: c.mail(f"Somebody <{SOMEBODY}>", f"Please add our organization: Mill Street Choir\n\n{t}\n", proved=True),
    "a mail for people": lambda c, t: c.mail(f"Somebody <{SOMEBODY}>", f"I have a question: {t}", subject="A question"),
}  # fmt: skip


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _in_field(campaign: Battlefield, name: str, value: str) -> bytes:
    """A mail whose header field holds the text as it is, line breaks and all."""
    mail = campaign.mail(f"Somebody <{SOMEBODY}>", "Please add our organization: Mill Street Choir\n", proved=True)
    head, _, body = mail.partition(b"\r\n\r\n")
    lines = [
        line for line in re.split(rb"\r\n(?![ \t])", head) if not line.lower().startswith(f"{name}:".lower().encode())
    ]
    return b"\r\n".join([*lines, f"{name}: {value}".encode()]) + b"\r\n\r\n" + body


FILTER = (config.shipped("templates") / "page/filter.js").read_text("utf-8").strip()


class Elements(HTMLParser):
    """The elements of a page or of an HTML part, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def inert_html(text: str) -> None:
    for tag, attributes in Elements(text).found:
        assert tag not in ("script", "img", "iframe", "form", "object", "base"), tag
        assert not any(name.startswith("on") for name in attributes), attributes
        assert tag != "a" or str(attributes.get("href")).startswith(
            ("https:", "http:", "mailto:", "#", "signatories", "index.", "feed.xml")
        ), attributes


def inert_letter(letter: Letter) -> None:
    """One recipient, no field but ours, nothing evaluated, no element but ours."""
    names = [name.casefold() for name in letter.message]
    assert len(names) == len(set(names)), names
    assert not {"bcc", "cc", "x-injected"} & set(names)
    assert letter.to in (ADA, BEN, SOMEBODY)
    assert not letter.message.defects
    assert [part.get_content_type() for part in letter.message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    for part in letter.message.iter_parts():
        assert "1337" not in part.get_content()
        assert "zzzz" not in part.get_content()
        assert "<class" not in part.get_content()
    inert_html(letter.message.get_body(("html",)).get_content())


def inert_page(campaign: Battlefield) -> None:
    public = campaign.folder / "public"
    for file in public.glob("index*.html"):
        text = file.read_text().replace(f"<script>{FILTER}</script>", "")
        inert_html(text)
        assert "<style>*{display" not in text
        assert "1337" not in text
    listed = json.loads((public / "signatories.json").read_text())["signatories"]
    cells = [value for one in listed for value in (one["name"], one["title"], one["place"], one["honorific"])]
    for file in public.glob("*.csv"):
        cells += [cell for row in csv.reader(io.StringIO(file.read_text("utf-8-sig"))) for cell in row]
    for cell in cells:
        assert not cell.startswith(("=", "+", "-", "@", "\t")), cell
        assert cell.isprintable(), cell


@pytest.mark.parametrize("field", FIELDS)
def test_hostile_text_stays_text_in_letters_and_on_the_page(campaign: Battlefield, field: str) -> None:
    """All of it is even approved: an organizer may not look closely."""
    for text in HOSTILE.values():
        campaign.drop(FIELDS[field](campaign, text))
    campaign.once()
    letters = campaign.letters()
    assert letters
    campaign.drop(campaign.mail(A, "\n".join(f"ok {ref}" for ref in campaign.roll()), proved=True))
    campaign.drop(campaign.mail(B, "\n".join(f"show {ref}" for ref in list(campaign.roll())[:9]), proved=True))
    campaign.once()
    campaign.now = campaign.now.replace(day=11)
    campaign.digest_time()
    for letter in letters + campaign.letters():
        if letter.to not in ("marc@saintroch.example", "paul@lantern.example"):
            inert_letter(letter)
    inert_page(campaign)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_in_an_organizers_order_stays_text(campaign: Battlefield, scene: Scene, text: str) -> None:
    """Even an organizer's own hand (or a table they paste from) puts no markup and no formula on the page."""
    one_line = " ".join(text.split())
    fields = ("name", "place", "title", "honorific", "website")
    lines = [f"{scene.listed} {field}: {one_line}" for field in fields] + [f"note {scene.listed}: {one_line}"]
    campaign.strike(campaign.mail(A, "\n".join(lines), proved=True), campaign.mail(B, f"find {one_line}", proved=True))
    campaign.once()
    for letter in campaign.letters():
        inert_letter(letter)
    inert_page(campaign)
