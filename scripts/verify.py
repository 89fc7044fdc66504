"""Is a finished tree whole? Looked at before it may be published."""

from __future__ import annotations

from collections.abc import Iterator, Set
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from scripts.inputs import PAGES
from scripts.problems import from_error, from_project
from sharing import NOTICES

# Furo ships this one empty.
_EMPTY_BY_NATURE = "_static/scripts/furo-extensions.js"


def pages_of(tree: Path) -> frozenset[str]:
    """Return the pages of a language, such as ``treatment/before``."""
    return frozenset(
        path.relative_to(tree).with_suffix("").as_posix() for path in tree.rglob("*.html")
    ).difference(NOTICES)  # shown in the places of pages, and none of the book


def tree_faults(tree: Path) -> Iterator[str]:
    """Yield what is wrong with the tree of one language."""
    if not (tree / "index.html").is_file():
        yield f"{tree.name}/index.html is missing"
    for path in sorted(tree.rglob("*")):
        name = path.relative_to(tree).as_posix()
        if path.is_file() and not path.stat().st_size and name != _EMPTY_BY_NATURE:
            yield f"{tree.name}/{name} is empty"


def missing_pages(tree: Path, pages: Set[str]) -> Iterator[str]:
    """Yield a sentence for each page that a language lacks."""
    for page in sorted(pages - pages_of(tree)):
        yield f"{tree.name}/{page}.html is missing, although English has this page"


def site_faults(site: Path) -> Iterator[str]:
    """Yield what is wrong with the files that belong to all languages."""
    for path in sorted(site.iterdir()):
        if path.is_file() and not path.stat().st_size:
            yield f"{path.name} is empty"
    for name in ("index.html", "handouts/index.html", "downloads/index.html"):
        page = site / name
        for address in _addresses(page) if page.is_file() else ():
            parts = urlsplit(address)
            if parts.scheme or parts.netloc or not parts.path:
                continue
            target = page.parent / unquote(parts.path)
            if not (target / "index.html" if target.is_dir() else target).is_file():
                yield f"{name} leads to {address}, which is missing"


def _addresses(page: Path) -> list[str]:
    collector = _Collector()
    collector.feed(page.read_text(encoding="utf-8"))
    return collector.addresses


class _Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value for name, value in attrs if name in ("href", "src") and value]


def unreadable_pages(source: Path) -> list[str]:
    """Return what is wrong with files that Sphinx would not even name."""
    faults = []
    for path in sorted(source.rglob("*")):
        if path.suffix not in PAGES or path.is_dir():
            continue
        try:
            data = path.read_bytes()
            data.decode()
        except OSError as error:
            faults += from_error(error)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            faults.append(from_project(f"{path}:{line}: this is not UTF-8 text; save it as UTF-8"))
    return faults
