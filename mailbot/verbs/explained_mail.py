"""A mail explained on one page for people: its words with the proof marked, what is asked, and the names that lost.

On a terminal marks are colours, elsewhere brackets. Whatever a stranger wrote passes `harmless` and is never markup.
"""

from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from mailbot.core.intents import Correct, Intent, Sign, Signatory, Withdraw
from mailbot.core.message import Message
from mailbot.reading.considered import Considered, Why, considered
from mailbot.reading.quoting import divide
from mailbot.reading.rulebook import Rulebook
from mailbot.verbs.marking import CLOSE, OPEN, Mark, Stretch, harmless, stretches

_COLOURS = {
    "name": "bold black on green",
    "alt_names": "bold black on green",
    "was": "black on red",
    "honorific": "black on magenta",
    "title": "black on magenta",
    "contact_name": "black on cyan",
    "contact_role": "black on cyan",
    "place": "black on yellow",
    "website": "black on yellow",
}
_WHY = {
    Why.NOT_ASKED: "the mail is not read as a request",
    Why.CONTACT: "speaks for a name that was taken",
    Why.WITHIN: "the same words as a name that was taken, cut differently",
    Why.ELSEWHERE: "stands in another letter than the request",
    Why.NOT_LISTED: "a list or form in the mail says who signs",
    Why.UNSURE: "not sure enough (the floor is {floor:.2f})",
    Why.OUTRANKED: "another name fits better",
}
_OTHERS_LINES, _OWN_LINES = 12, 400  # lines of a stretch that are shown
_LINE = 2_000  # characters of a line
_LOST = 12
_LABEL = 9  # the width of "signature"


def show(console: Console, file: str, message: Message, intent: Intent, rules: Rulebook) -> None:
    """Print the page of one mail; `intent` is what `interpret` read from it."""
    divided = divide(message, {tag: language.quotes for tag, language in rules.languages.items()})
    signatories = intent.signatories if isinstance(intent, Sign | Correct | Withdraw) else ()
    coloured = console.is_terminal and not console.no_color and console.color_system is not None
    page = _Page(console, coloured=coloured)
    page.line(Text(harmless(file).replace("\n", "␊"), style="bold"))
    page.mail(stretches(message, divided, signatories))
    page.verdict(message, intent)
    for signatory in signatories:
        page.signatory(signatory)
    page.lost(considered(message, divided, rules, intent), rules.thresholds.confidence_floor)
    page.line(Text(""))


class _Page:
    """Writes to one console, in colours or in brackets."""

    def __init__(self, console: Console, *, coloured: bool) -> None:
        self._console, self._coloured = console, coloured

    def line(self, text: Text, indent: int = 0) -> None:
        """One line; wrapped within its indent on a terminal, whole elsewhere."""
        if self._console.is_terminal:
            self._console.print(Padding(text, (0, 0, 0, indent), expand=False))
        else:
            self._console.print(Text(" " * indent) + text, soft_wrap=True)

    def mail(self, parts: Iterable[Stretch]) -> None:
        rows = [
            (f"{part.whose:>{_LABEL}} {'│ ' * (part.depth + 1)}", line) for part in parts for line in self._lines(part)
        ]
        if not self._console.is_terminal:
            for label, line in rows:
                self.line(Text(label) + line)
            return
        grid = Table.grid()
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for label, line in rows:
            grid.add_row(Text(label, style="dim"), line)
        self._console.print(grid)

    def verdict(self, message: Message, intent: Intent) -> None:
        self.line(Text())
        text = Text.assemble((intent.kind, "bold"), f" ({intent.language}), because of: {intent.reason}")
        if intent.flags:
            text.append(f"; also: {', '.join(intent.flags)}")
        self.line(text)
        if message.defects:
            self.line(Text(f"mended: {_one_line('; '.join(message.defects))}"), 2)

    def signatory(self, signatory: Signatory) -> None:
        name = _one_line(signatory.name)
        text = Text.assemble((name, "bold"), f" ({signatory.category}, confidence {signatory.confidence:.2f})")
        self.line(text, 2)
        for field, span in signatory.evidence.items():
            shown = Text().append(
                field.replace("_", " "), _COLOURS[field] if self._coloured and field in _COLOURS else ""
            )
            value = _value(signatory, field)
            shown.append(f" {value}" if value != _one_line(span.text) else "")
            shown.append(f": “{_one_line(span.text)}” — {_one_line(span.where)}, {span.rule}")
            self.line(shown, 6)

    def lost(self, names: tuple[Considered, ...], floor: float) -> None:
        if not names:
            return
        self.line(Text("Not taken:"), 2)
        for one in names[:_LOST]:
            why = _WHY[one.why].format(floor=floor)
            place = f"{_one_line(one.span.where)}, {one.span.rule}"
            self.line(Text(f"{_one_line(one.name)} ({one.category}, {one.score:.2f}): {why} — {place}"), 6)
        if len(names) > _LOST:
            self.line(Text(f"… and {len(names) - _LOST} more"), 6)

    def _lines(self, part: Stretch) -> list[Text]:
        """The lines of a stretch with their marks; of what others wrote no more than its beginning, unless marked."""
        most = _OWN_LINES if not part.whose or part.marks else _OTHERS_LINES
        dim = "dim" if part.whose in {"quote", "footer", "signature", "forward"} else ""
        text = self._marked(part.text, part.marks, dim)
        lines = list(text.split("\n", allow_blank=True))
        for line in lines[:most]:
            line.truncate(_LINE)
        more = [Text(f"… {len(lines) - most} more lines", style="dim")] if len(lines) > most else []
        return [*lines[:most], *more]

    def _marked(self, text: str, marks: tuple[Mark, ...], style: str) -> Text:
        if self._coloured:
            marked = Text(text, style=style)
            for mark in marks:
                marked.stylize(f"not dim {_COLOURS.get(mark.field, 'reverse')}", mark.start, mark.end)
            return marked
        marked, at = Text(style=style), 0
        for start, end in _united(marks):
            marked.append(f"{text[at:start]}{OPEN}{text[start:end]}{CLOSE}")
            at = end
        return marked.append(text[at:])


def _united(marks: tuple[Mark, ...]) -> list[tuple[int, int]]:
    """The stretches that are marked at all, in order, without overlap."""
    united: list[tuple[int, int]] = []
    for mark in sorted(marks, key=lambda m: m.start):
        if united and mark.start < united[-1][1]:
            united[-1] = (united[-1][0], max(united[-1][1], mark.end))
        else:
            united.append((mark.start, mark.end))
    return united


def _value(signatory: Signatory, field: str) -> str:
    value = getattr(signatory, field, "")
    return _one_line(" / ".join(value) if isinstance(value, tuple) else str(value))


def _one_line(text: str) -> str:
    text = harmless(" ".join(text[:400].split()))
    return text if len(text) <= 200 else text[:200] + "…"
