"""The builder ``book``: all chapters, cover, contents and index as one PDF."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from pathlib import Path
from typing import cast

from docutils import nodes
from sphinx import addnodes
from sphinx.builders import Builder
from sphinx.locale import _, __

import book_index
import navigation
from book import facts
from book.chapters import Chapter, Places, chapters
from book.cover import TEMPLATE, front_page, is_lead, literals, look
from book.translator import BookTranslator
from crisis_lines import country_lines, help_box
from languages import SOURCE_LANGUAGE, language_for
from paper.files import replace_file
from paper.source import first_lines, string_literal
from paper.translator import IMAGES
from paper.typesetting import Typesetter, check_fonts

_TEMPLATES = {"book.typ": TEMPLATE.with_name("book.typ"), "cover.typ": TEMPLATE}
_CRISIS_LINES_LABEL = "crisis-lines"


class BookBuilder(Builder):
    """Writes the whole book in one PDF; an old one stays where a fault stops the build."""

    name = "book"
    format = "book"
    epilog = __("The book is in %(outdir)s.")
    default_translator_class = BookTranslator
    supported_image_types = ["image/svg+xml", "image/png", "image/jpeg"]  # noqa: RUF012  # Sphinx's

    def init(self) -> None:
        """Find out what would stop the build before anything is read."""
        self._language = language_for(self.config)
        check_fonts(self._language.pdf_fonts, self._language.english_name)

    def get_outdated_docs(self) -> str:
        """Make the book each time: that costs less than finding out whether it is needed."""
        return "the whole book"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Return the name of a page, which is how links in the book say where they lead."""
        return docname

    def get_relative_uri(self, from_: str, to: str, typ: str | None = None) -> str:
        """Return the same from everywhere: the book is one document."""
        return self.get_target_uri(to, typ)

    def write_documents(self, docnames: Set[str]) -> None:
        """Make the book, whatever *docnames* are."""
        root_doc = self.config.root_doc
        contents = [Chapter(root_doc, "", 1), *chapters(self.env)]
        doctrees = {chapter.docname: self._doctree(chapter.docname) for chapter in contents}
        edition = facts.edition(self.env)
        cover = front_page(self.env, doctrees, edition)
        # The root page is the cover and the map of the book; links to it lead to the map.
        _make_front_page(doctrees[root_doc])
        places = Places(doctrees)
        with Typesetter(_TEMPLATES, "a part of the book") as typesetter:
            sources = {
                f"pages/{number}.typ": (chapter.docname, self._translate(chapter, doctrees, places))
                for number, chapter in enumerate(contents)
            }
            index = self._index(places)
            for uri, name in self.images.items():
                typesetter.add_file(f"{IMAGES}/{name}", Path(self.srcdir, uri))
            for file, (docname, source) in sources.items():
                typesetter.add_source(file, source, self.env.doc2path(docname))
            main = self._head(cover, edition) + _included(sources) + index
            pdf = typesetter.compile(main, self.env.doc2path(root_doc))
        replace_file(Path(self.outdir, facts.file_name(self.config, "pdf")), pdf.packed().data)

    # Chapters

    def _doctree(self, docname: str) -> nodes.document:
        """Return a page with its references resolved; its table of contents stays as it is."""
        doctree = self.env.get_doctree(docname)
        self.env.apply_post_transforms(doctree, docname)
        self._shorten_help_boxes(doctree)
        self.post_process_images(doctree)
        return doctree

    def _shorten_help_boxes(self, doctree: nodes.document) -> None:
        """Let the boxes lead to the crisis lines, which stand on the cover and in a chapter."""
        label = self.env.domains.standard_domain.labels.get(_CRISIS_LINES_LABEL)
        if label is None:
            return
        docname, fragment, title = label
        for lines in list(doctree.findall(country_lines)):
            words = nodes.inline("", title, classes=["std-ref"])
            uri = f"{docname}#{fragment}"
            link = nodes.reference("", "", words, internal=True, refuri=uri)
            lines.replace_self(nodes.paragraph("", "", link))

    def _translate(
        self, chapter: Chapter, doctrees: Mapping[str, nodes.document], places: Places
    ) -> str:
        doctree = doctrees[chapter.docname]
        visitor = cast("BookTranslator", self.create_translator(doctree, self))
        visitor.begin(chapter.docname, chapter.depth, places)
        doctree.walkabout(visitor)
        return f'#import "/book.typ" as sheet\n{visitor.astext()}'

    def _content(self, node: nodes.Element) -> str:
        """Return the Typst content of nodes that belong to no chapter."""
        document = self.env.get_doctree(self.config.root_doc).copy()
        document += node
        visitor = cast("BookTranslator", self.create_translator(document, self))
        node.walkabout(visitor)
        return f"[{visitor.astext()}]"

    # Cover

    def _head(self, cover: str, edition: str) -> str:
        """Return the first lines of the source: what the template needs to know."""
        arguments = {
            "title": string_literal(self.env.titles[self.config.root_doc].astext()),
            "cover": cover,
            "help": self._content(nodes.container("", *help_box(self.env))),
            "book": string_literal(self.config.html_title),
            "edition": string_literal(edition),
            "labels": f"({self._labels()})",
            **look(self._language),
        }
        return first_lines("book", arguments)

    def _labels(self) -> str:
        """Return the words of the template in the reader's language."""
        labels = {
            "page": _("Page {page} of {pages}"),
            "see": _("{title} (page {page})"),
            "contents": _("Contents"),
        }
        return "".join(f"{name}: {string_literal(str(text))}, " for name, text in labels.items())

    # Index

    def _index(self, places: Places) -> str:
        """Return the source of the index: its entries with the pages they lead to."""
        entries = [_in_book(heading, places) for heading in book_index.headings(self.env)]
        shown = {heading.anchor for heading in entries if heading.is_shown}
        groups = book_index.groups(
            (heading for heading in entries if heading.is_shown), self._language.script
        )
        if not groups:
            return ""
        items = "".join(
            f"({string_literal(group.letter)}, "
            f"({''.join(_index_entry(heading, places, shown) for heading in group.headings)})), "
            for group in groups
        )
        labels = "".join(f"{string_literal(str(text))}, " for text in (_("See:"), _("See also:")))
        name = string_literal(navigation.INDEX)
        return f"\n#sheet.index({string_literal(str(_('Index')))}, {name}, ({labels}), {items})\n"


