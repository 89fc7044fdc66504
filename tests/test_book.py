"""The whole book is made as one PDF, and the PDF is read back."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import polib
import pypdfium2
import pytest

from paper.typesetting import PaperError
from tests.test_handouts import HOSTILE, build, normal, struct_elements, text_of

LANGUAGES = ("en", "es", "ar")


@pytest.fixture
def book(tmp_path: Path, rootdir: Path) -> Path:
    """Copy the small book, for a test to change."""
    return Path(shutil.copytree(rootdir / "test-book", tmp_path / "book"))


@pytest.fixture(scope="module")
def pdfs(rootdir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Make the small book in each language, without a warning."""
    folder = tmp_path_factory.mktemp("books")
    book = shutil.copytree(rootdir / "test-book", folder / "book")
    for language in LANGUAGES:
        assert build(book, folder / "out", language, "book") == ""
    return {language: folder / "out" / f"tea.{language}.pdf" for language in LANGUAGES}


def pages_of(pdf: Path) -> list[str]:
    """Return the text of each page."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [normal(page.get_textpage().get_text_range()) for page in document]


def first_page_with(pages: list[str], text: str, start: int = 3) -> int:
    """Return the number of the first page with a text, behind the contents."""
    return next(number for number, page in enumerate(pages, 1) if number > start and text in page)


# -- What is in it -----------------------------------------------------------------


def test_only_the_book_is_made(pdfs: dict[str, Path]) -> None:
    made = {path.name for path in pdfs["en"].parent.iterdir()}
    assert made == {f"tea.{language}.pdf" for language in LANGUAGES}


def test_everything_stands_in_the_book_in_order(pdfs: dict[str, Path]) -> None:
    text = text_of(pdfs["en"])
    sentences = [
        "English",
        "All about tea",
        "This book tells you what is known about tea.",
        "Not for self-treatment.",
        "Edition: 9.8 · ",
        "No clinician and no patient has reviewed it yet.",
        "2 of 2 statements in this book were compared with a published text. "
        "The oldest of these checks was on November 20, 2026.",
        "Help in a crisis",
        "United States: Test Lifeline: 1-800-555-0100.",
        "Contents",
        "A map of the book If you have two minutes, read Hot tea (page ",
        "First",
        "At any time",
        "Get help now Call now.",
        "Who listens",
        "A part about drinks.",
        "Hot tea Tea with caffeine wakes you up [1].",
        "Boil 48 mmol/mol (6.5 %) of water and wait. Say tea. See Get help now (page ",
        "Tea is quiet.",
        "Cups",
        "Call today",
        "The cup is hot.",
        "Kinds of cups Cup Size Small See Cups (page ",
        "27 of 100 people like tea.",
        "A cup, from the side.",
        "1. Boil. 2. Pour.",
        "A note about tea.",
        "Where to look up things.",
        "caffeine What wakes you up. zest The skin of a lemon.",
        "いのちの電話",
        "Camellia Leaf. On tea.",
        "Index",
        "brew See: tea",
    ]
    place = 0
    for sentence in sentences:
        found = text.find(normal(sentence), place)
        assert found >= 0, sentence
        place = found


def test_handouts_are_left_out_and_their_links_are_text(pdfs: dict[str, Path]) -> None:
    text = text_of(pdfs["en"])
    assert "A sheet to print" in text  # the map names it
    assert "A sheet to print (page" not in text
    assert "Write here how much you drink." not in text


def test_a_box_on_a_page_leads_to_the_lines_of_all_countries(pdfs: dict[str, Path]) -> None:
    pages = pages_of(pdfs["en"])
    page = pages[first_page_with(pages, "Tea with caffeine") - 1]
    number = first_page_with(pages, "Any other country", start=6)
    assert f"Crisis lines by country (page {number})" in page
    assert "Test Lifeline" not in page


def test_the_cover_says_the_language_and_that_some_text_is_not_translated(
    pdfs: dict[str, Path],
) -> None:
    cover = pages_of(pdfs["es"])[0]
    assert "Español" in cover
    assert "Todo sobre el té" in cover
    assert "Some text of this book is still in English." in cover
    assert "Some text of this book is still in English." not in pages_of(pdfs["en"])[0]


# -- Page numbers ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "see", "chapter", "index"),
    [("en", "Hot tea (page {})", "Hot tea", "tea {}"), ("es", None, "El té caliente", "té {}")],
)
def test_numbers_in_contents_text_and_index_are_those_of_the_pages(
    pdfs: dict[str, Path], language: str, see: str | None, chapter: str, index: str
) -> None:
    pages = pages_of(pdfs[language])
    number = first_page_with(pages, "48 mmol/mol")
    assert re.search(rf"{chapter}[ .]*{number}\b", pages[2])
    assert index.format(number) in pages[-1]
    if see:
        assert see.format(number) in pages[3]


def test_every_page_but_the_cover_has_its_number_and_the_title_of_its_part(
    pdfs: dict[str, Path],
) -> None:
    pages = pages_of(pdfs["en"])
    assert "Page 1 of" not in pages[0]
    for number, page in enumerate(pages[1:], 2):
        assert f"Page {number} of {len(pages)}" in page
    number = first_page_with(pages, "48 mmol/mol")
    assert pages[number - 1].startswith("Drinks Hot tea Hot tea")
    assert pages[number].startswith("Drinks Hot tea")


def links_of(pdf: pikepdf.Pdf) -> Iterator[tuple[int, int]]:
    """Yield the page of each inner link, and the page it leads to, by their numbers."""
    numbers: dict[Any, int] = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
    for number, page in enumerate(pdf.pages, 1):
        for link in page.get("/Annots", []):
            place = link.get("/Dest") or (link.A.get("/D") if "/A" in link else None)
            if isinstance(place, pikepdf.String):
                place = pikepdf.NameTree(pdf.Root.Names.Dests)[str(place)]
            if place is not None:
                yield number, numbers[place[0].objgen]


def test_links_lead_to_the_page_that_they_name(pdfs: dict[str, Path]) -> None:
    pages = pages_of(pdfs["en"])
    tea = first_page_with(pages, "48 mmol/mol")
    with pikepdf.open(pdfs["en"]) as pdf:
        links = Counter(links_of(pdf))
    assert links[3, tea] >= 1  # contents
    assert links[4, tea] >= 2  # the map names it twice
    assert links[len(pages), tea] >= 2  # index


# -- What kind of PDF it is --------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "All about tea"), ("es", "Todo sobre el té"), ("ar", "كل شيء عن الشاي")],
)
def test_pdf_is_accessible_and_says_what_it_is(
    pdfs: dict[str, Path], language: str, title: str
) -> None:
    with pikepdf.open(pdfs[language]) as pdf:
        assert str(pdf.Root.Lang) == language
        assert str(pdf.docinfo.Title) == title
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        elements = list(struct_elements(pdf))
        kinds = [str(element.S) for element in elements]
        levels = [int(kind[2]) for kind in kinds if re.fullmatch(r"/H\d", kind)]
        pictures = [element for element in elements if element.S == "/Figure"]
        assert all(str(picture.get("/Alt", "")) for picture in pictures)
        with pdf.open_outline() as outline:
            chapters = [item.title for item in outline.root]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert {"/TOC", "/TOCI", "/TH", "/Figure", "/LBody"} <= set(kinds)
    # Map, help, two parts, index.
    assert len(chapters) == 5


def test_text_alternatives_are_translated(pdfs: dict[str, Path]) -> None:
    with pikepdf.open(pdfs["es"]) as pdf:
        pictures = [element for element in struct_elements(pdf) if element.S == "/Figure"]
        assert [str(picture.Alt) for picture in pictures] == ["Una taza con vapor"]


def test_the_arabic_book_runs_from_right_to_left(pdfs: dict[str, Path]) -> None:
    with pikepdf.open(pdfs["ar"]) as pdf:
        assert str(pdf.Root.ViewerPreferences.Direction) == "/R2L"
    with pypdfium2.PdfDocument(pdfs["ar"]) as document:
        page = document[2]
        text = page.get_textpage()
        title = text.search("المحتوى").get_next()
        assert title is not None
        left, _bottom, _right, _top = text.get_charbox(title[0], loose=True)
        assert left > page.get_width() / 2


def test_english_in_a_translation_is_marked(pdfs: dict[str, Path]) -> None:
    with pikepdf.open(pdfs["ar"]) as pdf:
        languages = {str(part.Lang) for part in struct_elements(pdf) if "/Lang" in part}
    assert {"en", "ja"} <= languages


# -- The same text gives the same file -----------------------------------------------


def test_two_builds_in_different_folders_are_equal(
    book: Path, tmp_path: Path, pdfs: dict[str, Path]
) -> None:
    build(book, tmp_path / "out", "ar", "book")
    assert (tmp_path / "out" / "tea.ar.pdf").read_bytes() == pdfs["ar"].read_bytes()


def test_the_edition_changes_with_the_words(
    book: Path, tmp_path: Path, pdfs: dict[str, Path]
) -> None:
    def edition(pdf: Path) -> str:
        found = re.search(r"9\.8 · ([0-9a-f]{8})", text_of(pdf))
        assert found
        return found[1]

    page = book / "drinks" / "tea.md"
    page.write_text(page.read_text(encoding="utf-8").replace("is hot", "is cold"), "utf-8")
    build(book, tmp_path / "out", "en", "book")
    assert edition(tmp_path / "out" / "tea.en.pdf") != edition(pdfs["en"])


# -- Bad input ---------------------------------------------------------------------


def test_typst_code_in_a_page_a_term_and_a_translation_is_only_text(
    book: Path, tmp_path: Path
) -> None:
    escaped = HOSTILE.replace("\\", "\\\\")
    (book / "drinks" / "index.md").write_text(
        f"(drinks)=\n# {escaped}\n\n{escaped}\n\n:::{{toctree}}\ntea\nsheet\n:::\n", "utf-8"
    )
    catalog = polib.pofile(str(book / "locale/es/LC_MESSAGES/drinks/tea.po"))
    next(entry for entry in catalog if entry.msgid == "hot drinks").msgstr = escaped
    catalog.save()
    build(book, tmp_path / "out", "es", "book", smartquotes=False)
    assert text_of(tmp_path / "out" / "tea.es.pdf").count(normal(HOSTILE)) >= 3


def test_a_sign_that_the_fonts_lack_names_the_page(book: Path, tmp_path: Path) -> None:
    page = book / "drinks" / "tea.md"
    page.write_text(page.read_text(encoding="utf-8").replace("is hot", "is 漢"), "utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "tea.en.pdf").write_bytes(b"old")
    with pytest.raises(PaperError, match=re.escape(f"{page}: this page cannot be typeset")):
        build(book, tmp_path / "out", "en", "book")
    assert (tmp_path / "out" / "tea.en.pdf").read_bytes() == b"old"


def test_what_has_no_form_on_paper_is_reported_and_its_text_kept(
    book: Path, tmp_path: Path
) -> None:
    page = book / "help.md"
    page.write_text(
        page.read_text(encoding="utf-8") + "\n:::{sidebar} Aside\nText.\n:::\n", "utf-8"
    )
    warnings = build(book, tmp_path / "out", "en", "book")
    assert "WARNING: the book has no form for <sidebar>" in warnings
    assert "Text." in text_of(tmp_path / "out" / "tea.en.pdf")
