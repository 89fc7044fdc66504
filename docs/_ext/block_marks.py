"""Each block of a page has a number, the same in all languages: ``data-block="12"``.

With it a page can show the English text of a block beneath it. The blocks are
numbered before they are translated and sorted, so the numbers agree by
construction. What is filled in later, such as crisis lines, differs between
languages and has no number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms import SphinxTransform

from html_attributes import set_html_attribute
from message_fragments import TranslateMessages

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

_BLOCKS = (nodes.title, nodes.paragraph, nodes.term, nodes.caption, nodes.rubric)


class NumberBlocks(SphinxTransform):
    """Number the blocks in the order of the source."""

    default_priority = TranslateMessages.default_priority - 2

    def apply(self, **kwargs: Any) -> None:
        """Give each block its number, in place."""
        blocks = (node for node in self.document.findall() if isinstance(node, _BLOCKS))
        for number, block in enumerate(blocks, 1):
            set_html_attribute(block, "data-block", str(number))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the transform."""
    app.add_transform(NumberBlocks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
