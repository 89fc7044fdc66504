"""Pages help their readers: notes of terms, numbers in order, English beneath, days of checks."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from lxml.html import document_fromstring
from sphinx.testing.util import SphinxTestApp

from languages import SOURCE_LANGUAGE, load_languages
from review_dates import add_months
from tests.conftest import PROJECT

LANGUAGES = load_languages(PROJECT / "locale" / "languages.toml")
TRANSLATIONS = [code for code in LANGUAGES if code != SOURCE_LANGUAGE]

MakeApp = Callable[..., SphinxTestApp]
Build = Callable[..., SphinxTestApp]


@pytest.fixture
def source(tmp_path: Path, rootdir: Path) -> Path:
    """Copy the small book, whose compiled catalogs would else stay behind."""
    return Path(shutil.copytree(rootdir / "test-reading", tmp_path / "book"))


@pytest.fixture
def build(source: Path, make_app: MakeApp) -> Build:
    """Build the small book in one language; further values go to its configuration."""

    def build_in(language: str, **values: object) -> SphinxTestApp:
        overrides = {"language": language, **values}
        app = make_app("html", srcdir=source, confoverrides=overrides)
        app.build()
        # Sphinx remembers the nodes of an earlier build of the same test.
        said = app.warning.getvalue().splitlines()
        assert [line for line in said if "already registered" not in line] == []
        return app

    return build_in


def read(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def page(app: SphinxTestApp, name: str = "tea") -> BeautifulSoup:
    return read(app.outdir / f"{name}.html")


def only(soup: BeautifulSoup | Tag, selector: str) -> Tag:
    found = soup.select(selector)
    assert len(found) == 1, f"{selector}: {found}"
    return found[0]


# -- Terms ---------------------------------------------------------------------


def test_each_definition_stands_once_beside_its_term(build: Build) -> None:
    tea = page(build("en"))
    notes = tea.select(".term > .term-note")
    assert [note.get_text() for note in notes] == [
        "A tea that stays green.",
        "What grows on trees.",
    ]
    links = tea.select('a[href^="words.html#term-"]')
    described = [tea.find(id=str(link["aria-describedby"])) for link in links]
    assert described == [notes[0], notes[0], notes[1]]
    for note in notes:
        assert note["role"] == "tooltip"
        assert note.has_attr("hidden")
        assert note.has_attr("data-pagefind-ignore")


def test_a_definition_is_in_the_language_of_the_page_or_says_that_it_is_not(build: Build) -> None:
    green, leaves = page(build("ar")).select(".term-note")
    assert (green.get_text(), green.get("lang")) == ("شاي يبقى أخضر.", None)
    assert (leaves.get_text(), leaves.get("lang")) == ("What grows on trees.", "en")


def test_the_glossary_itself_has_no_notes(build: Build) -> None:
    assert page(build("en"), "words").select(".term-note") == []


def test_a_changed_definition_reaches_the_pages_with_the_term(source: Path, build: Build) -> None:
    build("en")
    words = source / "words.md"
    text = words.read_text(encoding="utf-8")
    words.write_text(text.replace("that stays green", "from a mountain"), encoding="utf-8")
    notes = page(build("en")).select(".term-note")
    assert notes[0].get_text() == "A tea from a mountain."


# -- Numbers -------------------------------------------------------------------


def test_numbers_with_units_keep_their_order_in_arabic(build: Build) -> None:
    numbers = page(build("ar")).select("bdi")
    assert [number.get_text() for number in numbers] == ["80 °C", "48 mmol/mol (6.5 %)"]
    assert {number["dir"] for number in numbers} == {"ltr"}


def test_left_to_right_pages_need_no_isolation(build: Build) -> None:
    assert page(build("en")).select("bdi") == []


def test_no_id_stands_twice(build: Build) -> None:
    ids = [tag["id"] for tag in page(build("en")).select("[id]")]
    assert "note-term-leaves" in ids
    assert len(set(ids)) == len(ids)


# -- English beneath each block ------------------------------------------------


@cache
def blocks(page: Path) -> dict[str, str]:
    """Return the element of each block, by number; no number stands twice."""
    # Every page of every language is read here: lxml does so many times faster than bs4.
    html = document_fromstring(page.read_text(encoding="utf-8"))
    found = html.cssselect("article [data-block]")
    numbers = {block.attrib["data-block"]: str(block.tag) for block in found}
    assert len(numbers) == len(found)
    return numbers


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_blocks_of_every_page_line_up_with_the_english_ones(site: Path, code: str) -> None:
    english = site / LANGUAGES[SOURCE_LANGUAGE].slug
    translated = site / LANGUAGES[code].slug
    compared = 0
    for path in sorted(english.rglob("*.html")):
        name = path.relative_to(english)
        assert blocks(translated / name) == blocks(path), name
        compared += len(blocks(path))
    assert compared > 1000


def test_every_text_of_an_author_is_in_a_block(build: Build) -> None:
    article = only(page(build("en")), "article")
    for made_by_us in article.select(".help-box, .guide-notes"):
        made_by_us.decompose()
    outside = [
        text
        for text in article.find_all(string=True)
        if text.strip() and not text.find_parent(attrs={"data-block": True})
    ]
    assert outside == []


def test_blocks_of_a_sorted_glossary_keep_their_numbers(build: Build) -> None:
    def definitions(language: str) -> list[str]:
        return [str(dd["data-block"]) for dd in page(build(language), "words").select("dd > p")]

    # In Arabic the leaves come before the green tea.
    assert definitions("en") == ["3", "4", "6"]
    assert definitions("ar") == ["6", "3", "4"]


def test_the_reading_mode_is_offered_beside_the_link_to_english(build: Build) -> None:
    tea = page(build("ar"))
    box = only(tea, ".guide-bilingual")
    assert box.has_attr("hidden")
    assert only(box, "button")["aria-pressed"] == "false"
    assert only(tea, '.guide-state a[hreflang="en"]')["href"] == "../en/tea.html"
    assert page(build("en")).select(".guide-bilingual") == []


# -- Days of checks ------------------------------------------------------------


def test_months_end_on_their_last_day() -> None:
    assert add_months(datetime.date(2026, 8, 31), 6) == datetime.date(2027, 2, 28)
    assert add_months(datetime.date(2026, 1, 31), -2) == datetime.date(2025, 11, 30)
    assert add_months(datetime.date(2026, 12, 1), 12) == datetime.date(2027, 12, 1)


def test_a_page_says_when_its_checks_fall_due(build: Build) -> None:
    tea = page(build("en"))
    assert [note.get_text() for note in tea.select(".guide-checked")] == [
        "Sources checked on March 15, 2026. To be checked again by March 15, 2027.",
        "Crisis lines checked on August 31, 2026. To be checked again by February 28, 2027.",
    ]
    days = [time["datetime"] for time in tea.select(".guide-checked time")]
    assert days == ["2027-03-15", "2027-02-28"]


def test_what_may_be_overdue_waits_for_its_day(build: Build) -> None:
    app = build("en")
    of_page, of_box = page(app).select("[data-due]")
    assert of_page["data-due"] == "2027-03-15"
    assert of_box["data-due"] == "2027-02-28"
    assert of_box.find_parent(class_="help-box")
    of_line = only(page(app, "help"), "li > [data-due]")
    assert of_line["data-due"] == "2027-02-28"
    for note in (of_page, of_box, of_line):
        assert note.has_attr("hidden")


def test_the_intervals_are_data(build: Build) -> None:
    tea = page(build("en", review_months={"sources": 1, "crisis_lines": 2}))
    assert [note["data-due"] for note in tea.select("[data-due]")] == ["2026-04-15", "2026-10-31"]


def test_a_box_without_a_country_leads_to_the_list_of_all(build: Build) -> None:
    def links(language: str) -> list[object]:
        return [link["href"] for link in page(build(language)).select(".help-box a.internal")]

    assert links("en") == ["help.html#help"]
    assert links("ar") == ["help.html#crisis-lines", "help.html#help"]


# -- Reports -------------------------------------------------------------------


def test_nobody_is_written_to_without_an_address(build: Build) -> None:
    assert page(build("en")).select('a[href^="mailto:"]') == []


def test_a_report_names_page_language_and_edition(build: Build) -> None:
    app = build("ar", site_contact="team@example.org")
    address = urlsplit(str(only(page(app), 'a[href^="mailto:"]')["href"]))
    mail = parse_qs(address.query)
    assert address.path == "team@example.org"
    assert mail["subject"] == ["tea (ar, 1.2)"]
    assert mail["body"][0].splitlines()[-3:] == ["Page: tea", "Language: ar", "Edition: 1.2"]
