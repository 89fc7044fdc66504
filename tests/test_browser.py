"""The site in a real Chromium: it fits a phone, says nothing on the console, asks no other host."""

from __future__ import annotations

import datetime
import itertools
import shutil
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page

from languages import SOURCE_LANGUAGE
from sharing import NOTICES
from tests.chromium import QuietHandler, needs_chromium, served
from tests.conftest import PROJECT
from tests.page_kinds import LANGUAGES, one_of_each_kind, pages_of_language, root_pages

pytestmark = [pytest.mark.browser, needs_chromium]


def observed(page: Page) -> tuple[list[str], list[str]]:
    """Collect what a page says on the console and which addresses it asks for."""
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    return said, asked


# How far the title, the main message and the state of the translation reach down, in pixels.
FIRST_SCREEN = """() => {
    const end = (element, lines) => {
        if (!element) return null;
        const { top, bottom } = element.getBoundingClientRect();
        const height = lines * parseFloat(getComputedStyle(element).lineHeight);
        return Math.min(bottom, top + height);
    };
    const message = document.querySelector("h1 ~ .lead > p, h1 ~ p[data-block]");
    return {
        title: end(document.querySelector("h1"), Infinity),
        state: end(document.querySelector(".guide-state:not(footer *) summary"), Infinity),
        message: end(message, Infinity),
        beginning: end(message, 2),
    };
}"""

# What readers may set by themselves: WCAG 1.4.12 says that nothing may be lost by it.
SPACING = """* {
    line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important;
} p { margin-block-end: 2em !important; }"""


def overflow(page: Page) -> int:
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def pages_to_visit(site: Path, every_page: bool) -> tuple[str, ...]:
    return pages_of_language(site) if every_page else one_of_each_kind(site)


def test_pages_fit_every_screen_and_begin_with_their_message(
    browser: Browser, address: str, site: Path, every_page: bool, a_language: str
) -> None:
    page = browser.new_page()
    said, asked = observed(page)
    for name in pages_to_visit(site, every_page):
        page.set_viewport_size({"width": 320, "height": 568})
        page.goto(f"{address}/{LANGUAGES[a_language].slug}/{name}")
        # 320 pixels are also what is left of a computer's screen at 400 %.
        small = page.evaluate(FIRST_SCREEN)
        assert overflow(page) == 0, f"{name} at 320 px"
        page.set_viewport_size({"width": 390, "height": 844})
        phone = page.evaluate(FIRST_SCREEN)
        assert overflow(page) == 0, f"{name} at 390 px"
        page.set_viewport_size({"width": 1280, "height": 800})
        assert overflow(page) == 0, f"{name} at 1280 px"
        page.add_style_tag(content="html { font-size: 200% }")
        page.set_viewport_size({"width": 640, "height": 844})
        assert overflow(page) == 0, f"{name} with larger text"
        page.add_style_tag(content="html { font-size: 100% !important }" + SPACING)
        page.set_viewport_size({"width": 320, "height": 568})
        assert overflow(page) == 0, f"{name} with wider spacing"
        assert all(end is None or end <= 844 for end in phone.values()), f"{name}: {phone}"
        assert small["title"] <= 568, f"{name}: {small}"
        assert (small["beginning"] or 0) <= 568, f"{name}: {small}"
        assert (phone["state"] is not None) == is_translated(a_language, name), name
    assert said == []
    assert [url for url in asked if not url.startswith(address)] == []
    page.close()


def is_translated(code: str, name: str) -> bool:
    # What stands in the place of a page says nothing about translations.
    return code != SOURCE_LANGUAGE and name.removesuffix(".html") not in NOTICES


