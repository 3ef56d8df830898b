"""What a mail reports of a delivery: by the fields of RFC 3464, else by the words of those who never read it."""

import re
from collections.abc import Iterator

from mailbot.core.intents import DeliveryReport
from mailbot.core.message import Message
from mailbot.reading.address_fields import addr_spec
from mailbot.reading.automated_notices import delivery_event
from mailbot.reading.automated_words import (
    TOP,
    Lexicon,
    Robots,
    any_found,
    begins,
    folded,
    is_one_of,
    local_part,
    visible_text,
)
from mailbot.reading.header_fields import decode_words, identifiers, parameters
from mailbot.reading.list_servers import is_list_server

_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")
_GRAVITY = {action: rank for rank, action in enumerate(_ACTIONS)}  # of several recipients the worst is told
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.\-])([45])[0-5]\d(?=[ \-#])")
_MAILBOX = re.compile(r"[^\s<>()\[\]\"',;:（）]{1,64}@[^\s<>()\[\]\"',;:（）@]{1,200}")
_FAILED_LINE = re.compile(r"(?:final-recipient|original-recipient|rcpt to)\s{0,3}:\s{0,3}(?:rfc822;)?", re.IGNORECASE)
_COPIED_ID = re.compile(r"^[ \t>]{0,8}message-id:[ \t]{0,8}(<[^<>\n]{1,400}>)", re.IGNORECASE | re.MULTILINE)
# Where many mailers put a copy of the letter: below it stands our own text.
_COPY = re.compile(
    r"^[ \t]*-{2,}.{0,80}(?:copy of|original message|returned message|message header|原始信件|原始邮件|原邮件|copie de)"
    r"|^(?:return-path|received): ",
    re.IGNORECASE | re.MULTILINE,
)
_LOOKED_AT = 20_000
_DIAGNOSTIC = 500
_REMARK = 100


def delivery_report(message: Message, own_text: str, robots: Robots, words: Lexicon) -> DeliveryReport | None:
    """The report that a mail is, or None where it is none. The worst recipient of several is told.

    Source: RFC 3464, RFC 3463; qmail, Exchange, QQ and others who say it in words. A person who forwards or
    quotes a report does not make one: the subject must begin as a report's does, or the author be a daemon. But a
    report passed on without saying anything is all that there is to read.
    """
    if _is_standard(message):
        return _from_status(message)
    event = delivery_event(message.text)
    if event is not None:
        return event
    if _is_told_in_words(message, own_text, robots, words) or _is_passed_on(message, own_text, robots, words):
        return _from_words(message, words)
    return None


def _is_standard(message: Message) -> bool:
    if re.search(r"^(?:action|final-recipient|status):", message.delivery_status, re.IGNORECASE | re.MULTILINE):
        return True
    if message.content_type != "multipart/report":
        return False
    return parameters(message.field("content-type") or "")[1].get("report-type", "").casefold() == "delivery-status"


def _is_told_in_words(message: Message, own_text: str, robots: Robots, words: Lexicon) -> bool:
    if any(name in robots.report_fields for name, _ in message.fields):
        return True
    subject = folded(message.subject)
    if message.field("list-id"):
        return False
    text = visible_text(message)[:TOP]
    by_subject = begins(words, "failure_subjects", subject)

    def by_text() -> bool:
        return any_found(words, "failure", folded(text)) or any_found(words, "delay", folded(text))

    if _from_daemon(message, robots):
        return by_subject or by_text() or bool(_REPLY.search(text) and _MAILBOX.search(text))
    if message.reverse_path == "" or _from_postmaster(message, robots) or is_list_server(message, robots):
        return by_subject or by_text()
    # Neither envelope nor author tells (forwarding providers lose both): the words must be very plain.
    if not by_subject or subject.startswith(robots.reply_prefixes):
        return False
    told = any_found(words, "failure", folded(own_text[:TOP] or text))
    return told and bool(_STATUS.search(text) or _REPLY.search(text))


def _is_passed_on(message: Message, own_text: str, robots: Robots, words: Lexicon) -> bool:
    """Is it a daemon's report that a person, or a rule of their mailbox, passed on as it was: "Fwd: Returned mail"?"""
    subject = folded(message.subject)
    prefix = next((prefix for prefix in robots.reply_prefixes if subject.startswith(prefix)), "")
    answered = subject.removeprefix(prefix).lstrip()
    if not prefix or message.attachments or not begins(words, "failure_subjects", answered):
        return False
    if own_text.strip() and not (len(own_text) < _REMARK and is_one_of(words, "passing_on", folded(own_text))):
        return False
    text = folded(visible_text(message)[:TOP])
    return any(daemon in text for daemon in robots.daemons) and any_found(words, "failure", text)


def _from_daemon(message: Message, robots: Robots) -> bool:
    if message.reverse_path and local_part(message.reverse_path) in robots.daemons:
        return True
    if not message.authors:
        return any(name in (message.field("from") or "").casefold() for name in robots.daemons)
    return any(local_part(author.addr_spec) in robots.daemons for author in message.authors)


def _from_postmaster(message: Message, robots: Robots) -> bool:
    return any(local_part(author.addr_spec) in robots.postmasters for author in message.authors)


# -- RFC 3464 ------------------------------------------------------------------------------------


def _from_status(message: Message) -> DeliveryReport:
    groups = list(_groups(message.delivery_status))
    recipients = [group for group in groups if "final-recipient" in group or "action" in group or "status" in group]
    worst = min(recipients, key=lambda group: _GRAVITY.get(_action(group), 0), default={})
    text = visible_text(message)[:_LOOKED_AT]
    status = _STATUS.search(worst.get("status", "")) or _STATUS.search(worst.get("diagnostic-code", ""))
    recipient = _typed_address(worst.get("original-recipient", "")) or _typed_address(worst.get("final-recipient", ""))
    original = next((ids for group in groups if (ids := identifiers(group.get("x-original-message-id", "")))), ())
    return DeliveryReport(
        action=_action(worst),
        status=status[1] if status else "",
        recipient=recipient or _recipient_in(message, text),
        returned_message_id=_returned_message_id(message, text) or next(iter(original), ""),
        envelope_id=next(
            (group["original-envelope-id"][:100] for group in groups if "original-envelope-id" in group), ""
        ),
        diagnostic=decode_words(worst.get("diagnostic-code", ""))[:_DIAGNOSTIC],
    )


def _groups(status: str) -> Iterator[dict[str, str]]:
    """The field groups of a delivery-status part: one of the message, one a recipient (2.1)."""
    for block in status.split("\n\n"):
        group: dict[str, str] = {}
        name = ""
        for line in block.split("\n"):
            if line[:1] in " \t" and name:
                group[name] += f" {line.strip()}"
                continue
            key, colon, value = line.partition(":")
            if colon:
                name = key.strip().casefold()
                group.setdefault(name, value.strip())
        if group:
            yield group


def _action(group: dict[str, str]) -> str:
    word = "".join(group.get("action", "").casefold().split()).partition("(")[0]
    if word in _ACTIONS:
        return word
    return "delayed" if group.get("status", "").strip().startswith("4") else "failed"


def _typed_address(value: str) -> str:
    """`rfc822; a@b` → a@b (2.1.2)."""
    found = _MAILBOX.search(value.rpartition(";")[2])
    return addr_spec(found[0]) if found else ""


# -- words ---------------------------------------------------------------------------------------


def _from_words(message: Message, words: Lexicon) -> DeliveryReport:
    whole = visible_text(message)[:_LOOKED_AT]
    copy = _COPY.search(whole)
    text = whole[: copy.start()] if copy and copy.start() > 40 else whole
    told = folded(f"{message.subject} {text[:TOP]}")
    status, reply = _STATUS.search(text), _REPLY.search(text)
    code = status[1] if status else (f"{reply[1]}.0.0" if reply else "")
    action = "failed"
    if any_found(words, "delay", told) and not code.startswith("5"):
        action = "delayed"
    elif any_found(words, "delivered", told) and not code:
        action = "delivered"
    return DeliveryReport(
        action=action,
        status=code,
        recipient=_recipient_in(message, text),
        returned_message_id=_returned_message_id(message, whole),
        diagnostic=_line_around(text, status or reply),
    )


def _recipient_in(message: Message, text: str) -> str:
    """The address that could not be reached: where a field or line says so, else the first that is not ours."""
    failed = _MAILBOX.search(message.field("x-failed-recipients") or "")
    if failed:
        return addr_spec(failed[0])
    ours = {address.key for address in (*message.to, *message.authors)}
    ours |= {address.casefold() for address in message.delivered_to}
    marked = [match.end() for match in _FAILED_LINE.finditer(text)]
    for start in (*marked[:5], 0):
        for match in _MAILBOX.finditer(text, start, start + 300 if start else len(text)):
            spec = addr_spec(match[0].strip(".|*`'"))
            if spec and spec.casefold() not in ours and local_part(spec) not in ("mailer-daemon", "postmaster"):
                return spec
    return ""


def _returned_message_id(message: Message, text: str) -> str:
    copied = _COPIED_ID.search(message.returned_fields) or _COPIED_ID.search(text)
    if copied:
        return next(iter(identifiers(copied[1])), "")
    return next(iter(message.in_reply_to), "") or next(iter(reversed(message.references)), "")


def _line_around(text: str, match: re.Match[str] | None) -> str:
    if match is None:
        return ""
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    return " ".join(text[start : end if end >= 0 else len(text)].lstrip("> \t").split())[:_DIAGNOSTIC]