def _make_front_page(doctree: nodes.document) -> None:
    """Keep of the root page what the cover and the contents do not show, under one heading.

    Its title, purpose and help box are on the cover, its table of contents is
    made with page numbers.
    """
    page = next(doctree.findall(nodes.section))
    sections = [
        section
        for section in page.children
        if isinstance(section, nodes.section) and not any(section.findall(addnodes.toctree))
    ]
    loose = [
        node
        for node in page.children
        if not isinstance(node, nodes.section | nodes.title | nodes.admonition | nodes.compound)
        and not is_lead(node)
    ]
    for section in sections[:1]:
        section[1:1] = loose
        section["ids"] += page["ids"]
    doctree.children = []
    doctree += sections


def _included(files: Iterable[str]) -> str:
    return "".join(f"#include {string_literal(f'/{file}')}\n" for file in files)


def _in_book(heading: book_index.Heading, places: Places) -> book_index.Heading:
    """Keep the places of an entry that are in the book."""
    heading.places = [place for place in heading.places if _place(place, places)]
    return heading


def _place(place: book_index.Place, places: Places) -> str | None:
    return places.find(place.page.docname, place.fragment.removeprefix("#"))


def _index_entry(heading: book_index.Heading, places: Places, shown: Set[str]) -> str:
    """Return an entry as Typst: name, language, anchor, main pages, other pages, see, see also."""
    lang = string_literal(SOURCE_LANGUAGE) if heading.lang else "none"
    found = [(_place(place, places), place.is_main) for place in heading.places]
    main = literals(name for name, is_main in found if name and is_main)
    rest = literals(name for name, is_main in found if name and not is_main)
    see, also = (
        "".join(_other(other, shown) for other in others)
        for others in (heading.see, heading.see_also)
    )
    return (
        f"({string_literal(heading.name)}, {lang}, {string_literal(heading.anchor)}, "
        f"{main}, {rest}, ({see}), ({also})), "
    )


def _other(heading: book_index.Heading, shown: Set[str]) -> str:
    anchor = string_literal(heading.anchor) if heading.anchor in shown else "none"
    return f"({string_literal(heading.name)}, {anchor}), "
