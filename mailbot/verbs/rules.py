"""`mailbot rules test`: the examples in the language files, read by the reader that reads the mail."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from mailbot.core.intents import Context, Instruct, Order, Standing, Verb
from mailbot.core.message import Message
from mailbot.reading.examples import MailExample, OrderExample, QuoteExample
from mailbot.reading.explanation import explanation
from mailbot.reading.interpret import interpret
from mailbot.reading.parse import parse
from mailbot.reading.quoting import divide
from mailbot.reading.rulebook import Language, Rulebook

_AUTHOR = "Someone <someone@sender.example>"
_ORGANIZER = "Ada <ada@organizers.example>"
_CARDS = {1: "A1A1", 2: "B2B2", 3: "C3C3", 4: "D4D4", 5: "E5E5", 6: "F6F6"}
_NUMBERS = {ref: str(number) for number, ref in _CARDS.items()}
_STANDINGS = {"mails": Context(), "answers": Context(standing=Standing.SIGNER)}
_DESK = Context(standing=Standing.ORGANIZER, cards=_CARDS, today="2021-01-09")
_OPENING = 70  # characters of an example that a line shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An example that is not read as it must be: its file and number, how it opens, what was read instead."""

    file: str
    example: str
    says: str
    fault: str

    def __str__(self) -> str:
        return f"{self.file}, {self.example}: “{self.says}” {self.fault}"


@dataclass(frozen=True, slots=True)
class Examined:
    """How many examples were read, and those that were read wrongly."""

    examples: int
    failures: tuple[Failure, ...]

    def summary(self) -> str:
        """One line for the operator."""
        if self.failures:
            return f"{len(self.failures)} of {self.examples} examples are not read as they must be."
        return f"All {self.examples} examples are read as they must be."


def run_examples(rulebook: Rulebook) -> Examined:
    """Read every example of every language. A language without examples proves nothing, and fails."""
    read = [result for language in rulebook.languages.values() for result in _read(language, rulebook)]
    return Examined(len(read), tuple(failure for failure in read if failure))


def _read(language: Language, rulebook: Rulebook) -> Iterator[Failure | None]:
    file = f"rules/languages/{language.tag}.toml"
    examples = language.examples
    groups: tuple[tuple[str, tuple[MailExample | OrderExample | QuoteExample, ...]], ...] = (
        ("mails", examples.mails),
        ("answers", examples.answers),
        ("orders", examples.orders),
        ("quotes", examples.quotes),
    )
    for section, group in groups:
        if not group:
            yield Failure(file=file, example=section, says="", fault="holds no example: write some in [examples]")
        for number, example in enumerate(group, 1):
            fault = _fault(section, example, rulebook)
            says = " ".join(example.says.split())
            says = says if len(says) <= _OPENING else says[:_OPENING] + "…"
            yield Failure(file=file, example=f"{section} {number}", says=says, fault=fault) if fault else None


def _fault(section: str, example: MailExample | OrderExample | QuoteExample, rulebook: Rulebook) -> str:
    """What is wrong with the reading of one example, to be said behind its words; "" where nothing is."""
    match example:
        case MailExample():
            return _mail_fault(example, rulebook, _STANDINGS[section])
        case OrderExample():
            return _order_fault(example, rulebook)
        case QuoteExample():
            return _quote_fault(example, rulebook)


def _mail_fault(example: MailExample, rulebook: Rulebook, context: Context) -> str:
    if example.kind is None and not example.never and not example.names and not example.never_names:
        return "says nothing of how it must be read: give it kind, names, never or never_names"
    answers = context.standing is Standing.SIGNER
    message = _message(example.says, example.subject, example.author or _AUTHOR, answers=answers)
    told = explanation(interpret(message, rulebook, context))
    kind, names = told["kind"], [signatory["name"] for signatory in told["signatories"]]
    read = f"is read as {kind}" + (f" of {', '.join(names)}" if names else "") + f" ({told['reason']})"
    if example.kind is not None and kind != example.kind:
        return f"{read}, not {example.kind}"
    if kind in example.never:
        return f"{read}, which it must not be"
    if example.names and sorted(names) != sorted(example.names):
        return f"{read}, not of {', '.join(example.names)}"
    wrong = [name for name in names if name in example.never_names]
    return f"{read}, but {', '.join(wrong)} must not be read" if wrong else ""


def _order_fault(example: OrderExample, rulebook: Rulebook) -> str:
    intent = interpret(_message(example.says, "", _ORGANIZER, answers=True), rulebook, _DESK)
    read = [_order(order) for order in intent.orders] if isinstance(intent, Instruct) else [intent.kind]
    if sorted(read) == sorted(example.orders):
        return ""
    return f"is read as {', '.join(read) or 'no order'}, not {', '.join(example.orders) or 'no order'}"


def _order(order: Order) -> str:
    words = [order.verb.value, _NUMBERS.get(order.ref, order.ref)]
    if order.verb is Verb.EDIT:
        words += [f"{order.field}:", order.value]
    if order.verb is Verb.MERGE:
        words += ["into", _NUMBERS.get(order.text, order.text)]
    if order.until:
        words += ["until", order.until]
    return " ".join(word for word in words if word)


def _quote_fault(example: QuoteExample, rulebook: Rulebook) -> str:
    message = _message(example.says, "", _AUTHOR, answers=True)
    divided = divide(message, {tag: language.quotes for tag, language in rulebook.languages.items()})
    if divided.own_words.strip() != example.own.strip():
        return f"has for its author's own words “{divided.own_words.strip()}”"
    if example.signature and divided.signature.strip() != example.signature.strip():
        return f"has for its signature “{divided.signature.strip()}”"
    return ""


def _message(says: str, subject: str, author: str, *, answers: bool) -> Message:
    """The example as a mail that came in, by way of its octets."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = author, "letter@openletter.example"
    mail["Subject"] = subject
    mail["Message-ID"] = "<example@sender.example>"
    if answers:
        mail["In-Reply-To"] = "<letter@openletter.example>"
    mail.set_content(says)
    return parse(mail.as_bytes())
