"""People with mail programs, and the real servers that carry their mail to and fro."""

import email
import email.policy
import smtplib
import time
from collections.abc import Callable
from email.message import EmailMessage

from dovecot_server import Dovecot
from journey import AS_CLIENTS_WRITE, Letter, Rehearsal
from postfix_server import Postfix


class Post:
    """People with mail programs: they send by Postfix and read at Dovecot."""

    def __init__(self, rehearsal: Rehearsal, intake: str, dovecot: Dovecot, postfix: Postfix) -> None:
        self.rehearsal, self.intake, self.dovecot, self.postfix = rehearsal, intake, dovecot, postfix
        self.read: set[str] = set()

    def send(
        self,
        sender: str,
        body: str,
        *,
        answers: Letter | None = None,
        sealed: Callable[[bytes], bytes] = lambda octets: octets,
    ) -> None:
        """Write a mail, and wait until it lies in the intake mailbox. `sealed`: what the sender's server adds."""
        message = EmailMessage()
        message["From"], message["To"] = sender, self.intake
        message["Subject"] = f"Re: {' '.join(answers.subject.split())}" if answers else "Our signature"
        message["Message-ID"] = f"<{time.monotonic_ns()}@{sender.rpartition('@')[2]}>"
        if answers:
            message["In-Reply-To"] = str(answers.message["Message-ID"])
            quoted = "\n".join("> " + line for line in answers.text.splitlines())
            body = f"{body}\n\nOn Sat, Jan 9, 2021 at 9:00 AM {self.intake} wrote:\n\n{quoted}\n"
        message.set_content(body)
        waiting = len(self.dovecot.messages(self.intake))
        with smtplib.SMTP(self.postfix.host, self.postfix.smtp_port) as server:
            server.sendmail(sender, [self.intake], sealed(message.as_bytes(policy=AS_CLIENTS_WRITE)))
        self.dovecot.await_messages(self.intake, waiting + 1)

    def letter(self, owner: str, template: str) -> Letter:
        """The next letter of that kind in somebody's mailbox."""
        for _ in range(100):
            for octets in self.dovecot.messages(owner):
                letter = Letter(email.message_from_bytes(octets, policy=email.policy.default))
                identity = str(letter.message["Message-ID"])
                ours = self.intake in str(letter.message["From"])
                if ours and letter.template == template and identity not in self.read:
                    self.read.add(identity)
                    return letter
            time.sleep(0.1)
        raise AssertionError(f"no {template} reached {owner}")
