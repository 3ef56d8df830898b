"""A long list cut into pages: all names are there once, and one name more leaves the other pages as they were."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.events import Entry
from mailbot.writing.chapters import Chapter, Section, chapters


def entries(number: int) -> list[Entry]:
    return [Entry(name=f"{chr(65 + n * 26 // number)}nn {n:05}") for n in range(number)]


def cut(names: list[Entry], most: int = 50) -> list[Chapter]:
    return chapters(names, lambda entry: Section("letter", entry.name[0]), most)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=6), max_size=200), st.integers(1, 20))
def test_every_name_stands_in_one_chapter_and_in_order(names: list[str], most: int) -> None:
    ordered = [Entry(name=name) for name in sorted(names)]
    made = cut(ordered, most)
    shown = [entry for chapter in made for entry in chapter.entries]
    assert sorted(entry.name for entry in shown) == [entry.name for entry in ordered]
    if len({name[:1].lower() for name in names}) == len({name[:1] for name in names}):
        assert shown == ordered
    assert len({chapter.slug for chapter in made}) == len(made)
    assert all(0 < len(chapter.entries) <= 2 * most for chapter in made)


def test_one_name_more_changes_one_page_or_the_pages_of_its_letter_behind_it() -> None:
    names = entries(20_000)
    before = {chapter.slug: chapter.entries for chapter in cut(names)}
    changed = []
    for at in range(100, 20_000, 997):
        after = cut(sorted([*names, Entry(name=f"{names[at].name}a")], key=lambda entry: entry.name))
        differ = [chapter.slug for chapter in after if before.get(chapter.slug) != chapter.entries]
        assert {slug[0] for slug in differ} == {names[at].name[0].lower()}
        changed.append(len(differ))
    assert sorted(changed)[len(changed) // 2] == 1
    assert max(changed) < 40


def test_slugs_are_plain_names_of_files_and_differ() -> None:
    sections = [
        Section("letter", "A"),
        Section("letter", "Д"),
        Section("letter", "ج"),
        Section("strokes", "7"),
        Section("pinyin", "X"),
        Section("letter", "X"),
        Section("digits"),
        Section("other"),
        Section("other", "han"),
    ]
    slugs = [section.slug for section in sections]
    assert slugs == ["a", "u434", "u62c", "strokes-7", "pinyin-x", "x", "digits", "other", "otherhan"]
