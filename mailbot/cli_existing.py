"""The command line of what there is already: a list to take over."""

from typing import Annotated

import typer

from mailbot.shell import opened


def import_(
    source: Annotated[
        str, typer.Argument(metavar="FILE-or-URL", help="CSV, JSON, XLSX, DOCX, Markdown, text, or a page in HTML.")
    ],
    preview: Annotated[bool, typer.Option("--preview", help="Show what would be done, and do nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without the question.")] = False,
    include_alike: Annotated[bool, typer.Option("--include-alike", help="List also what looks like another.")] = False,
    plain_http: Annotated[bool, typer.Option("--plain-http", help="Fetch a page that is not encrypted.")] = False,
) -> None:
    """Take over an existing list: shows it name by name, asks on a terminal, and lists what is new."""
    from mailbot.verbs.importing import converse

    with opened() as campaign:
        converse(campaign, source, preview=preview, yes=yes, include_alike=include_alike, plain_http=plain_http)
