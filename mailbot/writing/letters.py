"""Letter → the octets to send: language, template, subject, threading and marker; nothing of policy.

The wording of a letter stands once, in templates/<tag>/<letter>.txt.j2, whose first line is its Subject. The
text part and the HTML part are made from the same blocks (see blocks), so they cannot come to differ.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from mailbot.core.decision import Letter
from mailbot.writing import mime
from mailbot.writing.blocks import MARKS, Block, plain, read_blocks
from mailbot.writing.defuse import defuse, single_line

if TYPE_CHECKING:
    from jinja2 import Environment

FALLBACK = "en"
LAYOUT = "layout.html.j2"
WORDS = "words.txt.j2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What every letter of a campaign has in common; all of it the operator's own words."""

    title: str  # of the open letter
    address: str  # addr_spec that letters come from and are answered to
    sender_name: str = ""  # display name of From; the title where empty
    organizers_sign: str = ""  # the line that letters end with
    page_url: str = ""  # "" where unknown
    plus_addressing: bool = False  # whether local+anything@domain reaches the inbox
    markers: Mapping[str, str]  # language tag → the sentence above which replies are typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A letter as it goes out. `message_id` is without angle brackets; `recipient` is the envelope's one."""

    message_id: str
    recipient: str
    subject: str
    octets: bytes


class UnsendableLetterError(ValueError):
    """A letter that cannot be written: its recipient is not one mailbox, or its id or token is not plain ASCII."""


class Composer:
    """Writes letters from `templates` (path under templates/ → text). Parsed once, on first use of each."""

    def __init__(self, templates: Mapping[str, str], letterhead: Letterhead) -> None:
        """Raises UnsendableLetterError where the letterhead's own address is none."""
        self._templates, self._letterhead = dict(templates), letterhead
        self._title = " ".join(letterhead.title.split())
        self._address = _ascii_domain(letterhead.address)
        self._id_domain = self._address.rpartition("@")[2][-_LONGEST_ID_DOMAIN:].lstrip(".-")
        self.environment = _kept(tuple(sorted(self._templates.items())))
        self.languages = languages(self._templates)

    def compose(self, letter: Letter, *, id: str, now: datetime, token: str = "") -> Composed:  # noqa: A002
        """The octets of `letter`: CRLF, multipart/alternative, no line over 998 octets.

        Fields are ASCII, but for a recipient whose local part is not (RFC 6532). A Message-ID has under 200 octets.
        `id` is random, `now` is aware, `token` a capability or "". Facts are data wherever they are printed;
        a fact that the template needs and the letter lacks raises jinja2's UndefinedError.
        """
        if not mime.is_mailbox(letter.to):
            raise UnsendableLetterError("the recipient is not one mail address")
        if not _PLAIN.fullmatch(id) or not (token == "" or _PLAIN.fullmatch(token)):
            raise UnsendableLetterError("id and token of a letter are 1 to 60 plain ASCII characters")
        tag = self.language_of(letter)
        reply_to = self._reply_address(token)
        subject, blocks = self._read(letter, tag)
        if not token:  # without a capability a tapped reply would prove nothing
            blocks = [block for block in blocks if block.kind != "tap"]
        label = _label(letter.about, token)
        text, html = self._bodies(letter, tag, blocks, label, reply_to)
        message_id = ".".join(part for part in (token, id) if part) + "@" + self._id_domain
        fields = [*self._fields(letter, tag, reply_to), mime.text_field("Subject", subject, label)]
        fields += [f"Date: {format_datetime(now.astimezone(UTC))}\r\n", f"Message-ID: <{message_id}>\r\n"]
        parts = [mime.text_part("text/plain", text), mime.text_part("text/html", html)]
        return Composed(
            message_id=message_id,
            recipient=letter.to,
            subject=" ".join(part for part in (subject, label) if part),
            octets=mime.alternative(fields, parts, f"=_{id}"),
        )

    def language_of(self, letter: Letter) -> str:
        """The tag in which the letter is written: its own, the nearest to it, or English where it has none."""
        tag = nearest(letter.language, self.languages)
        return tag if _path(tag, letter.template) in self._templates else FALLBACK

    def _read(self, letter: Letter, tag: str) -> tuple[str, list[Block]]:
        facts = {"page_url": self._letterhead.page_url, "you": "", **defuse(letter.facts)}
        template = self.environment.get_template(_path(tag, letter.template))
        first, _, body = template.render(facts, title=self._title, tag=tag).partition("\n")
        subject = first.removeprefix("Subject:").strip()
        if letter.template in ANSWERS and letter.subject:
            answered = _TAGS.sub(" ", single_line(_TAGS.sub(" ", letter.subject)))
            subject = "Re: " + (_ANSWERED.sub("", answered).strip()[:_LONGEST_SUBJECT] or subject)
        return subject, read_blocks(body)

    def _bodies(self, letter: Letter, tag: str, blocks: list[Block], label: str, reply_to: str) -> tuple[str, str]:
        head = self._letterhead
        marker = head.markers.get(tag) or head.markers.get(FALLBACK, "")
        foot = [line for line in (head.organizers_sign, label) if line]
        # No "-- " before the foot: clients drop a signature from what they quote, and the reference with it.
        text = plain([Block("small", (marker,)), *blocks, Block("small", ("\n".join(["—", *foot]),))])

        def tap(body: str) -> str:
            return mime.mailto(reply_to, subject=f"Re: {self._title[:_LONGEST_SUBJECT]} {label}", body=body)

        own = f"{tag}/{letter.template}.html.j2"
        template = self.environment.get_template(own if own in self._templates else LAYOUT)
        html = template.render(
            blocks=[(block.kind, block.text, block.parts) for block in blocks],
            marker=marker,
            foot=foot,
            tag=tag,
            title=self._title,
            tap=tap,
        )
        return text, html

    def _fields(self, letter: Letter, tag: str, reply_to: str) -> list[str]:
        head = self._letterhead
        answers = letter.in_reply_to
        references = [one for one in letter.references if one != answers] + [answers] * bool(answers)
        fields = [
            mime.mailbox_field("From", head.sender_name or self._title, self._address),
            mime.mailbox_field("To", "", letter.to),
            mime.mailbox_field("Reply-To", "", reply_to),
            mime.id_field("In-Reply-To", [answers]),
            mime.id_field("References", _shortened(references)),
            f"Auto-Submitted: {'auto-replied' if answers else 'auto-generated'}\r\n",  # RFC 3834, 5
            "X-Auto-Response-Suppress: All\r\n",
            mime.text_field("X-Mailbot-Letter", letter.template),
            f"Content-Language: {tag}\r\n",
            "MIME-Version: 1.0\r\n",
        ]
        if letter.refs and letter.template in NUMBERED:
            numbered = (f"{number}={single_line(ref)}" for number, ref in enumerate(letter.refs, 1))
            fields.append(mime.text_field("X-Mailbot-Refs", ", ".join(numbered)))
        return fields

    def _reply_address(self, token: str) -> str:
        """The plus address that brings the token back, where its local part stays within RFC 5321, 4.5.3.1.1."""
        local, _, domain = self._address.rpartition("@")
        if self._letterhead.plus_addressing and token and len(local) + 1 + len(token) <= 64:
            return f"{local}+{token}@{domain}"
        return self._address


