"""The English text of a translated page, kept for handouts in two languages.

Translating replaces the words of each block. For a handout, the blocks are
copied before that happens; the builder puts them beside the translated ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from gettext import NullTranslations
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.locale import translators
from sphinx.transforms import SphinxTransform

from languages import SOURCE_LANGUAGE
from message_fragments import TranslateMessages

if TYPE_CHECKING:
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

_KEPT = "source_page"
_INTERFACE = ("general", "sphinx")


class KeepSource(SphinxTransform):
    """Keep the English text of a handout in the doctree, before it is translated."""

    default_priority = TranslateMessages.default_priority - 1

    def apply(self, **kwargs: Any) -> None:
        """Copy it; a page that is no handout, or in English, needs none."""
        metadata = self.env.metadata[self.env.current_document.docname]
        if self.config.language != SOURCE_LANGUAGE and "handout" in metadata:
            self.document[_KEPT] = _page(self.document).deepcopy()


def source_document(doctree: nodes.document, env: BuildEnvironment, docname: str) -> nodes.document:
    """Return the English document of a translated handout, with its references resolved."""
    source = doctree.copy()
    source += doctree[_KEPT].deepcopy()
    env.apply_post_transforms(source, docname)
    return source


@contextmanager
def in_source_language(config: Config) -> Iterator[None]:
    """Let every extension speak English for a while, as in a build of that language."""
    language = config.language
    config.language = SOURCE_LANGUAGE
    try:
        with speaking(NullTranslations()):
            yield
    finally:
        config.language = language


@contextmanager
def speaking(catalogs: NullTranslations) -> Iterator[None]:
    """Let the words of the interface come from these catalogs for a while."""
    interface = translators.get(_INTERFACE)
    translators[_INTERFACE] = catalogs
    try:
        yield
    finally:
        translators.pop(_INTERFACE)
        if interface is not None:
            translators[_INTERFACE] = interface


def pair_blocks(translated: nodes.document, source: nodes.document) -> Mapping[int, nodes.Element]:
    """Return the English block for each translated one, by the ``id()`` of that.

    Raises ValueError when the two documents are not built alike.
    """
    return {id(block): english for block, english in _pairs(_page(translated), _page(source))}


def _page(document: nodes.document) -> nodes.section:
    """Return the section that holds the text of a page, below its settings."""
    return next(document.findall(nodes.section))


def _pairs(
    block: nodes.Element, english: nodes.Element
) -> Iterator[tuple[nodes.Element, nodes.Element]]:
    if isinstance(block, nodes.TextElement):
        yield block, english
        return
    for child, counterpart in zip(_visible(block), _visible(english), strict=True):
        yield from _pairs(child, counterpart)


def _visible(block: nodes.Element) -> list[nodes.Element]:
    """Return the children that can be shown: invisible ones may differ."""
    return [
        child
        for child in block.children
        if isinstance(child, nodes.Element) and not isinstance(child, nodes.Invisible)
    ]
