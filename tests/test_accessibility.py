"""What axe-core finds on the pages: nothing, on phones and computers, light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.chromium import needs_chromium
from tests.page_kinds import (
    LANGUAGES,
    one_of_each_kind,
    pages_of_language,
    root_pages,
    safety_pages,
)

pytestmark = [pytest.mark.browser, needs_chromium]

# A page is loaded once and looked at four times. Neighbours differ in one thing only.
LOOKS = [(390, "light"), (390, "dark"), (1280, "dark"), (1280, "light")]

# The size of what is to be tapped (WCAG 2.2) is not looked at unless one asks for it.
OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}

# Axe needs many seconds for hundreds of rows, links and paragraphs that are all of one kind.
# This leaves the first of each list, table and part, and each that has something new inside.
SHORTEN = """() => {
    const described = ["class", "role", "lang", "dir", "colspan", "rowspan"];
    const kind = (element) =>
        element.localName + described.map((name) => element.getAttribute(name)).join("|");
    const kinds = () => new Set([...document.querySelectorAll("body *")].map(kind));
    const counted = () => {
        return { elements: document.querySelectorAll("*").length, kinds: [...kinds()] };
    };
    const before = counted();
    const known = new Set();
    const kept = new Map();
    for (const row of document.querySelectorAll("li, tr, dt, dd, p, .citation")) {
        if (!row.isConnected) continue;
        const inside = [row, ...row.querySelectorAll("*")].map(kind);
        const siblings = kept.get(row.parentElement) ?? {};
        kept.set(row.parentElement, siblings);
        siblings[kind(row)] = (siblings[kind(row)] ?? 0) + 1;
        if (siblings[kind(row)] > 3 && inside.every((one) => known.has(one))) row.remove();
        inside.forEach((one) => known.add(one));
    }
    return { before, after: counted() };
}"""


def sample(site: Path) -> list[str]:
    """Return one page of each kind and all safety pages."""
    return list(dict.fromkeys([*one_of_each_kind(site), *safety_pages(site)]))


OPEN = """names => {
    for (const details of document.querySelectorAll(names)) details.open = true;
}"""

# The page scrolls under what is sticky: a link that is half below it is no mistake.
STAY_IN_PLACE = """() => {
    for (const element of document.querySelectorAll("body *")) {
        if (getComputedStyle(element).position === "sticky") {
            Object.assign(element.style, { position: "relative", inset: "auto" });
        }
    }
}"""


def start_axe(page: Page) -> None:
    page.evaluate(STAY_IN_PLACE)
    page.evaluate(Axe().axe_script)


def violations(page: Page, part: str = "html") -> list[str]:
    """Return what axe finds on a page on which it was started."""
    # What was found right fills megabytes: it stays in the browser.
    found: list[dict[str, Any]] = page.evaluate(
        "async ([part, options]) => (await axe.run(part, options)).violations", [part, OPTIONS]
    )
    return [
        f"{violation['id']}: {node['html'][:200]} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]


def complaints(browser: Browser, addresses: list[str], in_full: bool) -> dict[str, list[str]]:
    """Return what axe finds in any look of these pages."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    found: dict[str, list[str]] = {}
    for address in addresses:
        page.goto(f"{address}#choose")
        if not in_full:
            page.evaluate(SHORTEN)
        start_axe(page)
        for width, scheme in LOOKS:
            page.set_viewport_size({"width": width, "height": 844})
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            if wrong := violations(page):
                found[f"{address}, {width} px, {scheme}"] = wrong
    context.close()
    return found


@pytest.mark.parametrize("code", LANGUAGES)
def test_axe_finds_nothing(
    browser: Browser, address: str, site: Path, every_page: bool, code: str
) -> None:
    names = pages_of_language(site) if every_page else sample(site)
    addresses = [f"{address}/{LANGUAGES[code].slug}/{name}" for name in names]
    assert complaints(browser, addresses, every_page) == {}


def test_axe_finds_nothing_on_pages_of_all_languages(
    browser: Browser, address: str, site: Path, every_page: bool
) -> None:
    addresses = [f"{address}/{name}" for name in root_pages(site)]
    assert complaints(browser, addresses, every_page) == {}


@pytest.mark.parametrize("code", LANGUAGES)
def test_axe_finds_nothing_in_what_opens(browser: Browser, address: str, code: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{address}/{LANGUAGES[code].slug}/handouts/going-home.html#site-navigation")
    start_axe(page)
    assert violations(page) == []
    page.goto(f"{address}/{LANGUAGES[code].slug}/treatment/watched.html")
    page.evaluate(OPEN, "main details")
    start_axe(page)
    assert violations(page) == []
    # The list of languages lies over the page while it is open.
    page.evaluate(OPEN, "header details")
    assert page.locator("header details li").first.is_visible()
    assert violations(page, "header") == []
    # The page scrolls, and what is half below its tools is no mistake.
    page.locator(".term > a").first.focus()
    assert page.locator(".term-note").first.is_visible()
    assert violations(page, ".term") == []
    page.close()


@pytest.mark.parametrize(
    "mistake",
    [
        "document.querySelector('h1').remove()",
        "document.querySelector('.guide-help').style.color = '#d00'",
        "document.documentElement.removeAttribute('lang')",
        "document.querySelector('main').prepend(document.createElement('button'))",
    ],
)
def test_a_mistake_would_be_noticed(browser: Browser, address: str, mistake: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{address}/en/help.html")
    start_axe(page)
    assert violations(page) == []
    page.evaluate(mistake)
    assert violations(page) != []
    page.close()


def test_the_sample_has_all_kinds_of_pages_and_of_elements(
    browser: Browser, address: str, site: Path
) -> None:
    names = sample(site)
    assert set(names) >= {*one_of_each_kind(site), *safety_pages(site)}
    assert {"help.html", "treatment/going-home.html"} <= set(safety_pages(site))
    page = browser.new_page()
    for name in names:
        page.goto(f"{address}/en/{name}")
        counts = page.evaluate(SHORTEN)
        assert set(counts["after"]["kinds"]) == set(counts["before"]["kinds"]), name
    page.goto(f"{address}/en/reference/evidence.html")
    counts = page.evaluate(SHORTEN)
    assert counts["after"]["elements"] < 0.5 * counts["before"]["elements"]
    page.close()
