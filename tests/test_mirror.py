"""A page laid out from right to left is the mirror image of the same page from left to right.

The English page is laid out twice, in each direction, with all letters in the order of that
direction. So the words of a line mirror, too, and each box that does not is a mistake in the
style sheet: a margin that says left, an arrow that points the wrong way.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import needs_chromium
from tests.page_kinds import ENGLISH, SHORTEN, one_of_each_kind, pages_of_language, root_pages

pytestmark = [pytest.mark.browser, needs_chromium]

# Letters that are drawn together depend on their order.
EVERY_LETTER_FOR_ITSELF = """
    * { unicode-bidi: bidi-override; font-kerning: none !important;
        font-variant-ligatures: none !important; transition: none !important; }
"""

# The style sheet keeps English text from left to right wherever it stands; a language that the
# book does not have takes the root out of that. What has a direction of its own keeps it, and
# pictures are not turned round: of these, only the outer box counts.
BOXES = """direction => {
    const root = document.documentElement;
    root.dir = direction;
    root.lang = "x-mirror";
    const own = "[dir]:not(html), bdi, .isolate-ltr, .number, svg";
    const boxes = [];
    const note = (name, { x, y, width, height }) => {
        if (width && height) boxes.push({ name, x, y, width, height });
    };
    for (const element of document.body.querySelectorAll("*")) {
        if (element.parentElement.closest(own)) continue;
        const name = `${element.localName}.${element.getAttribute("class") ?? ""}`;
        note(name, element.getBoundingClientRect());
        if (element.matches(own)) continue;
        for (const words of element.childNodes) {
            if (words.nodeType !== Node.TEXT_NODE || !words.data.trim()) continue;
            const range = new Range();
            range.selectNode(words);
            note(`${name} ${words.data.trim().slice(0, 30)}`, range.getBoundingClientRect());
        }
    }
    return { boxes, width: root.clientWidth };
}"""


def boxes_that_do_not_mirror(page: Page) -> tuple[int, list[str]]:
    """Return how many boxes were compared, and those which stand in the wrong place."""
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    one: dict[str, Any] = page.evaluate(BOXES, "ltr")
    other: dict[str, Any] = page.evaluate(BOXES, "rtl")
    assert [box["name"] for box in one["boxes"]] == [box["name"] for box in other["boxes"]]
    wrong = [
        f"{left['name']}: {left} {right}"
        for left, right in zip(one["boxes"], other["boxes"], strict=True)
        if not _is_mirrored(left, right, one["width"])
    ]
    return len(one["boxes"]), wrong


def _is_mirrored(one: dict[str, Any], other: dict[str, Any], width: float) -> bool:
    mirrored = {**one, "x": width - one["x"] - one["width"]}
    # Browsers place boxes on fractions of a pixel.
    return all(abs(mirrored[side] - other[side]) < 1 for side in ("x", "y", "width", "height"))


def test_every_box_mirrors(browser: Browser, address: str, site: Path, every_page: bool) -> None:
    page = browser.new_page()
    names = pages_of_language(site) if every_page else one_of_each_kind(site)
    compared = 0
    for name in (*(f"{ENGLISH}/{name}" for name in names), *root_pages(site)):
        page.goto(f"{address}/{name}#choose")
        if not every_page:
            page.evaluate(SHORTEN)
        page.add_style_tag(content=EVERY_LETTER_FOR_ITSELF)
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            count, wrong = boxes_that_do_not_mirror(page)
            assert wrong == [], f"{name} at {width} px: {len(wrong)} of {count} boxes"
            compared += count
    assert compared > 200 * len(names)
    page.close()


@pytest.mark.parametrize(
    "mistake",
    [
        ".guide-footer { margin-left: 4px }",
        "article h1 { text-align: left }",
        ".guide-languages > ul { margin-left: 4px }",
        "article ul { padding: 0 0 0 2px !important }",
    ],
)
def test_a_mistake_would_be_noticed(browser: Browser, address: str, mistake: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(f"{address}/{ENGLISH}/treatment/going-home.html")
    page.add_style_tag(content=EVERY_LETTER_FOR_ITSELF)
    assert boxes_that_do_not_mirror(page)[1] == []
    page.add_style_tag(content=mistake)
    assert boxes_that_do_not_mirror(page)[1] != []
    page.close()
