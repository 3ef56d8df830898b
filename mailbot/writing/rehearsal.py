"""Every letter written with sample facts, before one is needed: what `doctor` tries."""

import re
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime

from jinja2 import TemplateError as JinjaError
from jinja2 import TemplateSyntaxError

from mailbot.core.decision import Letter
from mailbot.writing.letters import FALLBACK, LAYOUT, Composer, Letterhead, languages
from mailbot.writing.samples import SAMPLES


class TemplateError(Exception):
    """A template is wrong; the text names the file, the line and what to do."""


def check(templates: Mapping[str, str]) -> None:
    """Compile every template of a letter and write every letter in every language.

    Raises TemplateError, which names file and line, for a fault in a template, a fact that no letter has,
    a letter that English lacks, and a file that is no letter of ours (a misspelt name would never be used).
    """
    tags = languages(templates)
    _check_names(templates, tags)
    composer = Composer(templates, _LETTERHEAD)
    for path in sorted(path for path in templates if path.endswith(".j2") and _is_ours(path, tags)):
        try:
            composer.environment.get_template(path)
        except JinjaError as error:
            raise _located(error, path, templates) from error
    for tag in tags:
        for name, samples in SAMPLES.items():
            for facts in samples:
                _try(composer, templates, Letter(template=name, to="ada@organizers.example", language=tag, facts=facts))


_LETTERHEAD = Letterhead(
    title="Sample letter", address="letter@openletter.example", page_url="https://openletter.example/", markers={}
)


def _is_ours(path: str, tags: tuple[str, ...]) -> bool:
    folder, _, _ = path.rpartition("/")
    return not folder or folder in tags


def _check_names(templates: Mapping[str, str], tags: tuple[str, ...]) -> None:
    if FALLBACK not in tags or LAYOUT not in templates:
        raise TemplateError("templates/ lacks its English letters or its layout: reinstall mailbot, or restore it")
    for name in SAMPLES:
        if f"{FALLBACK}/{name}.txt.j2" not in templates:
            raise TemplateError(f"templates/{FALLBACK}/{name}.txt.j2 is missing: reinstall mailbot, or restore it")
    for path in templates:
        folder, _, file = path.rpartition("/")
        if folder in tags and re.sub(r"\.(txt|html)\.j2$", "", file) not in {*SAMPLES, "words"}:
            raise TemplateError(f"templates/{path}: mailbot has no letter of this name; rename or remove the file")


def _try(composer: Composer, templates: Mapping[str, str], letter: Letter) -> None:
    path = f"{composer.language_of(letter)}/{letter.template}.txt.j2"
    if not templates[path].startswith("Subject:"):
        raise TemplateError(f"templates/{path}, line 1: the first line must be the Subject: “Subject: …”")
    try:
        composer.compose(letter, id="sample", now=datetime(2021, 1, 9, tzinfo=UTC), token="sample")  # noqa: S106 - a token of nothing
    except Exception as error:  # a template may raise whatever its expressions raise
        raise _located(error, path, templates) from error


def _located(error: Exception, path: str, templates: Mapping[str, str]) -> TemplateError:
    """The error with the template and line it comes from: the innermost template on the way to it."""
    line: int | None = None
    if isinstance(error, TemplateSyntaxError):
        path, line = error.name or path, error.lineno
    else:
        for frame in traceback.extract_tb(error.__traceback__):
            if frame.filename in templates:
                path, line = frame.filename, frame.lineno
    place = f"templates/{path}" + (f", line {line}" if line else "")
    return TemplateError(f"{place}: {error}")
