"""What can be proved of who wrote a mail: our own DKIM check first, else what our own mail server found.

Everything here is about the domain of the one author; without exactly one From mailbox nothing is trusted
(RFC 7489, 6.6.1), and whatever is odd is NONE, never PASS.
"""

from collections.abc import Iterator
from datetime import datetime

from mailbot.core.message import Evidence, Message, Verdict
from mailbot.reading.addressed import addressed_fields
from mailbot.reading.alignment import aligned, ascii_domain
from mailbot.reading.authentication_results import AuthenticationResults, MethodResult, parse_authentication_results
from mailbot.reading.dkim_signatures import (
    MOST_FIELDS,
    TxtLookup,
    covers,
    header_section,
    number_of_signatures,
    reads_one_way,
    verified_domain,
)
from mailbot.reading.dmarc_records import wants_strict_dkim

__all__ = ["TxtLookup", "read_evidence"]


def read_evidence(
    octets: bytes,
    message: Message,
    *,
    authserv_id: str,
    resolver: TxtLookup | None,
    own_addresses: frozenset[str],
    now: datetime,
) -> Evidence:
    """The evidence for the author of `message`, whose raw form `octets` is; never raises.

    With a resolver we check DKIM signatures ourselves. An aligned one that holds decides, even where
    our server reports a DMARC failure: an aligned DKIM pass is a DMARC pass (RFC 7489, 4.2). Only where
    it is a parent or sister domain that signed does the report of failure stand; and where the owner of the
    From domain asks for strict alignment (adkim=s), a relative's signature is none.

    Otherwise the topmost Authentication-Results field counts, if `authserv_id` (from the settings; ""
    trusts none) put it there. Fields further down may be anybody's (RFC 8601, 5), whatever they say.

    Nothing passes that was not written to one of `own_addresses`: a mail to somebody else, sent on to us by
    whoever got it, proves nothing of what its author wants of us.
    """
    author = message.author
    author_domain = ascii_domain(author.domain) if author else ""
    if not author_domain:
        return Evidence(reason="no_single_author")
    addressed = addressed_fields(message, own_addresses)
    passed = _own(octets, author_domain, resolver, addressed, now) if resolver else None
    found = _decided(passed, _reported(message, author_domain, authserv_id), author_domain)
    if found.verdict is not Verdict.PASS:
        return found
    if doubt := _doubt(octets, message, author_domain, addressed, own=found is passed):
        return Evidence(source=found.source, reason=doubt)
    return found


def _own(
    octets: bytes, author_domain: str, resolver: TxtLookup, addressed: frozenset[str], now: datetime
) -> Evidence | None:
    """What our own check of DKIM gives; None where it gives nothing."""
    signer = verified_domain(octets, author_domain, resolver, covering=addressed, now=now)
    if not signer or (signer != author_domain and wants_strict_dkim(author_domain, resolver)):
        return None
    return Evidence(verdict=Verdict.PASS, method="dkim", source="own", domain=signer, reason="dkim_verified")


def _decided(own: Evidence | None, reported: Evidence, author_domain: str) -> Evidence:
    """Our own check or our server's report, whichever decides."""
    if own is not None and (own.domain == author_domain or reported.verdict is not Verdict.FAIL):
        return own
    return reported


def _doubt(octets: bytes, message: Message, author_domain: str, addressed: frozenset[str], *, own: bool) -> str | None:
    """Why a pass proves nothing all the same, as a word."""
    header = header_section(octets)
    if number_of_signatures(header) > MOST_FIELDS:
        return "too_many_signatures"  # a copy of it could not be told (see copies)
    if not addressed:
        return "not_addressed_to_us"
    if own:
        return None
    if not reads_one_way(header):
        return "ambiguous_header"  # a field that our server could not see
    covered = {covers(value, author_domain, addressed) for value in message.all_fields("DKIM-Signature")}
    return "recipient_not_signed" if False in covered and True not in covered else None


def _reported(message: Message, author_domain: str, authserv_id: str) -> Evidence:
    """What the server of that name reports in the topmost Authentication-Results field.

    Some servers write several, one a filter. A pass further down is not believed: the field may have come with
    the mail, and where a filter puts its field below the Received of our own server nothing stands between the
    two. A DMARC failure is: the worst that a forged one does is to keep its own mail from being believed.
    """
    fields = message.all_fields("Authentication-Results")
    if not fields or not authserv_id:
        return Evidence(reason="no_evidence")
    report = parse_authentication_results(fields[0])
    if report is None:
        return Evidence(reason="results_unreadable")
    if report.authserv_id.lower() != authserv_id.lower():
        return Evidence(reason="foreign_authserv_id")
    if any(result.result == "fail" for one in _of_that_server(fields, authserv_id) for result in _of(one, "dmarc")):
        return Evidence(
            verdict=Verdict.FAIL, method="dmarc", source=authserv_id, domain=author_domain, reason="dmarc_fail"
        )
    for method, read in (("dmarc", _dmarc_domain), ("dkim", _dkim_domain)):
        domain = read(report, author_domain)
        if domain:
            return Evidence(
                verdict=Verdict.PASS, method=method, source=authserv_id, domain=domain, reason=f"{method}_pass"
            )
    if domain := _unanimous(_of(report, "spf"), "smtp.mailfrom", author_domain):
        return Evidence(method="spf", source=authserv_id, domain=domain, reason="spf_alone")
    return Evidence(source=authserv_id, reason="nothing_aligned")


def _of_that_server(fields: tuple[str, ...], authserv_id: str) -> Iterator[AuthenticationResults]:
    """The fields on top that bear its name, up to the first that does not."""
    for value in fields[:_MOST_REPORTS]:
        report = parse_authentication_results(value)
        if report is None or report.authserv_id.lower() != authserv_id.lower():
            return
        yield report


_MOST_REPORTS = 10


def _dmarc_domain(report: AuthenticationResults, author_domain: str) -> str:
    return _unanimous(_of(report, "dmarc"), "header.from", author_domain)


def _dkim_domain(report: AuthenticationResults, author_domain: str) -> str:
    """The first aligned signature that passed. Results that differ about one key of one domain count as the worse."""
    by_key: dict[tuple[str, str], list[MethodResult]] = {}
    for result in _of(report, "dkim"):
        by_key.setdefault((_domain(result, _identity(result)), result.property("header.s")), []).append(result)
    for results in by_key.values():
        domain = _unanimous(results, _identity(results[0]), author_domain)
        if domain:
            return domain
    return ""


def _unanimous(results: list[MethodResult], name: str, author_domain: str) -> str:
    """The aligned domain that property `name` gives, where every one of the results is a pass for it."""
    domains = {_domain(result, name) if result.result == "pass" else "" for result in results}
    if len(domains) != 1:
        return ""
    domain = domains.pop()
    return domain if aligned(domain, author_domain) else ""


def _identity(result: MethodResult) -> str:
    return "header.d" if any(name == "header.d" for name, _ in result.properties) else "header.i"


def _domain(result: MethodResult, name: str) -> str:
    """A property's domain in A-labels: what follows the last "@", or the whole."""
    return ascii_domain(result.property(name).rpartition("@")[2])


def _of(report: AuthenticationResults, method: str) -> list[MethodResult]:
    return [result for result in report.results if result.method == method]
