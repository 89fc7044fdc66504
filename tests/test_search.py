"""Readers find the right page in their own words; a search tells nobody what they looked for."""

from __future__ import annotations

import dataclasses
import functools
import http.server
import json
import shutil
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from languages import Language, load_languages
from scripts.hosting import HEADERS
from scripts.search import (
    SearchError,
    index_entries,
    index_language,
    other_names,
    words_of_pages,
    write_search_index,
)
from search_page import Spelling, load_spelling
from tests.chromium import needs_chromium
from tests.conftest import PROJECT
from tests.test_build import contents

LANGUAGES = load_languages(PROJECT / "locale" / "languages.toml")
QUESTIONS = PROJECT / "tests" / "data" / "search"


class StrictHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files under the policy of the hosting files, without a word."""

    def end_headers(self) -> None:
        """Add the headers of every answer."""
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # the base class's name
        """Say nothing."""


def serve(folder: Path) -> http.server.ThreadingHTTPServer:
    handler = functools.partial(StrictHandler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Serve the book on this machine."""
    server = serve(site)
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def open_page(browser: Browser, **options: Any) -> Page:
    """Open a page without the worker that keeps pages: it loads more than a search needs."""
    return browser.new_page(service_workers="block", **options)


def look_for(page: Page, query: str) -> list[str]:
    """Search, wait for the answer, and return the pages that were found, best first."""
    status = page.get_by_role("status")
    page.evaluate("document.querySelector('[role=status]').textContent = ''")
    page.locator("#search-words").fill(query)
    page.locator("#search-words").press("Enter")
    expect(status).not_to_be_empty()
    addresses: list[str] = page.eval_on_selector_all(
        ".guide-search-results li > a", "links => links.map(link => link.pathname)"
    )
    return [found.split("/", 2)[2].removesuffix(".html") for found in addresses]


# -- The quality of the answers ------------------------------------------------


def questions(code: str) -> list[dict[str, Any]]:
    listed = tomllib.loads((QUESTIONS / f"{code}.toml").read_text(encoding="utf-8"))["question"]
    assert isinstance(listed, list)
    return listed


@needs_chromium
@pytest.mark.parametrize("code", LANGUAGES)
def test_readers_find_the_right_page(
    browser: Browser, address: str, code: str, in_full: bool
) -> None:
    assert len(questions(code)) >= 20
    asked = questions(code)[:: 1 if in_full else 3]
    page = open_page(browser)
    page.goto(f"{address}/{LANGUAGES[code].slug}/search.html")
    missed = {}
    for question in asked:
        found = look_for(page, question["query"])
        if not set(found[:3]) & set(question["pages"]):
            missed[question["query"]] = found
    page.close()
    assert len(missed) <= max(1, 0.05 * len(asked)), missed


@pytest.mark.parametrize("code", LANGUAGES)
def test_questions_and_words_name_pages_of_the_book(site: Path, code: str) -> None:
    named = {page for question in questions(code) for page in question["pages"]}
    named |= load_spelling(PROJECT / "locale" / code).words.keys()
    folder = site / LANGUAGES[code].slug
    assert [page for page in sorted(named) if not (folder / f"{page}.html").is_file()] == []


# -- The page ------------------------------------------------------------------


@needs_chromium
def test_a_search_stays_on_this_site_and_out_of_its_logs(
    browser: Browser, address: str, a_language: str
) -> None:
    page = browser.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/{LANGUAGES[a_language].slug}/help.html")
    page.locator("#find").fill("Spravato")
    assert [url for url in asked if "pagefind" in url] == []
    page.locator("#find").press("Enter")
    expect(page.get_by_role("status")).not_to_be_empty()
    assert page.locator("#search-words").input_value() == "Spravato"
    assert said == []
    assert [url for url in asked if not url.startswith(address) or "Spravato" in url] == []
    page.close()


