"""What the owner of a From domain asks of alignment (RFC 7489, 6.3): the one tag of its DMARC record that we need."""

import re

from mailbot.reading.alignment import organizational_domain
from mailbot.reading.dkim_signatures import TxtLookup

_MOST_OCTETS = 2_000
_VERSION = re.compile(rb"\s{0,9}v\s{0,9}=\s{0,9}DMARC1\s{0,9}(?:;|$)")
_STRICT = re.compile(rb";\s{0,9}adkim\s{0,9}=\s{0,9}s\s{0,9}(?:;|$)", re.IGNORECASE)


def wants_strict_dkim(author_domain: str, lookup: TxtLookup) -> bool:
    """Whether only a signature of the very domain counts (adkim=s). The record of the domain decides, else that of
    its organizational domain (6.6.3); without a record, or where it does not say, a relative's counts as well.

    A lookup that raises, or a record of absurd length, is taken for a strict one.
    """
    for domain in dict.fromkeys((author_domain, organizational_domain(author_domain))):
        if not domain:
            continue
        try:
            record = lookup(f"_dmarc.{domain}")
        except Exception:  # noqa: BLE001 - whatever goes wrong, a relative's signature proves nothing
            return True
        if record is None or not _VERSION.match(record):
            continue
        return len(record) > _MOST_OCTETS or _STRICT.search(record) is not None
    return False
