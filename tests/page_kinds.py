"""Which pages stand for all others: together they have each kind of element that the book has.

Nothing is listed here: a page with something new joins by itself.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from handouts.online import SHORT_PATHS
from languages import SOURCE_LANGUAGE, load_languages
from tests.conftest import PROJECT

LANGUAGES = load_languages(PROJECT / "locale" / "languages.toml")
ENGLISH = LANGUAGES[SOURCE_LANGUAGE].slug

# A browser needs many seconds for hundreds of rows, links and paragraphs of one kind.
# This leaves the first of each list, table and part, and each that has something new inside.
SHORTEN = """() => {
    const described = ["class", "role", "lang", "dir", "colspan", "rowspan"];
    const kind = (element) =>
        element.localName + described.map((name) => element.getAttribute(name)).join("|");
    const kinds = () => new Set([...document.querySelectorAll("body *")].map(kind));
    const counted = () => {
        return { elements: document.querySelectorAll("*").length, kinds: [...kinds()] };
    };
    const before = counted();
    const known = new Set();
    const kept = new Map();
    for (const row of document.querySelectorAll("li, tr, dt, dd, p, .citation")) {
        if (!row.isConnected) continue;
        const inside = [row, ...row.querySelectorAll("*")].map(kind);
        const siblings = kept.get(row.parentElement) ?? {};
        kept.set(row.parentElement, siblings);
        siblings[kind(row)] = (siblings[kind(row)] ?? 0) + 1;
        if (siblings[kind(row)] > 3 && inside.every((one) => known.has(one))) row.remove();
        inside.forEach((one) => known.add(one));
    }
    return { before, after: counted() };
}"""

# An element is known by its name and its classes.
Element = tuple[str, frozenset[str]]


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[Element] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = dict(attrs).get("class") or ""
        self.found.add((tag, frozenset(classes.split())))


@functools.cache
def elements(path: Path) -> frozenset[Element]:
    """Return the kinds of elements on a page."""
    parser = _Elements()
    parser.feed(path.read_text(encoding="utf-8"))
    return frozenset(parser.found)


@functools.cache
def pages_of_language(site: Path) -> tuple[str, ...]:
    """Return all pages of a language, such as ``treatment/before.html``."""
    folder = site / ENGLISH
    return tuple(sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html")))


@functools.cache
def root_pages(site: Path) -> tuple[str, ...]:
    """Return the pages that belong to all languages, such as ``status/index.html``."""
    elsewhere = {language.slug for language in LANGUAGES.values()} | {SHORT_PATHS}
    paths = sorted(path.relative_to(site) for path in site.rglob("*.html"))
    return tuple(path.as_posix() for path in paths if path.parts[0] not in elsewhere)


@functools.cache
def one_of_each_kind(site: Path) -> tuple[str, ...]:
    """Return few pages of a language that have all that its pages have, the richest first."""
    return tuple(
        _cover({name: elements(site / ENGLISH / name) for name in pages_of_language(site)})
    )


@functools.cache
def safety_pages(site: Path) -> tuple[str, ...]:
    """Return the pages on which authors say when to call for help at once."""
    return tuple(
        name
        for name in pages_of_language(site)
        if any(
            {"care", "emergency"} <= classes and "help-box" not in classes
            for _tag, classes in elements(site / ENGLISH / name)
        )
    )


def _cover(elements_of: dict[str, frozenset[Element]]) -> Iterator[str]:
    left = set[Element]().union(*elements_of.values())
    while left:
        # Of equals the first: a test that fails once fails again.
        best = max(elements_of, key=lambda name: len(elements_of[name] & left))
        yield best
        left -= elements_of[best]
