"""The tree of parts and pages, built once per language.

Furo renders the whole tree of contents for every page and parses it again; that
grows with the square of the book. Here the titles are collected once, the links
are written once for the pages of a folder, and a page only marks where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.locale import _
from sphinx.util.osutil import relative_uri

from languages import SOURCE_LANGUAGE

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.builders.html import StandaloneHTMLBuilder
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

# Sphinx makes this page; it has no source and no title of its own.
INDEX = "genindex"
_UNTRANSLATED_TITLE = "untranslated-title"


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the book and the pages below it."""

    docname: str
    title: str
    lang: str
    pages: tuple[Entry, ...]

    def holds(self, docname: str) -> bool:
        """Tell whether *docname* is this page or below it."""
        return docname == self.docname or any(page.holds(docname) for page in self.pages)


def contents(env: BuildEnvironment) -> tuple[Entry, ...]:
    """Return the entries of the root page's tables of contents, in reading order."""
    return _entry(env, env.config.root_doc).pages


def pages(env: BuildEnvironment) -> Iterator[Entry]:
    """Yield all pages in reading order, the root page first."""
    return _with_pages_below(_entry(env, env.config.root_doc))


def _with_pages_below(entry: Entry) -> Iterator[Entry]:
    yield entry
    for page in entry.pages:
        yield from _with_pages_below(page)


def _entry(env: BuildEnvironment, docname: str) -> Entry:
    if docname == INDEX:
        return Entry(INDEX, str(_("Index")), lang="", pages=())
    return Entry(
        docname=docname,
        title=env.titles[docname].astext(),
        lang=SOURCE_LANGUAGE if _UNTRANSLATED_TITLE in env.metadata[docname] else "",
        pages=tuple(_entry(env, child) for child in env.toctree_includes.get(docname, ())),
    )


def _note_untranslated_title(app: Sphinx, doctree: nodes.document) -> None:
    title = next(iter(doctree.findall(nodes.title)), None)
    if title is not None and title.get("translated") is False:
        app.env.metadata[app.env.current_document.docname][_UNTRANSLATED_TITLE] = "yes"


@dataclass(slots=True)
class Navigation:
    """The links to all pages of the book, as each folder writes them."""

    builder: StandaloneHTMLBuilder
    _folders: dict[str, list[tuple[Entry, str]]] = field(default_factory=dict)

    def of(self, pagename: str) -> str:
        """Return the links, with the marks of the page that is shown: its part is open."""
        folder = self._folder_of(pagename)
        if folder not in self._folders:
            self._folders[folder] = [
                (part, self._part(part, folder)) for part in contents(self.builder.env)
            ]
        return "\n      ".join(
            self._marked(text, pagename) if part.holds(pagename) else text
            for part, text in self._folders[folder]
        )

    def _part(self, part: Entry, folder: str) -> str:
        def pathto(docname: str) -> str:
            return self._address(docname, folder)

        return str(self.builder.templates.render("part.html", {"part": part, "pathto": pathto}))

    def _marked(self, text: str, pagename: str) -> str:
        address = escape(self._address(pagename, self._folder_of(pagename)))
        text = text.replace(f'<a href="{address}"', '<a href="#" aria-current="page"', 1)
        return text.replace("<details>", "<details open>", 1)

    def _address(self, docname: str, folder: str) -> str:
        return relative_uri(folder, self.builder.get_target_uri(docname))

    def _folder_of(self, pagename: str) -> str:
        folder, slash, _name = self.builder.get_target_uri(pagename).rpartition("/")
        return folder + slash


def _forget_contents(app: Sphinx, builder: Builder) -> None:
    # Not of the environment, which Sphinx writes to the disk.
    builder.book_navigation = Navigation(builder)  # type: ignore[attr-defined, arg-type]  # ours, for HTML builders


def _switch_search_off(app: Sphinx) -> None:
    # Sphinx's own search finds nothing in Chinese and little elsewhere: no search
    # is better than one that tells a reader in need that there is nothing.
    app.builder.search = False  # type: ignore[attr-defined]  # HTML builders only


def _page_context(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    builder: Any = app.builder
    context["parts_of_book"] = builder.book_navigation.of(pagename)
    # Furo asks for the whole tree on every page; ours is in parts_of_book.
    context["toctree"] = lambda **options: ""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Hand the tree to the templates, before Furo computes its own."""
    app.connect("doctree-read", _note_untranslated_title)
    app.connect("builder-inited", _switch_search_off)
    app.connect("write-started", _forget_contents)
    app.connect("html-page-context", _page_context, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
