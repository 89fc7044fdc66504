"""Tables on narrow screens: each cell carries the name of its column.

There is no room for columns on a phone, so the style sheet puts the cells of a
row below each other. What a column is called stands then above each of its
cells, from the attribute ``data-label``. Screen readers do not hear it there:
they have the head, which stays. ``reading.js`` tells the parts of such a table
what they are, for browsers that forget it when the layout changes; in the page
itself that would be no valid HTML.

A table with cells across several rows or columns is left as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from html_attributes import KeepIdsUnique, set_html_attribute
from isolated_numbers import isolated_text
from languages import language_for
from term_notes import term_note

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

LABELLED = "labelled"


class LabelCells(SphinxPostTransform):
    """Give the cells of all simple tables their labels."""

    # After Furo has wrapped the tables: it gives the wrapper the classes of its table.
    default_priority = KeepIdsUnique.default_priority + 1
    builders = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Change the tables in place."""
        is_mirrored = language_for(self.config).direction == "rtl"
        for table in self.document.findall(nodes.table):
            heads = _heads(table)
            if heads:
                _label(table, [isolated_text(name) if is_mirrored else name for name in heads])


def _heads(table: nodes.table) -> list[str]:
    """Return the names of the columns; none when a table has no head, or cells that span."""
    rows = [row for head in table.findall(nodes.thead) for row in head.findall(nodes.row)]
    spans = ("morecols" in cell or "morerows" in cell for cell in table.findall(nodes.entry))
    if len(rows) != 1 or any(spans):
        return []
    return [_words(cell) for cell in rows[0].findall(nodes.entry)]


def _words(cell: nodes.entry) -> str:
    """Return the words of a cell without the definitions of its terms."""
    alone = cell.deepcopy()
    for note in list(alone.findall(term_note)):
        note.parent.remove(note)
    return " ".join(alone.astext().split())


def _label(table: nodes.table, names: Sequence[str]) -> None:
    table["classes"].append(LABELLED)
    for body in table.findall(nodes.tbody):
        for row in body.findall(nodes.row):
            for cell, name in zip(row.findall(nodes.entry), names, strict=True):
                set_html_attribute(cell, "data-label", name)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the transform."""
    app.add_post_transform(LabelCells)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
