"""What axe-core finds on the pages: nothing, on phones and computers, light and dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from languages import SOURCE_LANGUAGE
from tests.chromium import needs_chromium
from tests.page_kinds import (
    LANGUAGES,
    SHORTEN,
    one_of_each_kind,
    pages_of_language,
    root_pages,
    safety_pages,
)

pytestmark = [pytest.mark.browser, needs_chromium]

# A page is loaded once and looked at four times. Neighbours differ in one thing only.
Look = tuple[int, str]
LOOKS: list[Look] = [(390, "light"), (390, "dark"), (1280, "dark"), (1280, "light")]

# The size of what is to be tapped (WCAG 2.2) is not looked at unless one asks for it.
OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


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


def looks_at(position: int, code: str, everything: bool) -> list[Look]:
    """Return in which looks a page of a language is looked at, unless in all.

    An English page has two that differ in all. A translated page is the same with other words:
    one look is enough for every second page, and in the next language for those between.
    """
    if everything:
        return LOOKS
    if code == SOURCE_LANGUAGE:
        return LOOKS[position % 2 :: 2]
    turn, rest = divmod(position + list(LANGUAGES).index(code), 2)
    return [] if rest else [LOOKS[turn % len(LOOKS)]]


def complaints(
    browser: Browser, looks: Mapping[str, Sequence[Look]], in_full: bool
) -> dict[str, list[str]]:
    """Return what axe finds at these addresses, each in its looks."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    found: dict[str, list[str]] = {}
    for address in looks:
        page.goto(f"{address}#choose")
        if not in_full:
            page.evaluate(SHORTEN)
        start_axe(page)
        for width, scheme in looks[address]:
            page.set_viewport_size({"width": width, "height": 844})
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            if wrong := violations(page):
                found[f"{address}, {width} px, {scheme}"] = wrong
    context.close()
    return found


def test_axe_finds_nothing(  # noqa: PLR0917  # fixtures
    browser: Browser, address: str, site: Path, every_page: bool, in_full: bool, a_language: str
) -> None:
    names = pages_of_language(site) if every_page else sample(site)
    folder = f"{address}/{LANGUAGES[a_language].slug}"
    looks = {
        f"{folder}/{name}": seen
        for position, name in enumerate(names)
        if (seen := looks_at(position, a_language, in_full))
    }
    assert complaints(browser, looks, every_page) == {}


def test_axe_finds_nothing_on_pages_of_all_languages(
    browser: Browser, address: str, site: Path, every_page: bool
) -> None:
    looks = {f"{address}/{name}": LOOKS for name in root_pages(site)}
    assert complaints(browser, looks, every_page) == {}


def test_axe_finds_nothing_in_what_opens(browser: Browser, address: str, a_language: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    folder = f"{address}/{LANGUAGES[a_language].slug}"
    page.goto(f"{folder}/handouts/going-home.html#site-navigation")
    start_axe(page)
    assert violations(page) == []
    page.goto(f"{folder}/treatment/watched.html")
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


def test_each_language_is_looked_at_in_all_looks() -> None:
    for code in LANGUAGES:
        looks = [looks_at(position, code, everything=False) for position in range(8)]
        assert {look for of_page in looks for look in of_page} == {*LOOKS}
        assert looks_at(0, code, everything=True) == LOOKS
    for position in (0, 1):
        (width, scheme), other = looks_at(position, SOURCE_LANGUAGE, everything=False)
        assert width != other[0]
        assert scheme != other[1]


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
