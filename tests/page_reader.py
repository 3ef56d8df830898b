"""A published page as a browser sees it, for the tests of writing.page."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

from mailbot.core.events import Entry
from mailbot.core.intents import Category
from mailbot.core.roster import Roster
from mailbot.writing.page import LetterText, files

ROOT = Path(__file__).parents[1]
TEMPLATES = {str(p.relative_to(ROOT / "templates")): p.read_text("utf-8") for p in (ROOT / "templates/page").iterdir()}
NOW = datetime(2021, 1, 9, 12, 30, tzinfo=UTC)
ADDRESS = "letter@openletter.example"


def published(
    *entries: Entry, withheld: int = 0, waiting: int = 0, text: str = "Words.", languages: Sequence[str] = ("en",)
) -> dict[str, bytes]:
    made = Roster(
        organizations=tuple(e for e in entries if e.category is Category.ORGANIZATION),
        persons=tuple(e for e in entries if e.category is Category.PERSON),
        withheld=withheld,
    )
    letter = LetterText(
        title="A letter & <more>", text=text, address=ADDRESS, language=languages[0], page_url="https://letter.example/"
    )
    return files(
        made, letter=letter, revision=7, updated=NOW, waiting=waiting, templates=TEMPLATES, languages=languages
    )


class Page(HTMLParser):
    """A page as a browser sees it: its elements with their attributes, and the text of each list item and heading."""

    def __init__(self, octets: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.items: list[str] = []
        self.headings: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(octets.decode("utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "br", "hr", "input"):
            self._open.append(tag)
        if tag == "li":
            self.items.append("")
        if tag in ("h1", "h2", "h3"):
            self.headings.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self._open):
            self.text += data
        if "li" in self._open:
            self.items[-1] += data
        if {"h1", "h2", "h3"} & set(self._open):
            self.headings[-1] += data

    def links(self) -> list[str]:
        return [str(a["href"]) for tag, a in self.elements if tag == "a"]


def page(*entries: Entry, **options: object) -> Page:
    return Page(published(*entries, **options)["index.html"])  # type: ignore[arg-type]


SENATOR = Entry(name="Linda Frum", category=Category.PERSON, honorific="Hon.", title="Senator")
MEMBER = Entry(name="Kenny Chiu", category=Category.PERSON, title="Member of Parliament")
CLUB = Entry(name="Hong Kong Club", alt_names=("香港會", "香港会"), place="Québec", website="https://club.example/é")
