"""The link to write to the makers about a page: a mail that says which page it is.

There is none while ``site_contact`` is empty: no address is invented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sphinx.locale import _

from languages import language_for

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata


def report_url(config: Config, docname: str) -> str:
    """Return the address of a mail about a page; empty without somebody who reads it."""
    if not config.site_contact:
        return ""
    language = language_for(config)
    subject = f"{docname} ({language.code}, {config.version})"
    # The makers read these lines, in English.
    facts = [f"Page: {docname}", f"Language: {language.code}", f"Edition: {config.version}"]
    if config.site_base_url:
        facts.append(f"{config.site_base_url}{language.slug}/{docname}.html")
    question = _("What is wrong on this page? Please write nothing about your own health.")
    body = "\r\n".join([str(question), "", "", *facts])
    return f"mailto:{config.site_contact}?subject={quote(subject)}&body={quote(body)}"


def _page_context(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    context["report_url"] = report_url(app.config, pagename)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Give the link to the templates."""
    app.connect("html-page-context", _page_context)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
