"""Citations without a search through all installed packages for each of them.

sphinxcontrib-bibtex asks pybtex for its backends at every citation, and pybtex
then reads the metadata of every installed package: that was half of the time of
a build. Plugins that are registered are found at once, so this extension
registers those that the book uses, under their own names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pybtex.plugin import find_plugin, register_plugin

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

_USED = (
    ("pybtex.backends", "docutils"),
    ("pybtex.backends", "plaintext"),
    ("pybtex.style.formatting", "plain"),
    ("pybtex.style.labels", "number"),
    ("pybtex.style.names", "plain"),
    ("pybtex.style.sorting", "author_year_title"),
)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the plugins."""
    for group, name in _USED:
        register_plugin(group, name, find_plugin(group, name), force=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
