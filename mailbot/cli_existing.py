"""The command line of what there is already: a list to take over, an inbox to go through."""

from typing import Annotated

import typer

from mailbot.shell import SOME_SET_ASIDE, clock, opened


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


def backlog(
    source: Annotated[
        str,
        typer.Argument(metavar="[SOURCE]", help="mbox:FILE, eml:FOLDER, maildir:FOLDER or imaps://…; else the inbox."),
    ] = "",
    password_from: Annotated[
        str, typer.Option(help="Where the password of another account is kept: env:NAME, file:PATH or command:PROGRAM.")
    ] = "env:MAILBOT_BACKLOG_PASSWORD",  # noqa: S107 - where it is, not what it is
    now: Annotated[str, typer.Option(help="Take this for the time: 2021-01-09T12:00:00Z.")] = "",
) -> None:
    """Go through an inbox of months: one digest for the organizers, and no letter to any signer before they decide."""
    from mailbot.verbs.backlog import go_through, summary

    with opened(clock(now)) as campaign:
        gone = go_through(campaign, source, password_from)
    for text in summary(gone):
        print(text)
    if gone.tally.set_aside:
        raise typer.Exit(SOME_SET_ASIDE)
