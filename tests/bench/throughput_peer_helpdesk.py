"""django-helpdesk makes a ticket of each mail of a mailbox and tells its sender so, by its own command get_email.

Run with the interpreter that has it, in a folder of its own; prints seconds by the clock and of processor.
"""

import sys
import time

import django
from django.conf import settings

urlpatterns: list[object] = []  # of this module, which is Django's ROOT_URLCONF: letters link to tickets


def main(host: str, port: str, user: str, password: str, smtp: str) -> None:
    parts = "admin auth contenttypes humanize messages sessions sites staticfiles".split()  # noqa: SIM905
    settings.configure(
        SECRET_KEY="bench",
        USE_TZ=True,
        SITE_ID=1,
        ROOT_URLCONF="__main__",
        INSTALLED_APPS=[*(f"django.contrib.{part}" for part in parts), "rest_framework", "helpdesk"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "peer.db"}},
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        EMAIL_HOST=host,
        EMAIL_PORT=int(smtp),
        MEDIA_ROOT="media",
        HELPDESK_KANBAN_ENABLED=False,
        HELPDESK_TEAMS_MODE_ENABLED=False,
    )
    django.setup()
    from django.urls import include, path

    urlpatterns.append(path("", include("helpdesk.urls", namespace="helpdesk")))
    from django.core.management import call_command
    from helpdesk.email import process_email
    from helpdesk.models import Queue, Ticket

    call_command("migrate", verbosity=0)
    call_command("loaddata", "emailtemplate.json", verbosity=0)
    Queue.objects.create(
        title="Bench",
        slug="bench",
        email_address="letter@openletter.example",
        allow_email_submission=True,
        email_box_type="imap",
        email_box_host=host,
        email_box_port=int(port),
        email_box_user=user,
        email_box_pass=password,
        email_box_imap_folder="INBOX",
        enable_notifications_on_email_events=True,
        logging_type="none",
    )
    began, began_cpu = time.monotonic(), time.process_time()
    process_email(quiet=True)
    print(Ticket.objects.count(), time.monotonic() - began, time.process_time() - began_cpu)


if __name__ == "__main__":
    main(*sys.argv[1:])
