"""From chosen candidates to signatories: contact, role, place and website, each with the span that proves it."""

import re
from collections.abc import Sequence

from mailbot.core.intents import Category, Signatory, Span
from mailbot.reading.candidates import Candidate
from mailbot.reading.choosing import key
from mailbot.reading.letters import Letter
from mailbot.reading.listed_lines import label_of
from mailbot.reading.naming import Naming, clean_name
from mailbot.reading.passages import Passage
from mailbot.reading.people import read_role, split_role
from mailbot.reading.phrases import fold
from mailbot.reading.tables import Column

_LABELLED = re.compile(r"\s*([^\n:：|]{1,60}?)\s*[:：|]\s*(\S[^\n]*)$")
_WEBSITE = re.compile(r"(?:https?://|www\.)[\w.~/%#?=&+-]{3,120}[\w/]", re.IGNORECASE)


def as_signatories(
    chosen: Sequence[Candidate], letter: Letter, naming: Naming, was: Span | None = None
) -> tuple[Signatory, ...]:
    """The signatories of one letter. The one who speaks for an organization is its contact, never a signatory."""
    speaker = _speaker(letter, naming)
    told = _labelled(letter.body, naming)
    return tuple(_signatory(candidate, speaker, told, letter, was) for candidate in chosen)


def labelled_fields(body: Passage, naming: Naming) -> int:
    """How many lines of the body fill in a labelled field: name, contact, place, website."""
    known = naming.labels | naming.contact_labels | naming.place_labels | naming.website_labels | naming.role_labels
    heads = (re.split(r"[:：|]", body.of(line), maxsplit=1) for line in body.lines)
    return sum(1 for head in heads if len(head) > 1 and head[1].strip() and label_of(head[0]) in known)


def _signatory(
    candidate: Candidate,
    speaker: dict[str, Span],
    told: dict[str, Span],
    letter: Letter,
    was: Span | None,
) -> Signatory:
    entry = candidate.entry
    evidence = {"name": candidate.span}
    fields: dict[str, str] = {}
    organization = entry.category is Category.ORGANIZATION
    for name, value in (("honorific", entry.honorific), ("title", entry.title)):
        if value:
            evidence[name], fields[name] = candidate.spans.get(name, candidate.span), value
    spans = _of_row(candidate) if candidate.cells else {**(speaker if organization else {}), **told, **_website(letter)}
    if not organization:
        spans = {k: v for k, v in spans.items() if not k.startswith("contact") and k != "website"}
        if not entry.title and "title" in speaker and key(speaker["contact_name"].text) == key(entry.name):
            spans["title"] = speaker["title"]
    for name, span in spans.items():
        if name not in fields and name in _FIELDS and key(span.text) != key(entry.name):
            evidence[name], fields[name] = span, clean_name(span.text)
    if candidate.alt_names:
        evidence["alt_names"] = candidate.spans["alt_names"]
    if was:
        evidence["was"], fields["was"] = was, clean_name(was.text)
    return Signatory(
        name=entry.name,
        alt_names=candidate.alt_names,
        category=entry.category,
        confidence=round(min(candidate.score, 1.0), 2),
        evidence=evidence,
        **fields,
    )


_FIELDS = frozenset({"contact_name", "contact_role", "place", "website", "title"})


def _speaker(letter: Letter, naming: Naming) -> dict[str, Span]:
    """Who wrote it and as what: from the signature block, else the display name."""
    name = role = ""
    spans: dict[str, Span] = {}
    for signature, line in ((s, line) for s in letter.signatures for line in s.lines):
        text = signature.of(line)
        if not name:
            name, role = split_role(text, naming)
        elif not role and not naming.is_organization(text):
            role = read_role(text, naming)
        for field, value in (("contact_name", name), ("contact_role", role)):
            if value and field not in spans and (found := _span(signature, value, "signature", line.start, line.end)):
                spans[field] = found
    if "contact_name" in spans:
        pass
    elif letter.author and naming.is_person(_plain(letter.author.display_name)):
        shown = letter.shown
        found = _span(shown, _plain(letter.author.display_name), "author")
        spans |= {"contact_name": found or Span(text=shown.source, where=shown.where, rule="author")}
    if "contact_role" in spans and "contact_name" in spans and naming.offices.search(fold(role)):
        spans["title"] = spans["contact_role"]
    return spans


def _plain(display_name: str) -> str:
    return clean_name(display_name)


def _labelled(body: Passage, naming: Naming) -> dict[str, Span]:
    """ "Contact person: …", "City: …" in the body."""
    spans: dict[str, Span] = {}
    for line in body.lines:
        found = _LABELLED.match(body.of(line))
        if not found:
            continue
        label = label_of(found.group(1))
        start = line.start + found.start(2)
        if label in naming.contact_labels:
            name, role = split_role(found.group(2), naming)
            for field, text in (("contact_name", name), ("contact_role", role)):
                if text and (span := _span(body, text, "label", start, line.end)):
                    spans.setdefault(field, span)
        for field, labels in (
            ("place", naming.place_labels),
            ("website", naming.website_labels),
            ("contact_role", naming.role_labels),
        ):
            if label in labels:
                spans.setdefault(
                    field, Span(text=body.source[start : line.end], where=body.place(start, line.end), rule="label")
                )
    return spans


def _website(letter: Letter) -> dict[str, Span]:
    for signature in letter.signatures:
        found = _WEBSITE.search(signature.text)
        if found:
            span = Span(text=found.group(), where=signature.place(*found.span()), rule="signature")
            return {"website": span}
    return {}


def _of_row(candidate: Candidate) -> dict[str, Span]:
    spans: dict[str, Span] = {}
    for column, cell in candidate.cells.items():
        field = {
            Column.PLACE: "place",
            Column.WEBSITE: "website",
            Column.ROLE: "contact_role",
            Column.CONTACT: "contact_name",
        }.get(Column(column))
        if field:
            spans[field] = Span(text=cell, where=candidate.span.where, rule="table")
    return spans


def _span(passage: Passage, text: str, rule: str, start: int = 0, end: int | None = None) -> Span | None:
    at = passage.text.find(text, start, len(passage.text) if end is None else end)
    if at < 0:
        return None
    return Span(text=passage.source[at : at + len(text)], where=passage.place(at, at + len(text)), rule=rule)
