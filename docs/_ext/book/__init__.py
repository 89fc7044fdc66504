"""The whole book as one file: a PDF to print or keep, and an ePub for reading devices.

``sphinx-build -b book -D language=es docs out`` writes
``out/<book_name>.es.pdf``, ``sphinx-build -b epub -D language=es docs out``
writes ``out/<book_name>.es.epub``.

What both say about themselves on their cover stands in :mod:`book.facts`. The
PDF: all pages in reading order (:mod:`book.chapters`) become Typst source
(:mod:`book.translator`) and are compiled as one document (:mod:`book.pdf`). How
it looks stands in the templates ``_typst/book.typ`` and ``_typst/paper.typ``
alone. The ePub is Sphinx's own, made valid and good (:mod:`book.epub`).

The handouts are left out: each exists as a PDF of its own, made to be filled in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.epub import EbookBuilder
from book.pdf import BookBuilder

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the builders."""
    app.add_config_value("book_name", "book", "", types=frozenset({str}))
    app.add_builder(BookBuilder)
    app.add_builder(EbookBuilder, override=True)  # in the place of Sphinx's
    return {"parallel_read_safe": True, "parallel_write_safe": True}
