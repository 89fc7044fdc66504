"""What people can keep of a language: its pages as a zip, the book as PDF and as ePub.

The zip holds the pages of one language with their handouts, and opens from the
disk: nothing in it needs a server or a network. Links to other parts of the site
lead to its address on the network; while it has none, they are left out.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import html

from languages import Language
from scripts import DOCS
from scripts.archives import packed
from scripts.catalog.files import write_bytes, write_text
from scripts.moved import moved_pages
from scripts.settings import site_address
from sharing import MANIFEST, NOTICES

FOLDER = "downloads"
BOOKS = "book"
_TEMPLATES = DOCS / "_root"
_NAME = "ketamine-depression"

# Of the site, not of the book; and what is offered beside the zip.
_LEFT_OUT = {BOOKS, "objects.inv", MANIFEST, *(f"{name}.html" for name in NOTICES)}
_OF_THE_SITE = (
    '//link[@rel="alternate" or @rel="canonical" or @rel="manifest"] | //meta[@property="og:url"]'
)


@dataclass(frozen=True, slots=True)
class Download:
    """A file to keep: its address from the page of downloads, and its size in bytes."""

    kind: str
    address: str
    size: int


def write_downloads(site: Path, languages: Iterable[Language]) -> None:
    """Write the zips, and the page that leads to all that can be kept."""
    published = list(languages)
    downloads = {language.code: list(_downloads(site, language)) for language in published}
    templates = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    page = templates.get_template("downloads.html").render(languages=published, downloads=downloads)
    write_text(site / FOLDER / "index.html", page + "\n")
    shutil.copyfile(_TEMPLATES / "status.css", site / FOLDER / "status.css")


def _downloads(site: Path, language: Language) -> Iterator[Download]:
    name = f"{_NAME}.{language.slug}"
    archive = site / FOLDER / f"{name}.zip"
    write_bytes(archive, packed(name, dict(pages_to_keep(site, language))))
    yield Download("zip", archive.name, archive.stat().st_size)
    for kind in ("pdf", "epub"):
        book = site / language.slug / BOOKS / f"{name}.{kind}"
        if book.is_file():
            address = f"../{language.slug}/{BOOKS}/{book.name}"
            yield Download(kind, address, book.stat().st_size)


def pages_to_keep(site: Path, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of each file that opens from the disk."""
    folder = site / language.slug
    left_out = _LEFT_OUT.union(f"{old}.html" for old in moved_pages())
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        place = path.relative_to(folder)
        if place.parts[0] in left_out or place.as_posix() in left_out or path.name[0] == ".":
            continue
        data = path.read_bytes()
        if path.suffix == ".html":
            data = page_to_keep(data, place.as_posix(), language)
        yield place.as_posix(), data
    # The PDFs embed fonts, whose license travels with them.
    yield "LICENSE-FONTS.txt", (site / "LICENSE-FONTS.txt").read_bytes()


def page_to_keep(page: bytes, place: str, language: Language) -> bytes:
    """Return a page without what only a site has; *place* is its path in the language."""
    tree = html.document_fromstring(page)
    tree.attrib.pop("data-offline-worker", None)
    for element in tree.xpath(_OF_THE_SITE):
        element.drop_tree()
    address = site_address()
    for switcher in () if address else tree.find_class("guide-languages"):
        switcher.drop_tree()
    for link in tree.xpath("//a[@href]"):
        # The pages of a language lead out of its folder in this one way.
        up = "../" * (place.count("/") + 1)
        outside = str(link.get("href")).removeprefix(up)
        if outside == link.get("href"):
            continue
        if outside.startswith(f"{language.slug}/"):
            link.set("href", up.removeprefix("../") + outside.removeprefix(f"{language.slug}/"))
        elif address:
            link.set("href", address + outside)
        else:
            _remove(link)
    return bytes(html.tostring(tree, encoding="utf-8", doctype="<!doctype html>"))


def _remove(link: html.HtmlElement) -> None:
    """Remove a link, and what held nothing else."""
    parent = link.getparent()
    link.drop_tree()
    if parent is not None and not len(parent) and not parent.text_content().strip():
        parent.drop_tree()
