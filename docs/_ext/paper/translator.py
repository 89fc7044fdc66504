"""Doctree to Typst source: what handouts and the book have in common.

Every text of the book leaves here inside a Typst string literal, so nothing
that an author or a translator writes can become Typst code. How things look is
left to the functions of the template, imported as ``sheet``.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, NoReturn

from docutils import nodes
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.docutils import SphinxTranslator

from isolated_numbers import split_numbers
from languages import language_for
from paper.source import string_literal

if TYPE_CHECKING:
    from sphinx.builders import Builder

logger = logging.getLogger(__name__)

# The folder of the pictures, for Typst.
IMAGES = "images"

CARE_LEVELS = ("emergency", "urgent", "routine")

# Containers whose children stand side by side.
_GRIDS = ("columns", "compare")
# Containers whose list items become the arguments of the template's function.
ITEM_LISTS = ("fill-in", "fill-in-row")
_LINK_SCHEMES = ("https:", "http:", "mailto:", "tel:", "sms:")

# Longer words may break over two lines in a table; scripts without spaces always do.
_LONGEST_WORD = 15
# Letters differ in width, so the word with most letters need not be the widest.
_MEASURED_WORDS = 4
# Room for handwriting, in letters.
_DATE_BY_HAND, _WORDS_BY_HAND = 13, 24
_LANGUAGE_CLASS = "language-"
_SPACE_AFTER_NUMBER = re.compile(r"(?<=\d) (?=\w)")
# Behind a label, not behind the number before it in a row of numbers.
_SPACE_BEFORE_PHONE = re.compile(r"(?<![,;،؛]) $")


class PaperTranslator(SphinxTranslator):
    """Writes the Typst source of one page; ``astext()`` returns it.

    A node that it does not know is reported with its place, and its text is
    kept: nothing is dropped in silence.
    """

    # What is made, as messages name it.
    product: ClassVar[str]
    # Containers that become a call of the template's function of the same name.
    wrappers: ClassVar[tuple[str, ...]] = ("lead", "checklist", "people")

    def __init__(self, document: nodes.document, builder: Builder) -> None:
        super().__init__(document, builder)
        self._body: list[str] = []
        self._level = 0
        self._mirrored = language_for(builder.config).direction == "rtl"

    def astext(self) -> str:
        """Return the Typst source of what was visited."""
        return "".join(self._body)

    # Helpers

    def _content(self, children: Iterable[nodes.Node]) -> str:
        """Return one Typst content block of all *children*."""
        outer, self._body = self._body, []
        for child in children:
            child.walkabout(self)
        inner, self._body = self.astext(), outer
        return f"[{inner}]"

    def _words(self, node: nodes.Element) -> str:
        """Return a block as Typst content, marked where it is in another language."""
        outer, self._body = self._body, []
        self._open_language(node)
        for child in node.children:
            child.walkabout(self)
        self._close_language(node)
        inner, self._body = self.astext(), outer
        return f"[{inner}]"

    def _arguments(self, children: Iterable[nodes.Node]) -> str:
        """Return Typst arguments, one content block for each of *children*."""
        return "".join(f"{self._content([child])}, " for child in children)

    def _call(self, name: str, children: Iterable[nodes.Node], options: str = "") -> NoReturn:
        """Write a call of a function of the template, with *children* as its arguments."""
        self._body.append(f"\n#sheet.{name}({options}{self._arguments(children)})\n")
        raise nodes.SkipNode

    def _open_language(self, node: nodes.Element) -> None:
        """Mark text that is in another language than the page."""
        if tag := foreign_language(node):
            self._body.append(f"#sheet.foreign({string_literal(tag)})[")

    def _close_language(self, node: nodes.Element) -> None:
        if foreign_language(node):
            self._body.append("];")

    def unknown_visit(self, node: nodes.Node) -> None:
        """Report a node that has no form on paper; its children are still set."""
        logger.warning(
            "%s has no form for <%s>: use plainer text there, or teach it to %s",
            self.product,
            type(node).__name__,
            type(self).__name__,
            location=node,
            type=self.builder.name,
            subtype="unknown",
        )

    def unknown_departure(self, node: nodes.Node) -> None:
        """Do nothing: the visit has said it."""

    def _skip(self, node: nodes.Node) -> NoReturn:
        raise nodes.SkipNode

    # Nodes that have no text of their own

    visit_comment = _skip
    visit_meta = _skip
    visit_target = _skip
    visit_substitution_definition = _skip

    def _pass(self, node: nodes.Node) -> None:
        pass

    visit_document = depart_document = _pass

    def visit_raw(self, node: nodes.raw) -> NoReturn:
        """Leave out what is meant for one other output, and say so."""
        logger.warning(
            "raw text for %s is left out of %s",
            node.get("format", "?"),
            self.product,
            location=node,
            type=self.builder.name,
            subtype="raw",
        )
        raise nodes.SkipNode

    # Structure

    def visit_section(self, node: nodes.section) -> None:
        """Count how deep the headings stand."""
        self._level += 1

    def depart_section(self, node: nodes.section) -> None:
        """Go back up one level of headings."""
        self._level -= 1

    def visit_title(self, node: nodes.title) -> NoReturn:
        """Write a heading; titles of boxes and tables are arguments of their functions."""
        if isinstance(node.parent, nodes.section):
            self._body.append(f"\n#sheet.title({self._level}, {self._words(node)})\n")
        else:
            self._body.append(f"#{self._words(node)}")
        raise nodes.SkipNode

    def visit_paragraph(self, node: nodes.paragraph) -> NoReturn:
        """Write a paragraph; alone in its item or cell it is that item's line."""
        if _is_only_line(node):
            self._body.append(f"#{self._words(node)}")
        else:
            function = "introduction" if is_introduction(node) else "paragraph"
            self._body.append(f"\n#sheet.{function}{self._words(node)}\n")
        raise nodes.SkipNode

    def visit_container(self, node: nodes.container) -> None:
        """Turn a container into the template's function that its class names."""
        name = first_of(node["classes"], (*self.wrappers, *_GRIDS, *ITEM_LISTS, "column"))
        if name in _GRIDS:
            self._call(name, node.children)
        if name in ITEM_LISTS:
            self._call(name, node.findall(nodes.list_item))
        if name is None:
            self.unknown_visit(node)
        if name in self.wrappers:
            self._body.append(f"\n#sheet.{name}({self.wrapper_options(node)})[")

    def depart_container(self, node: nodes.container) -> None:
        """Close a wrapper."""
        if first_of(node["classes"], self.wrappers):
            self._body.append("]\n")

    def wrapper_options(self, node: nodes.container) -> str:
        """Return more Typst arguments for the function of a wrapper."""
        return ""

    def visit_admonition(self, node: nodes.admonition) -> NoReturn:
        """Write a care box of one of three levels, a help box or a note."""
        level = first_of(node["classes"], ("help-box", *CARE_LEVELS)) or "note"
        title, body = self._content(node[:1]), self._content(node[1:])
        self._body.append(f"\n#sheet.care({string_literal(level)}, {title}, {body})\n")
        raise nodes.SkipNode

    # Lists

    def visit_bullet_list(self, node: nodes.bullet_list) -> NoReturn:
        """Write a list; the template chooses the marker."""
        self._call("bullets", node.children)

    def visit_enumerated_list(self, node: nodes.enumerated_list) -> NoReturn:
        """Write a numbered list."""
        self._call("steps", node.children, f"start: {node.get('start', 1)}, ")

    visit_list_item = depart_list_item = _pass

    # Tables

    def visit_table(self, node: nodes.table) -> NoReturn:
        """Write a table: caption, widths of the columns, heading cells, other cells."""
        columns = list(node.findall(nodes.colspec))
        shares = "".join(f"{share}, " for share in self._shares(node, columns))
        words = "".join(f"({words}), " for words in self._longest_words(node, len(columns)))
        stubs = sum(1 for column in columns if column.get("stub"))
        title = next(iter(node.findall(nodes.title)), None)
        caption = self._content([title]) if title else "none"
        head = "".join(self._rows(node, nodes.thead, stubs=0))
        body = "".join(self._rows(node, nodes.tbody, stubs))
        self._body.append(
            f"\n#sheet.data-table(({shares}), words: ({words}), caption: {caption}, "
            f"head: ({head}), colon: {string_literal(_(': '))}, {body})\n"
        )
        raise nodes.SkipNode

    def _rows(
        self, table: nodes.table, part: type[nodes.thead | nodes.tbody], stubs: int
    ) -> Iterator[str]:
        """Yield the cells of one part of a table; the first *stubs* of a row name it."""
        for group in table.findall(part):
            for row in group.findall(nodes.row):
                for position, entry in enumerate(row.children):
                    cell = self._content(entry.children) if entry.children else "none"
                    yield f"sheet.stub({cell}), " if position < stubs else f"{cell}, "

    def _shares(self, table: nodes.table, columns: Sequence[nodes.Element]) -> Iterator[float]:
        """Yield the share of the width that each column gets.

        The author's shares when there are some; else each column gets room for its
        longest word, and more where it holds much text. A column to write in has room
        for a date, whatever its heading, and the last one of a row for a few words.
        """
        if "colwidths-given" in table["classes"]:
            yield from (column["colwidth"] for column in columns)
            return
        blank = self._columns_to_write_in(table, len(columns))
        for position, text in enumerate(self._text_of_columns(table, len(columns))):
            if position in blank:
                yield _WORDS_BY_HAND if position == len(columns) - 1 else _DATE_BY_HAND
                continue
            longest_word = max(map(_letters_wide, text.split()), default=1)
            # Two more, because the space beside the text is the same in each column.
            yield round(max(min(longest_word, _LONGEST_WORD), math.sqrt(len(text))) + 2, 1)

    def _columns_to_write_in(self, table: nodes.table, count: int) -> set[int]:
        """Return the places of the columns that have a heading and nothing below it."""
        rows = [row for body in table.findall(nodes.tbody) for row in body.findall(nodes.row)]
        return {at for at in range(count) if not any(row.children[at].astext() for row in rows)}

    def _longest_words(self, table: nodes.table, count: int) -> Iterator[str]:
        """Yield for each column, as Typst arguments, the words that should not be broken."""
        for text in self._text_of_columns(table, count):
            words = {word for word in text.split() if _holds_together(word)}
            longest = sorted(words, key=lambda word: (-len(word), word))[:_MEASURED_WORDS]
            yield "".join(f"{string_literal(word)}, " for word in longest)

    def _text_of_columns(self, table: nodes.table, count: int) -> list[str]:
        rows = list(table.findall(nodes.row))
        return [
            " ".join(self.words_in(row.children[position]) for row in rows)
            for position in range(count)
        ]

    def words_in(self, entry: nodes.Node) -> str:
        """Return all words of a cell, for the width of its column."""
        return entry.astext()

    # Pictures

    def visit_image(self, node: nodes.image) -> NoReturn:
        """Write a picture; Typst refuses one without a text alternative."""
        path = string_literal(f"/{IMAGES}/{self.builder.images[node['uri']]}")
        alternative = f", alt: {string_literal(node['alt'])}" if node.get("alt") else ""
        self._body.append(f"\n#sheet.picture({path}{alternative})\n")
        raise nodes.SkipNode

    def visit_people_chart(self, node: nodes.Element) -> NoReturn:
        """Write a chart of ``count`` of ``total`` people; its text stands beside it."""
        self._body.append(f"\n#sheet.people-chart({node['count']}, {node['total']})\n")
        raise nodes.SkipNode

    visit_figure = depart_figure = _pass

    def visit_caption(self, node: nodes.caption) -> None:
        """Open the words under a picture."""
        self._body.append("\n#sheet.caption[")
        self._open_language(node)

    def depart_caption(self, node: nodes.caption) -> None:
        """Close them."""
        self._close_language(node)
        self._body.append("]\n")

    # Words

    def visit_Text(self, node: nodes.Text) -> None:  # noqa: N802  # docutils' name
        """Write text; in right-to-left text, numbers with their units hold together."""
        text = node.astext() if _is_in_head(node) else _with_numbers_bound(node)
        for run, is_number in split_numbers(text) if self._mirrored else [(text, False)]:
            function = "sheet.ltr" if is_number else ""
            self._body.append(f"#{function}({string_literal(run)});")

    def depart_Text(self, node: nodes.Text) -> None:  # noqa: N802  # docutils' name
        """Do nothing."""

    def visit_strong(self, node: nodes.strong) -> None:
        """Open bold text."""
        self._body.append("#strong[")

    def visit_emphasis(self, node: nodes.emphasis) -> None:
        """Open emphasis; the template knows which scripts slant."""
        self._body.append("#emph[")

    def _close(self, node: nodes.Node) -> None:
        self._body.append("];")

    depart_strong = depart_emphasis = _close

    def visit_inline(self, node: nodes.inline) -> None:
        """Open words of another language or direction."""
        self._open_language(node)
        if "isolate-ltr" in node["classes"]:
            self._body.append("#sheet.number[")

    def depart_inline(self, node: nodes.inline) -> None:
        """Close what ``visit_inline`` opened."""
        if "isolate-ltr" in node["classes"]:
            self._close(node)
        self._close_language(node)

    def visit_reference(self, node: nodes.reference) -> None:
        """Open a link that leads out of the book; inner links are text."""
        if is_live_link(node):
            self._body.append(f"#link({string_literal(node['refuri'])})[")

    def depart_reference(self, node: nodes.reference) -> None:
        """Close it."""
        if is_live_link(node):
            self._close(node)


