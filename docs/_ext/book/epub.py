"""The builder ``epub``: Sphinx's own, with a package that is valid, small and reproducible.

Sphinx writes the pages. What it would put around them is made anew: only files
that a page needs, the reader's direction, contents in the reader's language, a
cover with the state of the translation and help in a crisis, and bytes that
depend on nothing but the text.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sphinx.builders.epub3 import Epub3Builder

import navigation
from book import facts
from book.cover import cover_picture
from book.xhtml import mended
from crisis_lines import help_box
from languages import language_for
from paper.files import replace_file
from paper.typesetting import timestamp

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_PACKAGE = Path(__file__).parents[2] / "_theme" / "ebook" / "package"
_COVER_PAGE, _CONTENTS, _COVER_PICTURE = "cover", "nav", "_images/cover.png"
_STYLE = "_static/ebook.css"
_MEDIA_TYPES = {
    ".xhtml": "application/xhtml+xml",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the ePub, as its manifest lists it."""

    id: str
    href: str
    properties: str

    @property
    def media_type(self) -> str:
        """Return the type of the file, by its name."""
        return _MEDIA_TYPES[Path(self.href).suffix.lower()]


class EbookBuilder(Epub3Builder):
    """Writes ``<book_name>.<language>.epub``, and nothing else."""

    supported_image_types = ["image/svg+xml", "image/png", "image/jpeg"]  # noqa: RUF012  # Sphinx's

    def __init__(self, app: Sphinx, env: BuildEnvironment) -> None:
        # Sphinx writes the pages where the next build would take them for its own.
        self._pages_folder = TemporaryDirectory(prefix="epub-")
        target, app.outdir = app.outdir, type(app.outdir)(self._pages_folder.name)
        super().__init__(app, env)
        app.outdir = self._target = target
        app.connect("build-finished", self._remove_pages, priority=900)

    def _remove_pages(self, app: Sphinx, exception: Exception | None) -> None:
        self._pages_folder.cleanup()

    def handle_finish(self) -> None:
        """Write cover and contents, then put everything into one file."""
        self._language = language_for(self.config)
        self._edition = facts.edition(self.env)
        self._write_cover()
        self.handle_page(
            _CONTENTS, {"book_pages": self._pages(), "book_title": self._title()}, "nav.html"
        )
        replace_file(Path(self._target, facts.file_name(self.config, "epub")), self._pack())

    def _title(self) -> str:
        return self.env.titles[self.config.root_doc].astext()

    def _pages(self) -> list[navigation.Entry]:
        """Return the pages of the contents: the root page, then the parts."""
        root, *_rest = navigation.pages(self.env)
        return [navigation.Entry(root.docname, root.title, root.lang, ()), *root.pages]

    def _write_cover(self) -> None:
        doctrees = {name: self.env.get_doctree(name) for name in sorted(self.env.found_docs)}
        picture = cover_picture(self.env, doctrees, self._edition)
        replace_file(Path(self.outdir, _COVER_PICTURE), picture)
        context = {
            "book_title": self._title(),
            "cover": _COVER_PICTURE,
            "warning": facts.warning(),
            "notes": list(facts.notes(self.env, doctrees, self._edition)),
            "help": self.render_partial(help_box(self.env)[0])["fragment"],
        }
        self.handle_page(_COVER_PAGE, context, "cover.html")

    def gen_pages_from_extensions(self) -> None:
        """Leave out what extensions add to the site, such as its search."""

    def handle_page(
        self,
        pagename: str,
        addctx: dict[str, Any],
        templatename: str = "page.html",
        *,
        outfilename: Path | None = None,
        event_arg: Any = None,
    ) -> None:
        """Write a page as valid XHTML."""
        super().handle_page(
            pagename, addctx, templatename, outfilename=outfilename, event_arg=event_arg
        )
        path = Path(outfilename or self.get_output_path(pagename))
        path.write_bytes(mended(path.read_bytes(), path.name))

    # Package

    def _items(self) -> Iterator[Item]:
        yield Item("cover-picture", _COVER_PICTURE, "cover-image")
        yield Item("style", _STYLE, "")
        for number, docname in enumerate(self._reading_order()):
            href = f"{docname}{self.out_suffix}"
            yield Item(f"page-{number}", href, " ".join(self._properties(docname, href)))
        for number, name in enumerate(sorted(self.images.values())):
            yield Item(f"picture-{number}", f"{self.imagedir}/{name}", "")

    def _reading_order(self) -> list[str]:
        pages = [page.docname for page in navigation.pages(self.env)]
        elsewhere = sorted(self.env.found_docs - set(pages))
        return [_COVER_PAGE, _CONTENTS, *pages, *elsewhere]

    def _properties(self, docname: str, href: str) -> Iterator[str]:
        if docname == _CONTENTS:
            yield "nav"
        if "<svg" in Path(self.outdir, href).read_text(encoding="utf-8"):
            yield "svg"

    def _pack(self) -> bytes:
        """Return the bytes of the ePub: first its type, uncompressed, then the rest."""
        items = list(self._items())
        packed = BytesIO()
        with ZipFile(packed, "w") as file:
            _add(file, "mimetype", b"application/epub+zip", ZIP_STORED)
            _add(file, "META-INF/container.xml", (_PACKAGE / "container.xml").read_bytes())
            _add(file, "content.opf", self._package(items).encode())
            for item in items:
                _add(file, item.href, Path(self.outdir, item.href).read_bytes())
        return packed.getvalue()

    def _package(self, items: Sequence[Item]) -> str:
        """Return the package document: what the book is, its files, their reading order."""
        templates = Environment(
            loader=FileSystemLoader(_PACKAGE), autoescape=True, undefined=StrictUndefined
        )
        return templates.get_template("content.opf").render(
            language=self._language,
            # The same for the same edition in the same language, on every machine.
            identifier=uuid.uuid5(
                uuid.NAMESPACE_URL,
                f"{self.config.book_name}/{self._language.tag}/{self._edition}",
            ).urn,
            title=self._title(),
            author=self.config.author,
            rights=self.config.copyright,
            description=" ".join(facts.state_sentences(self._language, [])),
            modified=_moment().strftime("%Y-%m-%dT%H:%M:%SZ"),
            cover_id=items[0].id,
            items=items,
            spine=[item for item in items if item.href.endswith(self.out_suffix)],
        )


def _moment() -> datetime:
    return datetime.fromtimestamp(timestamp(), UTC)


def _add(file: ZipFile, name: str, data: bytes, compression: int = ZIP_DEFLATED) -> None:
    # A ZIP file cannot say a year before 1980.
    date = max(_moment(), datetime(1980, 1, 1, tzinfo=UTC))
    entry = ZipInfo(name, date.timetuple()[:6])
    entry.create_system = 3  # the same on every system
    entry.external_attr = 0o644 << 16
    file.writestr(entry, data, compression)
