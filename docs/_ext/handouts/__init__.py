"""Printable handouts: a Sphinx builder that typesets pages as PDF.

A page becomes a handout when its front matter says how many A4 pages it may
take (``handout: 1``). ``sphinx-build -b handouts -D language=es docs out``
writes ``out/<last part of the page's name>.<language>.<variant>.pdf``.

The way of a page: its resolved doctree gets the parts that every handout has
(:mod:`handouts.furniture`), becomes Typst source (:mod:`handouts.translator`),
and is compiled until it fits its pages (:mod:`handouts.builder`,
:mod:`paper.typesetting`). How it looks stands in the templates
``_typst/handout.typ`` and ``_typst/paper.typ`` alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handouts.builder import HandoutBuilder
from handouts.furniture import stamp
from handouts.gate import Issue, issue_of
from handouts.print_box import files_to_print
from handouts.records import FOLDER
from handouts.source_text import KeepSource

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def _link_files(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Tell the page of a handout its PDFs, and the list of handouts where all languages are."""
    issue = issue_of(app.env, pagename, doctree) if doctree is not None else Issue.WITHHELD
    context["files_to_print"] = files_to_print(app, pagename) if issue != Issue.WITHHELD else []
    context["draft_to_print"] = stamp() if issue == Issue.STAMPED else ""
    listed = app.env.toctree_includes.get(pagename, ())
    lists_handouts = any("handout" in app.env.metadata[name] for name in listed)
    up = "../" * (pagename.count("/") + 1)
    context["all_handouts_url"] = f"{up}{FOLDER}/index.html" if lists_handouts else ""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the builder and the place of its template."""
    app.add_builder(HandoutBuilder)
    app.add_transform(KeepSource)
    app.connect("html-page-context", _link_files)
    app.add_config_value("handouts_template", "_typst/handout.typ", "", types=frozenset({str}))
    # The pseudo-locales are longer than any language: their handouts may take more pages.
    app.add_config_value("handouts_spare_pages", 0, "", types=frozenset({int}))
    # A clinic prints its own: the file that says who it is, and which it wants.
    app.add_config_value("handouts_clinic", "", "", types=frozenset({str}))
    app.add_config_value("handouts_only", (), "", types=frozenset({tuple}))
    app.add_config_value("handouts_variants", (), "", types=frozenset({tuple}))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
