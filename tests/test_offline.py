"""The book without a network, in a real Chromium: the worker, the copy on the disk, the memory."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from scripts import offline
from scripts.hosting import HEADERS
from scripts.offline import WORKER, essential_files, site_version, write_service_worker
from tests.small_site import languages

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="the browser tests need Chromium; the README says how to get it"
)

ENGLISH, SPANISH = languages()


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files with the headers of the hosting files, and writes no line for each."""

    def end_headers(self) -> None:
        """Send the promised headers with every answer."""
        for name, value in {**HEADERS, "Cache-Control": "no-cache"}.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # the base class's name
        """Say nothing."""


class Host:
    """A server that can be cut off and comes back at the same address."""

    def __init__(self, folder: Path) -> None:
        self._handler = functools.partial(Handler, directory=str(folder))
        self._port = 0
        self.connect()

    def connect(self) -> None:
        """Answer, at the address of before if there was one."""
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self._port), self._handler)
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def cut(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def site(self) -> str:
        """The address of the site, in the folder that its settings name."""
        return f"http://127.0.0.1:{self._port}/book"


@pytest.fixture
def copy(small_site: Path, tmp_path: Path) -> Path:
    """Copy the site, to change it."""
    return shutil.copytree(small_site, tmp_path / "hosted" / "book")


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tests write the worker of the copy as its own project would."""
    monkeypatch.setattr(offline, "site_path_of", lambda: "/book/")


@pytest.fixture
def host(copy: Path) -> Iterator[Host]:
    host = Host(copy.parent)
    yield host
    host.cut()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium once."""
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


def visit(page: Page, host: Host, place: str) -> None:
    page.goto(f"{host.site}/{place}", wait_until="load")


def wait_for(page: Page, condition: str, argument: str = "") -> None:
    """Wait for an asynchronous condition in the page, a minute at most."""
    page.evaluate(
        f"""async (argument) => {{
          const holds = async () => {condition};
          for (let attempt = 0; attempt < 1200; attempt += 1) {{
            if (await holds()) return;
            await new Promise((resolve) => setTimeout(resolve, 50));
          }}
          throw new Error("this did not come true");
        }}""",
        argument,
    )


def wait_until_stored(page: Page, *places: str) -> None:
    """Wait until the browser has stored files of the site."""
    for place in places:
        address = "new URL(argument, location.origin + '/book/')"
        wait_for(page, f"Boolean(await caches.match({address}, {{ignoreSearch: true}}))", place)


def stored(page: Page) -> list[str]:
    """Return what is stored, as paths below the root of the site."""
    found: list[str] = page.evaluate(
        """async () => {
          const caught = [];
          for (const name of await caches.keys()) {
            if (!name.startsWith("guide:/book/:")) continue;
            for (const {url} of await (await caches.open(name)).keys()) {
              caught.push(new URL(url).pathname.replace("/book/", ""));
            }
          }
          return caught.sort();
        }"""
    )
    return found


def caches_of(page: Page) -> list[str]:
    names: list[str] = page.evaluate("async () => (await caches.keys()).sort()")
    return names


def wait_for_version(page: Page, site: Path) -> None:
    """Wait until the worker of the newest version is in charge, and alone."""
    ours = "(await caches.keys()).filter((name) => name.startsWith('guide:/book/:'))"
    wait_for(page, f"{ours}.join() === argument", f"guide:/book/:{site_version(site)}")


def background(page: Page) -> str:
    """Return the colour of a part that only the book's own style sheet colours."""
    return str(
        page.evaluate("getComputedStyle(document.querySelector('.guide-help')).backgroundColor")
    )


# -- The worker as a file ----------------------------------------------------------


def test_help_and_crisis_lines_are_stored_with_all_they_need(small_site: Path) -> None:
    files = essential_files(small_site, SPANISH)
    assert {"es/offline.html", "es/help.html", "es/lines.html", "es/index.html"} < set(files)
    assert {"root.css", "icon.svg", "es/_static/guide.js"} < set(files)
    assert any(name.startswith("es/_static/guide.css?v=") for name in files)
    for name in files:
        assert (small_site / name.partition("?")[0]).is_file(), name
    assert not [name for name in files if name.startswith("en/")]


def test_version_follows_from_the_content_alone(copy: Path) -> None:
    built = (copy / WORKER).read_bytes()
    (copy / WORKER).unlink()
    for path in copy.rglob("*"):
        os.utime(path, (0, 0))
    write_service_worker(copy, languages())
    assert (copy / WORKER).read_bytes() == built
    page = copy / "es" / "help.html"
    page.write_bytes(page.read_bytes().replace(b"Llame", b"llame"))
    write_service_worker(copy, languages())
    assert (copy / WORKER).read_bytes() != built


# -- The worker at work ------------------------------------------------------------


@needs_chromium
def test_after_one_visit_the_page_and_those_for_an_emergency_open_without_a_network(
    context: BrowserContext, host: Host
) -> None:
    page = context.new_page()
    visit(page, host, "es/parts/tea.html")
    colour = background(page)
    wait_until_stored(page, "es/parts/tea.html", "es/help.html", "es/lines.html", "root.css")
    host.cut()
    page.reload()
    assert page.inner_text("h1") == "Té caliente"
    assert background(page) == colour
    page.click("header .guide-help")
    assert page.inner_text("h1") == "Pida ayuda"
    assert background(page) == colour
    visit(page, host, "es/lines.html?from=a-message#top")
    assert page.inner_text("h1") == "Líneas de crisis"
    visit(page, host, "es/")
    assert page.inner_text("h1") == "Libro corto"
    host.connect()


@needs_chromium
def test_a_page_that_is_not_stored_leads_to_help(context: BrowserContext, host: Host) -> None:
    page = context.new_page()
    visit(page, host, "es/parts/tea.html")
    wait_until_stored(page, "es/help.html", "es/offline.html", "root.css")
    host.cut()
    visit(page, host, "es/about.html")
    assert page.url.endswith("/es/about.html")  # to be tried again later
    assert page.get_attribute("html", "lang") == "es"
    page.click('a[href$="es/help.html"]')
    assert page.inner_text("h1") == "Pida ayuda"
    host.connect()
    visit(page, host, "es/about.html")
    assert page.inner_text("h1") == "Sobre el libro"


@needs_chromium
def test_what_the_network_says_comes_before_what_is_stored(
    context: BrowserContext, host: Host, copy: Path
) -> None:
    page = context.new_page()
    visit(page, host, "es/help.html")
    wait_until_stored(page, "es/help.html")
    path = copy / "es" / "help.html"
    path.write_bytes(path.read_bytes().replace(b"Llame ya", b"Llame al 112"))
    visit(page, host, "es/help.html")
    assert "Llame al 112" in page.inner_text("main")
    host.cut()
    page.reload()
    assert "Llame al 112" in page.inner_text("main")
    host.connect()


@needs_chromium
def test_a_new_version_brings_what_was_read_up_to_date(
    context: BrowserContext, host: Host, copy: Path
) -> None:
    page = context.new_page()
    visit(page, host, "es/parts/tea.html")
    wait_until_stored(page, "es/parts/tea.html")
    visit(page, host, "es/about.html")
    wait_until_stored(page, "es/about.html")
    wait_until_stored(page, "es/help.html")
    page.evaluate("Promise.all([caches.open('guide:/other/:1'), caches.open('another')])")
    tea = copy / "es" / "parts" / "tea.html"
    tea.write_bytes(tea.read_bytes().replace(b"Beba 2 tazas", b"Beba 3 tazas"))
    (copy / "es" / "about.html").unlink()
    write_service_worker(copy, languages())
    visit(page, host, "es/help.html")
    wait_for_version(page, copy)
    assert {"es/parts/tea.html", "es/help.html", "es/lines.html"} < set(stored(page))
    assert "es/about.html" not in stored(page)
    host.cut()
    visit(page, host, "es/parts/tea.html")
    assert "Beba 3 tazas" in page.inner_text("main")
    assert {"guide:/other/:1", "another"} < set(caches_of(page))
    host.connect()


@needs_chromium
def test_hosts_can_switch_it_off(
    context: BrowserContext, host: Host, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = context.new_page()
    visit(page, host, "es/help.html")
    wait_until_stored(page, "es/help.html")
    page.evaluate("caches.open('another')")
    monkeypatch.setattr(offline, "is_offline_wanted", lambda: False)
    write_service_worker(copy, languages())
    for path in copy.rglob("*.html"):  # as pages are when the setting says so
        path.write_text(path.read_text(encoding="utf-8").replace("data-offline-worker", "data-x"))
    visit(page, host, "es/help.html")
    # A visit lets the browser look for a new worker, but when is its own decision: ask for it now.
    page.evaluate("async () => (await navigator.serviceWorker.getRegistration())?.update()")
    wait_for(
        page,
        "!(await navigator.serviceWorker.getRegistrations()).length"
        " && (await caches.keys()).join() === 'another'",
    )
    visit(page, host, "es/about.html")
    assert caches_of(page) == ["another"]
    assert page.evaluate("navigator.serviceWorker.controller") is None
    host.cut()
    with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
        visit(page, host, "es/help.html")
    host.connect()


@needs_chromium
def test_large_files_and_other_places_are_not_stored(context: BrowserContext, host: Host) -> None:
    page = context.new_page()
    visit(page, host, "es/help.html")
    wait_until_stored(page, "es/help.html")
    visit(page, host, "es/about.html")
    for place in ("downloads/ketamine-depression.es.zip", "es/book/ketamine-depression.es.pdf"):
        status = page.evaluate("async (url) => (await fetch(url)).status", f"{host.site}/{place}")
        assert status == 200, place
    page.evaluate("async () => (await fetch('nowhere.html')).text()")
    wait_until_stored(page, "es/about.html")
    assert not [name for name in stored(page) if "nowhere" in name or "ketamine" in name]


@needs_chromium
def test_worker_manifest_and_data_are_silent_under_the_policy(
    context: BrowserContext, host: Host
) -> None:
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text))
    context.on("weberror", lambda error: said.append(str(error.error)))
    context.add_init_script(
        "addEventListener('securitypolicyviolation',"
        " (event) => console.error(event.violatedDirective))"
    )
    page = context.new_page()
    visit(page, host, "es/parts/tea.html")
    wait_until_stored(page, "es/help.html")
    session = context.new_cdp_session(page)
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert "Ketamina" in manifest["data"]
    data = page.evaluate(
        "JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)"
    )
    assert data["@type"] == "MedicalWebPage"
    assert said == []


