"""Attributes of HTML elements that a node asks for: ``node[HTML_ATTRIBUTES]``.

The writers of docutils print no attribute that they do not know. Extensions put
here what their elements need, such as ``{"data-block": "12"}``; other outputs
do not see it. One attribute must not stand twice on a page: the id of a table,
which Furo also gives to the wrapper of the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

HTML_ATTRIBUTES = "html_attributes"


def set_html_attribute(node: nodes.Element, name: str, value: str) -> None:
    """Give the HTML element of a node an attribute."""
    node[HTML_ATTRIBUTES] = {**node.get(HTML_ATTRIBUTES, {}), name: value}


class KeepIdsUnique(SphinxPostTransform):
    """Take the ids of tables away from their wrappers."""

    default_priority = 501  # Furo wraps the tables at 500
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Change the wrappers in place."""
        for table in self.document.findall(nodes.table):
            if "table-wrapper" in table.parent["classes"]:
                table.parent["ids"] = []


class PageTranslator(HTML5Translator):
    """Writes pages as Sphinx does, with the attributes that nodes ask for."""

    def starttag(
        self,
        node: nodes.Element,
        tagname: str,
        suffix: str = "\n",
        empty: bool = False,
        **attributes: Any,
    ) -> str:
        """Return the start tag of a node; a caption has a second one, for its words."""
        if tagname != "span" or not isinstance(node, nodes.caption):
            attributes.update(node.get(HTML_ATTRIBUTES, {}))
        return str(super().starttag(node, tagname, suffix, empty, **attributes))

    # docutils gives the entries a role that is no longer one; a list is what they are.

    def visit_citation(self, node: nodes.Element) -> None:
        """Begin an entry, and before the first one the list."""
        if not isinstance(node.previous_sibling(), nodes.citation):
            self.body.append('<ul class="citation-list">\n')
        self.body.append(self.starttag(node, "li", CLASS="citation"))

    def depart_citation(self, node: nodes.Element) -> None:
        """End an entry, and after the last one the list."""
        self.body.append("</li>\n")
        after = node.next_node(descend=False, siblings=True)
        if not isinstance(after, nodes.citation):
            self.body.append("</ul>\n")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the translator of the site, and the transform."""
    app.add_post_transform(KeepIdsUnique)
    app.set_translator("html", PageTranslator)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
