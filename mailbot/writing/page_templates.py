"""The templates of the page: filled in within a sandbox, with style and script known to the page by their digests."""

import base64
import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import DictLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from mailbot.writing.page_words import PageError


def rendered(name: str, facts: Mapping[str, Any], templates: Mapping[str, str]) -> str:
    """templates/page/<name>.html.j2 filled in. Raises PageError."""
    own = tuple(sorted((path, text) for path, text in templates.items() if path.startswith("page/")))
    try:
        return _environment(own).get_template(f"page/{name}.html.j2").render(facts)
    except TemplateError as error:
        raise PageError(f"templates/page/{getattr(error, 'name', None) or name + '.html.j2'}: {error}") from error


def look(templates: Mapping[str, str]) -> dict[str, Any]:
    """Style and script as the pages have them, and the digests by which their policy knows them. Raises PageError."""
    facts: dict[str, Any] = {}
    for kind, name in (("style", "page.css"), ("script", "filter.js")):
        text = _inline(templates, name)
        facts[kind] = Markup(text)  # noqa: S704 our own file, which cannot end its element
        facts[f"{kind}_digest"] = "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return facts


@lru_cache(maxsize=4)
def _environment(templates: tuple[tuple[str, str], ...]) -> ImmutableSandboxedEnvironment:
    """The sandbox of the page, kept: its templates take longer to compile than to fill."""
    return ImmutableSandboxedEnvironment(
        loader=DictLoader(dict(templates)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _inline(templates: Mapping[str, str], name: str) -> str:
    text = templates.get(f"page/{name}")
    if text is None:
        raise PageError(f"templates/page/{name} is missing: reinstall mailbot, or restore the file")
    if "<" in text:
        raise PageError(f'templates/page/{name} must not hold "<": it would end its element in the page')
    return text.strip()
