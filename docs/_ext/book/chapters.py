"""The pages of the whole book: which, in what order, and where a link in them leads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docutils import nodes

import navigation

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

# Nodes that a link leads to directly; a link to another place leads to its section.
PLACES = (nodes.section, nodes.term, nodes.citation, nodes.footnote)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A page of the book; *depth* is 1 for parts and for pages that belong to none."""

    docname: str
    title: str
    depth: int


def chapters(env: BuildEnvironment) -> list[Chapter]:
    """Return the pages of the book in reading order, without root page, handouts and index."""
    found = (
        Chapter(entry.docname, entry.title, depth)
        for part in navigation.contents(env)
        for entry, depth in _with_depth(part, 1)
    )
    return [chapter for chapter in found if is_in_book(env, chapter.docname)]


def is_in_book(env: BuildEnvironment, docname: str) -> bool:
    """Tell whether a page is a chapter: handouts exist on their own, the index is made."""
    return docname != navigation.INDEX and "handout" not in env.metadata[docname]


def _with_depth(entry: navigation.Entry, depth: int) -> Iterator[tuple[navigation.Entry, int]]:
    yield entry, depth
    for page in entry.pages:
        yield from _with_depth(page, depth + 1)


class Places:
    """Where links lead: the names of the places in all chapters."""

    def __init__(self, doctrees: Mapping[str, nodes.document]) -> None:
        self._names = dict(_places(doctrees.items()))
        self._names[navigation.INDEX, ""] = navigation.INDEX

    def find(self, docname: str, fragment: str) -> str | None:
        """Return the name of a place in a page; None when it is not in the book."""
        return self._names.get((docname, fragment))


def place_name(docname: str, node: nodes.Element) -> str:
    """Return the name under which links find a node."""
    return f"{docname}#{node['ids'][0]}"


def _places(
    doctrees: Iterable[tuple[str, nodes.document]],
) -> Iterator[tuple[tuple[str, str], str]]:
    for docname, doctree in doctrees:
        page = next(iter(doctree.findall(nodes.section)), None)
        if page is None:  # a root page that only lists the others: nothing of it is left
            continue
        yield (docname, ""), place_name(docname, page)
        for node in doctree.findall(nodes.Element):
            home = _home(node)
            for identifier in node["ids"]:
                yield (docname, identifier), place_name(docname, page if home is None else home)


def _home(node: nodes.Element) -> nodes.Element | None:
    """Return the nearest node around a node, or itself, that links can lead to."""
    home: nodes.Element | None = node
    while home is not None and not (isinstance(home, PLACES) and home["ids"]):
        home = home.parent
    return home
