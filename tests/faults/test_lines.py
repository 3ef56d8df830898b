"""A line that is cut, garbled, slow or silent between any two octets of a session: the end is always the same."""

from collections.abc import Callable, Iterator
from random import Random

import pytest
from dovecot_server import Dovecot
from faulty_line import Fault, Kind, Line
from line_rounds import Rounds
from scripted_smtp import ScriptedSmtp
from served_campaign import Served
from server_process import Certificates

pytestmark = [pytest.mark.fault, pytest.mark.server]

OFFSETS = {Kind.CUT: 10, Kind.GARBLED: 4, Kind.DELAYED: 2, Kind.SILENT: 2}
"""How many of a session's octets, each way, are tried: drawn by a seed, so that a failure comes again."""


@pytest.fixture
def rounds(
    serve: Callable[..., Served], dovecot: Dovecot, certificates: Certificates
) -> Iterator[Callable[[str], Rounds]]:
    """rounds(scheme) → a campaign behind a faulty line."""
    lines: list[Line] = []
    opened: list[Rounds] = []
    servers: list[ScriptedSmtp] = []

    def over(scheme: str) -> Rounds:
        servers.append(ScriptedSmtp(certificates=certificates if scheme == "smtps" else None))
        ports = {"imap": dovecot.imap_port, "imaps": dovecot.imaps_port}
        lines.append(Line(ports.get(scheme, servers[-1].port)))
        served = serve()
        if scheme.startswith("smtp"):
            served.smtp = servers[-1]
        opened.append(Rounds(served=served, line=lines[-1], scheme=scheme))
        return opened[-1]

    yield over
    for one in opened:
        one.campaign.close()
    for started in (*lines, *servers):
        started.stop()


@pytest.mark.parametrize(
    ("scheme", "kind"),
    [
        pytest.param("imap", Kind.CUT, id="IMAP cut"),
        pytest.param("imap", Kind.DELAYED, id="IMAP delayed"),
        pytest.param("imap", Kind.SILENT, id="IMAP silent"),
        # In the clear nothing tells a garbled mail from another one, or a garbled folder from ours; TLS does.
        pytest.param("imaps", Kind.GARBLED, id="IMAP garbled"),
        pytest.param("smtp", Kind.CUT, id="SMTP cut"),
        pytest.param("smtp", Kind.DELAYED, id="SMTP delayed"),
        pytest.param("smtp", Kind.SILENT, id="SMTP silent"),
        pytest.param("smtps", Kind.GARBLED, id="SMTP garbled"),
    ],
)
def test_whatever_the_line_does_the_next_pass_makes_it_good(
    rounds: Callable[[str], Rounds], scheme: str, kind: Kind
) -> None:
    over = rounds(scheme)
    session, random = over.session(), Random(f"{scheme} {kind}")
    for up in (True, False):
        for behind in sorted(random.sample(range(session[up]), OFFSETS[kind])):
            went_well = over.round(Fault(kind, up, behind))
            assert went_well or kind is not Kind.DELAYED
    over.assert_whole()
