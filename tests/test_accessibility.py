"""What axe-core finds on the pages: nothing, on phones and computers, light and dark."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
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

# Neighbours differ in both: a page that is looked at twice is seen in all four values.
LOOKS = [(390, "light"), (1280, "dark"), (390, "dark"), (1280, "light")]

# As many languages as look at each page of the sample: the time stays, however many the book has.
LANGUAGES_OF_A_PAGE = 2

# The size of what is to be tapped (WCAG 2.2) is not looked at unless one asks for it.
OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}

Visit = tuple[str, int, str]


def sample(site: Path) -> Iterator[Visit]:
    """Yield each kind of page and all safety pages, in turn in the languages and the looks."""
    codes = itertools.cycle(LANGUAGES)
    looks = itertools.cycle(LOOKS)
    names = dict.fromkeys([*one_of_each_kind(site), *safety_pages(site)])
    for name in names:
        for _time in range(min(LANGUAGES_OF_A_PAGE, len(LANGUAGES))):
            yield (f"{LANGUAGES[next(codes)].slug}/{name}", *next(looks))
    for name in root_pages(site):
        yield (name, *next(looks))
        yield (name, *next(looks))


def everything(site: Path) -> Iterator[Visit]:
    """Yield every page in every language and every look."""
    names = [
        f"{language.slug}/{name}"
        for language in LANGUAGES.values()
        for name in pages_of_language(site)
    ]
    for name in (*names, *root_pages(site)):
        for look in LOOKS:
            yield (name, *look)


def violations(page: Page, part: str = "html") -> list[str]:
    found: list[dict[str, Any]] = Axe().run(page, part, OPTIONS).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:200]} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]


def test_axe_finds_nothing(browser: Browser, address: str, site: Path, every_page: bool) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    found: dict[Visit, list[str]] = {}
    for visit in everything(site) if every_page else sample(site):
        name, width, scheme = visit
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto(f"{address}/{name}#choose")
        if complaints := violations(page):
            found[visit] = complaints
    assert found == {}
    context.close()


@pytest.mark.parametrize("code", LANGUAGES)
def test_axe_finds_nothing_in_what_opens(browser: Browser, address: str, code: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{address}/{LANGUAGES[code].slug}/handouts/going-home.html#site-navigation")
    assert violations(page) == []
    page.goto(f"{address}/{LANGUAGES[code].slug}/treatment/watched.html")
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    assert violations(page) == []
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
    assert violations(page) == []
    page.evaluate(mistake)
    assert violations(page) != []
    page.close()


def test_the_sample_has_all_kinds_languages_and_looks(site: Path) -> None:
    visits = list(sample(site))
    assert {(width, scheme) for _name, width, scheme in visits} == set(LOOKS)
    folders = {name.split("/")[0] for name, _width, _scheme in visits}
    assert folders >= {language.slug for language in LANGUAGES.values()}
    names = {name.partition("/")[2] for name, _width, _scheme in visits}
    assert names >= {*one_of_each_kind(site), *safety_pages(site)}
    assert {"help.html", "treatment/going-home.html"} <= set(safety_pages(site))
