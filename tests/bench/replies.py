"""The author's own words in labelled real replies: ours, and those of the libraries made for nothing else.

All read the same text, white space folded. A label may or may not hold the sign-off and the line that a phone
adds; "either way" counts an answer as exact that differs from its label by that alone, for all of them alike.
"""

from collections.abc import Callable, Iterator

from email_reply_parser import EmailReplyParser as ReplyParser  # type: ignore[import-untyped]
from machines import Read, share
from mailparser_reply import EmailReplyParser as MailReplyParser  # type: ignore[import-untyped]

from mailbot.app import rulebook
from mailbot.core.message import Message
from mailbot.reading.quoting import Divided, Kind, divide

_LANGUAGES = ["en", "fr", "de", "es", "it", "sv", "zh"]

Answers = Callable[[Message], tuple[str, str]]
"""The author's own words without and with what ends the letter."""


def figures(read: list[Read]) -> Iterator[tuple[str, str]]:
    """Name and figure, in the order to print."""
    labelled = [r for r in read if r.message and _label(r)]
    for name, answers in _READERS:
        exact = either = lost = 0
        for one in labelled:
            assert one.message
            wanted = _label(one)
            own, whole = answers(one.message)
            exact += _same(own, wanted)
            either += _same(own, wanted) or _same(whole, wanted)
            lost += not _author_words(wanted) <= set(whole.split())
        yield f"{name}: exact", share(exact, len(labelled))
        yield f"{name}: exact, sign-off either way", share(either, len(labelled))
        yield f"{name}: author's words lost", share(lost, len(labelled))


def _label(read: Read) -> str:
    expected = read.row["expected"]
    return "" if expected.get("reply_text_conflict") else expected.get("reply_text") or ""


def _ours(message: Message) -> tuple[str, str]:
    divided = divide(message, {tag: language.quotes for tag, language in rulebook().languages.items()})
    return divided.own_words, _with_end(divided)


def _with_end(divided: Divided) -> str:
    kept = (Kind.OWN, Kind.SIGNATURE, Kind.FOOTER)
    return "\n".join(segment.text for segment in divided.segments if segment.kind in kept)


def _mail_parser_reply(message: Message) -> tuple[str, str]:
    answers = MailReplyParser(languages=_LANGUAGES).read(message.text).replies
    if not answers:
        return "", ""
    return answers[0].body or "", answers[0].full_body or answers[0].content or ""


def _email_reply_parser(message: Message) -> tuple[str, str]:
    parsed = ReplyParser.read(message.text)
    whole = "\n".join(f.content for f in parsed.fragments if not f.quoted and not f.headers)
    return parsed.reply, whole


def _same(one: str, other: str) -> bool:
    return one.split() == other.split()


def _author_words(label: str) -> set[str]:
    """The words of a label without the lines in it that are marked as quoted."""
    return {word for line in label.split("\n") if not line.lstrip().startswith(">") for word in line.split()}


_READERS: tuple[tuple[str, Answers], ...] = (
    ("mailbot", _ours),
    ("mail-parser-reply", _mail_parser_reply),
    ("email-reply-parser", _email_reply_parser),
)
