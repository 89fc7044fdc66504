"""Where the addresses of pages lead that were renamed or removed: forever, in each language.

``docs/_data/moved_pages.toml`` says it. Servers get it as permanent redirects
(``scripts/hosting.py``); for hosts without, a page stands in the old place and
leads on.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Set
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import html

from languages import Language
from scripts import DOCS
from scripts.catalog.files import write_text
from scripts.text_rules.pages import read_pages

_FILE = "docs/_data/moved_pages.toml"
# These names go into the configuration of servers.
_NAME = re.compile(r"[a-z0-9]+(?:[-/][a-z0-9]+)*")


def moved_pages(docs: Path = DOCS) -> dict[str, str]:
    """Return the page that each former page leads to, sorted by its former name."""
    text = (docs / "_data" / "moved_pages.toml").read_text(encoding="utf-8")
    return {str(old): str(new) for old, new in sorted(tomllib.loads(text)["moved"].items())}


def moved_faults(moved: Mapping[str, str], pages: Set[str]) -> Iterator[str]:
    """Yield what is wrong with the list; *pages* are those that the book has.

    Each line leads to a page of the book and none begins at one, so no reader is
    led on twice or in a circle.
    """
    for old, new in moved.items():
        if not _NAME.fullmatch(old):
            yield f"{_FILE}: {old} is no name of a page, such as treatment/going-home"
        if old in pages:
            yield f"{_FILE}: the book has a page {old}; remove this line"
        if new in moved:
            yield f"{_FILE}: {old} leads to {new}, which has moved, too; write {moved[new]}"
        elif new not in pages:
            yield f"{_FILE}: {old} leads to {new}, and the book has no such page"


def faults_of_book(docs: Path = DOCS) -> Iterator[str]:
    """Yield what is wrong with the list of this book."""
    yield from moved_faults(moved_pages(docs), {page.docname for page in read_pages(docs)})


def write_moved_pages(site: Path, languages: Iterable[Language]) -> None:
    """Write a page that leads on in each place that a page has left, without a script."""
    templates = Environment(
        loader=FileSystemLoader(DOCS / "_root"), autoescape=True, undefined=StrictUndefined
    )
    template = templates.get_template("leads-on.html")
    for language in languages:
        folder = site / language.slug
        for old, new in moved_pages().items():
            # A language that keeps its last good pages may still have the old one.
            if (folder / f"{old}.html").exists() or not (folder / f"{new}.html").is_file():
                continue
            up = "../" * (old.count("/") + 1)
            text = template.render(
                language=language,
                title=_heading(folder / f"{new}.html"),
                target=f"{up}{language.slug}/{new}.html",
                up=up,
            )
            write_text(folder / f"{old}.html", text + "\n")


def _heading(page: Path) -> str:
    return str(html.document_fromstring(page.read_bytes()).xpath("normalize-space(//h1)"))