NUMBERED = frozenset({"card", "digest", "reminder", "organizer_change"})
"""Letters that number what they show; an answer may then say `1 ok`."""

ANSWERS = frozenset({"receipt", "list", "find", "show", "stats", "help", "doctor"})
"""Letters to organizers that keep the Subject answered to. No stranger's Subject ever goes out again."""


def environment(templates: Mapping[str, str]) -> "Environment":
    """The sandbox in which templates run; HTML templates escape, text templates have nothing to escape."""
    from jinja2 import FunctionLoader, StrictUndefined  # here: a start that writes no letter does without
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    loader = FunctionLoader(lambda name: (templates[name], name, lambda: True) if name in templates else None)
    made = ImmutableSandboxedEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        autoescape=lambda name: bool(name) and str(name).endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
        auto_reload=False,
    )
    made.globals.update(MARKS)
    return made


@lru_cache(maxsize=4)
def _kept(templates: tuple[tuple[str, str], ...]) -> "Environment":
    """The same sandbox for the same templates: to compile one takes longer than to fill it."""
    return environment(dict(templates))


def languages(templates: Mapping[str, str]) -> tuple[str, ...]:
    """The tags that have letters: every folder with words of its own."""
    return tuple(sorted(path.removesuffix("/" + WORDS) for path in templates if path.endswith("/" + WORDS)))


def nearest(tag: str, tags: tuple[str, ...]) -> str:
    """The tag of `tags` for a reader of `tag` (RFC 4647, 3.4): "fr-CA" → "fr", "zh-HK" → "zh-Hant"."""
    wanted = _CHINESE.get(tag.casefold(), tag).casefold()
    known = {one.casefold(): one for one in tags}
    while wanted and wanted not in known:
        wanted = wanted.rpartition("-")[0]
    return known.get(wanted, FALLBACK)


_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,60}")
_TAGS = re.compile(r"\[#[^\]\n]{0,100}\]")
_ANSWERED = re.compile(r"^(?:(?:re|aw|sv|tr|r|回复|回覆|答复|答覆)\s?[::：]\s?){1,9}", re.IGNORECASE)
_LONGEST_SUBJECT = 150
_LONGEST_ID_DOMAIN = 75
_MOST_REFERENCES = 20
_CHINESE = {
    "zh": "zh-Hant",
    "zh-hk": "zh-Hant",
    "zh-tw": "zh-Hant",
    "zh-mo": "zh-Hant",
    "zh-cn": "zh-Hans",
    "zh-sg": "zh-Hans",
    "zh-my": "zh-Hans",
    "yue": "zh-Hant",
}


def _ascii_domain(address: str) -> str:
    """The campaign's address as every mail program can answer it: its domain in ASCII (RFC 5891)."""
    local, _, domain = address.rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        address = ""
    if not mime.is_mailbox(address):
        raise UnsendableLetterError(f"{local}@{domain} is not a mail address")
    return address


def _path(tag: str, template: str) -> str:
    return f"{tag}/{template}.txt.j2"


def _label(about: str, token: str) -> str:
    """ "[#K7Q4 token]", "[#K7Q4]", "[#token]" or "": what brings a reply back to its place."""
    inner = " ".join(part for part in (single_line(about), token) if part)
    return f"[#{inner}]" if inner else ""


def _shortened(references: list[str]) -> list[str]:
    """The root of the thread and its newest letters: a field of bounded length (RFC 5322, 3.6.4)."""
    if len(references) <= _MOST_REFERENCES:
        return references
    return [references[0], *references[1 - _MOST_REFERENCES :]]