@needs_chromium
def test_an_inline_script_would_be_noticed(context: BrowserContext, host: Host, copy: Path) -> None:
    path = copy / "es" / "help.html"
    path.write_bytes(path.read_bytes().replace(b' type="application/ld+json"', b""))
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text))
    page = context.new_page()
    visit(page, host, "es/help.html")
    assert any("Content Security Policy" in message for message in said)


# -- The copy on the disk ----------------------------------------------------------


@needs_chromium
def test_zip_opens_from_the_disk(context: BrowserContext, small_site: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(small_site / "downloads" / "ketamine-depression.es.zip") as archive:
        archive.extractall(tmp_path)
    said: list[str] = []
    asked: list[str] = []
    context.on("console", lambda message: said.append(message.text))
    context.on("weberror", lambda error: said.append(str(error.error)))
    context.on("request", lambda request: asked.append(request.url))
    context.on("requestfailed", lambda request: said.append(request.url))
    page = context.new_page()
    page.goto((tmp_path / "ketamine-depression.es" / "index.html").as_uri())
    plain = page.evaluate("getComputedStyle(document.createElement('a')).backgroundColor")
    assert background(page) != plain
    page.click("main a[href='parts/tea.html'], .guide-nav a[href='parts/tea.html']")
    assert page.inner_text("h1") == "Té caliente"
    page.click("header .guide-help")
    assert page.inner_text("h1") == "Pida ayuda"
    assert said == []
    assert [url for url in asked if not url.startswith("file:")] == []


# -- The language that a browser remembers -----------------------------------------


@needs_chromium
def test_language_is_remembered_only_when_asked(browser: Browser, host: Host) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    visit(page, host, "es/help.html")
    assert page.evaluate("localStorage.length") == 0
    page.goto(f"{host.site}/index.html")
    page.wait_for_url("**/en/index.html")
    visit(page, host, "es/help.html")
    page.check(".guide-remember input")
    page.goto(f"{host.site}/index.html")
    page.wait_for_url("**/es/index.html")
    page.goto(f"{host.site}/index.html#choose")
    assert page.url.endswith("index.html#choose")
    visit(page, host, "es/help.html")
    assert page.is_checked(".guide-remember input")
    page.uncheck(".guide-remember input")
    assert page.evaluate("localStorage.length") == 0
    context.close()


@needs_chromium
def test_names_that_are_no_languages_are_passed_over(browser: Browser, host: Host) -> None:
    context = browser.new_context(locale="es-MX")
    context.add_init_script(
        "Object.defineProperty(navigator, 'languages', {get: () => ['C', 'x_y@z', 'es-MX']})"
    )
    page = context.new_page()
    page.goto(f"{host.site}/index.html")
    page.wait_for_url("**/es/index.html")
    context.close()
