"""The list between two markers of a page that somebody else wrote: nothing else of that page changes."""

FRAGMENT = "fragment.html"
"""The published file that goes between the markers."""

MARKERS = ("<!-- signatories -->", "<!-- /signatories -->")


class MarkersError(ValueError):
    """The page has not exactly one pair of markers; the text says what to do about it."""


def between(page: bytes, fragment: bytes, markers: tuple[str, str] = MARKERS) -> bytes:
    """The page with the fragment, on lines of its own, where it stood between the markers; all else byte for byte.

    The fragment takes the page's line ends; where the page is not in UTF-8 it is written in ASCII with
    character references. Raises MarkersError where a marker is missing, doubled or behind the other.
    """
    begin, end = _places(page, markers)
    ending = b"\r\n" if page.count(b"\r\n") * 2 > page.count(b"\n") else b"\n"
    lines = _in_charset_of(page, fragment).strip().splitlines()
    if any(marker.encode() in line for marker in markers for line in lines):
        raise MarkersError("The list itself holds a marker: choose markers that no name can hold.")
    return page[:begin] + ending + ending.join(lines) + ending + page[end:]


def _places(page: bytes, markers: tuple[str, str]) -> tuple[int, int]:
    """Where the first marker ends and the second begins."""
    for marker in markers:
        found = page.count(marker.encode())
        if found != 1:
            what = "is missing" if not found else f"stands there {found} times"
            raise MarkersError(f"the marker {marker} {what}: each of the two must stand there once")
    begin, end = page.index(markers[0].encode()) + len(markers[0].encode()), page.index(markers[1].encode())
    if end < begin:
        raise MarkersError(f"the marker {markers[1]} stands before {markers[0]}: it must stand behind it")
    return begin, end


def _in_charset_of(page: bytes, fragment: bytes) -> bytes:
    try:
        page.decode("utf-8")
    except UnicodeDecodeError:
        return fragment.decode("utf-8", "replace").encode("ascii", "xmlcharrefreplace")
    return fragment
