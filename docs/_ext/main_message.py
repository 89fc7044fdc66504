"""Where the main message of a page ends: what is to be known about the page goes below it.

The theme shows the title and the main message first, and only then what is on the
page and its PDFs. It finds the place by :data:`END`, which never reaches a reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

END = "<!-- end of the main message -->"


class MarkMainMessage(SphinxPostTransform):
    """Mark the end of the first container with the class ``lead``, or else of the title."""

    default_priority = 800
    builders = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Add the mark."""
        title = next(iter(self.document.findall(nodes.title)), None)
        if title is None:
            return
        after = title.next_node(
            lambda node: isinstance(node, nodes.container) and "lead" in node["classes"],
            descend=False,
            siblings=True,
        )
        last = after or title
        last.parent.insert(last.parent.index(last) + 1, nodes.raw("", END, format="html"))


def _page_context(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    context["end_of_message"] = END


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the transform, and tell the theme its mark."""
    app.add_post_transform(MarkMainMessage)
    app.connect("html-page-context", _page_context)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
