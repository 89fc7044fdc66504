"""Templates say where each message stands, and are the same every time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polib
import pytest
from sphinx.testing.util import SphinxTestApp

from scripts.catalog.templates import extract
from tests.catalogs_book import Book

BEFORE = "Making tea > Before the tea"


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory, rootdir: Path) -> dict[str, polib.POFile]:
    book = Book.copy(rootdir, tmp_path_factory.mktemp("context") / "book")
    return extract(book.docs, book.root / "templates")


@pytest.mark.parametrize(
    ("page", "msgid", "kind", "place"),
    [
        ("treatment/before", "Before the tea", "Title of the page", BEFORE),
        ("treatment/before", "The cup", "Heading", BEFORE),
        ("treatment/before", "Fill the kettle with fresh water.", "Paragraph", BEFORE),
        ("treatment/before", "Put the leaves in the cup.", "List item", f"{BEFORE} > The cup"),
        ("treatment/before", "How long to wait", "Caption", f"{BEFORE} > The cup"),
        (
            "treatment/before",
            "Two minutes",
            "Table cell",
            f"{BEFORE} > The cup > How long to wait",
        ),
        ("treatment/before", "Hot water burns", "Box title", f"{BEFORE} > The cup"),
        (
            "treatment/before",
            "Keep children away from the kettle.",
            "Paragraph",
            f"{BEFORE} > The cup > Hot water burns",
        ),
        (
            "treatment/before",
            "A red cup",
            "Image text, read aloud to people who do not see the picture",
            f"{BEFORE} > The cup",
        ),
        (
            "treatment/before",
            "What to do before you make tea.",
            "Page description for search engines",
            BEFORE,
        ),
        ("treatment/before", "kettle", "Index entry", BEFORE),
        ("words", "green tea", "Glossary term", "Words"),
        ("words", "Mild and light.", "Glossary definition", "Words"),
        ("index", "Parts", "Label in the table of contents", "A book about tea"),
    ],
)
def test_comment_names_kind_and_place_and_page(
    templates: dict[str, polib.POFile], page: str, msgid: str, kind: str, place: str
) -> None:
    entry = templates[page].find(msgid)
    assert entry
    assert entry.comment == f"{kind}, in: {place}\nPage: {page}.html"
    assert entry.occurrences == [(f"docs/{page}.md", "")]


def test_every_message_has_a_comment_and_one_location(templates: dict[str, polib.POFile]) -> None:
    for template in templates.values():
        for entry in template:
            assert entry.comment, entry.msgid
            [(_file, line)] = entry.occurrences
            assert line == ""


def test_words_of_the_theme_are_called_so(templates: dict[str, polib.POFile]) -> None:
    entry = templates["sphinx"].find("Get help now")
    assert entry
    assert entry.comment.startswith("Button or label of the site")
    assert entry.occurrences == [("docs/_theme/page.html", "")]


def test_text_that_stands_twice_names_both_places(tmp_path: Path, rootdir: Path) -> None:
    book = Book.copy(rootdir, tmp_path / "book")
    book.edit("treatment/before", "Two minutes", "The cup")
    entry = book.templates()["treatment/before"].find("The cup")
    assert entry
    assert [line.partition(",")[0] for line in entry.comment.splitlines()] == [
        "Heading",
        "Page: treatment/before.html",
        "Table cell",
        "Page: treatment/before.html",
    ]


def test_second_extraction_gives_the_same_bytes(tmp_path: Path, rootdir: Path) -> None:
    book = Book.copy(rootdir, tmp_path / "book")
    first = extract(book.docs, tmp_path / "first")
    second = extract(book.docs, tmp_path / "far" / "second")
    assert first.keys() == second.keys()
    for page in first:
        assert Path(first[page].fpath).read_bytes() == Path(second[page].fpath).read_bytes()
        assert first[page].metadata["POT-Creation-Date"] == "2000-01-01 00:00+0000"


def test_pages_have_full_addresses_once_the_book_is_published(
    tmp_path: Path, rootdir: Path, make_app: Callable[..., SphinxTestApp]
) -> None:
    book = Book.copy(rootdir, tmp_path / "book")
    app = make_app(
        "gettext", srcdir=book.docs, confoverrides={"site_base_url": "https://tea.example/guide"}
    )
    app.build()
    assert app.warning.getvalue() == ""
    template = polib.pofile(str(app.outdir / "words.pot"))
    assert template[0].comment.endswith("Page: https://tea.example/guide/en/words.html")
