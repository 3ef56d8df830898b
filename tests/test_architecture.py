"""What keeps the house in order, beside what import-linter holds."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from mailbot import cli, config
from mailbot.core.intents import Verb
from mailbot.core.orders import PERFORM

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "mailbot").rglob("*.py"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_answers_for_and_stays_short(module: Path) -> None:
    source = module.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(source))
    assert source.count("\n") <= 320


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_function_is_longer_than_a_screen(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 55, f"{node.name}, line {node.lineno}"


def test_the_top_level_holds_what_was_agreed() -> None:
    agreed = {"mailbot", "rules", "templates", "db", "tests", "pyproject.toml", "README.md", "LICENSE", "Makefile"}
    tracked = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert agreed <= tracked


def test_every_verb_is_in_the_readme() -> None:
    inner = [(f"{group.name} ", group.typer_instance) for group in cli.app.registered_groups]
    for prefix, command in [(p, c) for p, typed in [("", cli.app), *inner] for c in typed.registered_commands]:
        name = prefix + (command.name or command.callback.__name__)
        assert re.search(rf"`{name}\b", README), name
        assert command.callback.__doc__


def test_every_setting_is_in_the_readme() -> None:
    for section, model in config._MODELS.items():
        for key in model.model_fields:
            assert re.search(rf"`(\[?{section}\]?)?\.{key}`|`{section}\.{key}`", README), f"{section}.{key}"


def test_every_verb_of_the_desk_that_is_in_the_help_letter_is_carried_out() -> None:
    from mailbot.app import rulebook
    from mailbot.core.commands import help_rows

    for language in rulebook().languages.values():
        assert {row.verb for row in help_rows(language.commands)} == set(PERFORM)
    assert set(PERFORM) <= set(Verb)


def test_the_lock_names_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lock = (ROOT / "tests/requirements.lock").read_text(encoding="utf-8")
    for requirement in (*project["project"]["dependencies"], *project["dependency-groups"]["dev"]):
        name = re.split(r"[^\w.-]", requirement)[0]
        assert re.search(rf"^{re.escape(name)}==", lock, re.MULTILINE), requirement
    assert "://" not in lock
