"""What may stand in an SMTP envelope: a mailbox that cannot smuggle a second command (RFC 5321, 4.1.2)."""

import re

from mailbot.ports import PermanentFailure

_MAX_PATH = 254  # RFC 5321, 4.5.3.1.3: 256 octets with the angle brackets
_MAX_LOCAL_PART = 64
# A quoted local part is legal and, for a letter to a stranger, only ever an attack or a mistake.
_MAILBOX = re.compile(r"[^\x00-\x20\x7f-\x9f\"(),:;<>@\[\\\]]+@[^\x00-\x20\x7f-\x9f\"(),:;<>@\[\\\]]+")


def require_envelope(sender: str, recipient: str) -> None:
    """Raise PermanentFailure unless both are plain mailboxes; `sender` may be "", the null reverse-path.

    The text of the error says which of the two is wrong and never repeats it: errors are logged.
    """
    if sender:
        _require_mailbox("sender", sender)
    _require_mailbox("recipient", recipient)


def is_ascii_envelope(sender: str, recipient: str) -> bool:
    """False where the letter needs a server that offers SMTPUTF8 (RFC 6531)."""
    return sender.isascii() and recipient.isascii()


def _require_mailbox(role: str, mailbox: str) -> None:
    octets = len(mailbox.encode("utf-8", "replace"))
    local_part = mailbox.rpartition("@")[0]
    if octets > _MAX_PATH or len(local_part.encode("utf-8", "replace")) > _MAX_LOCAL_PART:
        raise PermanentFailure(f"The {role}'s address is longer than mail allows (RFC 5321, 4.5.3.1).")
    if not _MAILBOX.fullmatch(mailbox) or not _encodes(mailbox):
        raise PermanentFailure(f"The {role}'s address is not a mailbox of the form name@domain.")


def _encodes(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # lone surrogates
        return False
    return True
