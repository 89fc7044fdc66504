"""Doctree to Typst source, for the chapters of the whole book."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NoReturn

from docutils import nodes

from book.chapters import Places, place_name
from paper.source import string_literal
from paper.translator import PaperTranslator, foreign_language

if TYPE_CHECKING:
    from sphinx import addnodes
    from sphinx.builders import Builder

# What a reader on paper can look up: these links show a page number.
_LOOKED_UP = ("std-ref", "doc", "toctree")


class BookTranslator(PaperTranslator):
    """Writes the Typst source of one chapter; ``astext()`` returns it."""

    product: ClassVar[str] = "the book"
    wrappers: ClassVar[tuple[str, ...]] = (
        *PaperTranslator.wrappers,
        "country",
        "stage",
        "any-time",
    )

    def __init__(self, document: nodes.document, builder: Builder) -> None:
        super().__init__(document, builder)
        self._docname = ""
        self._places = Places({})

    def begin(self, docname: str, depth: int, places: Places) -> None:
        """Say which chapter this is, how deep its title stands, and where links lead."""
        self._docname = docname
        self._level = depth - 1
        self._chapter_level = depth
        self._places = places

    # Headings

    def visit_title(self, node: nodes.title) -> NoReturn:
        """Write a heading that links can lead to; only chapters are in the contents."""
        section = node.parent
        if not isinstance(section, nodes.section):
            super().visit_title(node)
        name = string_literal(place_name(self._docname, section))
        is_chapter = "true" if self._level == self._chapter_level else "false"
        options = f"name: {name}, is-chapter: {is_chapter}"
        self._body.append(f"\n#sheet.title({self._level}, {self._words(node)}, {options})\n")
        raise nodes.SkipNode

    def visit_rubric(self, node: nodes.rubric) -> NoReturn:
        """Write a heading that is not part of the structure."""
        self._body.append(f"\n#sheet.rubric({self._words(node)})\n")
        raise nodes.SkipNode

    # Nodes that only hold others, or that have no text

    def visit_container(self, node: nodes.container) -> None:
        """Let groups without a look of their own show what they hold."""
        if not set(node["classes"]) - {"book-map"}:
            return
        super().visit_container(node)

    visit_compound = depart_compound = PaperTranslator._pass
    visit_glossary = depart_glossary = PaperTranslator._pass
    visit_legend = depart_legend = PaperTranslator._pass

    def visit_index(self, node: addnodes.index) -> NoReturn:
        """Leave the entries to the index at the end of the book."""
        raise nodes.SkipNode

    def visit_toctree(self, node: addnodes.toctree) -> NoReturn:
        """Write the chapters of a part, with their pages."""
        titles = self.builder.env.titles
        items = [
            f"({string_literal(place)}, {self._words(titles[docname])}), "
            for _title, docname in node["entries"]
            if docname in titles and (place := self._places.find(docname, ""))
        ]
        if items:
            self._body.append(f"\n#sheet.chapters({''.join(items)})\n")
        raise nodes.SkipNode

    # Blocks

    def visit_block_quote(self, node: nodes.block_quote) -> None:
        """Open a quotation."""
        self._body.append("\n#sheet.quotation[")

    def depart_block_quote(self, node: nodes.block_quote) -> None:
        """Close it."""
        self._body.append("]\n")

    def visit_attribution(self, node: nodes.attribution) -> NoReturn:
        """Write who said it."""
        self._body.append(f"\n#par{self._words(node)}\n")
        raise nodes.SkipNode

    def visit_literal_block(self, node: nodes.literal_block) -> NoReturn:
        """Write text whose lines are kept."""
        lines = "".join(f"{string_literal(line)}, " for line in node.astext().splitlines())
        self._body.append(f"\n#sheet.lines({lines})\n")
        raise nodes.SkipNode

    def visit_transition(self, node: nodes.transition) -> NoReturn:
        """Write a line between two parts of a text."""
        self._body.append("\n#sheet.rule()\n")
        raise nodes.SkipNode

    def visit_definition_list(self, node: nodes.definition_list) -> NoReturn:
        """Write terms, each with its meaning below."""
        items = "".join(map(self._definition, node.findall(nodes.definition_list_item)))
        self._body.append(f"\n#sheet.definitions({items})\n")
        raise nodes.SkipNode

    def _definition(self, item: nodes.definition_list_item) -> str:
        terms = [child for child in item.children if isinstance(child, nodes.term)]
        anchors = "".join(self._anchor(term) for term in terms if term["ids"])
        words = "#linebreak();".join(f"#{self._words(term)}" for term in terms)
        meaning = [child for child in item.children if isinstance(child, nodes.definition)]
        body = [child for definition in meaning for child in definition.children]
        return f"([{anchors}{words}], {self._content(body)}), "

    def _anchor(self, node: nodes.Element) -> str:
        return f"#sheet.anchor({string_literal(place_name(self._docname, node))});"

    def visit_citation(self, node: nodes.citation | nodes.footnote) -> NoReturn:
        """Write an entry of the bibliography, in its own language and direction."""
        label = next(iter(node.findall(nodes.label)))
        body = [child for child in node.children if child is not label]
        mirrored = self._mirrored
        tag = foreign_language(node)
        self._mirrored = mirrored and tag is None
        lang = string_literal(tag) if tag else "none"
        self._body.append(
            f"\n#sheet.source([{self._anchor(node)}{label.astext()}], {self._content(body)}, "
            f"lang: {lang})\n"
        )
        self._mirrored = mirrored
        raise nodes.SkipNode

    def visit_footnote(self, node: nodes.footnote) -> NoReturn:
        """Write a note at the end of its chapter."""
        self.visit_citation(node)

    # Words

    def visit_literal(self, node: nodes.literal) -> None:
        """Open text that is written exactly like this."""
        self._body.append("#sheet.literal[")

    def visit_subscript(self, node: nodes.subscript) -> None:
        """Open small letters below the line."""
        self._body.append("#sub[")

    def visit_superscript(self, node: nodes.superscript) -> None:
        """Open small letters above the line."""
        self._body.append("#super[")

    depart_literal = depart_subscript = depart_superscript = PaperTranslator._close

    def visit_footnote_reference(self, node: nodes.footnote_reference) -> NoReturn:
        """Write the number of a note, as a link to it."""
        number = f"#super[#{self._content(node.children)}]"
        place = self._places.find(self._docname, node["refid"])
        self._body.append(f"#sheet.to({string_literal(place)}, [{number}]);" if place else number)
        raise nodes.SkipNode

    def visit_reference(self, node: nodes.reference) -> None:
        """Open a link; what readers on paper may want to look up gets its page."""
        place = self._place(node)
        if place is None:
            super().visit_reference(node)
        else:
            function = "see" if _is_looked_up(node) else "to"
            self._body.append(f"#sheet.{function}({string_literal(place)})[")

    def depart_reference(self, node: nodes.reference) -> None:
        """Close it."""
        if self._place(node) is None:
            super().depart_reference(node)
        else:
            self._close(node)

    def _place(self, node: nodes.reference) -> str | None:
        if "refid" in node:
            return self._places.find(self._docname, node["refid"])
        if not node.get("internal"):
            return None
        docname, _sharp, fragment = node["refuri"].partition("#")
        return self._places.find(docname or self._docname, fragment)


def _is_looked_up(node: nodes.reference) -> bool:
    return any(
        name in part["classes"] for part in node.findall(nodes.inline) for name in _LOOKED_UP
    )