def test_pages_of_all_languages_fit_every_screen(
    browser: Browser, address: str, site: Path
) -> None:
    page = browser.new_page()
    said, asked = observed(page)
    for name in root_pages(site):
        page.goto(f"{address}/{name}#choose")
        for width in (320, 390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert overflow(page) == 0, f"{name} at {width} px"
    assert said == []
    assert [url for url in asked if not url.startswith(address)] == []
    page.close()


@pytest.mark.parametrize(
    ("preferred", "arrives"),
    [("es-MX", "/es/index.html"), ("ar-EG", "/ar/index.html"), ("tlh", "/index.html")],
)
def test_root_page_sends_readers_to_their_language(
    browser: Browser, address: str, preferred: str, arrives: str
) -> None:
    context = browser.new_context(locale=preferred)
    page = context.new_page()
    page.goto(f"{address}/index.html")
    page.wait_for_url(f"{address}{arrives}")
    page.goto(f"{address}/index.html#choose")
    page.wait_for_timeout(100)
    assert page.url == f"{address}/index.html#choose"
    context.close()


@pytest.mark.parametrize(
    ("asked", "arrives"),
    [
        (["zh-TW", "zh", "en"], "en/index.html"),
        (["zh-Hant", "zh"], "index.html"),
        (["zh", "en"], "zh/index.html"),
        (["zh-TW", "zh-CN", "zh"], "zh/index.html"),
        (["hi-Latn", "hi", "en"], "hi/index.html"),
    ],
)
def test_what_browsers_add_is_no_choice_of_a_script(
    browser: Browser, tmp_path: Path, asked: list[str], arrives: str
) -> None:
    links = "".join(
        f'<a href="{code}/index.html" hreflang="{tag}">{tag}</a>'
        for code, tag in (("en", "en"), ("hi", "hi"), ("zh", "zh-CN"))
    )
    page_of_all = f'<!doctype html><script src="root.js"></script><main>{links}</main>'
    (tmp_path / "index.html").write_text(page_of_all, encoding="utf-8")
    shutil.copy(PROJECT / "docs" / "_root" / "root.js", tmp_path)
    for code in ("en", "hi", "zh"):
        (tmp_path / code).mkdir()
        (tmp_path / code / "index.html").write_text(code, encoding="utf-8")
    page = browser.new_page()
    page.add_init_script(f"Object.defineProperty(navigator, 'languages', {{ value: {asked} }})")
    with served(tmp_path) as root:
        page.goto(f"{root}/index.html")
        page.wait_for_timeout(200)
        assert page.url == f"{root}/{arrives}"
    page.close()


def test_menu_works_by_keyboard_on_a_phone(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(f"{address}/en/help.html")
    menu = page.locator("#site-navigation")
    assert not menu.is_visible()
    page.locator(".guide-menu-link").focus()
    page.keyboard.press("Enter")
    assert menu.is_visible()
    page.keyboard.press("Escape")
    assert not menu.is_visible()
    page.close()


def test_menu_works_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{address}/ar/help.html")
    page.locator(".guide-menu-link").click()
    assert page.locator("#site-navigation").is_visible()
    page.locator(".guide-languages summary").first.wait_for(state="attached")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colors_follow_the_device_and_the_button(
    browser: Browser, address: str, scheme: str
) -> None:
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]  # its own literals
    page = context.new_page()
    page.goto(f"{address}/en/about.html")

    def background() -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    by_device = background()
    assert (by_device == "rgb(255, 255, 255)") == (scheme == "light")
    button = page.locator(".guide-theme")
    button.click()
    assert (background() == "rgb(255, 255, 255)") == (scheme == "dark")
    page.reload()
    assert background() != by_device
    button.click()
    assert background() == by_device
    # Who has come back to the colors of the device follows it.
    page.emulate_media(color_scheme="light" if scheme == "dark" else "dark")
    assert background() != by_device
    context.close()


# -- Tables --------------------------------------------------------------------

TABLES = "risks/common"

# What stands in each cell, with the label above it that the style sheet draws.
CELLS = """() => [...document.querySelectorAll("article table.labelled")].map((table) => ({
    names: [...table.tHead.rows[0].cells].map((cell) => {
        const shown = cell.cloneNode(true);
        shown.querySelectorAll("[hidden]").forEach((note) => note.remove());
        return shown.textContent.trim();
    }),
    rows: [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => {
        const { content, display } = getComputedStyle(cell, "::before");
        return { label: content, display, width: cell.getBoundingClientRect().width };
    })),
}))"""


def parts_of_tables(page: Page) -> dict[str, list[str]]:
    """Return what a screen reader is told: the names of all parts of tables, by role."""
    session = page.context.new_cdp_session(page)
    found: dict[str, list[str]] = {}
    for node in session.send("Accessibility.getFullAXTree")["nodes"]:
        role = node.get("role", {}).get("value")
        found.setdefault(role, []).append(node.get("name", {}).get("value", ""))
    session.detach()
    roles = ("table", "row", "columnheader", "rowheader", "cell")
    return {role: found.get(role, []) for role in roles}


@pytest.mark.parametrize("with_script", [True, False])
def test_cells_name_their_columns_on_phones_and_remain_cells(
    browser: Browser, address: str, a_language: str, with_script: bool
) -> None:
    url = f"{address}/{LANGUAGES[a_language].slug}/{TABLES}.html"
    page = open_page(browser, url, java_script_enabled=with_script)
    on_a_computer = parts_of_tables(page)
    assert all(on_a_computer.values())
    for table in page.evaluate(CELLS):
        assert all(cell["label"] == "none" for row in table["rows"] for cell in row)
        # Numbers and sources have room in the last column, too.
        assert all(row[-1]["width"] > 150 for row in table["rows"])
    page.set_viewport_size({"width": 390, "height": 844})
    assert parts_of_tables(page) == on_a_computer
    tables = page.evaluate(CELLS)
    assert len(tables) == page.locator("article table").count()
    for table in tables:
        for row in table["rows"]:
            labels = [cell["label"] for cell in row]
            assert labels == [f'"{name}" / ""' for name in table["names"]]
            assert all(cell["display"] == "block" for cell in row)
    page.context.close()


def test_numbers_of_few_sources_stay_in_one_line(
    browser: Browser, address: str, a_language: str
) -> None:
    page = open_page(browser, f"{address}/{LANGUAGES[a_language].slug}/{TABLES}.html", 320)
    sources = page.locator(".bibtex-citation").evaluate_all(
        """all => all.map((one) => {
            // Each number has a box of its own.
            const lines = new Set([...one.getClientRects()].map(({ y }) => Math.round(y)));
            return [one.textContent, one.children.length, lines.size];
        })"""
    )
    assert any(count > 1 for _text, count, _lines in sources)
    assert [text for text, count, lines in sources if count <= 3 and lines > 1] == []
    page.context.close()


def test_the_head_of_a_table_is_seen_when_a_link_in_it_has_the_focus(
    browser: Browser, address: str
) -> None:
    page = open_page(browser, f"{address}/en/deciding/weighing-it-up.html", 390)
    link = page.locator("thead a").first
    assert page.locator("thead:has(a)").first.bounding_box()["width"] <= 1  # type: ignore[index]  # it is laid out
    link.focus()
    box = link.bounding_box()
    assert box
    assert box["width"] > 20
    page.context.close()


def test_a_server_does_not_mind_who_leaves_and_tells_of_other_faults(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "page.html").write_bytes(bytes(2**24))
    monkeypatch.setattr(QuietHandler, "do_HEAD", lambda _handler: 1 / 0)
    with served(tmp_path) as root:
        place = urlsplit(root)
        for method in ("GET", "HEAD"):
            with socket.create_connection((place.hostname, place.port)) as reader:
                reader.sendall(f"{method} /page.html HTTP/1.0\r\n\r\n".encode())
                reader.recv(1)
    said = capfd.readouterr().err
    assert "ZeroDivisionError" in said
    assert "Broken" not in said
    assert "reset" not in said


# -- Reading -------------------------------------------------------------------

# A page with terms, a table and sources that fall due, and one with a help box.
TERMS = "treatment/watched"
HELP = "treatment/going-home"


def open_page(
    browser: Browser, url: str, width: int = 1280, height: int = 800, **options: Any
) -> Page:
    """Open a page in a context of its own, which scrolls at once."""
    size = {"width": width, "height": height}
    context = browser.new_context(viewport=size, reduced_motion="reduce", **options)  # type: ignore[arg-type]  # its own types
    page = context.new_page()
    page.goto(url)
    return page


@pytest.mark.parametrize("with_script", [True, False])
def test_a_note_opens_for_pointer_and_keyboard(
    browser: Browser, address: str, a_language: str, with_script: bool
) -> None:
    url = f"{address}/{LANGUAGES[a_language].slug}/{TERMS}.html"
    # On a low screen a term may stand in the last line, and its note below what a pointer reaches.
    page = open_page(browser, url, height=1600, java_script_enabled=with_script)
    term = page.locator(".term").first
    note = term.locator(".term-note")
    assert not note.is_visible()
    term.locator("> a").hover()
    assert note.is_visible()
    note.hover()
    assert note.is_visible()
    page.mouse.move(0, 0)
    assert not note.is_visible()
    term.locator("> a").focus()
    assert note.is_visible()
    page.context.close()


def test_escape_closes_a_note_until_the_pointer_comes_back(browser: Browser, address: str) -> None:
    page = open_page(browser, f"{address}/en/{TERMS}.html")
    link, note = page.locator(".term > a").first, page.locator(".term-note").first
    link.hover()
    page.keyboard.press("Escape")
    assert not note.is_visible()
    page.mouse.move(0, 0)
    link.hover()
    assert note.is_visible()
    page.context.close()


def test_the_first_tap_shows_each_note_and_the_second_leads_on(
    browser: Browser, address: str, a_language: str
) -> None:
    url = f"{address}/{LANGUAGES[a_language].slug}/{TERMS}.html"
    page = open_page(browser, url, 320, 640, has_touch=True)
    for term in page.locator(".term").all():
        term.locator("> a").tap()
        assert page.url == url
        box = term.locator(".term-note").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        assert page.locator(".term-note:visible").count() == 1
        # It may cover the next term.
        term.locator(".term-note").tap()
        assert page.locator(".term-note:visible").count() == 0
    page.locator(".term > a").last.tap()
    assert page.url == url
    page.locator(".term > a").last.tap()
    page.wait_for_url("**/reference/glossary.html#term-*")
    page.context.close()


def test_a_tap_beside_a_note_closes_it(browser: Browser, address: str) -> None:
    page = open_page(browser, f"{address}/en/{TERMS}.html", 320, 640, has_touch=True)
    page.locator(".term > a").first.tap()
    assert page.locator(".term-note:visible").count() == 1
    page.locator("h1").tap()
    assert page.locator(".term-note:visible").count() == 0
    page.context.close()


def test_english_stands_beneath_each_block_for_this_visit(
    browser: Browser, address: str, a_translation: str
) -> None:
    folder = f"{address}/{LANGUAGES[a_translation].slug}"
    page = open_page(browser, f"{folder}/{TERMS}.html", 320)
    button = page.locator(".guide-bilingual button")
    page.locator(".guide-state summary").click()
    button.click()
    page.wait_for_selector(".english")
    title = page.locator("h1 .english")
    assert title.text_content() == "How you are watched"
    assert (title.get_attribute("lang"), title.get_attribute("dir")) == ("en", "ltr")
    alone = page.locator("article [data-block]:not([lang=en]):not(:has([lang=en]))")
    assert alone.all_text_contents() == []
    assert page.locator(".english a, .english [id]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.goto(f"{folder}/help.html")
    page.wait_for_selector(".english")
    button.click()  # it is there to be turned off
    assert page.locator(".english").count() == 0
    page.reload()
    assert button.get_attribute("aria-pressed") == "false"
    page.context.close()


def test_a_lost_connection_says_so_and_leaves_the_link(browser: Browser, address: str) -> None:
    page = open_page(browser, f"{address}/es/{TERMS}.html")
    page.locator(".guide-state summary").click()
    page.context.set_offline(True)
    page.locator(".guide-bilingual button").click()
    page.wait_for_selector(".guide-bilingual [role=status]:not(:empty)")
    assert page.locator(".guide-bilingual button").get_attribute("aria-pressed") == "false"
    assert page.locator('.guide-state a[hreflang="en"]').is_visible()
    page.context.close()


@pytest.mark.parametrize("name", [TERMS, HELP, "reference/crisis-lines"])
def test_what_is_overdue_says_so_from_the_day_after(
    browser: Browser, address: str, name: str
) -> None:
    page = open_page(browser, f"{address}/en/{name}.html")
    notes = page.locator("[data-due]")
    due = min(str(note.get_attribute("data-due")) for note in notes.all())
    day = datetime.date.fromisoformat(due)
    page.clock.set_fixed_time(f"{day}T12:00:00")
    page.reload()
    assert page.locator("[data-due]:visible").count() == 0
    page.clock.set_fixed_time(f"{day + datetime.timedelta(days=1)}T12:00:00")
    page.reload()
    assert page.locator(f'[data-due="{due}"]:visible').count() > 0
    page.context.close()


def test_help_is_one_tap_away_wherever_one_reads(
    browser: Browser, address: str, a_language: str
) -> None:
    page = open_page(browser, f"{address}/{LANGUAGES[a_language].slug}/{TERMS}.html")
    sizes = [(320, 640), (320, 256), (390, 844), (844, 390), (1280, 800), (1280, 400)]
    for (width, height), part in itertools.product(sizes, (0, 0.5, 1)):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("part => scrollTo(0, part * document.documentElement.scrollHeight)", part)
        assert page.evaluate(
            """() => [...document.querySelectorAll(".guide-help")].some((link) => {
                const box = link.getBoundingClientRect();
                const x = box.x + box.width / 2, y = box.y + box.height / 2;
                return box.x >= 0 && box.right <= innerWidth && box.y >= 0
                    && box.bottom <= innerHeight && document.elementFromPoint(x, y) === link;
            })"""
        ), f"at {part} of the page, {width} x {height}"
    for width in (390, 360):
        page.set_viewport_size({"width": width, "height": 640})
        menu, way_to_help = (
            page.locator(f".guide-tools > {name}").bounding_box()
            for name in (".guide-menu-link", ".guide-help")
        )
        assert menu
        assert way_to_help
        middle = menu["y"] + menu["height"] / 2
        assert way_to_help["y"] < middle < way_to_help["y"] + way_to_help["height"], width
    page.context.close()


def test_help_is_one_tap_away_in_the_open_menu(browser: Browser, address: str) -> None:
    page = open_page(browser, f"{address}/ar/{TERMS}.html#site-navigation", 320, 640)
    page.locator("#site-navigation .guide-help").click()
    page.wait_for_url("**/ar/help.html")
    page.context.close()


@pytest.mark.parametrize("with_script", [True, False])
def test_paper_has_the_numbers_that_the_screen_folds_away(
    browser: Browser, address: str, with_script: bool
) -> None:
    page = open_page(browser, f"{address}/en/{HELP}.html", java_script_enabled=with_script)
    assert not page.locator(".country-lines a").first.is_visible()
    with pypdfium2.PdfDocument(page.pdf()) as paper:
        text = "".join(sheet.get_textpage().get_text_range() for sheet in paper)
    assert "1-800-891-4416" in text
    assert "Get help now" in text
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_can_be_seen_on_its_whole_way(
    browser: Browser, address: str, scheme: str
) -> None:
    page = open_page(browser, f"{address}/ar/{TERMS}.html", 390, 640, color_scheme=scheme)
    steps = 0
    while steps < 200:
        page.keyboard.press("Tab")
        focus = page.evaluate(
            """() => {
                // A link that wraps has a box in each line, with other text between them.
                const focus = document.activeElement, [box] = focus.getClientRects();
                const x = Math.min(Math.max(box.x + box.width / 2, 1), innerWidth - 1);
                const at = document.elementFromPoint(x, box.y + box.height / 2);
                return {
                    name: focus.outerHTML.slice(0, 120),
                    outline: getComputedStyle(focus).outlineStyle,
                    isSeen: focus.contains(at) || at?.contains(focus),
                    isBody: focus === document.body,
                };
            }"""
        )
        if focus["isBody"]:
            break
        steps += 1
        assert focus["outline"] != "none", focus["name"]
        assert focus["isSeen"], focus["name"]
    assert 20 < steps < 200
    page.context.close()
