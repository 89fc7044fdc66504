"""Tables on narrow screens: each cell carries the name of its column.

There is no room for columns on a phone, so the style sheet puts the cells of a
row below each other. What a column is called stands then above each of its
cells, from the attribute ``data-label``. A table that is laid out in another way
is none any more for screen readers unless its parts say what they are, and so
they do. Those readers hear the names from the head, which stays.

A table with cells across several rows or columns is left as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import ReferencesResolver, SphinxPostTransform

from html_attributes import set_html_attribute
from isolated_numbers import isolated_text
from languages import language_for

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

LABELLED = "labelled"

_ROLES = ((nodes.table, "table"), (nodes.thead, "rowgroup"), (nodes.tbody, "rowgroup"))


class LabelCells(SphinxPostTransform):
    """Give the cells of all simple tables their labels and roles."""

    # After the words of all links, before the notes of their terms.
    default_priority = ReferencesResolver.default_priority + 10
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
    return [" ".join(cell.astext().split()) for cell in rows[0].findall(nodes.entry)]


def _label(table: nodes.table, names: Sequence[str]) -> None:
    table["classes"].append(LABELLED)
    for kind, role in _ROLES:
        for part in table.findall(kind):
            set_html_attribute(part, "role", role)
    stubs = ["stub" in column for column in table.findall(nodes.colspec)]
    for row in table.findall(nodes.row):
        set_html_attribute(row, "role", "row")
        is_head = isinstance(row.parent, nodes.thead)
        for cell, name, is_stub in zip(row.findall(nodes.entry), names, stubs, strict=True):
            set_html_attribute(cell, "role", _role(is_head=is_head, is_stub=is_stub))
            if not is_head:
                set_html_attribute(cell, "data-label", name)


def _role(*, is_head: bool, is_stub: bool) -> str:
    if is_head:
        return "columnheader"
    return "rowheader" if is_stub else "cell"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the transform."""
    app.add_post_transform(LabelCells)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
