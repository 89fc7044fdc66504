"""Alphabetical order for readers: the glossary is sorted again in each language.

The order is that of the Unicode Collation Algorithm with its default table, not
that of code points: accents, case and scripts fall where readers look for them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from docutils import nodes
from pyuca import Collator
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.i18n import Locale

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


@lru_cache(maxsize=1)
def _collator() -> Collator:
    return Collator()


def sort_key(text: str) -> tuple[int, ...]:
    """Return a key that sorts *text* as a reader expects."""
    return tuple(_collator().sort_key(text))


class SortGlossary(SphinxTransform):
    """Sort the entries of each glossary by their translated terms."""

    default_priority = Locale.default_priority + 10

    def apply(self, **kwargs: Any) -> None:
        """Sort in place."""
        for glossary in self.document.findall(addnodes.glossary):
            for entries in glossary.findall(nodes.definition_list):
                entries.children.sort(key=_entry_key)


def _entry_key(entry: nodes.Node) -> tuple[int, ...]:
    term = next(iter(entry.findall(nodes.term)))
    text = "".join(child.astext() for child in term.children if isinstance(child, nodes.Text))
    return sort_key(text or term.astext())


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the transform."""
    app.add_transform(SortGlossary)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
