"""Find English text, and text that is too wide, in a book built in a pseudo-locale."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pypdfium2
from babel import Locale
from babel.dates import get_month_names
from lxml import html

from handouts.variants import BILINGUAL, LARGE_PRINT
from scripts import DOCS

WIDTH = 320

# Not shown to readers as text, or not English by intent: other languages, names
# in their own language, and works that are cited as they were published.
_SKIPPED = """//script | //style | //span[@lang] | //a[@lang]
    | //div[contains(concat(' ', @class, ' '), ' citation ')]"""
# The title of a link is that of the work it cites.
_ATTRIBUTES = "//@alt | //@aria-label | //@placeholder | //*[not(self::a)]/@title"
_ALLOWED_PAGES = re.compile(r"^handout: (\d)$", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z]{2,}")
# The end of the edition of a handout, such as 0.1.0 · a6da2db9.
_HASH = re.compile(r"\b(?=[a-f]*\d)[0-9a-f]{8}\b")
_ADDRESS = re.compile(r"\S+@\S+|(?:https?://)?\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b\S*")

# The blocks whose text reaches out of them or out of the page, unless it can be scrolled.
_FIND_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  const style = (element) => getComputedStyle(element);
  const isExempt = (element) => {
    for (let up = element; up !== document.body; up = up.parentElement) {
      const isForScreenReaders = style(up).clipPath !== "none";
      if (isForScreenReaders || ["auto", "scroll"].includes(style(up).overflowX)) return true;
    }
    return false;
  };
  const blockOf = (element) =>
    style(element).display === "inline" ? blockOf(element.parentElement) : element;
  const found = new Set();
  const range = document.createRange();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!text.data.trim() || isExempt(text.parentElement)) continue;
    const block = blockOf(text.parentElement);
    const frame = block.getBoundingClientRect();
    const [start, end] = [Math.max(0, frame.left) - 1, Math.min(width, frame.right) + 1];
    range.selectNodeContents(text);
    const lines = [...range.getClientRects()];
    if (lines.some((line) => line.width && (line.left < start || line.right > end)))
      found.add(block);
  }
  return [...found].map((block) =>
    (block.tagName.toLowerCase() + ": " + block.textContent.trim()).slice(0, 60));
}"""


@dataclass(frozen=True, slots=True)
class Finding:
    """A text, or a place, and the page or handout that shows it."""

    page: str
    text: str


def english_on_pages(folder: Path) -> Iterator[Finding]:
    """Yield each visible text of the pages in a folder that holds plain English words."""
    for path in sorted(folder.rglob("*.html")):
        page = path.relative_to(folder.parent).as_posix()
        for text in _visible_texts(html.parse(str(path)).getroot()):
            if holds_english(text):
                yield Finding(page, " ".join(text.split()))


def _visible_texts(root: html.HtmlElement) -> Iterator[str]:
    for element in root.xpath(_SKIPPED):
        element.drop_tree()  # what follows it stays
    yield from root.xpath("//text()[normalize-space()]")
    yield from root.xpath("//meta[@name='description']/@content")
    yield from root.xpath(_ATTRIBUTES)


def english_on_sheets(folder: Path) -> Iterator[Finding]:
    """Yield each line of the handouts in a folder that holds plain English words.

    Bilingual ones have the English beside the translation, as they should.
    """
    for path in sorted(set(folder.glob("*.pdf")) - set(folder.glob(f"*.{BILINGUAL.name}.pdf"))):
        for line in _lines_of(path):
            if holds_english(line):
                yield Finding(path.name, line.strip())


def _lines_of(path: Path) -> Iterator[str]:
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            yield from page.get_textpage().get_text_range().splitlines()


def holds_english(text: str) -> bool:
    """Tell whether a text holds words without accents that are no data of the book."""
    rest = _ADDRESS.sub("", _HASH.sub("", text))
    for phrase in _data_phrases():
        rest = rest.replace(phrase, "")
    return bool(_WORD.search(rest))


@lru_cache(maxsize=1)
def _data_phrases() -> tuple[str, ...]:
    """Return what no catalog translates, longest first: dates, countries, crisis lines."""
    locale = Locale("en")
    data = tomllib.loads((DOCS / "_data" / "crisis_lines.toml").read_text(encoding="utf-8"))
    phrases = {
        *locale.territories.values(),
        *get_month_names(locale=locale).values(),
        *_strings(data),
    }
    words = (phrase for phrase in phrases if _WORD.search(phrase))
    return tuple(sorted(words, key=lambda phrase: (-len(phrase), phrase)))


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        yield from (text for value in data.values() for text in _strings(value))
    elif isinstance(data, list):
        yield from (text for value in data for text in _strings(value))


def sheets_too_long(folder: Path, docs: Path = DOCS) -> Iterator[Finding]:
    """Yield the handouts that take more pages than their front matter allows.

    It speaks of the plain ones: larger print and a second language need more.
    """
    allowed = {
        path.stem: int(match[1])
        for path in docs.rglob("*.md")
        if (match := _ALLOWED_PAGES.search(path.read_text(encoding="utf-8")))
    }
    for path in sorted(folder.glob("*.pdf")):
        name, *_language, variant = path.stem.split(".")
        if variant in (LARGE_PRINT.name, BILINGUAL.name):
            continue
        with pypdfium2.PdfDocument(path) as document:
            if len(document) > allowed[name]:
                yield Finding(path.name, f"{len(document)} instead of {allowed[name]}")


def chromium() -> Path | None:
    """Return the browser of this system, or None when there is none, or nothing to drive it."""
    found = filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    program = next(found, None)
    try:
        import playwright  # noqa: F401, PLC0415  # the only verb that needs it does without
    except ImportError:
        return None
    return Path(program) if program else None


def places_too_wide(folder: Path, program: Path) -> Iterator[Finding]:
    """Yield the places of all pages in a folder that do not fit a phone of 320 pixels."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # see chromium()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 800})
        for path in sorted(folder.rglob("*.html")):
            page.goto(path.resolve().as_uri())
            for place in page.evaluate(_FIND_WIDE):
                yield Finding(path.relative_to(folder.parent).as_posix(), place)
        browser.close()
