"""Whether two domain names belong together as DMARC means it (RFC 7489, 3.1): compared as A-labels, never by looks."""

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tldextract import TLDExtract


def ascii_domain(domain: str) -> str:
    """The domain in A-labels and lower case, without the dot of the root; "" where it is no plain domain name.

    A U-label is taken only in the one form that RFC 5891 knows (NFKC, small letters): a full-width or
    otherwise disguised spelling is no domain, rather than the domain that it would be mapped to.
    Address literals are no domains.
    """
    domain = domain.removesuffix(".")
    if not 0 < len(domain) <= 253:
        return ""
    labels = [_ascii_label(label) for label in domain.split(".")]
    name = ".".join(labels)
    if not all(labels) or len(name) > 253 or labels[-1].isdigit():
        return ""
    return name


def aligned(domain: str, author_domain: str, *, strict: bool = False) -> bool:
    """True where `domain` vouches for `author_domain`: the same name or, unless strict, the same organization.

    Never true for what is no domain name. Two customers of one host (a.github.io and b.github.io)
    are two organizations: the Public Suffix List's private part counts.
    """
    one, other = ascii_domain(domain), ascii_domain(author_domain)
    if not one or not other:
        return False
    if one == other:
        return True
    return not strict and organizational_domain(one) == organizational_domain(other) != ""


def organizational_domain(domain: str) -> str:
    """The organizational domain (RFC 7489, 3.2) of a name in A-labels; "" where it is itself a public suffix.

    A top-level domain that the list does not know counts as a public suffix, by the list's own default rule.
    """
    extracted = _extractor().extract_str(domain)
    if extracted.suffix:
        return extracted.top_domain_under_public_suffix
    labels = domain.split(".")
    return ".".join(labels[-2:]) if len(labels) > 1 else ""


_ASCII_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_SPOKEN = frozenset({"Ll", "Lo", "Lm", "Mn", "Mc", "Nd"})  # Unicode categories of which U-labels are made


def _ascii_label(label: str) -> str:
    if label.isascii():
        label = label.lower()
        return label if _ASCII_LABEL.fullmatch(label) else ""
    if len(label) > 63 or unicodedata.normalize("NFKC", label).lower() != label:
        return ""
    if not all(character == "-" or unicodedata.category(character) in _SPOKEN for character in label):
        return ""
    encoded = "xn--" + label.encode("punycode").decode("ascii")
    return encoded if _ASCII_LABEL.fullmatch(encoded) else ""


@cache
def _extractor() -> "TLDExtract":
    """Imported late, because it is slow to import; told to stay away from network and disk cache."""
    from tldextract import TLDExtract

    return TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)
