"""Citations without doing again and again what gives the same result.

sphinxcontrib-bibtex asks pybtex for its backends at every citation, and pybtex
then reads the metadata of every installed package: that was half of the time of
a build. Plugins that are registered are found at once, so this extension
registers those that the book uses, under their own names.

It also formats the whole bibliography, twice, whenever a builder starts, and each
entry is the same in every language. So its style remembers what it has formatted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pybtex.plugin import find_plugin, register_plugin
from pybtex.style import FormattedEntry
from pybtex.style.formatting.plain import Style

if TYPE_CHECKING:
    from pybtex.database import Entry
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

_USED = (
    ("pybtex.backends", "docutils"),
    ("pybtex.backends", "plaintext"),
    ("pybtex.style.labels", "number"),
    ("pybtex.style.names", "plain"),
    ("pybtex.style.sorting", "author_year_title"),
)

# The text of each entry, by all that an entry holds.
_formatted: dict[str, Any] = {}


class RememberingStyle(Style):  # type: ignore[misc]  # pybtex has no types
    """The style ``plain``, which formats each entry once per process."""

    def format_entry(self, label: str, entry: Entry, bib_data: Any = None) -> FormattedEntry:
        """Return an entry with its label, as ``plain`` does."""
        key = f"{entry.key} {entry!r}"
        if key not in _formatted:
            _formatted[key] = super().format_entry(label, entry, bib_data).text
        return FormattedEntry(entry.key, _formatted[key], label)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the plugins."""
    for group, name in _USED:
        register_plugin(group, name, find_plugin(group, name), force=True)
    register_plugin("pybtex.style.formatting", "plain", RememberingStyle, force=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
