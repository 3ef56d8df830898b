"""Which files are published: settings, letter and templates → the publication, put together when it is first needed."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from mailbot.config import Settings
from mailbot.core.editions import Edition
from mailbot.core.roster import Roster
from mailbot.core.vouching import Vouched
from mailbot.ports import Store
from mailbot.worker.publication import Publication
from mailbot.worker.roll import Names
from mailbot.worker.vouching import PublicLog
from mailbot.writing.data_files import data_files
from mailbot.writing.listed import listed_line
from mailbot.writing.page import LetterText, files


def publication(settings: Settings, store: Store, names: Names, templates: Mapping[str, str]) -> Publication:
    """The letter is read anew for every publication, so that a running worker follows it."""

    def letter() -> LetterText:
        language = settings.letter.languages[0]
        text = settings.path(f"letter.{language}.md")
        return LetterText(
            title=settings.letter.title,
            text=text.read_text(encoding="utf-8") if text.is_file() else "",
            address=settings.letter.address,
            language=language,
            page_url=settings.letter.page_url,
        )

    def page(roster: Roster, revision: int, updated: datetime, waiting: int) -> dict[str, bytes]:  # noqa: ARG001
        return files(
            roster,
            letter=letter(),
            updated=updated,
            waiting=waiting,
            templates=templates,
            languages=settings.letter.languages,
        )

    def data(roster: Roster, vouched: tuple[Vouched, ...], edition: Edition) -> dict[str, bytes]:
        languages = settings.letter.languages
        return data_files(roster, vouched, edition, letter=letter(), languages=languages, templates=templates)

    log = PublicLog(store=store, draw=secrets.randbelow, public=listed_line, address=settings.letter.address)
    return Publication(store=store, names=names, render=page, render_data=data, log=log)
