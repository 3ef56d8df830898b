"""TXT records by DNS, for DKIM: bounded in time, and a resolver that is down is not asked for every mail."""

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import dns.resolver

LIFETIME = 4.0
"""Seconds for one question, all servers and retries included."""

PAUSE = 60.0
"""Seconds without questions after one that got no answer at all."""


class DnsResolver:
    """A Resolver (see ports). Remembers answers for their time to live; never raises."""

    def __init__(self) -> None:
        self._silent_until = 0.0
        self._resolver: dns.resolver.Resolver | None = None

    def __call__(self, name: str) -> bytes | None:
        if time.monotonic() < self._silent_until:
            return None
        import dns.exception  # here, because most starts ask nothing
        import dns.resolver

        try:
            answer = self._ready().resolve(name, "TXT", lifetime=LIFETIME)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.YXDOMAIN):
            return None
        except (dns.exception.DNSException, OSError, ValueError):
            self._silent_until = time.monotonic() + PAUSE
            return None
        first = next(iter(answer), None)
        return b"".join(first.strings) if first is not None else None

    def _ready(self) -> "dns.resolver.Resolver":
        import dns.resolver

        if self._resolver is None:
            self._resolver = dns.resolver.Resolver()
            self._resolver.cache = dns.resolver.LRUCache(1000)
        return self._resolver
