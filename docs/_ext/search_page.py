"""The page for looking things up in one language; ``scripts/search.py`` makes the index for it.

``locale/<code>/search.toml`` says how the readers of a language write: the words
that they use and the book does not, and letters that they write in several ways.
A language without this file is searched all the same.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Spelling:
    """How readers write.

    *words* are theirs for the subject of a page, by page; *letters* are replaced in
    the text and in what they look for, so that both ways of writing meet.
    """

    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)

    def fold(self, text: str) -> str:
        """Return *text* in small letters, with one way of writing each letter."""
        return "".join(self.letters.get(letter, letter) for letter in text.lower())


def load_spelling(folder: Path) -> Spelling:
    """Read ``search.toml`` in the folder of a language, which need not be there."""
    path = folder / "search.toml"
    if not path.is_file():
        return Spelling()
    return Spelling(**tomllib.loads(path.read_text(encoding="utf-8")))


def _search_page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    # A book that is opened from the disk, as an ePub is, has nothing to search with.
    if app.builder.name != "html":
        return
    spelling = load_spelling(Path(app.config.languages_file).parent / app.config.language)
    yield SEARCH, {"search_letters": dict(spelling.letters)}, "search.html"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the page to the site."""
    app.connect("html-collect-pages", _search_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
