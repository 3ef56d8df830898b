"""The command line: each verb parses its arguments and calls the part of the program that does it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from mailbot import __version__
from mailbot.cli_existing import backlog, import_
from mailbot.shell import (
    DONE,
    OUT_OF_REACH,
    SOME_SET_ASIDE,
    ask,
    ask_for_code,
    choose,
    chosen,
    clock,
    fail,
    foreseen,
    opened,
    state,
)

app = typer.Typer(
    name="mailbot",
    help="Signatures for an open letter, taken in, confirmed, decided and published by mail alone.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

rules = typer.Typer(help="The words by which mail is read.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(rules, name="rules")


def main() -> None:
    """The entry point: every trouble that is foreseen ends in one sentence and its exit code."""
    try:
        app()
    except BrokenPipeError:  # the reader of our output has seen enough
        sys.stderr.close()
    except Exception as error:
        if (code := foreseen(error)) is None:
            raise
        fail(str(error), code)


@app.callback()
def options(
    folder: Annotated[Path, typer.Option("-C", "--folder", help="The campaign's folder.")] = Path(),
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Log each step on standard error.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Say the version and stop.")] = False,
) -> None:
    choose(folder)
    from mailbot.verbs import logs

    logs.configure(verbose=verbose)
    if version:
        print(f"mailbot {__version__}")
        raise typer.Exit


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Where the campaign shall live.")],
    title: Annotated[str, typer.Option(help="Title of the letter.")] = "",
    address: Annotated[str, typer.Option(help="The mail address that signers write to.")] = "",
    organizer: Annotated[
        list[str] | None, typer.Option(help='"Ada <ada@organizers.example>"; may be repeated.')
    ] = None,
    languages: Annotated[str, typer.Option(help="Languages of the page, the first one leading: en,fr.")] = "",
    inbox: Annotated[str, typer.Option(help="maildir:inbox, or imaps://user@host/INBOX.")] = "",
    outbox: Annotated[str, typer.Option(help="maildir:outbox, or smtps://user@host.")] = "",
) -> None:
    """Make a campaign: asks at most six questions, none that is answered by an option."""
    from mailbot.verbs.init import Answers
    from mailbot.verbs.init import init as make

    answers = Answers(
        title=title or ask("Title of the letter"),
        address=address or ask("Mail address that signers write to"),
        organizers=tuple(organizer or [ask('First organizer, as "Ada <ada@organizers.example>"')]),
        languages=tuple((languages or ask("Languages of the page", "en")).replace(" ", "").split(",")),
        inbox=inbox or ask("Where mail comes in", "maildir:inbox"),
        outbox=outbox or ask("Where letters go out", "maildir:outbox"),
    )
    make(folder, answers).close()
    print(f"{folder} is ready. Next: write your letter into {folder / 'letter.'}{answers.languages[0]}.md, then")
    print(f"  mailbot -C {folder} doctor\n  mailbot -C {folder} run")


@app.command()
def run(
    metrics: Annotated[
        int, typer.Option(min=0, max=65535, help="Answer /metrics and /health on this port of this machine.")
    ] = 0,
) -> None:
    """Work until stopped: polls, sends, publishes, keeps the calendar."""
    from mailbot.verbs import logs
    from mailbot.verbs.run import run as work

    logs.configure(verbose=True)
    with opened() as campaign:
        work(campaign, metrics)


@app.command()
def status(json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """How mail goes in and out; ends with 1 where that has stopped for longer than policy.alarm_after."""
    from mailbot.verbs.status import as_json, as_text, silences

    with opened() as campaign:
        campaign.database.migrate()
        health = campaign.health()
        for text in (as_json(health),) if json else as_text(health):
            print(text)
        if silent := silences(health, campaign.settings.policy.alarm_after):
            fail("\n".join(silent), 1)


@app.command()
def worker() -> None:
    """Work until stopped, together with every other worker that shares the PostgreSQL database."""
    from mailbot.verbs import logs
    from mailbot.verbs.worker import work

    logs.configure(verbose=True)
    work(chosen())


@app.command()
def once(now: Annotated[str, typer.Option(help="Take this for the time: 2021-01-09T12:00:00Z.")] = "") -> None:
    """Drain the inbox, do what is due, publish, send, and exit with a one-line summary."""
    from mailbot.verbs.progress import progress

    with opened(clock(now)) as campaign:
        with progress("mails") as advance:
            done = campaign.once(lambda _: advance())
        print(done.summary())
        if done.sent.trouble:
            fail(done.sent.trouble, OUT_OF_REACH)
        if done.tally.set_aside:
            raise typer.Exit(SOME_SET_ASIDE)


@app.command()
def demo(folder: Annotated[Path, typer.Argument(help="A folder that is not there yet.")] = Path("demo")) -> None:
    """Show it all in under a minute, in a folder that stays."""
    from mailbot.demo.story import play

    play(folder)


@app.command()
def doctor() -> None:
    """Check every part, each in one plain sentence with its cure."""
    from mailbot.app import now
    from mailbot.verbs.doctor import examine

    worst = DONE
    for finding in examine(chosen(), now):
        print(f"{'✓' if finding.well else '✗'} {finding.what}: {finding.says}")
        worst = worst or finding.exit_code
    raise typer.Exit(worst)


@app.command()
def explain(
    paths: Annotated[list[Path], typer.Argument(help="Mail files; folders are walked for every .eml.")],
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Say what mails are understood to ask, and which of their words prove it. Needs no campaign."""
    from mailbot.app import rulebook
    from mailbot.verbs.explain import explain as tell

    try:
        tell(paths, rulebook(), as_json=json)
    except BrokenPipeError:
        raise
    except OSError as error:
        fail(f"{error.filename} cannot be read: {error.strerror}. Name a mail file or a folder of .eml files.", 2)


