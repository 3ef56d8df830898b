"""Under which names the pages lie beside each other, and at which addresses where that of the first is known."""

from dataclasses import dataclass
from urllib.parse import urljoin

from mailbot.writing.listed import web_address


@dataclass(frozen=True, slots=True)
class Places:
    """`default` is the language of index.html; `page_url` is the address of that page, "" where nobody knows it."""

    default: str
    page_url: str

    def file(self, tag: str, slug: str = "index") -> str:
        """index.html, index.fr.html, persons-s-2.fr.html: all in one folder, as every static host serves them."""
        return f"{slug}.html" if tag == self.default else f"{slug}.{tag}.html"

    def url(self, tag: str, slug: str = "index") -> str:
        """The address of a page: from its root where the campaign named it, else the file's name."""
        base, file = web_address(self.page_url), self.file(tag, slug)
        if not base or file == "index.html":
            return base or file
        return urljoin(base if _ends_in_file(base) else base.rstrip("/") + "/", file)


def _ends_in_file(url: str) -> bool:
    """ ".../letter.html" is a page in a folder; ".../letter" is the folder, as hosts that hide index.html have it."""
    path = url.partition("://")[2].partition("?")[0].partition("#")[0]
    return "/" in path and "." in path.rpartition("/")[2]
