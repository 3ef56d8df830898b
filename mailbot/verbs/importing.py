"""`mailbot import`: an existing list, matched against what is there, taken over on the operator's order."""

from collections.abc import Iterator
from pathlib import Path

from mailbot.app import Campaign
from mailbot.config import ConfigurationError
from mailbot.core.printed import printed_line
from mailbot.reading.charsets import decode
from mailbot.reading.existing_list import read_list
from mailbot.verbs.progress import progress
from mailbot.verbs.roll import carry_out_import, plan_import


def import_list(campaign: Campaign, file: Path, *, preview: bool) -> Iterator[str]:
    """Lines that say what is, or with `preview` would be, done. Raises ConfigurationError for a file out of reach."""
    try:
        text, _ = decode(file.read_bytes())
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}. Name a CSV, JSON or text file.") from error
    read = read_list(text, file.name)
    plan = plan_import(campaign, read)
    for skipped in read.skipped:
        yield f"- line {skipped.line} not taken ({skipped.why}): {skipped.text}"
    if preview:
        yield from (f"+ {printed_line(entry)}" for entry in plan.new)
        yield f"{len(plan.new)} would be listed, {len(plan.there)} are there already, {len(read.skipped)} not taken."
        return
    with progress("entries", len(plan.new)) as advance:
        number = carry_out_import(campaign, plan, file.name, advance)
    yield f"{number} listed, {len(plan.there)} were there already, {len(read.skipped)} not taken."
