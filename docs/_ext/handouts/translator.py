"""Doctree to Typst source, for handouts: one page, in one language or two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, NoReturn

from docutils import nodes

from handouts.clinic import CLINIC
from paper.source import string_literal
from paper.translator import ITEM_LISTS, PaperTranslator, first_of, is_introduction

if TYPE_CHECKING:
    from sphinx.builders import Builder

# The code that leads to the page, for Typst.
QR_CODE = "qr.svg"


class HandoutTranslator(PaperTranslator):
    """Writes the Typst source of one handout; ``astext()`` returns it."""

    product: ClassVar[str] = "the handout"
    wrappers: ClassVar[tuple[str, ...]] = (*PaperTranslator.wrappers, "stamp", "small-print")

    def __init__(self, document: nodes.document, builder: Builder) -> None:
        super().__init__(document, builder)
        # For a handout in two languages: the English block of each block, by id().
        self.english: Mapping[int, nodes.Element] = {}

    def _english(self, node: nodes.Element) -> str:
        """Return the Typst content of the English block beside *node*."""
        mirrored, self._mirrored = self._mirrored, False
        content = self._content(self.english[id(node)].children)
        self._mirrored = mirrored
        return content

    def visit_title(self, node: nodes.title) -> NoReturn:
        """Write a title, with English beside it in a handout in two languages."""
        if not self.english:
            super().visit_title(node)
        words, english = self._words(node), self._english(node)
        if isinstance(node.parent, nodes.section):
            self._body.append(f"\n#sheet.title({self._level}, {words}, english: {english})\n")
        else:
            self._body.append(f"#sheet.above({words}, {english})")
        raise nodes.SkipNode

    def visit_paragraph(self, node: nodes.paragraph) -> NoReturn:
        """Write a paragraph, with English beside it in a handout in two languages."""
        if not self.english:
            super().visit_paragraph(node)
        # In a cell or above a line to write on, there is no room side by side.
        place = "above" if _is_narrow(node) else "beside"
        # There a number that is the same in both languages stands once.
        if place == "above" and node.astext() == self.english[id(node)].astext():
            super().visit_paragraph(node)
        sticky = ", sticky: true" if place == "beside" and is_introduction(node) else ""
        self._body.append(f"\n#sheet.{place}({self._words(node)}, {self._english(node)}{sticky})\n")
        raise nodes.SkipNode

    def words_in(self, entry: nodes.Node) -> str:
        """Return the words of a cell in both languages, which stand above one another."""
        english = (
            self.english[id(line)].astext()
            for line in entry.findall(nodes.paragraph)
            if id(line) in self.english
        )
        return " ".join([entry.astext(), *english])

    def visit_reference(self, node: nodes.reference) -> None:
        """Set the title of another page apart from the sentence: on paper it is no link."""
        if _is_title(node):
            self._body.append("#strong[")
        super().visit_reference(node)

    def depart_reference(self, node: nodes.reference) -> None:
        """Close it."""
        super().depart_reference(node)
        if _is_title(node):
            self._close(node)

    def visit_container(self, node: nodes.container) -> None:
        """Write what a clinic says of itself, once: it has said it in one language."""
        if CLINIC not in node["classes"]:
            super().visit_container(node)
            return
        english, self.english = self.english, {}
        lines = self._content(node.children)
        self.english = english
        fonts = "".join(f"{string_literal(font)}, " for font in node["fonts"])
        options = f"fonts: ({fonts})"
        if "logo" in node:
            options += f", logo: {string_literal(node['logo'])}, alt: {string_literal(node['alt'])}"
        self._body.append(f"\n#sheet.clinic({options}, {lines})\n")
        raise nodes.SkipNode

    def wrapper_options(self, node: nodes.container) -> str:
        """Give the small print the code that leads to the page, once there is an address."""
        return f'qr: "/{QR_CODE}"' if node.get("online") else ""


def _is_title(node: nodes.reference) -> bool:
    """Tell whether the words of a link are the title of a page or a part of one."""
    return any("std-ref" in inline["classes"] for inline in node.findall(nodes.inline))


def _is_narrow(paragraph: nodes.paragraph) -> bool:
    """Tell whether a paragraph stands in a cell, or names a line to write on."""
    ancestor = paragraph.parent
    while ancestor is not None:
        if isinstance(ancestor, nodes.entry) or first_of(ancestor.get("classes", ()), ITEM_LISTS):
            return True
        ancestor = ancestor.parent
    return False
