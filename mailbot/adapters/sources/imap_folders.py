"""The folders of settled mail at an IMAP server: their names there, their making, and the way into them."""

import contextlib
import imaplib
from collections.abc import Sequence
from typing import Any


def settled_folder(client: Any, name: str) -> str:
    """The server's own name for a folder of ours, which is created and subscribed when it is missing.

    It lies where this user's folders lie ("INBOX.Set aside" at Courier and Cyrus); a slash in `name`
    is the server's separator, whatever character that is (RFC 2342; RFC 9051, 6.3.9).
    """
    prefix, separator = _personal_namespace(client)
    folder = prefix + (name.replace("/", separator) if separator else name)
    if not client.folder_exists(folder):
        _create(client, folder)
    return folder


def move_messages(client: Any, uids: Sequence[int], folder: str) -> None:
    """MOVE (RFC 6851), else COPY, \\Deleted and UID EXPUNGE of these alone (RFC 4315).

    Without UIDPLUS the mail stays marked as \\Deleted: a plain EXPUNGE would also destroy what the
    owner of the mailbox marked. A UID that is gone is not an error for any of these commands. Where the
    server refuses several together, each is moved by itself, so that one holds up no other.
    """
    try:
        _move(client, uids, folder)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        if "EXPUNGEISSUED" in str(error) and len(uids) == 1:
            return  # RFC 5530, 3: gone, though this session was not told yet
        if "TRYCREATE" in str(error):
            _create(client, folder)  # somebody removed the folder while we were connected
            _move(client, uids, folder)
        elif len(uids) > 1:
            for uid in uids:
                move_messages(client, [uid], folder)
        else:
            raise


def may_move(client: Any, mailbox: str) -> bool:
    """False where the server says that mail may not be taken out of this mailbox (RFC 4314, 4: rights t and e).

    Where it tells no rights, trying tells.
    """
    if not client.has_capability("ACL"):
        return True
    try:
        kind, answer = client._imap.myrights(client._normalise_folder(mailbox))
        rights = answer[0].rpartition(b" ")[2] if kind == "OK" else b"d"
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, ValueError, LookupError, TypeError, AttributeError):
        return True
    if b"t" in rights or b"e" in rights:
        return b"t" in rights and b"e" in rights
    return b"d" in rights  # both, in the words of RFC 2086; newer servers say it beside either


def _move(client: Any, uids: Sequence[int], folder: str) -> None:
    if client.has_capability("MOVE"):
        client.move(uids, folder)
        return
    client.copy(uids, folder)
    client.delete_messages(uids, silent=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(uids)


def _create(client: Any, folder: str) -> None:
    try:
        client.create_folder(folder)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        if "ALREADYEXISTS" not in str(error):  # RFC 5530, 3: another session was faster
            raise
    with contextlib.suppress(imaplib.IMAP4.error):
        client.subscribe_folder(folder)  # many clients show only what is subscribed


def _personal_namespace(client: Any) -> tuple[str, str]:
    if client.has_capability("NAMESPACE"):
        personal = client.namespace().personal
        if personal:
            prefix, separator = personal[0]
            return str(prefix), str(separator or "")
    # LIST "" "" answers with the separator alone (RFC 9051, 6.3.9).
    listed = client.list_folders("", "")
    separator = listed[0][1] if listed else None
    return "", separator.decode("ascii", "replace") if isinstance(separator, bytes) else str(separator or "")