@needs_chromium
def test_results_name_the_part_and_are_announced(browser: Browser, address: str) -> None:
    page = open_page(browser, viewport={"width": 390, "height": 800})
    page.goto(f"{address}/en/search.html")
    assert look_for(page, "cystitis")[0] == "risks/bladder-and-liver"
    first = page.locator(".guide-search-results li").first
    assert first.locator(".guide-search-part").inner_text() == "Side effects and risks"
    assert first.locator(".guide-search-description").inner_text()
    assert page.get_by_role("status").inner_text().startswith("Pages found: ")
    assert look_for(page, "qqqqqq") == []
    assert page.get_by_role("status").inner_text().startswith("No page has these words.")
    page.close()


@needs_chromium
def test_more_results_come_by_keyboard(browser: Browser, address: str) -> None:
    page = open_page(browser)
    page.goto(f"{address}/en/search.html")
    shown = len(look_for(page, "ketamine"))
    page.locator(".guide-search-more").focus()
    page.keyboard.press("Enter")
    next_one = page.locator(".guide-search-results li").nth(shown).locator("a")
    expect(next_one).to_be_focused()
    page.close()


@needs_chromium
def test_the_way_back_leads_to_the_same_results(browser: Browser, address: str) -> None:
    page = open_page(browser)
    page.goto(f"{address}/en/search.html")
    found = look_for(page, "memory loss")
    page.locator(".guide-search-results a").first.click()
    page.wait_for_url("**/risks/memory.html")
    page.go_back()
    expect(page.get_by_role("status")).not_to_be_empty()
    again = page.locator(".guide-search-results li > a")
    assert again.count() == len(found)
    page.close()


@needs_chromium
def test_a_missing_index_is_said(browser: Browser, address: str) -> None:
    page = open_page(browser)
    page.route("**/pagefind.js", lambda route: route.abort())
    page.goto(f"{address}/en/search.html#q=pain")
    expect(page.get_by_role("status")).to_contain_text("does not work at the moment")
    page.close()


@needs_chromium
def test_without_javascript_the_link_leads_to_the_index(
    browser: Browser, address: str, a_language: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    folder = f"{address}/{LANGUAGES[a_language].slug}"
    page.goto(f"{folder}/treatment/before.html")
    assert not page.locator("#find").is_visible()
    page.locator(".guide-search-link").click()
    assert page.url == f"{folder}/genindex.html"
    page.goto(f"{folder}/search.html")
    assert not page.locator("#search-words").is_visible()
    assert page.locator("main a[href='genindex.html']").is_visible()
    context.close()


# -- The index -----------------------------------------------------------------


def test_the_same_pages_give_the_same_index(site: Path, tmp_path: Path) -> None:
    # One language that puts spaces between its words, and one that does not.
    some = [LANGUAGES[code] for code in ("ar", "zh_CN")]
    for language in some:
        shutil.copytree(
            site / language.slug, tmp_path / language.slug, ignore=shutil.ignore_patterns("*.pdf")
        )
    write_search_index(tmp_path, some)
    known, again = contents(site / "pagefind"), contents(tmp_path / "pagefind")
    entries = [json.loads(index.pop("pagefind-entry.json")) for index in (known, again)]
    assert again.items() <= known.items()
    assert len(again) > 100
    assert len(entries[1]["languages"]) == len(some)
    assert entries[1]["languages"].items() <= entries[0]["languages"].items()


PAGE = """\
<!doctype html>
<html lang="{tag}"><head><title>x</title></head><body>
<nav id="site-navigation"></nav>
<main id="content"><article>{article}</article></main></body></html>
"""


def small_site(folder: Path, language: Language, pages: dict[str, str]) -> Path:
    for name, article in pages.items():
        path = folder / language.slug / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PAGE.format(tag=language.tag, article=article), encoding="utf-8")
    return folder


@pytest.fixture
def a_page(tmp_path: Path) -> Path:
    """Write a site of one English page."""
    return small_site(tmp_path / "site", LANGUAGES["en"], {"index": "<h1>Tea</h1><p>Hot.</p>"})


