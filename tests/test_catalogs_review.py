"""Marks of readers hold for the texts that they have read, and for nothing else."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET  # the badge is made by this project
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from review_marks import marks_of, state_of
from scripts.catalog.check import Finding, check_language
from scripts.catalog.files import CatalogError, translations, write_catalog
from scripts.catalog.review import Review, review_page
from scripts.catalog.status import (
    LanguageStatus,
    as_json,
    count_words,
    language_status,
    write_status_page,
)
from tests.catalogs_book import Book

SECOND = Review("second-read", "Ana P.", "2027-01-31")
FINAL = Review("reviewed", "Bo Q.", "2027-02-01")
PAGE = "treatment/after"
WASH, DRINK, TITLE = "Wash the cup.", "Drink the tea while it is warm.", "After the tea"


@pytest.fixture
def book(tmp_path: Path, rootdir: Path) -> Book:
    """Make the small book with one page that is fully translated."""
    book = Book.copy(rootdir, tmp_path / "book")
    book.update()
    book.translate(
        PAGE, {TITLE: "Después", WASH: "Lave la taza.", DRINK: "Beba el té mientras está tibio."}
    )
    return book


def status(book: Book) -> LanguageStatus:
    [language] = translations(["es"], book.locale)
    return language_status(language, book.locale)


def page_state(book: Book) -> str:
    return next(page.state for page in status(book).pages if page.page == PAGE)


def set_translator(book: Book, name: str) -> None:
    catalog = book.catalog(PAGE)
    catalog.metadata["Last-Translator"] = name
    write_catalog(book.path(PAGE), catalog)


def set_comment(book: Book, msgid: str, text: str) -> None:
    catalog = book.catalog(PAGE)
    entry = catalog.find(msgid)
    assert entry
    entry.tcomment = text
    write_catalog(book.path(PAGE), catalog)


def test_mark_is_a_comment_with_reader_date_and_fingerprint(book: Book) -> None:
    result = review_page(book.path(PAGE), SECOND)
    assert (result.marked, result.unfinished, result.state) == (3, 0, "second-read")
    entry = book.message(PAGE, WASH)
    [mark] = marks_of(entry)
    assert entry.tcomment == f"review: second-read by Ana P. on 2027-01-31, for {mark.fingerprint}"
    assert f"# {entry.tcomment}\n" in book.path(PAGE).read_text(encoding="utf-8")


def test_page_is_as_far_as_its_least_checked_message(book: Book) -> None:
    review_page(book.path(PAGE), SECOND)
    review_page(book.path(PAGE), FINAL, WASH)
    assert state_of(book.message(PAGE, WASH)) == "reviewed"
    assert page_state(book) == "second-read"
    review_page(book.path(PAGE), FINAL)
    assert page_state(book) == "reviewed"
    assert status(book).state == "draft"  # the other pages


def test_message_can_be_named_by_its_translation(book: Book) -> None:
    assert review_page(book.path(PAGE), SECOND, "Lave la taza.").marked == 1
    assert state_of(book.message(PAGE, WASH)) == "second-read"
    with pytest.raises(CatalogError, match=r"did you mean .*Lave la taza\."):
        review_page(book.path(PAGE), SECOND, "Lave la tasa.")


def test_marking_again_replaces_the_mark_of_the_same_reader(book: Book) -> None:
    review_page(book.path(PAGE), SECOND)
    review_page(book.path(PAGE), replace(SECOND, date="2027-03-03"))
    review_page(book.path(PAGE), FINAL)
    marks = marks_of(book.message(PAGE, WASH))
    assert [(mark.reader, mark.date) for mark in marks] == [
        ("Ana P.", "2027-03-03"),
        ("Bo Q.", "2027-02-01"),
    ]


def test_change_in_english_withdraws_the_mark_of_that_message_only(book: Book) -> None:
    review_page(book.path(PAGE), SECOND)
    book.edit(PAGE, WASH, "Wash the cup well.")
    book.update()
    assert state_of(book.message(PAGE, "Wash the cup well.")) == "draft"
    assert state_of(book.message(PAGE, DRINK)) == "second-read"
    assert page_state(book) == "draft"
    [page] = [page for page in status(book).pages if page.page == PAGE]
    [changed] = page.changed
    assert (changed.was, changed.now) == (WASH, "Wash the cup well.")
    lines = book.path(PAGE).read_text(encoding="utf-8").splitlines()
    assert 'msgid "Wash the cup well."' in lines[changed.line - 1 : changed.line + 8]


def test_mark_is_void_even_when_the_translator_clears_fuzzy(book: Book) -> None:
    review_page(book.path(PAGE), SECOND)
    book.edit(PAGE, WASH, "Wash the cup well.")
    book.update()
    catalog = book.catalog(PAGE)
    entry = catalog.find("Wash the cup well.")
    assert entry
    entry.flags, entry.previous_msgid = [], None
    write_catalog(book.path(PAGE), catalog)
    assert state_of(book.message(PAGE, "Wash the cup well.")) == "draft"


def test_change_of_the_translation_withdraws_the_mark(book: Book) -> None:
    review_page(book.path(PAGE), SECOND)
    book.translate(PAGE, {WASH: "Enjuague la taza."})
    assert state_of(book.message(PAGE, WASH)) == "draft"
    assert state_of(book.message(PAGE, DRINK)) == "second-read"
    review_page(book.path(PAGE), SECOND)
    assert book.message(PAGE, WASH).tcomment.count("review:") == 1


def test_update_keeps_the_marks_of_a_message_that_moves(book: Book) -> None:
    review_page(book.path(PAGE), SECOND)
    book.edit(PAGE, WASH, "")
    book.edit("words", "# Words\n", f"# Words\n\n{WASH}\n")
    book.update()
    assert state_of(book.message("words", WASH)) == "second-read"


@pytest.mark.parametrize(
    ("translator", "reader"),
    [
        ("Ana P. <ana@example.org>", "Ana P."),
        ("Ana P. <ana@example.org>", "ana  p."),
        ("Ana P. <ana@example.org>", "A. Pérez <ana@example.org>"),
    ],
)
def test_nobody_reviews_their_own_page(book: Book, translator: str, reader: str) -> None:
    set_translator(book, translator)
    before = book.snapshot()
    with pytest.raises(CatalogError, match=r"after\.po:\d+: .*somebody else has to read it"):
        review_page(book.path(PAGE), replace(SECOND, reader=reader))
    assert book.snapshot() == before
    assert review_page(book.path(PAGE), FINAL).marked == 3


def test_translator_named_at_the_message_counts_before_the_header(book: Book) -> None:
    set_translator(book, "Cy R.")
    set_comment(book, WASH, "translator: Ana P.")
    with pytest.raises(CatalogError, match="somebody else"):
        review_page(book.path(PAGE), SECOND)
    assert review_page(book.path(PAGE), SECOND, DRINK).marked == 1
    assert review_page(book.path(PAGE), FINAL).translators == {"Ana P.", "Cy R."}


def test_placeholder_of_gettext_is_no_translator(book: Book) -> None:
    set_translator(book, "FULL NAME <EMAIL@ADDRESS>")
    assert review_page(book.path(PAGE), SECOND).translators == frozenset()


def test_unfinished_messages_are_not_marked(book: Book) -> None:
    book.translate(PAGE, {WASH: ""})
    result = review_page(book.path(PAGE), SECOND)
    assert (result.marked, result.unfinished, result.state) == (2, 1, "draft")
    with pytest.raises(CatalogError, match="nothing is translated"):
        review_page(book.path(PAGE), SECOND, WASH)


@pytest.mark.parametrize("reader", ["", "Ana\nreview: x"])
def test_reader_needs_a_name(book: Book, reader: str) -> None:
    with pytest.raises(CatalogError, match="--by NAME"):
        review_page(book.path(PAGE), replace(SECOND, reader=reader))


def test_other_comments_stay(book: Book) -> None:
    set_comment(book, WASH, "A note.\nreview: please look at this")
    review_page(book.path(PAGE), SECOND)
    lines = book.message(PAGE, WASH).tcomment.splitlines()
    assert lines[:2] == ["A note.", "review: please look at this"]


def test_status_counts_messages_and_words(book: Book) -> None:
    book.edit(PAGE, WASH, "Wash the cup well.")
    book.update()
    [page] = [page for page in status(book).pages if page.page == PAGE]
    assert (page.translated, page.fuzzy, page.untranslated, page.words_left) == (2, 1, 0, 4)
    whole = status(book)
    assert whole.translated == 2
    assert 0 < whole.percent < 100


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("Two words.", 2),
        ("See {ref}`the leaf <leaf-label>` now.", 4),
        ("It helps {cite:p}`one,two`.", 2),
        ("A - dash", 2),
        ("{term}`tea`", 1),
    ],
)
def test_only_words_that_are_translated_count(message: str, words: int) -> None:
    assert count_words(message) == words


def test_list_of_languages_must_not_claim_more_than_the_marks(book: Book) -> None:
    assert not status(book).claims_too_much
    path = book.locale / "languages.toml"
    text = path.read_text(encoding="utf-8").replace('state = "draft"', 'state = "reviewed"')
    path.write_text(text, encoding="utf-8")
    assert status(book).claims_too_much
    (finding,) = states_to_mend(book)
    lines = text.splitlines()
    assert lines[finding.line - 1] == 'state = "reviewed"'
    assert finding.line > lines.index("[es]")
    assert finding.path == "locale/languages.toml"
    assert 'write state = "draft"' in finding.sentence


def test_a_state_that_the_marks_hold_is_no_finding(book: Book) -> None:
    claim(book, "second-read")
    for page in book.templates():
        catalog = book.catalog(page)
        for entry in catalog:
            entry.msgstr = entry.msgid
        write_catalog(book.path(page), catalog)
        review_page(book.path(page), SECOND)
    assert states_to_mend(book) == []
    claim(book, "reviewed")
    (finding,) = states_to_mend(book)
    assert 'write state = "second-read"' in finding.sentence
    # One message that nobody has read again is enough.
    claim(book, "second-read")
    book.translate(PAGE, {WASH: "Lave bien la taza."})
    (finding,) = states_to_mend(book)
    assert f"({PAGE})" in finding.sentence


def test_no_translation_is_the_source(book: Book) -> None:
    claim(book, "source")
    (finding,) = states_to_mend(book)
    assert 'write state = "draft"' in finding.sentence


def claim(book: Book, state: str) -> None:
    """Let ``languages.toml`` say how far Spanish is."""
    path = book.locale / "languages.toml"
    before, table, rest = path.read_text(encoding="utf-8").partition("[es]")
    rest = re.sub(r'^state = ".*"', f'state = "{state}"', rest, count=1, flags=re.MULTILINE)
    path.write_text(before + table + rest, encoding="utf-8")


def states_to_mend(book: Book) -> list[Finding]:
    [language] = translations(["es"], book.locale)
    return [each for each in check_language(language, book.locale) if each.rule == "state"]


def test_status_page_and_badge_show_the_same_numbers(book: Book, tmp_path: Path) -> None:
    book.edit(PAGE, WASH, "Wash the cup <well>.")
    book.update()
    whole = status(book)
    write_status_page(tmp_path / "site", [whole])
    folder = tmp_path / "site" / "status"
    assert json.loads((folder / "status.json").read_text(encoding="utf-8")) == json.loads(
        as_json([whole])
    )
    html = BeautifulSoup((folder / "index.html").read_text(encoding="utf-8"), "html.parser")
    row = html.select_one("tbody tr")
    assert row
    assert [cell.get_text() for cell in row.find_all(["th", "td"])] == [
        "Español",
        "Draft",
        f"2 ({whole.percent} %)",
        "1",
        str(whole.untranslated),
        str(whole.words_left),
    ]
    link = row.find("a", lang="es", dir="ltr")
    assert link
    assert [a["href"] for a in html.select('th a[href*="after"]')] == [f"../es/{PAGE}.html"]
    assert "Wash the cup <well>." in html.get_text()
    badge = ET.parse(folder / "es.svg").getroot()  # noqa: S314  # made by this test
    texts = [node.text for node in badge.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["Español", f"{whole.percent} %, draft"]