@rules.command("test")
def rules_test() -> None:
    """Read the examples in the language files, and say which are not read as they must be. Needs no campaign."""
    from mailbot.app import rulebook
    from mailbot.verbs.rules import run_examples

    tested = run_examples(rulebook())
    for failure in tested.failures:
        print(failure)
    print(tested.summary())
    raise typer.Exit(1 if tested.failures else DONE)


@app.command("list")
def list_(
    status: Annotated[
        list[str] | None, typer.Option(help="Only these states, such as listed; may be repeated.")
    ] = None,
) -> None:
    """Every signature in one line, in order of arrival."""
    from mailbot.core.cards import line
    from mailbot.verbs.roll import signatures

    wanted = [state(text) for text in status or []]
    with opened() as campaign:
        for signature in signatures(campaign, *wanted):
            print(f"{signature.ref:6} {signature.status:20} {line(signature)}")


@app.command()
def show(ref: Annotated[str, typer.Argument(help="The reference of one signature, such as K7Q4.")]) -> None:
    """One signature and its history."""
    from mailbot.verbs import roll

    with opened() as campaign:
        found = roll.find(campaign, ref)
        if found is None:
            fail(f"No signature has the reference {ref}. See them all with: mailbot list", DONE + 1)
        for text in roll.as_text(*found):
            print(text)


app.command("import")(import_)
app.command()(backlog)


@app.command()
def export(json: Annotated[bool, typer.Option("--json", help="As a JSON array, one object a line.")] = True) -> None:
    """Every signature with its contact and history, as JSON. Keep it as you keep the inbox."""
    from mailbot.verbs import roll

    del json  # the only form there is; the option is there for scripts that name it
    with opened() as campaign:
        for text in roll.as_json(roll.export(campaign)):
            print(text)


@app.command()
def publish() -> None:
    """Bring the published list up to date now."""
    from mailbot.ports import PermanentFailure, TemporaryFailure

    with opened() as campaign:
        campaign.database.migrate()
        published = campaign.publication.publish(campaign.publisher, campaign.clock(), anew=True)
        troubles: list[TemporaryFailure | PermanentFailure] = []
        with campaign.carrying.under_way(published, troubles):
            pass
        counts = published.counts
        print(
            f"Revision {published.revision}: {counts['organization']} organizations, {counts['person']} persons; "
            f"{len(published.files)} files written in {campaign.settings.path(campaign.settings.publish.directory)}."
        )
        for carrier in campaign.carrying.carriers:
            print(f"{carrier.name} has revision {campaign.carrying.revision(carrier)}.")
        if troubles:
            raise type(troubles[0])("\n".join(str(trouble) for trouble in troubles))


@app.command("rotate-key")
def rotate_key(
    keep: Annotated[
        int | None,
        typer.Option(min=0, help="Days for which letters that are out can still be answered; 0 voids them at once."),
    ] = None,
) -> None:
    """Seal letters with a new key from now on; those that are out count until their time is over, or --keep DAYS."""
    from mailbot.verbs.key_rotation import rotate

    with opened() as campaign:
        print(rotate(campaign, keep))


@app.command()
def verify(
    place: Annotated[str, typer.Argument(help="A published list, by address or folder; else our own events.")] = "",
    receipt: Annotated[bool, typer.Option("--receipt", help="Ask for the code of a letter; find its line.")] = False,
    seen: Annotated[str, typer.Option(help="What an earlier check of that list said to keep.")] = "",
) -> None:
    """Prove that no event was dropped, slipped in or changed; or, needing no campaign, the same of a published list."""
    if place:
        from mailbot.verbs.verify import tell

        raise typer.Exit(tell(place, ask_for_code("Receipt code") if receipt else None, seen))
    from mailbot.verbs import roll
    from mailbot.verbs.progress import progress

    with opened() as campaign:
        with progress("events") as advance:
            verified = roll.verify(campaign, advance)
        for fault in verified.faults:
            print(f"✗ {fault}")
        if verified.faults:
            fail(f"{len(verified.faults)} faults. Restore the database from a backup and compare.", 1)
        print(f"✓ {verified.events} events, unbroken. Keep this to prove it later: {verified.events} {verified.head}")


@app.command("sign-in")
def sign_in() -> None:
    """Let the mail provider grant its mailbox by OAuth: prints a page to open, and keeps what comes back."""
    from mailbot.verbs.sign_in import converse

    converse(chosen())
