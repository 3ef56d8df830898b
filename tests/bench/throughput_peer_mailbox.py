"""django-mailbox takes in a mailbox, and a handler of its signal acknowledges each mail, as its manual shows.

Run with the interpreter that has it, in a folder of its own; prints seconds by the clock and of processor.
"""

import sys
import time

import django
from django.conf import settings


def main(host: str, port: str, user: str, password: str, smtp: str) -> None:
    settings.configure(
        SECRET_KEY="bench",
        USE_TZ=True,
        INSTALLED_APPS=["django.contrib.contenttypes", "django_mailbox"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "peer.db"}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        EMAIL_HOST=host,
        EMAIL_PORT=int(smtp),
        MEDIA_ROOT="media",
    )
    django.setup()
    from django.core.mail import EmailMessage
    from django.core.management import call_command
    from django_mailbox.models import Mailbox
    from django_mailbox.signals import message_received

    call_command("migrate", verbosity=0)
    mailbox = Mailbox.objects.create(name="bench", uri=f"imap://{user}:{password}@{host}:{port}")

    def acknowledge(sender, message, **_rest):
        text = f"Your message about {message.subject} has come."
        EmailMessage(f"Re: {message.subject}", text, "letter@openletter.example", message.from_address).send()

    message_received.connect(acknowledge)
    began, began_cpu = time.monotonic(), time.process_time()
    taken = sum(1 for _ in mailbox.get_new_mail())
    print(taken, time.monotonic() - began, time.process_time() - began_cpu)


if __name__ == "__main__":
    main(*sys.argv[1:])
