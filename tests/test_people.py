"""A people chart shows its count and says it in words."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from sphinx.testing.util import SphinxTestApp


@pytest.mark.sphinx("html", testroot="people")
def test_chart_has_as_many_people_as_its_text_says(app: SphinxTestApp) -> None:
    app.build()
    html = BeautifulSoup((app.outdir / "index.html").read_text("utf-8"), "html.parser")
    chart = html.select_one("svg.people-chart")
    assert chart
    assert len(chart.select(".hit")) == 27
    assert len(chart.select(".rest")) == 73
    assert chart["aria-hidden"] == "true"
    box = chart.parent
    assert box and box.get_text(strip=True) == "27 of 100 people got well."


@pytest.mark.sphinx("html", testroot="people", freshenv=True)
def test_impossible_charts_are_reported(app: SphinxTestApp) -> None:
    app.build()
    assert "bad.md:3: ERROR: people: give a count of at most the total" in app.warning.getvalue()
