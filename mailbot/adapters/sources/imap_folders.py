"""The folders of settled mail at an IMAP server: their names there, their making, and the way into them."""

import contextlib
import imaplib
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


def move_message(client: Any, uid: int, folder: str) -> None:
    """MOVE (RFC 6851), else COPY, \\Deleted and UID EXPUNGE of this one alone (RFC 4315).

    Without UIDPLUS the mail stays marked as \\Deleted: a plain EXPUNGE would also destroy what the
    owner of the mailbox marked. A UID that is gone is not an error for any of these commands.
    """
    try:
        _move(client, uid, folder)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        if "EXPUNGEISSUED" in str(error):  # RFC 5530, 3: gone, though this session was not told yet
            return
        if "TRYCREATE" not in str(error):
            raise
        _create(client, folder)  # somebody removed the folder while we were connected
        _move(client, uid, folder)


def _move(client: Any, uid: int, folder: str) -> None:
    if client.has_capability("MOVE"):
        client.move([uid], folder)
        return
    client.copy([uid], folder)
    client.delete_messages([uid], silent=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge([uid])


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
