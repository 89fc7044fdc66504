"""In right-to-left text, numbers keep their order: "48 mmol/mol", "1-800-891-4416".

Such text would show the parts of a number with a unit or separators in another
order. On pages each of them stands in a ``<bdi dir="ltr">``, which does not
depend on the style sheet; files on paper use :func:`split_numbers` themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import ReferencesResolver, SphinxPostTransform

from languages import SOURCE_LANGUAGE, language_for

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

# Signs around a digit that right-to-left text would tear apart:
# "48 mmol/mol (6.5 %)", "1-800-891-4416", "(011) 5275-1135".
_SIGN = r"[A-Za-z\d%°]"
_JOINT = r"(?:[ \u00a0\u202f]|[-–./,:×*+](?=[A-Za-z\d]))*"
_LTR_RUN = re.compile(
    rf"(?:\(\d+\) ?)?\+?{_SIGN}+(?:{_JOINT}(?:{_SIGN}+|\({_SIGN}+(?:{_JOINT}{_SIGN}+)*\)))*"
)

_SOURCE_TEXT = f"language-{SOURCE_LANGUAGE}"
# Left alone: what is not shown, and what is isolated already.
_NOT_TEXT = (nodes.Invisible, nodes.raw)


class isolated_number(nodes.inline):  # noqa: N801  # docutils names nodes in lower case
    """A number that keeps its order in right-to-left text."""


def split_numbers(text: str) -> Iterator[tuple[str, bool]]:
    """Split a text where numbers with their units or separators begin and end.

    Yields each piece, and whether it is such a number.

    >>> list(split_numbers("م 1-800 م 24"))
    [('م ', False), ('1-800', True), (' م 24', False)]
    """
    end = 0
    for run in _LTR_RUN.finditer(text):
        if not run[0].isdigit() and any(sign.isdigit() for sign in run[0]):
            if run.start() > end:
                yield text[end : run.start()], False
            yield run[0], True
            end = run.end()
    if end < len(text):
        yield text[end:], False


def isolated_text(text: str) -> str:
    """Return a text in which marks keep the order of numbers, for where no element can stand."""
    return "".join(
        f"\N{LEFT-TO-RIGHT ISOLATE}{piece}\N{POP DIRECTIONAL ISOLATE}" if is_number else piece
        for piece, is_number in split_numbers(text)
    )


class IsolateNumbers(SphinxPostTransform):
    """Isolate the numbers in the text of right-to-left pages."""

    # After everything that fills in text.
    default_priority = ReferencesResolver.default_priority + 90
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Replace texts in place; text that is still in English has its own direction."""
        if language_for(self.config).direction == "ltr":
            return
        for text in [text for text in self.document.findall(nodes.Text) if _is_mirrored(text)]:
            pieces = list(split_numbers(text.astext()))
            if any(is_number for _piece, is_number in pieces):
                text.parent.replace(
                    text,
                    [
                        isolated_number("", piece) if is_number else nodes.Text(piece)
                        for piece, is_number in pieces
                    ],
                )


def _is_mirrored(text: nodes.Text) -> bool:
    node = text.parent
    while node is not None:
        if isinstance(node, _NOT_TEXT) or _SOURCE_TEXT in node.get("classes", ()):
            return False
        node = node.parent
    return True


def _visit_html(translator: HTML5Translator, node: isolated_number) -> None:
    translator.body.append('<bdi dir="ltr">')


def _depart_html(translator: HTML5Translator, node: isolated_number) -> None:
    translator.body.append("</bdi>")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the transform and its node."""
    app.add_node(isolated_number, html=(_visit_html, _depart_html))
    app.add_post_transform(IsolateNumbers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
