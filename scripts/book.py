"""Which book is built: where its text and its list of languages are, and what is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scripts import DOCS, LOCALE

# In the order in which they run: the page of a handout says how large its PDFs are. All
# are builders of Sphinx but the last, which indexes the pages that are made.
SEARCH = "search"
BUILDERS = ("handouts", "html", "book", "epub", SEARCH)


@dataclass(frozen=True, slots=True)
class Book:
    """A book: ours with everything, unless something else is said.

    *source* holds ``conf.py``; the catalogs are in folders beside *languages_file*.
    """

    source: Path = DOCS
    languages_file: Path = LOCALE / "languages.toml"
    builders: tuple[str, ...] = BUILDERS

    @property
    def locale(self) -> Path:
        """Return the folder of the folders of languages."""
        return self.languages_file.parent

    @property
    def is_whole(self) -> bool:
        """Tell whether this is our book with everything: only that has all parts of the site."""
        return self == Book()
