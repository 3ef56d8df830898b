"""The works in Prometheus's words over HTTP, and a health answer; asked for by `mailbot run --metrics PORT`.

Only this machine can ask: there is no address, no name and no word of a mail in what is told, but how many
letters a campaign writes is nobody else's business either.
"""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from mailbot.core.health import Health
from mailbot.ports import PermanentFailure, TemporaryFailure

LOCAL = "127.0.0.1"


class Works(Collector):
    """Asks for the health anew each time that it is scraped. What never happened is left out."""

    def __init__(self, health: Callable[[], Health]) -> None:
        self._health = health

    def collect(self) -> Iterator[GaugeMetricFamily]:
        health = self._health()
        letters = health.letters
        ages = {
            "mailbot_poll_age_seconds": ("Since the mailbox could last be looked into.", health.polled_at),
            "mailbot_unanswered_age_seconds": ("Age of the oldest mail whose answer waits.", letters.mail_came),
            "mailbot_desk_age_seconds": ("Age of the oldest request before organizers.", health.waiting_since),
            "mailbot_outbox_age_seconds": ("Age of the oldest letter that should be out.", letters.queued_since),
            "mailbot_list_age_seconds": ("Since the public list last changed.", health.changed_at),
        }
        for name, (says, at) in ages.items():
            if at is not None:
                yield GaugeMetricFamily(name, says, value=(health.now - at).total_seconds())
        yield GaugeMetricFamily("mailbot_desk_requests", "Requests that wait for organizers.", value=health.waiting)
        yield GaugeMetricFamily("mailbot_outbox_letters", "Letters that should be out.", value=letters.queued)
        yield GaugeMetricFamily("mailbot_letters_sent_day", "Letters sent in 24 hours.", value=letters.sent)
        yield GaugeMetricFamily("mailbot_letters_failed_day", "Letters refused in 24 hours.", value=letters.failed)
        yield GaugeMetricFamily("mailbot_letters_allowed_day", "Letters a day, 0 for no limit.", value=health.a_day)
        yield GaugeMetricFamily("mailbot_list_revision", "Revision of the public list.", value=health.revision)


class Answering(ThreadingHTTPServer):
    """Answers /metrics and /health on a port of this machine, 0 for any, until `close`. Raises OSError."""

    daemon_threads = True

    def __init__(self, port: int, health: Callable[[], Health], ails: Callable[[], list[str]]) -> None:
        super().__init__((LOCAL, port), _Asked)
        self.registry = CollectorRegistry(auto_describe=False)
        self.registry.register(_Quiet(Works(health)))
        self.ails = ails
        threading.Thread(target=self.serve_forever, name="metrics", daemon=True).start()

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class _Quiet(Collector):
    """Registering must not ask: at the start there may be no database yet."""

    def __init__(self, works: Works) -> None:
        self._works = works

    def describe(self) -> list[Any]:
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        return self._works.collect()


class _Asked(BaseHTTPRequestHandler):
    server: Answering

    def do_GET(self) -> None:
        try:
            match self.path.partition("?")[0]:
                case "/metrics":
                    self._answer(200, generate_latest(self.server.registry), CONTENT_TYPE_LATEST)
                case "/health":
                    ails = self.server.ails()
                    self._answer(503 if ails else 200, ("\n".join(ails) or "well").encode() + b"\n", "text/plain")
                case _:
                    self._answer(404, b"Ask for /metrics or /health.\n", "text/plain")
        except (TemporaryFailure, PermanentFailure) as error:
            self._answer(503, f"{error}\n".encode(), "text/plain")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind if "charset" in kind else f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own signature
        """Nothing: whoever asks every few seconds is no news."""
