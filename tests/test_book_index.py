"""The index stands in the reader's alphabet and leads to pages by title."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from sphinx.testing.util import SphinxTestApp

from book_index import Heading, groups

MakeApp = Callable[..., SphinxTestApp]


@pytest.fixture
def source(tmp_path: Path, rootdir: Path) -> Path:
    """Copy the small book, whose compiled catalogs would else stay behind."""
    return Path(shutil.copytree(rootdir / "test-index", tmp_path / "book"))


@pytest.fixture
def build(source: Path, make_app: MakeApp) -> Callable[[str], SphinxTestApp]:
    """Build the small book in one language."""

    def build_in(language: str) -> SphinxTestApp:
        app = make_app("html", srcdir=source, confoverrides={"language": language})
        app.build()
        return app

    return build_in


def index_page(app: SphinxTestApp) -> BeautifulSoup:
    return BeautifulSoup((app.outdir / "genindex.html").read_text("utf-8"), "html.parser")


def lines(page: BeautifulSoup) -> list[str]:
    """Return letters, entries and what stands under them, line by line."""
    return [
        " ".join(tag.get_text().split()) for tag in page.select("main h2, main dt, .guide-index dd")
    ]


def entry(page: BeautifulSoup, name: str) -> Tag:
    return next(tag for tag in page.select("dt") if tag.get_text() == name)


def test_english_index_leads_to_pages_by_title(build: Callable[[str], SphinxTestApp]) -> None:
    app = build("en")
    assert app.warning.getvalue() == ""
    # "The cup" is the main place of "fear", and the glossary that of its terms.
    assert lines(index_page(app)) == [
        *("F", "fear", "The cup", "Hot tea"),
        *("G", "green tea", "Words", "The cup"),
        *("H", "heat", "See: warmth"),
        *("T", "trees", "Hot tea"),
        *("W", "warmth", "Hot tea", "The cup", "See also: trees", "water", "Words"),
    ]


def test_links_of_the_index_arrive(build: Callable[[str], SphinxTestApp]) -> None:
    page = index_page(build("en"))
    hrefs = [str(link["href"]) for link in page.select(".guide-index a")]
    assert hrefs[:4] == ["cup.html", "index.html", "words.html#term-green-tea", "cup.html"]
    see = page.find("a", string="warmth")
    assert isinstance(see, Tag)
    assert see["href"] == f"#{entry(page, 'warmth')['id']}"
    letters = [str(link["href"]).removeprefix("#") for link in page.select(".guide-letters a")]
    assert letters == [str(heading["id"]) for heading in page.select("main h2")]


def test_translated_index_is_sorted_again(build: Callable[[str], SphinxTestApp]) -> None:
    app = build("es")
    assert app.warning.getvalue() == ""
    page = index_page(app)
    assert page.h1 and page.h1.get_text() == "Índice alfabético"
    assert lines(page) == [
        *("A", "árboles", "Té caliente"),
        *("C", "calor", "Té caliente", "La taza", "Véase también: árboles"),
        *("M", "miedo", "La taza", "Té caliente"),
        *("T", "té verde", "Palabras", "La taza", "temperatura", "Véase: calor"),
        *("W", "water", "Palabras"),
    ]


def test_words_that_are_not_translated_are_marked_and_come_last(
    build: Callable[[str], SphinxTestApp],
) -> None:
    page = index_page(build("ar"))
    letters = [heading.get_text() for heading in page.select("main h2")]
    assert letters == ["ا", "خ", "د", "ش", "H", "W"]
    assert "lang" not in entry(page, "شاي أخضر").attrs
    assert entry(page, "water")["lang"] == "en"
    # The catalog of the cup lacks "warmth" and "trees": the one is an entry of
    # its own, the other a name without a link.
    assert entry(page, "warmth")["lang"] == "en"
    other = page.find("span", string="trees")
    assert isinstance(other, Tag) and other["lang"] == "en"
    state = page.select_one(".guide-state")
    assert state and "Some text of this page is still in English." in state.get_text()


def test_scripts_without_an_alphabet_are_one_group() -> None:
    headings = [Heading(name, "", name) for name in ("酒精", "REMS", "头痛")]
    assert [(group.letter, len(group.headings)) for group in groups(headings, "Hans")] == [("", 3)]
    headings = [Heading(name, "", name) for name in ("«ёлка»", "988", "REMS")]
    assert [group.letter for group in groups(headings, "Cyrl")] == ["#", "Е", "R"]


def test_entries_that_lead_nowhere_are_reported(
    source: Path, build: Callable[[str], SphinxTestApp]
) -> None:
    page = source / "cup.md"
    bad = ":::{index} see: pot; kettle\n:::\n:::{index} pair: cup; saucer\n:::\n"
    page.write_text(page.read_text("utf-8") + "\n" + bad, "utf-8")
    warnings = build("en").warning.getvalue()
    assert "the index sends readers from 'pot' to 'kettle', and no page has that entry" in warnings
    assert "the index of this book has no 'pair' entries" in warnings


def test_entries_do_not_disturb_title_and_anchors(build: Callable[[str], SphinxTestApp]) -> None:
    app = build("es")
    html = BeautifulSoup((app.outdir / "cup.html").read_text("utf-8"), "html.parser")
    assert html.h1 and html.h1.get_text() == "La taza"
    assert html.find(id="cup")
    assert [p.get_text() for p in html.select("article > section > p")] == ["Más texto."]


def test_translators_get_each_entry(source: Path, make_app: MakeApp) -> None:
    app = make_app("gettext", srcdir=source)
    app.build()
    template = (app.outdir / "cup.pot").read_text("utf-8")
    assert [template.count(f'msgid "{name}"\n') for name in ("fear", "warmth", "trees")] == [1] * 3


def test_navigation_leads_to_the_index(build: Callable[[str], SphinxTestApp]) -> None:
    html = BeautifulSoup((build("es").outdir / "index.html").read_text("utf-8"), "html.parser")
    link = html.select_one('.guide-nav a[href="genindex.html"]')
    assert link and link.get_text() == "Índice alfabético"
