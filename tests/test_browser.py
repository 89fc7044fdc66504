"""The site in a real Chromium: it fits a phone, says nothing on the console, asks no other host."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from languages import load_languages
from tests.conftest import PROJECT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LANGUAGES = load_languages(PROJECT / "locale" / "languages.toml")
PAGES = (
    "index",
    "help",
    "treatment/watched",
    "reference/glossary",
    "reference/crisis-lines",
    "reference/sources",
    "evidence/how-many",
    "handouts/your-day",
    "genindex",
)

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="the browser tests need Chromium; the README says how to get it"
)


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files without writing a line for each."""

    def log_message(self, format: str, *args: object) -> None:  # the base class's name
        """Say nothing."""


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Serve the built site on this machine."""
    handler = functools.partial(QuietHandler, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium once."""
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield chromium
        chromium.close()


def observed(page: Page) -> tuple[list[str], list[str]]:
    """Collect what a page says on the console and which addresses it asks for."""
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    return said, asked


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("code", LANGUAGES)
def test_pages_fit_and_stay_quiet(browser: Browser, address: str, code: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    said, asked = observed(page)
    for name in PAGES:
        page.goto(f"{address}/{LANGUAGES[code].slug}/{name}.html")
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow == 0, f"{name} is {overflow} px too wide at {width} px"
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
    assert background() == "rgb(255, 255, 255)"
    button.click()
    assert background() != "rgb(255, 255, 255)"
    context.close()
