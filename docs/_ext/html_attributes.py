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


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the translator of the site, and the transform."""
    app.add_post_transform(KeepIdsUnique)
    app.set_translator("html", PageTranslator)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