def first_of(classes: Iterable[str], names: Iterable[str]) -> str | None:
    """Return the first of *names* that is one of *classes*."""
    present = set(classes)
    return next((name for name in names if name in present), None)


def foreign_language(node: nodes.Element) -> str | None:
    """Return the language tag of text that is not in the language of the page."""
    for name in node["classes"]:
        if name.startswith(_LANGUAGE_CLASS):
            return str(name.removeprefix(_LANGUAGE_CLASS))
    return None


def _with_numbers_bound(node: nodes.Text) -> str:
    """Let no line end between a number and its word, or a telephone number and its label."""
    text = _SPACE_AFTER_NUMBER.sub("\u00a0", node.astext())
    siblings = node.parent.children
    place = next(at for at, sibling in enumerate(siblings) if sibling is node)
    if any(map(_is_phone, siblings[place + 1 : place + 2])):
        text = _SPACE_BEFORE_PHONE.sub("\u00a0", text)
    # "112 (ambulance)"
    if text.startswith(" (") and any(map(_is_phone, siblings[max(place - 1, 0) : place])):
        text = "\u00a0" + text[1:]
    return text


def _is_phone(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Element) and "phone" in node["classes"]


def _is_in_head(text: nodes.Text) -> bool:
    """Tell whether a text stands in the head of a table, where columns are narrow."""
    node = text.parent
    while node is not None and not isinstance(node, nodes.thead):
        node = node.parent
    return node is not None


def _is_only_line(paragraph: nodes.paragraph) -> bool:
    parent = paragraph.parent
    return isinstance(parent, nodes.list_item | nodes.entry) and len(parent.children) == 1


def _holds_together(word: str) -> bool:
    """Tell whether a column should be as wide as a word.

    Han characters begin lines anywhere, but two or three of them are one word.
    """
    return len(word) <= 3 or len(word) == _letters_wide(word) <= _LONGEST_WORD


def _letters_wide(word: str) -> int:
    """Return how wide a word is, in letters: Han characters are twice as wide."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in word)


def is_introduction(paragraph: nodes.paragraph) -> bool:
    """Tell whether a paragraph leads to a list, a form or a table right below it."""
    below = paragraph.next_node(descend=False, siblings=True)
    return isinstance(below, nodes.bullet_list | nodes.enumerated_list | nodes.table) or (
        isinstance(below, nodes.container)
        and first_of(below["classes"], ("checklist", *ITEM_LISTS)) is not None
    )


def is_live_link(node: nodes.reference) -> bool:
    """Tell whether a link leads out of the book, to an address or a number to call."""
    return not node.get("internal") and node.get("refuri", "").startswith(_LINK_SCHEMES)
