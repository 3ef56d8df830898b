"""What the organizers wrote, for the page: the letter in its languages, and where to sign it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterText:
    """The letter that people sign, and where to sign it."""

    title: str
    text: str  # Markdown, see writing.markdown; "" where the page shows the list alone
    address: str  # addr_spec to which signers write
    language: str  # BCP 47
    page_url: str = ""  # where index.html will stand, for the links by which others find it
    translations: Mapping[str, str] = field(
        default_factory=dict
    )  # by language, Markdown; a heading in front is the title
