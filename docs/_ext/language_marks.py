"""What stays English in a translation says so, also where a mark gets lost on the way.

``message_fragments`` marks untranslated text where it stands. Links that show
the title of another page get that title as plain text, and the bibliography is
made from data; both are marked here, after Sphinx has resolved them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import ReferencesResolver, SphinxPostTransform

from languages import SOURCE_LANGUAGE

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

_MARK = f"language-{SOURCE_LANGUAGE}"


class MarkSourceLanguage(SphinxPostTransform):
    """Mark the titles of untranslated pages, and the entries of the bibliography."""

    default_priority = ReferencesResolver.default_priority + 10

    def run(self, **kwargs: Any) -> None:
        """Mark the document in place."""
        if self.config.language == SOURCE_LANGUAGE:
            return
        untranslated = {title.astext() for title in self.env.titles.values() if _is_marked(title)}
        for node in self.document.findall(nodes.inline):
            if "doc" in node["classes"] and node.astext() in untranslated:
                node["classes"].append(_MARK)
        for entry in self.document.findall(nodes.citation):
            entry["classes"].append(_MARK)


def _is_marked(title: nodes.title) -> bool:
    return any(_MARK in part["classes"] for part in title.findall(nodes.inline))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the transform."""
    app.add_post_transform(MarkSourceLanguage)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
