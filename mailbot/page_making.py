"""What the published files are made of: settings, the letters on disk and templates → the maker of pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from mailbot import __version__, config
from mailbot.config import ConfigurationError, Settings
from mailbot.core.editions import Edition
from mailbot.core.events import Entry
from mailbot.core.names import NameWords
from mailbot.core.ordering import sort_name
from mailbot.core.roster import Roster
from mailbot.core.vouching import Vouched
from mailbot.writing.collation import Collation, HanOrder
from mailbot.writing.letter_text import LetterText
from mailbot.writing.sheet import Sheet, mark

if TYPE_CHECKING:
    from mailbot.writing.chapters import Section


def collation(settings: Settings) -> Collation:
    """The campaign's alphabetical order: its first language's, and for Chinese names what letter.han_order says."""
    languages = settings.letter.languages
    chinese = next((tag for tag in languages if tag.split("-")[0] == "zh"), "")
    usual: HanOrder = "stroke" if chinese == "zh-Hant" else "pinyin"
    return Collation(language=languages[0], han=settings.letter.han_order or usual, strokes=_strokes)


@dataclass(frozen=True)
class PageMaker:
    """Makes the published files of one campaign. Letters and templates are read when they are asked for."""

    settings: Settings
    words: NameWords
    collation: Collation

    def mark(self) -> str:
        """Another whenever anything is another that the files are made of, beside the list itself."""
        letter = self._letter
        texts = [text for name in sorted(self._templates) for text in (name, self._templates[name])]
        said = [text for tag in sorted(letter.translations) for text in (tag, letter.translations[tag])]
        asked = (self.settings.letter.model_dump_json(), self.settings.publish.model_dump_json())
        return mark(__version__, *asked, letter.text, "", *said, "", *texts)

    def sheets(self, roster: Roster, edition: Edition, vouched: Sequence[Vouched]) -> list[Sheet]:
        """Everything that is published of the list as it is now, but for its log."""
        from mailbot.writing.data_files import feed_sheet
        from mailbot.writing.page import sheets

        letter = self._letter
        feed = feed_sheet(
            vouched,
            edition,
            title=letter.title,
            page_url=letter.page_url,
            languages=self.settings.letter.languages,
            templates=self._templates,
        )
        return sheets(
            roster,
            letter=letter,
            revision=edition.revision,
            updated=edition.updated,
            waiting=edition.waiting,
            salt=edition.salt,
            beside=(feed,),
            templates=self._templates,
            languages=self.settings.letter.languages,
            names_a_page=self.settings.publish.names_a_page,
            section=self._section,
        )

    def vacated(self, name: str) -> Sheet:
        """What takes the place of a file that is published no more."""
        from mailbot.writing.page import vacated

        return vacated(name, self._letter, self._templates)

    def _section(self, entry: Entry) -> "Section":
        return self.collation.section(sort_name(entry, self.words))

    @cached_property
    def _templates(self) -> dict[str, str]:
        page = config.texts(config.shipped("templates") / "page", ".j2", ".toml", ".css", ".js", ".json")
        return {f"page/{name}": text for name, text in page.items()}

    @property
    def _letter(self) -> LetterText:
        settings = self.settings.letter
        default, *others = settings.languages
        return LetterText(
            title=settings.title,
            text=self._text(default),
            address=settings.address,
            language=default,
            page_url=settings.page_url,
            translations={tag: text for tag in others if (text := self._text(tag))},
        )

    def _text(self, tag: str) -> str:
        file = self.settings.path(f"letter.{tag}.md")
        try:
            return file.read_text(encoding="utf-8") if file.is_file() else ""
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"{file} cannot be read: {error}. Check its owner, mode and encoding.") from error


def _strokes() -> str:
    return (config.shipped("rules") / "strokes.txt").read_text(encoding="utf-8")
