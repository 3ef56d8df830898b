"""GNU Mailman 3 holds each mail for its moderators, as it does with mail of strangers, and tells the sender so.

Mail comes to it over LMTP, not from a mailbox: what is measured begins where its LMTP server has the octets, and ends
when its queues are empty. Run with the interpreter that has it, in a folder of its own; prints seconds by the clock
and of processor.
"""

import email
import imaplib
import sys
import time
from pathlib import Path

from mailman.app.lifecycle import create_list
from mailman.config import config
from mailman.core.initialize import initialize
from mailman.email.message import Message
from mailman.interfaces.domain import IDomainManager
from mailman.runners.incoming import IncomingRunner
from mailman.runners.outgoing import OutgoingRunner
from mailman.runners.pipeline import PipelineRunner
from mailman.runners.virgin import VirginRunner
from zope.component import getUtility

_SETTINGS = """
[mailman]
site_owner: owner@openletter.example
layout: here
[paths.here]
var_dir: {folder}/var
[mta]
incoming: mailman.mta.null.NullMTA
smtp_host: {host}
smtp_port: {smtp}
"""


def main(host: str, port: str, user: str, password: str, smtp: str) -> None:
    waiting = _mails(host, int(port), user, password)
    settings = Path("mailman.cfg")
    settings.write_text(_SETTINGS.format(folder=Path.cwd(), host=host, smtp=smtp))
    initialize(str(settings))
    getUtility(IDomainManager).add("openletter.example")
    letter = create_list("letter@openletter.example", ["ada@organizers.example"])
    letter.admin_immed_notify = False  # which the others do not send either
    config.db.commit()
    queues = (IncomingRunner("in"), PipelineRunner("pipeline"), VirginRunner("virgin"), OutgoingRunner("out"))
    began, began_cpu = time.monotonic(), time.process_time()
    for octets in waiting:
        message = email.message_from_bytes(octets, Message)
        message.original_size = len(octets)
        config.switchboards["in"].enqueue(message, listid=letter.list_id, original_size=len(octets))
    while any(len(runner.switchboard.files) for runner in queues):
        for runner in queues:
            runner._one_iteration()
    print(len(waiting), time.monotonic() - began, time.process_time() - began_cpu)


def _mails(host: str, port: int, user: str, password: str) -> list[bytes]:
    box = imaplib.IMAP4(host, port)
    box.login(user, password)
    box.select("INBOX")
    numbers = box.search(None, "ALL")[1][0].split()
    return [box.fetch(number.decode(), "(BODY.PEEK[])")[1][0][1] for number in numbers]


if __name__ == "__main__":
    main(*sys.argv[1:])
