"""Is it a machine that answers (RFC 3834)?

Header fields decide where they can. Most automatic answers of small providers carry none, so wording
decides as well; but one weak word is never enough, because a person who is mistaken for a machine gets no answer.
"""

from mailbot.core.message import Message
from mailbot.reading.automated_notices import is_complaint_notice
from mailbot.reading.automated_words import (
    AutomaticWords,
    Lexicon,
    Robots,
    any_field,
    any_found,
    begins,
    count_found,
    folded,
    local_part,
    top_of,
)
from mailbot.reading.delivery_reports import delivery_report
from mailbot.reading.header_fields import parameters
from mailbot.reading.junk_mail import junk_reason
from mailbot.reading.list_servers import is_list_server

__all__ = ["AutomaticWords", "Lexicon", "Robots", "automatic_reason", "delivery_report", "junk_reason"]

_ENOUGH = 3  # weak signs that make a machine
_SHORT = 1_500  # characters: an absence note is no long letter
_CHALLENGES = 2


def automatic_reason(message: Message, own_text: str, robots: Robots, words: Lexicon) -> str | None:
    """By what a mail is known to be a machine's answer, as a word; None for a person and for list traffic.

    `own_text` is what stands outside quotes: an absence note quoted below is no evidence. Delivery reports
    are machines too; ask `delivery_report` first.
    """
    if is_complaint_notice(message.text):
        return "feedback_report"
    return _by_fields(message, robots) or _by_words(message, own_text, robots, words)


def _by_fields(message: Message, robots: Robots) -> str | None:
    submitted = (message.field("auto-submitted") or "").partition(";")[0].partition("(")[0].strip().casefold()
    listed = _is_list(message, robots)
    if submitted and submitted != "no" and not (listed and submitted == "auto-generated"):
        return "auto_submitted"  # RFC 3834, 5
    for name, value in message.fields:
        if name in robots.answer_fields and value.strip().casefold() not in ("no", "false", "0"):
            return f"field {name}"
    if (message.field("precedence") or "").strip().casefold() in robots.answer_precedences:
        return "precedence"
    if message.content_type == "multipart/report":
        kind = parameters(message.field("content-type") or "")[1].get("report-type", "").casefold()
        return {"disposition-notification": "read_receipt", "feedback-report": "feedback_report"}.get(kind, "report")
    loop = message.field("x-ms-exchange-inbox-rules-loop")
    if loop and message.author and loop.strip().casefold() == message.author.key:
        return "field x-ms-exchange-inbox-rules-loop"
    if listed:
        return None
    if message.reverse_path == "":
        return "null_reverse_path"  # RFC 5321, 4.5.5; RFC 3834, 3.3
    return _by_author(message, robots)


def _by_author(message: Message, robots: Robots) -> str | None:
    if any(local_part(author.addr_spec) in robots.daemons for author in message.authors):
        return "daemon"
    if not message.authors and any(name in (message.field("from") or "").casefold() for name in robots.daemons):
        return "daemon"  # "MAILER-DAEMON <>", which holds no address at all
    return "list_server" if is_list_server(message, robots) else None


def _is_unattended(message: Message, robots: Robots) -> bool:
    """From an address that nobody reads; a web form names the person whom to answer in Reply-To."""
    if any(address not in message.authors for address in message.reply_to):
        return False
    return any(local_part(author.addr_spec).startswith(robots.unattended) for author in message.authors)


def _is_list(message: Message, robots: Robots) -> bool:
    return any_field(message, robots.list_fields)


def _by_words(message: Message, own_text: str, robots: Robots, words: Lexicon) -> str | None:
    if _is_list(message, robots):
        return None
    subject, text = folded(message.subject), top_of(message, own_text)
    fields = _weak_fields(message, robots)
    is_reply = subject.startswith(robots.reply_prefixes)
    if begins(words, "answer_subjects", subject):
        return "wording answer_subject"
    if _is_complaint(message, subject, words):
        return "wording complaint"
    # "This was sent automatically" stands in small print, which is not among the author's own words; it may be
    # looked for there only where no person's reply can have quoted it.
    if any_found(words, "machine", text if is_reply and not fields else top_of(message, "")):
        return "wording machine"
    if count_found(words, "challenge", f"{subject} {text}") >= _CHALLENGES:
        return "wording challenge"
    if len(text) > _SHORT or is_reply:
        return None
    if begins(words, "absence_subjects", subject):
        fields = ["absence_subject", *fields]
    # "Away till Monday Re: Your letter": a machine puts its note before the subject that it answers.
    if any(f" {prefix}" in f" {subject}" for prefix in robots.reply_prefixes):
        fields.append("prefixed_subject")
    return _by_weak_words(text, fields, words)


def _by_weak_words(text: str, signs: list[str], words: Lexicon) -> str | None:
    """Signs enough, `signs` among them, and one of them in the words themselves?"""
    groups = ("absence", "promise", "receipt")
    seen: list[str] = []
    for left, group in zip((2, 1, 0), groups, strict=True):
        if any_found(words, group, text):
            seen.append(group)
        if len(seen) + left + len(signs) < _ENOUGH:
            return None  # whatever the other groups hold
    return f"wording {' '.join([*seen, *signs])}" if seen and len(seen) + len(signs) >= _ENOUGH else None


def _is_complaint(message: Message, subject: str, words: Lexicon) -> bool:
    """An abuse report without the fields of RFC 5965: a subject, a letter that was sent out, and not a word else."""
    bare = message.attached_messages == 1 and not (message.text.strip() or message.html.strip() or message.attachments)
    return bare and begins(words, "complaint_subjects", subject)


def _weak_fields(message: Message, robots: Robots) -> list[str]:
    """Fields that mail from persons carries too, so that they only add to the wording."""
    signs = []
    suppress = (message.field("x-auto-response-suppress") or "").casefold()
    if "oof" in suppress or "autoreply" in suppress or "all" in suppress:
        signs.append("auto_response_suppress")
    if (message.field("precedence") or "").strip().casefold() in robots.list_precedences:
        signs.append("precedence")
    if _is_unattended(message, robots):
        signs += ["unattended", "address"]  # counts twice
    return signs
