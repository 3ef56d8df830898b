"""`mailbot import`: an existing list, matched against what is there, taken over on the operator's order."""

import re
import secrets
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from mailbot.app import Campaign
from mailbot.config import ConfigurationError
from mailbot.core.events import Event, Imported
from mailbot.core.taking_over import Found, Match, match_all
from mailbot.ports import UnitOfWork
from mailbot.reading.existing_list import ReadList, read_file
from mailbot.reading.listing import Named
from mailbot.verbs.progress import progress
from mailbot.worker.roll import fresh_refs, roll

_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A list as it was read; `name` says where from, `notes` what the operator should know of the way."""

    read: ReadList
    name: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an import would do, name by name."""

    rows: tuple[tuple[Named, Match], ...]

    def of(self, found: Found) -> int:
        return sum(match.found is found for _, match in self.rows)


def read_source(campaign: Campaign, source: str, *, plain_http: bool = False) -> Fetched:
    """Read a file or a page. Raises ConfigurationError for a file out of reach, TemporaryFailure, PermanentFailure."""
    if _URL.match(source):
        from mailbot.adapters.web_page import fetch_page

        page = fetch_page(source, plain_http=plain_http)
        parts = urlsplit(page.url)
        read = read_file(
            page.octets,
            unquote(parts.path),
            campaign.rulebook,
            content_type=page.content_type,
            charset=page.charset,
        )
        return Fetched(read=read, name=f"{parts.hostname}{unquote(parts.path)}"[:200], notes=page.notes)
    file = Path(source)
    try:
        octets = file.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"{file} cannot be read: {error.strerror}. Name a file (CSV, JSON, XLSX, HTML, text) or an address."
        ) from error
    return Fetched(read=read_file(octets, file.name, campaign.rulebook), name=file.name)


def plan_import(campaign: Campaign, read: ReadList) -> Plan:
    """Match a list against what is there; nothing is changed."""
    campaign.database.migrate()
    with campaign.database.begin(alone=False) as uow:
        return _plan(campaign, uow, read)


def carry_out_import(
    campaign: Campaign, fetched: Fetched, advance: Callable[[], None], *, include_alike: bool = False
) -> Plan:
    """List what is new, on the operator's own order, all of it in one transaction; what was done.

    It is matched once more there, for a mail may have come meanwhile. `include_alike`: also what looks like
    something that is there, now that somebody has looked.
    """
    campaign.database.migrate()
    now = campaign.clock()
    taken = {Found.NEW, Found.ALIKE} if include_alike else {Found.NEW}
    with campaign.database.begin() as uow:
        plan = _plan(campaign, uow, fetched.read)
        refs = fresh_refs(uow, secrets.randbelow)
        reason = f"imported from {fetched.name}"
        for _, match in plan.rows:
            if match.found in taken:
                change = Imported(entry=match.entry)
                event = Event(ref=next(refs), at=now, by="operator", reason=reason, change=change)
                uow.record([event], campaign.names.keys)
                advance()
    return plan


def converse(
    campaign: Campaign, source: str, *, preview: bool, yes: bool, include_alike: bool, plain_http: bool
) -> None:
    """Show the list, ask where somebody is there to answer, and take it over."""
    from mailbot.verbs.import_table import print_table

    fetched = read_source(campaign, source, plain_http=plain_http)
    plan = plan_import(campaign, fetched.read)
    for note in fetched.notes:
        print(f"Note: {note}.")
    print_table(plan, fetched.read)
    if preview:
        print(summary(plan, fetched.read, include_alike=include_alike, done=False))
        return
    new = plan.of(Found.NEW) + (plan.of(Found.ALIKE) if include_alike else 0)
    if new and not yes and sys.stdin.isatty() and not _agreed(new):
        print("Nothing was done.")
        return
    with progress("entries", new) as advance:
        done = carry_out_import(campaign, fetched, advance, include_alike=include_alike)
    print(summary(done, fetched.read, include_alike=include_alike, done=True))


def _agreed(new: int) -> bool:
    return input(f"List {new} name{'' if new == 1 else 's'}? [y/N] ").strip().casefold() in (
        "y",
        "yes",
        "o",
        "oui",
        "是",
    )


def import_list(campaign: Campaign, file: Path) -> Iterator[str]:
    """Take a file over without a question; lines that say what was done."""
    fetched = read_source(campaign, str(file))
    for skipped in fetched.read.skipped:
        yield f"- line {skipped.line} not taken ({skipped.why}): {skipped.text}"
    with progress("entries", len(fetched.read.names)) as advance:
        plan = carry_out_import(campaign, fetched, advance)
    yield summary(plan, fetched.read, include_alike=False, done=True)


def summary(plan: Plan, read: ReadList, *, include_alike: bool, done: bool) -> str:
    """ "28 listed, 0 were there already, 0 not taken.", or what would be."""
    alike = plan.of(Found.ALIKE)
    listed = plan.of(Found.NEW) + (alike if include_alike else 0)
    there = plan.of(Found.THERE)
    left = f", {alike} alike and left for you to look at" if alike and not include_alike else ""
    if done:
        return f"{listed} listed, {there} were there already{left}, {len(read.skipped)} not taken."
    return f"{listed} would be listed, {there} are there already{left}, {len(read.skipped)} not taken."


def _plan(campaign: Campaign, uow: UnitOfWork, read: ReadList) -> Plan:
    known = roll(uow, campaign.names, campaign.clock())
    matches = match_all(read.entries, known, campaign.names.fold)
    return Plan(rows=tuple(zip(read.names, matches, strict=True)))
