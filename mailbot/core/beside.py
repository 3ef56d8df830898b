"""Addresses of files that lie beside a published page."""

from urllib.parse import urljoin


def beside(page_url: str, name: str) -> str:
    """The address of a file in the folder of a page, whose address may be that of the folder itself.

    ".../letter.html" is a page in a folder; ".../letter" is the folder, as hosts that hide index.html have it.
    """
    base = page_url.partition("#")[0].partition("?")[0]
    path = base.partition("://")[2].partition("/")[2]
    is_file = "." in path.rpartition("/")[2]
    return urljoin(base if is_file else base.rstrip("/") + "/", name)
