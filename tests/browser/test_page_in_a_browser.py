"""The page in Debian's Chromium: how it stands at every width, who can use it, and that it asks nobody for anything.

Pictures of it are left in build/page.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_pages import LANGUAGES, write
from page_reader import ROOT
from playwright.sync_api import Browser, Page, sync_playwright
from server_fixtures import missing

PICTURES = ROOT / "build/page"
INDEXES = ["index.html", *(f"index.{tag}.html" for tag in LANGUAGES[1:])]
PAGES = [
    *(f"first/{name}" for name in INDEXES),
    *("cut/index.html", "cut/index.fr.html", "hostile/index.html", "empty/index.zh-Hant.html", "moved/persons-a.html"),
]
WIDE = ["first/index.html", "cut/index.html"]
SCHEMES = [
    *((name, "light") for name in (*WIDE, "first/index.zh-Hant.html", "cut/chapter", *PAGES[-3:])),
    *(("first/index.html", "dark"), ("cut/chapter", "dark")),
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For this module alone: while it runs, no other test could run an event loop."""
    program = shutil.which("chromium")
    if program is None:
        missing("chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"] if os.geteuid() == 0 else [], chromium_sandbox=False
        )
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser: Browser, pages: Path) -> Iterator[Opened]:
    """Opens a page; at the end, nothing but pages of ours was asked for, and nothing was complained of."""
    asked: list[str] = []
    said: list[str] = []
    contexts = []

    def page(name: str, width: int = 1440, **options: object) -> Page:
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, **options))
        made = contexts[-1].new_page()
        made.on("request", lambda request: asked.append(request.url))
        made.on("console", lambda message: said.append(message.text))
        made.on("pageerror", lambda error: said.append(str(error)))
        made.on("dialog", lambda dialog: said.append(f"dialog {dialog.message}"))
        made.goto((pages / name).as_uri())
        return made

    yield page
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.startswith((pages.as_uri(), "data:"))] == []
    assert said == []


def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


OUTSIDE = """() => {
  const width = document.documentElement.clientWidth;
  return [document.documentElement.scrollWidth - width,
    [...document.querySelectorAll("body *")].filter(one => {
      const box = one.getBoundingClientRect();
      return box.width && (box.right > width + 1 || box.left < -1);
    }).map(one => one.tagName + "." + one.className)];
}"""


@pytest.mark.parametrize(
    ("name", "width"),
    [*((name, 320) for name in PAGES), *((name, width) for name in WIDE for width in (768, 1440, 3840))],
)
def test_nothing_stands_outside_the_window(opened: Opened, name: str, width: int) -> None:
    page = opened(name, width)
    if width < 2000:
        picture(page, f"{Path(name).parent}-{Path(name).stem}-{width}")
    assert page.evaluate(OUTSIDE) == [0, []]


def test_letters_are_read_at_a_comfortable_measure_at_every_width(opened: Opened) -> None:
    for width in (768, 3840):
        page = opened("first/index.html", width)
        column, size = page.evaluate(
            "() => { const p = document.querySelector('.letter p');"
            " return [p.clientWidth, parseFloat(getComputedStyle(p).fontSize)]; }"
        )
        assert 25 < column / size < 38  # in em; a letter is half of one
        assert size >= 18


def test_a_name_with_marks_without_end_stays_in_its_line(opened: Opened) -> None:
    page = opened("hostile/index.html", 320)
    kept = page.evaluate("() => [...document.querySelectorAll('.names li')].map(li => getComputedStyle(li).overflowX)")
    assert set(kept) == {"clip"}
    assert page.locator(".names li script, .names li img").count() == 0


def test_a_name_from_right_to_left_stands_at_the_right(opened: Opened) -> None:
    page = opened("hostile/index.html", 768)
    item = page.locator(".names li", has_text="جمعية").first
    assert item.evaluate("li => getComputedStyle(li).direction") == "rtl"


# -- finding a name ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        pytest.param("frum", ["Hon. Linda Frum, Senator"], id="in small letters"),
        pytest.param("montreal club", ["Club Hong Kong / 香港會，Montréal"], id="without accents, in any order"),
        pytest.param("香港會", ["Club Hong Kong / 香港會，Montréal"], id="in Chinese"),
        pytest.param("<b>", [], id="what nobody is called"),
    ],
)
def test_a_name_is_found_as_it_is_typed(opened: Opened, typed: str, found: list[str]) -> None:
    page = opened("first/index.html")
    page.get_by_label("Find a name").fill(typed)
    assert page.locator(".names li:visible").all_inner_texts() == found
    said = page.get_by_role("status").inner_text()
    assert said == (f"{len(found)} of 32 names" if found else "No such name on this page.")
    assert page.locator("h3:visible").count() == len(found)
    page.get_by_label("Find a name").fill("")
    assert page.locator(".names li:visible").count() == 32
    assert page.get_by_role("status").inner_text() == ""


