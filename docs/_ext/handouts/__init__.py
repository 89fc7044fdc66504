"""Printable handouts: a Sphinx builder that typesets pages as PDF.

A page becomes a handout when its front matter says how many A4 pages it may
take (``handout: 1``). ``sphinx-build -b handouts -D language=es docs out``
writes ``out/<last part of the page's name>.<language>.<variant>.pdf``.

The way of a page: its resolved doctree gets the parts that every handout has
(:mod:`handouts.furniture`), becomes Typst source (:mod:`handouts.translator`),
and is compiled until it fits its pages (:mod:`handouts.builder`,
:mod:`handouts.typesetting`). How it looks stands in the template
``_typst/handout.typ`` alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handouts.builder import A4, HandoutBuilder, file_name, is_issued
from languages import language_for

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def _link_pdf(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Tell the page of a handout where its PDF is: beside the page, once both are published."""
    issued = doctree is not None and is_issued(app.env.metadata[pagename], doctree)
    context["pdf_name"] = file_name(pagename, language_for(app.config), A4) if issued else ""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the builder and the place of its template."""
    app.add_builder(HandoutBuilder)
    app.connect("html-page-context", _link_pdf)
    app.add_config_value("handouts_template", "_typst/handout.typ", "", types=frozenset({str}))
    # The pseudo-locales are longer than any language: their handouts may take more pages.
    app.add_config_value("handouts_spare_pages", 0, "", types=frozenset({int}))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
