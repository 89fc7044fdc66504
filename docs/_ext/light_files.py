"""Readers load the styles and scripts of the theme without the comments for their authors.

Comments are a third of what a phone would have to load of these files, and more than
anything else on the first visit that no reader sees.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.builders.html import StandaloneHTMLBuilder

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

# Those of others name their license in a comment, which stays.
_OURS = Path(__file__).parents[1] / "_theme" / "guide" / "static"
# In scripts, what follows code on its line stays: "//" may be an address.
_COMMENTS = {
    ".css": re.compile(r"\s*/\*.*?\*/", re.DOTALL),
    ".js": re.compile(r"^[ \t]*//.*\n", re.MULTILINE),
}


def without_comments(name: str, text: str) -> str:
    r"""Return a style sheet or a script without its comments.

    >>> without_comments("a.js", "// Why.\nopen('https://x'); // stays\n")
    "open('https://x'); // stays\n"
    """
    return _COMMENTS[Path(name).suffix].sub("", text)


def _lighten(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.name != StandaloneHTMLBuilder.name:
        return
    for name in sorted(path.name for path in _OURS.iterdir() if path.suffix in _COMMENTS):
        path = Path(app.outdir, "_static", name)
        path.write_text(without_comments(name, path.read_text("utf-8")), encoding="utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Change the files when they are copied."""
    app.connect("build-finished", _lighten)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