def test_without_scripts_the_whole_list_is_there_and_no_dead_box(opened: Opened) -> None:
    page = opened("first/index.html", java_script_enabled=False)
    assert page.locator(".names li:visible").count() == 32
    assert not page.locator("#find").is_visible()


# -- languages -----------------------------------------------------------------------------------


def test_every_language_leads_to_every_other_and_back(opened: Opened) -> None:
    page = opened("first/index.html")
    for name, tag in (("Français", "fr"), ("繁體中文", "zh-Hant"), ("简体中文", "zh-Hans"), ("English", "en")):
        page.get_by_role("link", name=name, exact=True).click()
        assert page.locator("html").get_attribute("lang") == tag
        assert page.locator("nav [aria-current=page]").inner_text() == name
        links = page.locator("link[rel=alternate][hreflang]")
        assert links.evaluate_all("all => all.map(one => [one.hreflang, one.href])") == [
            ["en", "https://letter.example/"],
            ["fr", "https://letter.example/index.fr.html"],
            ["zh-Hant", "https://letter.example/index.zh-Hant.html"],
            ["zh-Hans", "https://letter.example/index.zh-Hans.html"],
            ["x-default", "https://letter.example/"],
        ]


def test_a_cut_list_is_read_from_page_to_page(opened: Opened) -> None:
    page = opened("cut/index.html")
    page.locator(".chapters a").first.click()
    seen = page.locator(".names li").all_inner_texts()
    while page.locator("a[rel=next]").count():
        page.locator("a[rel=next]").click()
        seen += page.locator(".names li").all_inner_texts()
    assert len(seen) == len(set(seen)) == 200
    page.get_by_role("link", name="Français").click()
    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.locator(".names li").count() > 0
    page.get_by_role("link", name="Toute la liste").click()
    assert page.url.endswith("cut/index.fr.html#signatories")


# -- everybody -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "scheme"), SCHEMES)
def test_axe_finds_no_barrier(opened: Opened, name: str, scheme: str) -> None:
    page = opened(name.replace("chapter", "index.html"), 768, color_scheme=scheme)
    if name.endswith("chapter"):
        page.locator(".chapters a").first.click()
    if scheme == "dark":
        picture(page, f"{name.replace('/', '-').removesuffix('.html')}-dark")
    found = Axe().run(page, options={"runOnly": WCAG, "resultTypes": ["violations", "passes"]}).response
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]] == []
    assert len(found["passes"]) > 10


def test_the_keyboard_goes_through_the_page_from_top_to_bottom_and_is_seen(opened: Opened) -> None:
    page = opened("first/index.html")
    order, places = [], []
    for _ in range(30):
        page.keyboard.press("Tab")
        what, top, outline = page.evaluate(
            "() => { const one = document.activeElement, style = getComputedStyle(one);"
            " return [one.id || one.getAttribute('href') || one.tagName,"
            " one.getBoundingClientRect().top + scrollY, style.outlineStyle + style.outlineWidth]; }"
        )
        if what == "BODY":
            break
        assert outline == "solid3px", what
        order.append(re.sub(r"\?.*", "", what))
        places.append(top)
    assert order == [
        *INDEXES[1:],
        *("mailto:letter@openletter.example", "#signatories", "find", "https://club.example"),
        *("mailto:letter@openletter.example", "mailto:letter@openletter.example"),
        *("signatories.json", "signatories.csv"),
    ]
    assert [round(top / 50) for top in places] == sorted(round(top / 50) for top in places)


def test_print_has_the_letter_and_the_names_and_no_buttons(opened: Opened) -> None:
    page = opened("first/index.html", color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    picture(page, "first-index-print")
    assert page.locator(".letter").is_visible()
    assert page.locator(".names li:visible").count() == 32
    for gone in (".button", ".tongues", ".find"):
        assert not page.locator(gone).first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.pdf(path=PICTURES / "first-index.pdf", format="Letter")
    assert (PICTURES / "first-index.pdf").stat().st_size > 10_000


def test_a_script_that_got_into_the_page_would_not_run(browser: Browser, pages: Path) -> None:
    text = (pages / "first/index.html").read_text("utf-8")
    (pages / "first/broken.html").write_text(text.replace("<main>", "<main><script>document.title = 'mine'</script>"))
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto((pages / "first/broken.html").as_uri())
    assert page.title() == "They were taken at dawn"
    assert "Content Security Policy" in refused[0]
    page.close()
