"""The templates of catalogs tell translators where each message stands.

``sphinx-build -b gettext`` gives a translator a line number and nothing else.
This extension finishes its templates: each message gets an extracted comment
(``#.``) with the kind of text, the part, page and heading it stands in, and the
address of the page in the book; one location without line number; and every
template the same date. So the same book always gives the same templates.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polib
from docutils import nodes
from sphinx import addnodes
from sphinx.builders.gettext import MessageCatalogBuilder
from sphinx.util.i18n import docname_to_domain
from sphinx.util.index_entries import split_index_msg
from sphinx.util.nodes import extract_messages, traverse_translatable_index

from languages import SOURCE_LANGUAGE, load_languages

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

# A date that parses, because Babel refuses "YEAR-MO-DA", and never changes.
CREATION_DATE = "2000-01-01 00:00+0000"

# The comment of each head of a glossary begins with this.
GLOSSARY_TERM = "Glossary term"

_ARROW = " > "

# The nearest of these around a text says what kind of text it is.
_KINDS_BY_ANCESTOR: tuple[tuple[type[nodes.Node], str], ...] = (
    (nodes.entry, "Table cell"),
    (nodes.list_item, "List item"),
    (nodes.footnote, "Footnote"),
)


class Place(NamedTuple):
    """Where a message stands: what kind of text, in which headings, on which page."""

    kind: str
    headings: tuple[str, ...]
    address: str

    def comment(self) -> str:
        """Return the lines that a translator reads."""
        heading = f"{self.kind}, in: {_ARROW.join(self.headings)}" if self.headings else self.kind
        return f"{heading}\nPage: {self.address}" if self.address else heading


def _add_context(app: Sphinx, exception: Exception | None) -> None:
    builder = app.builder
    if exception is not None or not isinstance(builder, MessageCatalogBuilder):
        return
    places = _places(app)
    for domain in builder.catalogs:
        path = Path(app.outdir, f"{domain}.pot")
        template = polib.pofile(str(path), wrapwidth=0, encoding="utf-8")
        template.metadata["POT-Creation-Date"] = CREATION_DATE
        for entry in template:
            _finish(app, entry, places.get((domain, entry.msgid), []))
        path.write_text(f"{template}".rstrip("\n") + "\n", encoding="utf-8")


def _finish(app: Sphinx, entry: polib.POEntry, places: list[Place]) -> None:
    origin = Path(app.outdir, entry.occurrences[0][0]).resolve()
    root = Path(app.srcdir).parent  # pages are named as seen from the folder of the book
    location = origin.relative_to(root) if origin.is_relative_to(root) else Path(origin.name)
    entry.occurrences = [(location.as_posix(), "")]
    comments = [place.comment() for place in places or [_interface_place(origin)]]
    entry.comment = "\n".join(dict.fromkeys(comments))


def _interface_place(origin: Path) -> Place:
    """Return the place of a word of theme or extensions, which has no page of its own."""
    if origin.suffix == ".py":
        purpose = ast.get_docstring(ast.parse(origin.read_text(encoding="utf-8"))) or origin.stem
        return Place("Label of the site or of a handout", (purpose.partition("\n")[0],), "")
    return Place("Button or label of the site", (f"the frame of every page ({origin.name})",), "")


def _places(app: Sphinx) -> dict[tuple[str, str], list[Place]]:
    """Return where each message stands, by domain and message."""
    places: dict[tuple[str, str], list[Place]] = {}
    addresses = _Addresses(app)
    for docname in sorted(app.env.found_docs):
        domain = docname_to_domain(docname, app.config.gettext_compact)
        doctree = app.env.get_doctree(docname)
        parts = addresses.parts(docname)
        for node, message in _messages(doctree):
            place = Place(_kind(node), (*parts, *_headings(node)), addresses.url(docname))
            places.setdefault((domain, message), []).append(place)
    return places


class _Addresses:
    """Titles and addresses of the pages of one book."""

    def __init__(self, app: Sphinx) -> None:
        self.env = app.env
        self.parents = {
            child: parent
            for parent, children in app.env.toctree_includes.items()
            for child in children
        }
        self.base = _base_url(app)

    def parts(self, docname: str) -> tuple[str, ...]:
        """Return the titles of the parts that hold a page, and of the page itself."""
        titles = [self.env.titles[docname].astext()]
        while (parent := self.parents.get(docname)) and parent != self.env.config.root_doc:
            docname = parent
            titles.insert(0, self.env.titles[docname].astext())
        return tuple(titles)

    def url(self, docname: str) -> str:
        return f"{self.base}{docname}.html"


def _base_url(app: Sphinx) -> str:
    """Return the address of the English pages, empty while the book is not published."""
    base = str(getattr(app.config, "site_base_url", ""))
    if not base:
        return ""
    languages = load_languages(Path(app.config.languages_file))
    return f"{base.rstrip('/')}/{languages[SOURCE_LANGUAGE].slug}/"


def _messages(doctree: nodes.document) -> Iterator[tuple[nodes.Element, str]]:
    yield from extract_messages(doctree)
    for node, entries in traverse_translatable_index(doctree):
        for kind, value, *_rest in entries:
            for message in split_index_msg(kind, value):
                yield node, message


def _headings(node: nodes.Element) -> tuple[str, ...]:
    """Return the headings and box titles around a text, without the title of the page."""
    titles: list[str] = []
    child, parent = node, node.parent
    while parent is not None and not isinstance(parent, nodes.document):
        title = next((part for part in parent.children if isinstance(part, nodes.title)), None)
        is_page = isinstance(parent.parent, nodes.document)
        if title is not None and title is not child and not is_page:
            titles.insert(0, title.astext())
        child, parent = parent, parent.parent
    return tuple(titles)


def _kind(node: nodes.Element) -> str:
    if isinstance(node, nodes.title):
        return _kind_of_title(node)
    if isinstance(node, nodes.meta):
        return "Page description for search engines"
    if isinstance(node, nodes.image):
        return "Image text, read aloud to people who do not see the picture"
    if isinstance(node, nodes.caption):
        return "Caption"
    if isinstance(node, addnodes.toctree):
        return "Label in the table of contents"
    if isinstance(node, addnodes.index):
        return "Index entry"
    if isinstance(node, nodes.term):
        return GLOSSARY_TERM if _ancestor(node, addnodes.glossary) else "Term of a list"
    if _ancestor(node, nodes.definition):
        return "Glossary definition" if _ancestor(node, addnodes.glossary) else "Definition"
    for ancestor, kind in _KINDS_BY_ANCESTOR:
        if _ancestor(node, ancestor):
            return kind
    return "Paragraph"


def _kind_of_title(node: nodes.title) -> str:
    if isinstance(node.parent, nodes.table):
        return "Caption"
    if isinstance(node.parent, (nodes.Admonition, nodes.topic, nodes.sidebar)):
        return "Box title"
    return "Heading" if _ancestor(node.parent, nodes.section) else "Title of the page"


def _ancestor(node: nodes.Element, kind: type[nodes.Node]) -> nodes.Node | None:
    """Return the nearest element of a kind around a node, itself not counted."""
    parent = node.parent
    while parent is not None and not isinstance(parent, kind):
        parent = parent.parent
    return parent


def setup(app: Sphinx) -> ExtensionMetadata:
    """Finish the templates of the gettext builder."""
    app.connect("build-finished", _add_context)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
