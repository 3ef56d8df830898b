"""The mails that every contender of `make bench` is given: 7 kB of multipart/alternative, each asking for another name."""

import random
from email.message import EmailMessage
from email.policy import SMTP
from functools import lru_cache

_FIRST = [
    "Tamarack",
    "Prairie",
    "Harbour",
    "Maple",
    "Cedar",
    "Riverside",
    "Lakeshore",
    "Northern",
    "Western",
    "Eastern",
    "Granite",
    "Juniper",
    "Birch",
    "Heron",
    "Sandhill",
    "Meadow",
    "Summit",
    "Valley",
    "Coastal",
    "Island",
    "Fraser",
    "Ottawa",
    "Niagara",
    "Acadia",
    "Laurentian",
    "Humber",
    "Rideau",
    "Sunset",
    "Beacon",
    "Lantern",
    "Compass",
    "Anchor",
    "Bridge",
    "Mosaic",
    "Kestrel",
    "Osprey",
    "Willow",
    "Aspen",
    "Spruce",
    "Hemlock",
    "Orchard",
    "Quarry",
    "Ferry",
    "Canal",
    "Garnet",
    "Amber",
    "Copper",
    "Silver",
    "Cobalt",
    "Indigo",
    "Crimson",
    "Scarlet",
    "Violet",
    "Aurora",
    "Polaris",
    "Orion",
    "Meridian",
    "Horizon",
    "Equinox",
    "Solstice",
]
_SECOND = [
    "Street",
    "Books",
    "Community",
    "Students",
    "Workers",
    "Readers",
    "Writers",
    "Parents",
    "Tenants",
    "Neighbours",
    "Farmers",
    "Nurses",
    "Teachers",
    "Choir",
    "Heritage",
    "Culture",
    "Justice",
    "Rights",
    "Freedom",
    "Faith",
    "Music",
    "Theatre",
    "Press",
    "History",
    "Science",
    "Language",
    "Learning",
    "Housing",
    "Garden",
]
_KIND = [
    "Society",
    "Association",
    "Union",
    "Network",
    "Alliance",
    "Council",
    "Collective",
    "Foundation",
    "Federation",
    "Committee",
]
_PARAGRAPH = (
    "Our members have followed the arrests closely, and at our last meeting we read your letter aloud and talked it "
    "over for most of an evening; several of us have family there and could add a good deal to what it says. "
)

SIZE = 7_000  # octets of one mail, within a few


def name(number: int) -> str:
    """The organization that mail `number` asks for; 17,400 of them are told apart by words, more by their chapter."""
    rest, first = divmod(number, len(_FIRST))
    rest, second = divmod(rest, len(_SECOND))
    chapter, kind = divmod(rest, len(_KIND))
    words = f"{_FIRST[first]} {_SECOND[second]} {_KIND[kind]}"
    return f"{words} {_CHAPTERS[chapter % len(_CHAPTERS)]}" if chapter else words


def address(number: int) -> str:
    """Its secretary's address; every mail comes from a domain of its own, as budgets for letters count domains."""
    return f"secretary@org{number:07}.example"


def mail(number: int, *, attachment: int = 0) -> bytes:
    """One request to sign, CRLF, of SIZE octets; with an attachment of so many octets where asked."""
    octets = _template(attachment)
    for mark, value in (("NUMBER", f"{number:07}"), ("NAME", name(number))):
        octets = octets.replace(f"@{mark}@".encode(), value.encode())
    return octets


_CHAPTERS = tuple(f"of {one} {two}" for one in _FIRST for two in ("Bay", "Hill", "Falls", "Grove", "Point"))


@lru_cache(maxsize=2)
def _template(attachment: int) -> bytes:
    text = (
        "Dear organizers,\n\nPlease add our organization to the list of signatories:\n\n@NAME@\n\n"
        f"Thank you for doing this.\n\n{_PARAGRAPH}\n\nKind regards,\nRuth Albany\n"
    )
    html = "".join(f"<p>{line}</p>\n" for line in text.split("\n") if line)
    message = EmailMessage(policy=SMTP)
    message["From"] = "Ruth Albany <secretary@org0000000.example>"
    message["To"] = "letter@openletter.example"
    message["Subject"] = "Our organization would like to sign"
    message["Date"] = "Sat, 09 Jan 2021 12:00:00 +0000"
    message["Message-ID"] = "<bench-0000000@org0000000.example>"
    message.set_content(text)
    message.add_alternative(f"<html><head>{_style(SIZE - 1_600)}</head><body>{html}</body></html>", subtype="html")
    if attachment:
        noise = random.Random(attachment).randbytes(attachment * 3 // 4)
        message.add_attachment(noise, maintype="application", subtype="octet-stream", filename="minutes.bin")
    return message.as_bytes().replace(b"0000000", b"@NUMBER@")


def _style(octets: int) -> str:
    """What mail programs put into the head of what they send, so much of it that the mail has its size."""
    rules = "".join(f"p.MsoNormal{n}, li.MsoNormal{n} {{margin:0cm; font-size:11.0pt;}}\n" for n in range(100))
    return f"<style>\n{rules[:octets]}\n</style>"
