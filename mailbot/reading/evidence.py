"""What can be proved of who wrote a mail: our own DKIM check first, else what our own mail server found.

Everything here is about the domain of the one author; without exactly one From mailbox nothing is trusted
(RFC 7489, 6.6.1), and whatever is odd is NONE, never PASS.
"""

from mailbot.core.message import Evidence, Message, Verdict
from mailbot.reading.alignment import aligned, ascii_domain
from mailbot.reading.authentication_results import AuthenticationResults, MethodResult, parse_authentication_results
from mailbot.reading.dkim_signatures import TxtLookup, header_section, reads_one_way, verified_domain

__all__ = ["TxtLookup", "read_evidence"]


def read_evidence(octets: bytes, message: Message, *, authserv_id: str, resolver: TxtLookup | None) -> Evidence:
    """The evidence for the author of `message`, whose raw form `octets` is; never raises.

    With a resolver we check DKIM signatures ourselves. An aligned one that holds decides, even where
    our server reports a DMARC failure: an aligned DKIM pass is a DMARC pass (RFC 7489, 4.2). Only where
    it is a parent or sister domain that signed does the report of failure stand, for the owner of the
    From domain may have asked for strict alignment.

    Otherwise the topmost Authentication-Results field counts, if `authserv_id` (from the settings; ""
    trusts none) put it there. Fields further down may be anybody's (RFC 8601, 5), whatever they say.
    """
    author = message.author
    author_domain = ascii_domain(author.domain) if author else ""
    if not author_domain:
        return Evidence(reason="no_single_author")
    signer = verified_domain(octets, author_domain, resolver) if resolver else ""
    own = Evidence(verdict=Verdict.PASS, method="dkim", source="own", domain=signer, reason="dkim_verified")
    if signer == author_domain:
        return own
    reported = _reported(message, author_domain, authserv_id)
    if reported.verdict is Verdict.FAIL:
        return reported
    if signer:
        return own
    if reported.verdict is Verdict.PASS and not reads_one_way(header_section(octets)):
        return Evidence(source=authserv_id, reason="ambiguous_header")  # a field that our server could not see
    return reported


def _reported(message: Message, author_domain: str, authserv_id: str) -> Evidence:
    """What the server of that name reports in the topmost Authentication-Results field."""
    fields = message.all_fields("Authentication-Results")
    if not fields or not authserv_id:
        return Evidence(reason="no_evidence")
    report = parse_authentication_results(fields[0])
    if report is None:
        return Evidence(reason="results_unreadable")
    if report.authserv_id.lower() != authserv_id.lower():
        return Evidence(reason="foreign_authserv_id")
    if any(result.result == "fail" for result in _of(report, "dmarc")):
        return Evidence(
            verdict=Verdict.FAIL, method="dmarc", source=authserv_id, domain=author_domain, reason="dmarc_fail"
        )
    for method, read in (("dmarc", _dmarc_domain), ("dkim", _dkim_domain), ("spf", _spf_domain)):
        domain = read(report, author_domain)
        if domain:
            return Evidence(
                verdict=Verdict.PASS, method=method, source=authserv_id, domain=domain, reason=f"{method}_pass"
            )
    return Evidence(source=authserv_id, reason="nothing_aligned")


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


def _spf_domain(report: AuthenticationResults, author_domain: str) -> str:
    return _unanimous(_of(report, "spf"), "smtp.mailfrom", author_domain)


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
