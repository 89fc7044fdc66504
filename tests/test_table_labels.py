"""The cells of simple tables carry the names of their columns."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup, Tag
from sphinx.testing.util import SphinxTestApp


def tables(app: SphinxTestApp) -> list[Tag]:
    app.build()
    html = BeautifulSoup((app.outdir / "index.html").read_text("utf-8"), "html.parser")
    return html.select("table")


def labels(table: Tag) -> list[list[object]]:
    return [[cell.get("data-label") for cell in row.select("th, td")] for row in table.select("tr")]


@pytest.mark.sphinx("html", testroot="tables")
def test_cells_have_the_words_of_the_head_without_the_note_of_its_term(app: SphinxTestApp) -> None:
    with_names, to_fill_in, *_others = tables(app)
    names = ["Person", "Tea, 80 °C or less", "What <helps> & more"]
    assert labels(with_names) == [[None] * 3, names, names]
    assert with_names.select_one("thead [role=tooltip]")
    assert labels(to_fill_in) == [[None] * 2, ["Day", "Cups"]]
    assert "labelled" in with_names["class"]


@pytest.mark.sphinx("html", testroot="tables")
def test_tables_that_are_not_simple_are_left_alone(app: SphinxTestApp) -> None:
    for table in tables(app)[2:]:
        assert "labelled" not in table["class"]
        assert not table.select("[data-label]")


@pytest.mark.sphinx("html", testroot="tables", confoverrides={"language": "ar"})
def test_numbers_in_labels_keep_their_order(app: SphinxTestApp) -> None:
    cell = tables(app)[0].select_one("td")
    assert cell
    assert (
        cell["data-label"]
        == "شاي، عند \N{LEFT-TO-RIGHT ISOLATE}80 °C\N{POP DIRECTIONAL ISOLATE} أو أقل"
    )
