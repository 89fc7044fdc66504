"""``people``: "27 of 100 people" as a picture that is text first.

The directive draws rows of dots, some of them filled. Its content says the same
in words and is the text of the chart; the drawing is hidden from screen readers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata, OptionSpec
    from sphinx.writers.html5 import HTML5Translator

COLUMNS = 10
STEP = 12


class people_chart(nodes.General, nodes.Element):  # noqa: N801  # docutils names nodes in lower case
    """``count`` of ``total`` people, as a drawing without text."""


class People(SphinxDirective):
    """``:::{people} 27`` with ``:of: 100``; the content is the text of the chart."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[OptionSpec] = {"of": directives.positive_int}

    def run(self) -> list[nodes.Node]:
        """Return a container: the drawing, then its text."""
        count = directives.nonnegative_int(self.arguments[0])
        total = self.options.get("of", 100)
        if count > total or not self.content:
            raise self.error("people: give a count of at most the total, and the text of the chart")
        box = nodes.container(classes=["people"])
        box += people_chart(count=count, total=total)
        box += self.parse_content_to_nodes()
        return [box]


def _visit_html(translator: HTML5Translator, node: people_chart) -> None:
    rows = -(-node["total"] // COLUMNS)
    width, height = COLUMNS * STEP, rows * STEP
    dots = "".join(
        f'<circle class="{"hit" if index < node["count"] else "rest"}" r="4.5" '
        f'cx="{index % COLUMNS * STEP + STEP / 2:g}" cy="{index // COLUMNS * STEP + STEP / 2:g}"/>'
        for index in range(node["total"])
    )
    translator.body.append(
        # The namespace is for the ePub, whose pages are XML.
        '<svg xmlns="http://www.w3.org/2000/svg" class="people-chart" '
        f'viewBox="0 0 {width} {height}" aria-hidden="true">{dots}</svg>'
    )
    raise nodes.SkipNode


def _skip(translator: Any, node: people_chart) -> None:
    raise nodes.SkipNode


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive and its drawing."""
    app.add_node(people_chart, html=(_visit_html, None), text=(_skip, None), gettext=(_skip, None))
    app.add_directive("people", People)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
