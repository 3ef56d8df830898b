"""The list between two markers of somebody else's page: in a file here, and in a page of WordPress."""

from pathlib import Path

import pytest
from publisher_places import garbled_once
from wordpress_server import WordpressServer

from mailbot.adapters.publishers import patch, wordpress
from mailbot.adapters.publishers.between import MarkersError, between
from mailbot.core.location import parse_destination
from mailbot.ports import PermanentFailure, TemporaryFailure

BEGIN, END = b"<!-- signatories -->", b"<!-- /signatories -->"
LIST = b"<ul>\n<li>Caf\xc3\xa9 Lantern</li>\n</ul>\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(b"<html>\n", b"\n</html>", id="html"),
        pytest.param(b"# Letter\n\n", b"\n\n## End\n", id="markdown"),
        pytest.param(b"\xef\xbb\xbf<p>", b"</p>", id="byte order mark, all on one line"),
        pytest.param(b"a\0b\x80\xff", b"\xfe", id="octets that are no text"),
        pytest.param(b"", b"", id="nothing around"),
    ],
)
def test_all_but_what_is_between_the_markers_stays_byte_for_byte(before: bytes, after: bytes) -> None:
    page = before + BEGIN + b"what was there" + END + after
    patched = between(page, LIST)
    assert patched.startswith(before + BEGIN + b"\n<ul>")
    assert patched.endswith(b"</ul>\n" + END + after)
    assert between(patched, LIST) == patched


def test_the_list_takes_the_line_ends_and_the_charset_of_the_page() -> None:
    page = b"<p>caf\xe9</p>\r\n" + BEGIN + END + b"\r\n"
    assert between(page, LIST) == (
        b"<p>caf\xe9</p>\r\n" + BEGIN + b"\r\n<ul>\r\n<li>Caf&#233; Lantern</li>\r\n</ul>\r\n" + END + b"\r\n"
    )


WRONG_MARKERS = [
    pytest.param(b"", "is missing", id="none"),
    pytest.param(BEGIN, "is missing", id="no end"),
    pytest.param(END, "is missing", id="no beginning"),
    pytest.param(BEGIN + BEGIN + END, "stands there 2 times", id="two beginnings"),
    pytest.param(BEGIN + END + END, "stands there 2 times", id="two ends"),
    pytest.param(BEGIN + END + BEGIN + END, "stands there 2 times", id="both twice"),
    pytest.param(END + BEGIN, "stands before", id="the wrong way round"),
    pytest.param(f"{BEGIN.decode()}{END.decode()}".encode("utf-16"), "is missing", id="in another encoding"),
]


@pytest.mark.parametrize(("page", "says"), WRONG_MARKERS)
def test_a_page_whose_markers_are_missing_or_doubled_is_refused_and_untouched(
    tmp_path: Path, page: bytes, says: str
) -> None:
    file = tmp_path / "page.md"
    file.write_bytes(page)
    publisher = patch.build(patch.PatchOptions(file))
    for attempt in (publisher.check, lambda: publisher.publish({"fragment.html": LIST})):
        with pytest.raises(PermanentFailure, match=says) as caught:
            attempt()
        assert str(file) in str(caught.value)
    assert file.read_bytes() == page


def test_a_page_is_not_looked_at_while_the_list_in_it_stays_as_it_is(tmp_path: Path) -> None:
    assert patch.build(patch.PatchOptions(tmp_path / "none.html")).publish({"status.json": b"{}"}) == []


def test_a_list_that_holds_a_marker_is_refused() -> None:
    with pytest.raises(MarkersError, match="holds a marker"):
        between(BEGIN + END, b"<p>" + END + b"</p>")


def test_a_page_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    publisher = patch.build(patch.PatchOptions(tmp_path / "none.html"))
    with pytest.raises(PermanentFailure, match=r"none\.html"):
        publisher.publish({"fragment.html": LIST})
    assert list(tmp_path.iterdir()) == []


def test_a_page_keeps_its_mode_and_the_link_that_leads_to_it(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real, link = tmp_path / "real" / "page.html", tmp_path / "page.html"
    real.write_bytes(BEGIN + END)
    real.chmod(0o640)
    link.symlink_to(real)
    patch.build(patch.PatchOptions(link)).publish({"fragment.html": LIST})
    assert link.is_symlink()
    assert LIST in real.read_bytes()
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_page_that_reads_otherwise_is_put_back(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(BEGIN + END)
    publisher = patch.build(patch.PatchOptions(file))
    spoil = garbled_once(Path, "replace", lambda _fresh, target: target.write_bytes(b"something else"))
    with spoil, pytest.raises(TemporaryFailure, match="reads otherwise"):
        publisher.publish({"fragment.html": LIST})
    assert file.read_bytes() == BEGIN + END


# -- WordPress -----------------------------------------------------------------------------------


def page_of(
    server: WordpressServer, content: str, role: str = "editor", **options: object
) -> wordpress.WordpressPublisher:
    (page,) = server.pages(content)
    there = parse_destination(f"wordpress+http://{role}@127.0.0.1:{server.port}/")
    return wordpress.build(
        wordpress.WordpressOptions(location=there, password=lambda: server.passwords[role], page=page, **options)
    )


def content_of(publisher: wordpress.WordpressPublisher) -> str:
    return wordpress._Page(publisher.options).read()


def test_a_whole_page_of_wordpress_is_the_list_and_nothing_else(wordpress: WordpressServer) -> None:
    publisher = page_of(wordpress, "<p>what was there</p>", markers=None)
    assert publisher.publish({"fragment.html": LIST}) == ["fragment.html"]
    assert content_of(publisher) == f"<!-- wp:html -->\n{LIST.decode().strip()}\n<!-- /wp:html -->"
    assert publisher.publish({"fragment.html": LIST}) == []


def test_what_wordpress_takes_away_is_noticed_and_the_page_put_back(wordpress: WordpressServer) -> None:
    before = f"<p>Ours</p>\n{BEGIN.decode()}{END.decode()}"
    publisher = page_of(wordpress, before, role="author")
    with pytest.raises(PermanentFailure, match="unfiltered_html"):
        publisher.publish({"fragment.html": b'<p style="position:fixed" onclick="x()">one</p>'})
    assert content_of(publisher) == before


def test_a_page_of_wordpress_without_markers_is_refused_and_untouched(wordpress: WordpressServer) -> None:
    publisher = page_of(wordpress, "<p>Ours</p>")
    with pytest.raises(PermanentFailure, match="is missing"):
        publisher.publish({"fragment.html": LIST})
    assert content_of(publisher) == "<p>Ours</p>"
