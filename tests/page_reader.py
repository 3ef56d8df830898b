"""A published page as a browser sees it, for the tests of writing.page."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

from mailbot.core.editions import Edition
from mailbot.core.events import Entry
from mailbot.core.intents import Category
from mailbot.core.receipts import Receipt, listed, told
from mailbot.core.roster import Roster
from mailbot.core.vouching import Vouched
from mailbot.writing.data_files import feed_sheet
from mailbot.writing.listed import listed_line
from mailbot.writing.page import LetterText, files

ROOT = Path(__file__).parents[1]
TEMPLATES = {str(p.relative_to(ROOT / "templates")): p.read_text("utf-8") for p in (ROOT / "templates/page").iterdir()}
NOW = datetime(2021, 1, 9, 12, 30, tzinfo=UTC)
ADDRESS = "letter@openletter.example"
SALT = "00" * 16
TAG = "tag:letter@openletter.example,2021-01-06:"


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
    edition = Edition(revision=7, updated=NOW, waiting=waiting, salt=SALT, tag=TAG)
    feed = feed_sheet(
        vouched(*entries),
        edition,
        title=letter.title,
        page_url=letter.page_url,
        languages=languages,
        templates=TEMPLATES,
    )
    return files(
        made,
        letter=letter,
        revision=7,
        updated=NOW,
        waiting=waiting,
        templates=TEMPLATES,
        languages=languages,
        salt=SALT,
        beside=[feed],
    )


def vouched(*entries: Entry) -> tuple[Vouched, ...]:
    """Everybody with a receipt, each shown a minute after the one before."""
    made = []
    for n, entry in enumerate(entries):
        nonce, at = n.to_bytes(16, "big"), NOW - timedelta(minutes=len(entries) - n)
        line = listed_line(entry)
        receipt = Receipt(nonce=nonce, told=told(nonce, line), listed=listed(nonce, line), first=at, changed=at)
        made.append(Vouched(entry, receipt))
    return tuple(made)


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
