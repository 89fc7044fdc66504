"""Which statements the book makes, what they rest on, and when that was compared.

``_data/claims.toml`` holds each statement once, ``_data/topics.toml`` each topic
of the three web articles the book started from. A page names its statements in
its front matter (``claims: C077 G008``) and tells readers how many of them were
compared with a published text. Directives show the data as text of the page:
``corrections``, ``claims-by-part``, ``article-topics`` and ``self-assessment``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evidence.data import ClaimsError
from evidence.directives import (
    ArticleTopics,
    ClaimsByPart,
    Corrections,
    FillClaimStates,
    SelfAssessment,
    claim_state,
    sources_label,
)
from evidence.notes import Checks, checked_note, checks_of, checks_of_all

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__all__ = ["Checks", "ClaimsError", "checked_note", "checks_of", "checks_of_all", "setup"]


def _note_dependency(app: Sphinx, doctree: nodes.document) -> None:
    """Build a page again when the data behind its note changes."""
    del doctree
    docname = app.env.current_document.docname
    if "claims" in app.env.metadata[docname]:
        app.env.note_dependency(app.config.claims_file)


def _page_context(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    del templatename
    context["checked_note"] = checked_note(app.env, pagename) if doctree is not None else ""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the data files, the directives that show them, and the note of each page."""
    app.add_config_value("claims_file", "", "env", types=frozenset({str}))
    app.add_config_value("topics_file", "", "env", types=frozenset({str}))
    app.add_config_value("assessment_file", "", "env", types=frozenset({str}))
    app.add_node(claim_state)
    app.add_node(sources_label)
    app.add_directive("corrections", Corrections)
    app.add_directive("claims-by-part", ClaimsByPart)
    app.add_directive("article-topics", ArticleTopics)
    app.add_directive("self-assessment", SelfAssessment)
    app.add_post_transform(FillClaimStates)
    app.connect("doctree-read", _note_dependency)
    app.connect("html-page-context", _page_context)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
