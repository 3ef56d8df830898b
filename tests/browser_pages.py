"""Published pages on disk, as a browser is shown them: the first letter's in four languages, a cut list, hostile names."""

from pathlib import Path

from page_reader import ADDRESS, NOW, ROOT, TEMPLATES

from mailbot.core.events import Entry
from mailbot.core.intents import Category
from mailbot.core.roster import Roster
from mailbot.reading.existing_list import read_list
from mailbot.writing.collation import Collation
from mailbot.writing.letter_text import LetterText
from mailbot.writing.page import files, vacated

LANGUAGES = ("en", "fr", "zh-Hant", "zh-Hans")
HOSTILE = (
    "x" * 1_000,
    "wor ds " * 150,
    "\U0001f600\U0001f3f3\ufe0f\u200d\U0001f308" * 60,
    "\u202eevil\u2066\u200f\u061c name",
    "</li></ul><script>alert(1)</script>",
    "\"'><img src=https://evil.example/x onerror=alert(1)>",
    "https://evil.example/a/very/long/" + "path/" * 100,
    "Z\u0335\u0321" * 60 + "algo" + "\u0301" * 300,
    "جمعية الصداقة",
    "אגודת הידידות, Toronto",
    "香港" * 200,
)


def letter() -> LetterText:
    texts = {tag: (ROOT / f"templates/letters/letter.{tag}.md").read_text("utf-8") for tag in LANGUAGES}
    return LetterText(
        title="They were taken at dawn",
        text=texts.pop("en"),
        address=ADDRESS,
        language="en",
        page_url="https://letter.example/",
        translations={**texts, "fr": "# On est venu les chercher à l’aube\n\n" + texts["fr"]},
    )


def first_signatories() -> Roster:
    """Those of the demo: eleven organizations and seventeen persons, and some whose names are foreign."""
    read = read_list((ROOT / "mailbot/demo/first-signatures.csv").read_text("utf-8"), "first-signatures.csv")
    foreign = [
        Entry(name="聖光華人基督教會"),
        Entry(name="枫叶华人人权关注组"),
        Entry(name="Club Hong Kong", alt_names=("香港會",), place="Montréal", website="https://club.example"),
        Entry(name="何志恆", category=Category.PERSON, title="律師"),
    ]
    return _roster([*read.entries, *foreign])


def people(number: int) -> Roster:
    names = ("Frum", "Chiu", "May", "Kwan", "Élie", "Munson", "Œuvrard", "陳", "李", "Дом", "3rd")
    return _roster([Entry(name=f"Ann {names[n % 11]}{n:05}", category=Category.PERSON) for n in range(number)])


def write(folder: Path) -> Path:
    """Folders under `folder`: first, cut, hostile, moved, empty. The folder."""
    key = Collation(language="en")
    made = {
        "first": _files(first_signatories()),
        "cut": _files(people(200), names_a_page=50, section=lambda entry: key.section(entry.name.split()[-1])),
        "hostile": _files(_roster([_hostile(text, Category.PERSON) for text in HOSTILE])),
        "empty": _files(Roster()),
        "moved": {"persons-a.html": vacated("persons-a.html", letter(), TEMPLATES).make()},
    }
    for name, files_ in made.items():
        (folder / name).mkdir()
        for file, octets in files_.items():
            (folder / name / file).write_bytes(octets)
    return folder


def _hostile(text: str, category: Category) -> Entry:
    return Entry(name=text, category=category, alt_names=(text[:80],), title=text[:80], place=text[:80], website=text)


def _roster(entries: list[Entry]) -> Roster:
    return Roster(
        organizations=tuple(e for e in entries if e.category is Category.ORGANIZATION),
        persons=tuple(e for e in entries if e.category is Category.PERSON),
        withheld=2,
    )


def _files(roster: Roster, **options: object) -> dict[str, bytes]:
    facts = {"revision": 1, "updated": NOW, "waiting": 3, "templates": TEMPLATES, "languages": LANGUAGES}
    return files(roster, letter=letter(), **facts, **options)