@pytest.mark.parametrize("made_by", ["this Pagefind", "another", "none"])
def test_an_index_is_taken_over_unless_another_pagefind_made_it(
    a_page: Path, tmp_path: Path, made_by: str
) -> None:
    made = tmp_path / "made"
    index_language(a_page, LANGUAGES["en"], made)
    [fragment] = made.glob("fragment/*")
    fragment.write_bytes(b"as it was made")
    entry = made / "pagefind-entry.json"
    if made_by == "another":
        entry.write_text(entry.read_text("utf-8").replace('"version":"', '"version":"0.'), "utf-8")
    elif made_by == "none":
        entry.unlink()
    write_search_index(a_page, [LANGUAGES["en"]], {"en": made})
    [taken] = (a_page / "pagefind").glob("fragment/*")
    assert (taken.read_bytes() == b"as it was made") is (made_by == "this Pagefind")


def test_what_pagefind_says_is_passed_on(a_page: Path, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    with pytest.raises(SearchError, match="Pagefind made no index"):
        index_language(a_page, LANGUAGES["en"], in_the_way / "index")


INDEX = """\
<section class="guide-index"><dl>
<dt id="entry-1">drip</dt><dd>See: <a href="#entry-2">infusion</a></dd>
<dt id="entry-2">infusion</dt>
<dd><a href="reference/glossary.html#term-infusion">Glossary</a></dd>
<dd><a href="room.html">In the room</a></dd>
</dl></section>
"""
GLOSSARY = """\
<dl class="simple glossary"><dt id="term-infusion">infusion</dt>
<dd><p>A medicine that flows into a vein. Also called: IV, intravenous infusion. Slow.</p></dd></dl>
"""


def test_pages_get_the_words_of_the_index_the_glossary_and_the_readers(tmp_path: Path) -> None:
    pages = {"genindex": INDEX, "reference/glossary": GLOSSARY, "room": "<h1>In the room</h1>"}
    folder = small_site(tmp_path, LANGUAGES["en"], pages) / "en"
    assert other_names(folder) == {"term-infusion": ["IV, intravenous infusion"]}
    assert index_entries(folder)["entry-2"].pages == ["room"]
    assert words_of_pages(folder, {"room": ["needle phobia"]}) == {
        "room": ["needle phobia", "infusion", "IV, intravenous infusion", "drip"]
    }


def test_both_ways_of_writing_meet() -> None:
    arabic = load_spelling(PROJECT / "locale" / "ar")
    assert arabic.fold("الأَكْلُ") == arabic.fold("الاكل")
    assert arabic.fold("التكلفة") == arabic.fold("التكلفه")
    assert Spelling().fold("Él") == "él"


@needs_chromium
@pytest.mark.parametrize(
    ("tag", "text", "query"),
    [
        ("th", "ยาเคตามีนใช้รักษาโรคซึมเศร้าได้อย่างไร", "โรคซึมเศร้า"),
        ("zh-Hans", "氯胺酮可以治疗抑郁症吗", "抑郁症"),
        ("ja", "ケタミンはうつ病の治療に使われます", "治療"),
        ("hi", "केटामाइन से अवसाद का इलाज", "अवसाद"),
    ],
)
def test_languages_to_come_need_no_code(  # noqa: PLR0917  # fixtures and the three parameters
    browser: Browser, site: Path, tmp_path: Path, tag: str, text: str, query: str
) -> None:
    language = dataclasses.replace(LANGUAGES["en"], code="xx", slug="xx", tag=tag)
    pages = {
        "genindex": "",
        "right": f"<h1>1</h1><p>{text}</p>",
        "wrong": "<h1>2</h1><p>123</p>",
        "wrong-too": "<h1>3</h1><p>456</p>",
    }
    small = small_site(tmp_path, language, pages)
    shutil.copytree(site / "en" / "_static", small / "xx" / "_static")
    english = (site / "en" / "search.html").read_text(encoding="utf-8")
    page_of_search = english.replace('<html lang="en"', f'<html lang="{tag}"')
    (small / "xx" / "search.html").write_text(page_of_search, encoding="utf-8")
    write_search_index(small, [language])
    server = serve(small)
    page = open_page(browser)
    page.goto(f"http://127.0.0.1:{server.server_port}/xx/search.html")
    assert look_for(page, query) == ["right"]
    page.close()
    server.shutdown()
    server.server_close()
