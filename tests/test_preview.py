"""The live preview: one saved file, one written page, and a browser that knows about it."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polib
import pytest
import requests
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright

from preview import message_class
from review_marks import Mark, fingerprint, with_mark
from scripts.live.messages import Editor
from tests.small_book import make_small_book

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE = 60  # seconds after which a test gives up; it says nothing about speed


@dataclass
class Preview:
    """A running preview of the small book."""

    root: Path
    process: subprocess.Popen[str]
    address: str = ""
    printed: list[str] = field(default_factory=list)

    @property
    def site(self) -> Path:
        """Where the pages are written."""
        return self.root / "build" / "preview" / "es"

    def catalog(self, page: str) -> Path:
        """Return the Spanish catalog of a page."""
        return self.root / "locale" / "es" / "LC_MESSAGES" / f"{page}.po"

    def ask(self, path: str, **headers: str) -> requests.Response:
        """Ask the server as a browser does; what it sends later can be read as it comes."""
        return requests.get(self.address + path, headers=headers, timeout=PATIENCE, stream=True)

    def get(self, path: str) -> str:
        """Return a text that must be there."""
        answer = self.ask(path)
        assert answer.ok, path
        return answer.content.decode("utf-8")

    def page(self, name: str) -> BeautifulSoup:
        """Return a page as it is served."""
        return BeautifulSoup(self.get(f"es/{name}.html"), "html.parser")

    def messages(self, page: str) -> dict[str, Any]:
        """Return what the server says about the messages of a page."""
        data: dict[str, Any] = json.loads(self.get(f"_preview/messages?page={page}"))
        return data

    def problems(self) -> str:
        """Return all that needs mending."""
        return "\n".join(self.messages("parts/tea")["problems"])

    def versions(self) -> dict[str, int]:
        """Return when each page was written."""
        return {
            path.relative_to(self.site).with_suffix("").as_posix(): path.stat().st_mtime_ns
            for path in self.site.rglob("*.html")
        }


def wait_until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def start(root: Path) -> Preview:
    """Start the command as translators do, and wait until it says where it serves."""
    command = [sys.executable, "-u", "-m", "scripts.preview", "es", "--port", "0"]
    process = subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    preview = Preview(root, process)
    assert process.stdout
    for line in process.stdout:
        preview.printed.append(line)
        if match := re.search(r"http://localhost:\d+/", line):
            preview.address = match[0]
            return preview
    raise AssertionError("".join(preview.printed))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_small_book(tmp_path_factory.mktemp("preview") / "project")


@pytest.fixture(scope="module")
def running(root: Path) -> Iterator[Preview]:
    preview = start(root)
    yield preview
    preview.process.kill()
    preview.process.communicate()


@pytest.fixture
def preview(running: Preview) -> Iterator[Preview]:
    """Undo what a test does to the book, and wait until the preview has seen it."""
    files = [*running.root.glob("locale/**/*.po"), *running.root.glob("docs/**/*.md")]
    before = {path: path.read_bytes() for path in files}
    yield running
    changed = [path for path in files if path.read_bytes() != before[path]]
    for path in changed:
        path.write_bytes(before[path])
    if changed:
        wait_until(lambda: "Beba 2 tazas." in running.get("es/parts/tea.html"))
        wait_until(lambda: running.problems() == "")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def shows(preview: Preview, page: str, text: str) -> Callable[[], bool]:
    return lambda: text in preview.page(page).get_text()


def test_saved_catalog_writes_its_page_and_no_other(preview: Preview) -> None:
    before = preview.versions()
    replace(preview.catalog("parts/tea"), "Beba 2 tazas.", "Tome 2 tazas.")
    wait_until(shows(preview, "parts/tea", "Tome 2 tazas."))
    after = preview.versions()
    # The start page holds the table of contents with this page.
    assert {name for name in after if after[name] != before[name]} == {"parts/tea", "index"}
    assert shows(preview, "about", "Un texto corto.")()


@pytest.mark.parametrize(("page", "event"), [("parts/tea", "reload"), ("about", "refresh")])
def test_events_say_which_page_to_load_again(preview: Preview, page: str, event: str) -> None:
    version = preview.page(page).select_one('meta[name="preview-version"]')
    assert version
    query = f"_preview/events?page={page}&version={version['content']}"
    with preview.ask(query) as events:
        assert events.headers["Content-Type"] == "text/event-stream"
        lines = (line.decode("utf-8") for line in events.iter_lines(chunk_size=1))
        assert next(lines) == ": connected"
        replace(preview.catalog("parts/tea"), "Beba 2 tazas.", "Sirva 2 tazas.")
        assert next(line for line in lines if line.startswith("event:")) == f"event: {event}"


def test_messages_tell_state_and_line(preview: Preview) -> None:
    path = preview.catalog("parts/tea")
    catalog = polib.pofile(str(path))
    entry = catalog.find("Read twice.")
    assert entry
    mark = Mark("second-read", "Ana", "2027-01-31", fingerprint(entry))
    entry.tcomment = with_mark(entry, mark)
    catalog.save()
    data = preview.messages("parts/tea")
    states = {message["english"]: message["state"] for message in data["messages"]}
    assert states["Drink 2 cups."] == "translated"
    assert states["Not translated yet."] == "untranslated"
    assert states["Changed since."] == "fuzzy"
    assert states["Read twice."] == "second-read"
    lines = path.read_text(encoding="utf-8").splitlines()
    for message in data["messages"]:
        name, line = message["place"].rsplit(":", 1)
        assert name == "locale/es/LC_MESSAGES/parts/tea.po"
        assert message["edit"] == f"vscode://file{path}:{line}"
        here = "\n".join(lines[int(line) - 1 : int(line) + 2])
        assert f'msgid "{message["english"]}"' in here


def test_each_visible_message_is_marked_on_its_page(preview: Preview) -> None:
    html = preview.page("parts/tea")
    for message in preview.messages("parts/tea")["messages"]:
        assert message["class"] == message_class(message["english"])
        found = html.find_all(class_=message["class"])
        # The description stands in the head of the page only.
        assert len(found) == (message["english"] != "All about tea."), message
    assert html.select_one('script[src="/_preview/preview.js"]')


def test_review_mark_changes_a_state_but_no_page(preview: Preview) -> None:
    before = preview.versions()
    replace(preview.catalog("about"), 'msgid "A short', '# a note\nmsgid "A short')
    # The next change is done after this one.
    replace(preview.catalog("help"), "Llame ya.", "Llame hoy.")
    wait_until(shows(preview, "help", "Llame hoy."))
    assert preview.versions()["about"] == before["about"]


@pytest.mark.parametrize(
    "hostile",
    [
        "Beba</p><script>alert(1)</script> 2 tazas.",
        "Beba <img src=x onerror=alert(1)> 2 tazas.",
        "Beba [2 tazas](javascript:alert(1)).",
    ],
)
def test_hostile_translation_stays_text(preview: Preview, hostile: str) -> None:
    replace(preview.catalog("parts/tea"), "Beba 2 tazas.", hostile)
    wait_until(shows(preview, "parts/tea", hostile))
    html = preview.page("parts/tea")
    assert not html.select("article script, article img, [onerror], a[href^=javascript]")
    assert "alert" not in "".join(script.get_text() for script in html.find_all("script"))


def test_unsafe_role_is_text_and_named_with_file_and_line(preview: Preview) -> None:
    replace(preview.catalog("parts/tea"), "Beba 2", "Beba {download}`conf.py` 2")
    wait_until(lambda: "{download}" in preview.problems())
    line = 1 + preview.catalog("parts/tea").read_text().splitlines().index('msgid "Drink 2 cups."')
    assert f"locale/es/LC_MESSAGES/parts/tea.po:{line}: the translation has" in (preview.problems())
    assert shows(preview, "parts/tea", "Beba {download}`conf.py` 2 tazas.")()


def test_broken_catalog_leaves_the_last_good_page(preview: Preview) -> None:
    path = preview.catalog("parts/tea")
    good = path.read_text(encoding="utf-8")
    before = preview.versions()
    path.write_text(good.replace("Beba 2 tazas.", "Agua") + 'msgid "open\n', encoding="utf-8")
    wait_until(lambda: "tea.po:" in preview.problems())
    assert re.search(r"^locale/es/LC_MESSAGES/parts/tea\.po:\d+", preview.problems())
    assert shows(preview, "parts/tea", "Beba 2 tazas.")()
    assert preview.versions()["parts/tea"] == before["parts/tea"]
    # Other pages go on, and the problem is shown there too.
    replace(preview.catalog("help"), "Llame ya.", "Llame pronto.")
    wait_until(shows(preview, "help", "Llame pronto."))
    assert preview.messages("help")["problems"] != []


def test_fault_of_a_page_does_not_end_the_preview(preview: Preview) -> None:
    page = preview.root / "docs" / "about.md"
    good = page.read_text(encoding="utf-8")
    page.write_bytes(b"\xff\xfe broken")
    wait_until(lambda: preview.problems() != "")
    assert shows(preview, "about", "Un texto corto.")()
    page.write_text(good + "\nOne more line.\n", encoding="utf-8")
    wait_until(shows(preview, "about", "One more line."))
    assert preview.problems() == ""


def test_new_title_reaches_the_menu_of_every_page(preview: Preview) -> None:
    replace(preview.catalog("parts/tea"), "Té caliente", "Té muy caliente")
    for page in ("parts/tea", "help", "about", "index"):
        wait_until(shows(preview, page, "Té muy caliente"))


def test_new_interface_string_reaches_every_page(preview: Preview) -> None:
    replace(preview.catalog("sphinx"), 'msgid "Menu"\nmsgstr "', 'msgid "Menu"\nmsgstr "ZZ ')
    for page in ("parts/tea", "help", "about", "index"):
        wait_until(shows(preview, page, "ZZ "))


def test_changed_english_page_is_shown(preview: Preview) -> None:
    page = preview.root / "docs" / "about.md"
    page.write_text(page.read_text(encoding="utf-8") + "\nA new line.\n", encoding="utf-8")
    wait_until(shows(preview, "about", "A new line."))


def test_other_sites_and_other_languages_get_nothing(preview: Preview) -> None:
    assert preview.ask("", Host="evil.example:80").status_code == 403
    for path in ("ar/help.html", "es/missing.html", "_preview/%2e%2e/conf.py", "es/%2e%2e/x.html"):
        assert preview.ask(path).status_code == 404, path
    assert preview.messages("../../../../etc/x")["messages"] == []


def test_interrupt_ends_it_cleanly(root: Path) -> None:
    preview = start(root)
    preview.process.send_signal(signal.SIGINT)
    output, _nothing = preview.process.communicate(timeout=PATIENCE)
    assert preview.process.returncode == 0
    assert "The preview has ended." in output
    assert "Traceback" not in output


def test_unknown_language_is_refused(root: Path) -> None:
    command = [sys.executable, "-m", "scripts.preview", "tlh"]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "no table [tlh]" in result.stderr


def test_taken_address_is_explained(running: Preview) -> None:
    port = running.address.strip("/").rpartition(":")[2]
    command = [sys.executable, "-m", "scripts.preview", "es", "--port", port]
    result = subprocess.run(command, cwd=running.root, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert f"add to the command: --port {int(port) + 1}" in result.stderr


def test_normal_build_has_nothing_of_it(running: Preview, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", "-D", "language=es"]
    subprocess.run([*command, "docs", tmp_path], cwd=running.root, check=True)
    traces = re.compile(r'preview|class="[^"]*\bmessage-[0-9a-f]{12}')
    previewed = (running.site / "parts" / "tea.html").read_text(encoding="utf-8")
    assert traces.search(previewed)  # so the search below can find something
    for path in tmp_path.rglob("*"):
        assert "preview" not in path.name
        if path.suffix in (".html", ".js", ".css"):
            assert not traces.search(path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("vscode://file/{path}:{line}", "vscode://file/a/b%20c.po:7"),
        ("idea://open?file={path}&line={line}", "idea://open?file=/a/b%20c.po&line=7"),
        (
            "txmt://open/?url=file://{path}&line={line}",
            "txmt://open/?url=file:///a/b%20c.po&line=7",
        ),
    ],
)
def test_editor_is_a_choice(address: str, link: str) -> None:
    assert Editor(address).link(Path("/a/b c.po"), 7) == link


@pytest.mark.parametrize("address", ["javascript:alert('{path}')", "JavaScript:{path}", "x://y"])
def test_address_of_no_editor_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="editor"):
        Editor(address)


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium; the README says how to get it")
def test_browser_shows_states_english_and_changes(preview: Preview) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text))
        page.goto(f"{preview.address}es/parts/tea.html")
        page.wait_for_selector("html[data-preview=ready]")

        untranslated = page.locator("p.preview-untranslated")
        assert untranslated.count() == 1
        assert untranslated.evaluate("e => getComputedStyle(e).outlineStyle") == "dashed"
        assert page.locator("p.preview-fuzzy").count() == 1
        assert "1 untranslated" in page.locator(".preview-legend").inner_text()
        label = untranslated.locator(".preview-label")
        assert label.evaluate("e => getComputedStyle(e).opacity") == "0"
        untranslated.hover()
        assert label.evaluate("e => getComputedStyle(e).opacity") == "1"
        assert re.search(r"parts/tea\.po:\d+ · untranslated", label.inner_text())
        assert str(label.get_attribute("href")).startswith("vscode://file/")

        english = page.locator("p", has_text="Beba 2 tazas.").locator(".preview-english")
        assert not english.is_visible()
        page.get_by_role("button", name="Show the English").click()
        assert english.is_visible()
        assert english.inner_text() == "Drink 2 cups."

        replace(preview.catalog("parts/tea"), "Beba 2 tazas.", "Pruebe 2 tazas.")
        page.get_by_text("Pruebe 2 tazas.").wait_for()
        page.wait_for_selector("html[data-preview=ready]")
        assert english.count() == 0
        assert page.locator(".preview-english", has_text="Drink 2 cups.").is_visible()

        preview.catalog("help").write_text("broken <b>", encoding="utf-8")
        page.locator(".preview-problems", has_text="help.po:1").wait_for()
        assert page.get_by_text("Pruebe 2 tazas.").is_visible()
        assert faults == []
        browser.close()
