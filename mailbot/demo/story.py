"""`mailbot demo`: a whole campaign in under a minute, played on the real program, in a folder that stays.

The clock runs from half an hour before the last digest time to now, so that the campaign can go on from there.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from email.message import Message
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.rule import Rule

from mailbot.app import Campaign, now
from mailbot.config import ConfigurationError
from mailbot.core.cards import line
from mailbot.core.events import Status
from mailbot.core.schedule import latest_slot
from mailbot.demo.replies import cards_of, read_letter, reply, text_of
from mailbot.verbs.importing import import_list
from mailbot.verbs.init import Answers, init
from mailbot.verbs.roll import signatures
from mailbot.worker.handled import Seen

ADA, BEN = "Ada <ada@organizers.example>", "Ben <ben@organizers.example>"
DIGEST_AT = (time(8), time(18))
HERE = Path(__file__).parent

ANSWERS = {
    "nightowl4411@postbox.example": "sorry!! Night Owl Community Radio",
    "hochihang.law@postbox.example": "何志恆，律師",
    "kkleung@westerndrama.example": "加西粵語話劇社 Western Cantonese Drama Society",
}
"""What those answer who do not just say YES."""

SILENT = frozenset({"etienne@marchandlecompte.example", "doris@northernquilters.example"})
_SHOWN = 6  # lines of an answer to an organizer that are shown


def play(folder: Path) -> None:
    """Play the story into `folder`, or beside it where that is taken. Raises ConfigurationError."""
    folder = _free(folder)
    answers = Answers(
        title="They were taken at dawn",
        address="letter@openletter.example",
        organizers=(ADA, BEN),
        languages=("en", "fr", "zh-Hant", "zh-Hans"),
    )
    init(folder, answers).close()
    stage = Stage(folder)
    try:
        for act in (_opening, _mails, _signers, _organizers, _ending):
            act(stage)
    finally:
        stage.campaign.close()


@dataclass
class Stage:
    """The campaign, its clock, and what was seen of its outbox."""

    folder: Path
    console: Console = field(default_factory=lambda: Console(highlight=False))
    seen_letters: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.time: datetime = _last_slot() - timedelta(minutes=30)
        self.campaign = Campaign(self.folder, lambda: self.time)

    def drop(self, octets: bytes, name: str) -> None:
        (self.folder / "inbox" / "new" / name).write_bytes(octets)

    def turn(self, later: timedelta = timedelta(seconds=20)) -> list[Seen]:
        """One pass of the worker, somewhat later; the mails that it handled."""
        self.time += later
        handled: list[Seen] = []
        self.campaign.once(handled.append)
        return handled

    def new_letters(self) -> list[Message]:
        """What went out since the last look."""
        files = sorted((self.folder / "outbox" / "new").iterdir(), key=lambda f: (f.stat().st_mtime_ns, f.name))
        fresh = [file for file in files if file.name not in self.seen_letters]
        self.seen_letters.update(file.name for file in fresh)
        return [read_letter(file.read_bytes()) for file in fresh]

    def say(self, text: str) -> None:
        self.console.print(text, soft_wrap=True)

    def act(self, title: str) -> None:
        self.console.print()
        self.console.print(Rule(title, align="left", style="cyan"))


def _opening(stage: Stage) -> None:
    stage.act("An open letter and its first signatures")
    for text in import_list(stage.campaign, HERE / "first-signatures.csv"):
        stage.say(f"  {text}")
    stage.turn()


def _mails(stage: Stage) -> None:
    """Thirty mails come in; each is shown with what was understood and answered."""
    files = sorted((HERE / "mails").glob("*.eml"))
    stage.act(f"{len(files)} mails come in")
    twice = [file for file in files if "twice" in file.name]
    for number, file in enumerate([*files, *twice], 1):
        stage.drop(file.read_bytes(), f"{number:03d}.demo")
        handled = stage.turn()
        letters = stage.new_letters()
        if not handled:
            stage.say(
                f"[dim]{number:3}  {file.stem}: the very same mail once more – recognized, nothing done twice[/dim]"
            )
        for seen in handled:
            _show(stage, number, seen, letters)


def _signers(stage: Stage) -> None:
    """Those who were asked answer: most say YES, one writes the line as it should be, one tells the name."""
    stage.act("Signers answer from their own addresses")
    outbox = (read_letter(file.read_bytes()) for file in sorted((stage.folder / "outbox" / "new").iterdir()))
    asked = {str(one["To"]): one for one in outbox if one["X-Mailbot-Letter"] in ("echo", "ask_name")}
    waiting = {s.contact.address: s for s in signatures(stage.campaign, Status.AWAITING_SIGNER, Status.INCOMPLETE)}
    for number, (address, signature) in enumerate(waiting.items()):
        body = ANSWERS.get(address) or _yes(signature.contact.language)
        if address in SILENT or address not in asked:
            stage.say(f"  [dim]{escape(address)} does not answer: nothing of theirs will be listed[/dim]")
            continue
        stage.drop(reply(asked[address], address, body, stage.time), f"answer-{number}.demo")
        stage.say(f"  {escape(address)}: [green]“{escape(body)}”[/green]")
    stage.turn()
    stage.new_letters()


def _organizers(stage: Stage) -> None:
    """The digest goes out; Ada decides by reply, Ben agrees on the rest and asks for figures."""
    stage.act("The digest, and two organizers with phones")
    slot = _last_slot()
    stage.time = max(stage.time, slot)
    stage.turn(timedelta(minutes=1))
    digests = {str(one["To"]): one for one in stage.new_letters() if one["X-Mailbot-Letter"] == "digest"}
    cards = cards_of(digests["ada@organizers.example"])
    for signature in signatures(stage.campaign, Status.AWAITING_ORGANIZERS):
        stage.say(f"  {cards.get(signature.ref, '·'):>3}  {escape(line(signature))}  [dim]{signature.ref}[/dim]")
    for who, body in _orders(list(cards.values())):
        letter = digests[who.partition("<")[2].rstrip(">")]
        stage.say(f"\n  [bold]{who.partition(' ')[0]}[/bold] replies:")
        stage.say("\n".join(f"     [green]{escape(typed)}[/green]" for typed in body.splitlines()))
        stage.drop(reply(letter, who, body, stage.time), f"{who[:3]}-{stage.time:%H%M%S}.demo")
        stage.turn(timedelta(minutes=1))
        for answer in stage.new_letters():
            if str(answer["To"]) in who and answer["X-Mailbot-Letter"] != "notice":
                _show_answer(stage, answer)


def _ending(stage: Stage) -> None:
    stage.turn(timedelta(minutes=11))  # the undo window is over
    counts = stage.campaign.publication.publish(stage.campaign.publisher, stage.time).counts
    page = stage.folder.absolute() / "public" / "index.html"
    stage.act("The list is right")
    stage.say(f"  {counts['organization']} organizations and {counts['person']} persons are on it:")
    stage.say(f"  [bold]{escape(str(page))}[/bold]\n")
    mailbot = escape(f"{sys.argv[0]} -C {stage.folder}")
    stage.say("Three things to try next:")
    stage.say(f"  1. {mailbot} list     [dim]every signature and where it stands[/dim]")
    stage.say(f"  2. ls {escape(str(stage.folder))}/outbox/new     [dim]the letters, as they would go out[/dim]")
    stage.say(f"  3. {mailbot} run     [dim]goes on from here: put a mail into inbox/new[/dim]")


# -- details -------------------------------------------------------------------------------------------


def _show(stage: Stage, number: int, seen: Seen, letters: list[Message]) -> None:
    author = seen.message.authors[0].addr_spec if seen.message.authors else "nobody"
    stage.say(f"[bold]{number:3}[/bold]  {escape(author)} [dim]· {escape(seen.message.subject[:70])}[/dim]")
    names = ", ".join(escape(one.name) for one in getattr(seen.intent, "signatories", ()))
    kind = seen.intent.kind if seen.intent else "set aside"
    understood = f"{kind}: {names}" if names else kind
    answered = ", ".join(dict.fromkeys(f"{one['X-Mailbot-Letter']} → {one['To']}" for one in letters)) or "no letter"
    stage.say(f"     [cyan]{understood}[/cyan] [dim]({seen.decision.reason})[/dim]")
    stage.say(f"     [dim]{escape(answered)}[/dim]")


def _show_answer(stage: Stage, letter: Message) -> None:
    """The first lines of what the organizer gets back."""
    own = [text for text in text_of(letter).splitlines() if text.strip() and not text.startswith(("=", "—", "[#"))]
    for text in own[:_SHOWN]:
        stage.say(f"     [dim]{letter['X-Mailbot-Letter']}[/dim]  {escape(text)}")
    if len(own) > _SHOWN:
        stage.say(f"     [dim]… and {len(own) - _SHOWN} more lines[/dim]")


def _orders(numbers: list[int]) -> Iterator[tuple[str, str]]:
    """What the two reply, for the cards that there are."""
    last = numbers[-1]
    yield ADA, f"ok all except {last - 1} {last}\nhold {last - 1} until Friday\nis {last} real?"
    yield BEN, f"{last} no, he asked us by phone to leave it\nok 99\nstats"


def _last_slot() -> datetime:
    """The last digest time that is half an hour ago or more."""
    slot = latest_slot(now() - timedelta(minutes=30), DIGEST_AT, UTC)
    assert slot is not None
    return slot


def _yes(language: str) -> str:
    return {"fr": "Oui, c’est exact. Merci !", "zh-Hant": "是，謝謝！", "zh-Hans": "是，谢谢！"}.get(language, "YES")


def _free(folder: Path) -> Path:
    """The folder, or the next one like it that is not there yet."""
    for number in range(1, 1000):
        candidate = folder if number == 1 else folder.with_name(f"{folder.name}-{number}")
        if not candidate.exists():
            return candidate
    raise ConfigurationError(f"{folder} and many like it are there already. Name another: mailbot demo FOLDER")
