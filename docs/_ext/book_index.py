"""The index of the book, in the order of the reader's alphabet.

Sphinx sorts an index by code points, and shows every place after the first as
"[2]". Here the entries are sorted by :func:`collation.sort_key`, stand under the
first letter of their own script, and lead to pages by title.

An entry of a page names the page as a whole: authors write ``:::{index}`` right
under the title, with plain entries, ``see`` and ``seealso``. The terms of the
glossary are in the index by themselves.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.index_entries import split_index_msg

import navigation
from collation import sort_key
from languages import SOURCE_LANGUAGE, language_for

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)

_UNTRANSLATED = "untranslated-index"
# Kind, text, target, "main" for a main place, and a key that the book does not use.
_SphinxEntry: TypeAlias = tuple[str, str, str, str, str | None]
# Words in these scripts have no first letter that a reader could look under.
_WITHOUT_LETTERS = frozenset({"Hans", "Hant", "Jpan"})


@dataclass(frozen=True, slots=True)
class Place:
    """A page that an entry leads to; *fragment* is empty or ``#term-placebo``."""

    page: navigation.Entry
    fragment: str
    is_main: bool


@dataclass(slots=True)
class Heading:
    """An entry of the index: a name, the places it leads to, and other entries to look up."""

    name: str
    lang: str
    anchor: str
    places: list[Place] = field(default_factory=list)
    see: list[Heading] = field(default_factory=list)
    see_also: list[Heading] = field(default_factory=list)

    @property
    def is_shown(self) -> bool:
        """Tell whether the entry leads anywhere; what only another entry names does not."""
        return bool(self.places or self.see)

    def add(self, place: Place) -> None:
        """Add a place once; main places come first, else the order stays."""
        if place not in self.places:
            self.places.append(place)
            self.places.sort(key=lambda place: not place.is_main)


@dataclass(frozen=True, slots=True)
class Group:
    """The entries under one letter; the letter is empty where the script has none."""

    letter: str
    headings: list[Heading]


class _Headings:
    """All headings, by name; a name is the same in capitals and in small letters."""

    def __init__(self, untranslated: frozenset[str]) -> None:
        self._untranslated = untranslated
        self._headings: dict[str, Heading] = {}

    def __iter__(self) -> Iterator[Heading]:
        return iter(self._headings.values())

    def named(self, name: str) -> Heading:
        lang = SOURCE_LANGUAGE if name in self._untranslated else ""
        anchor = f"entry-{len(self._headings) + 1}"
        return self._headings.setdefault(name.casefold(), Heading(name, lang, anchor))


def headings(env: BuildEnvironment) -> list[Heading]:
    """Collect the entries of all pages, unsorted.

    The places of an entry stand in reading order, main entries first.
    """
    found = _Headings(frozenset(_untranslated(env)))
    for page in navigation.pages(env):
        for entry in env.domains.index_domain.entries.get(page.docname, ()):
            _add(found, page, entry)
    return list(found)


def _add(found: _Headings, page: navigation.Entry, entry: _SphinxEntry) -> None:
    kind, value, target, main, _key = entry
    if kind == "single":
        fragment = "" if target.startswith("index-") else f"#{target}"
        found.named(value).add(Place(page, fragment, bool(main)))
    elif kind in ("see", "seealso"):
        name, other = split_index_msg(kind, value)
        heading = found.named(name)
        (heading.see if kind == "see" else heading.see_also).append(found.named(other))
    else:
        logger.warning(
            "the index of this book has no %r entries: write plain ones, see or seealso",
            kind,
            location=page.docname,
            type="index",
            subtype="kind",
        )


def groups(entries: Iterable[Heading], script: str) -> list[Group]:
    """Sort entries and put them under the letters of *script*; Latin words come last elsewhere."""
    by_letter: dict[str, list[Heading]] = {}
    for heading in sorted(entries, key=lambda heading: _order(heading.name, script)):
        by_letter.setdefault(_letter(heading.name, script), []).append(heading)
    return [Group(letter, members) for letter, members in by_letter.items()]


def _order(name: str, script: str) -> tuple[bool, tuple[int, ...]]:
    word = _without_leading_marks(name)
    is_foreign = script != "Latn" and unicodedata.name(word[0], "").startswith("LATIN")
    return is_foreign, sort_key(word)


def _letter(name: str, script: str) -> str:
    if script in _WITHOUT_LETTERS:
        return ""
    first = _without_leading_marks(name)[0]
    # Without its accents: readers look for "árbol" under A.
    return unicodedata.normalize("NFD", first)[0].upper() if first.isalpha() else "#"


def _without_leading_marks(name: str) -> str:
    start = next((position for position, sign in enumerate(name) if sign.isalnum()), 0)
    return name[start:]


def _untranslated(env: BuildEnvironment) -> Iterator[str]:
    for metadata in env.metadata.values():
        yield from metadata.get(_UNTRANSLATED, ())


def _note_untranslated(app: Sphinx, doctree: nodes.document) -> None:
    names: set[str] = set()
    for node in doctree.findall(addnodes.index):
        names.update(node.get("untranslated", ()))
    if names:
        app.env.metadata[app.env.current_document.docname][_UNTRANSLATED] = sorted(names)


def _warn_of_dead_ends(app: Sphinx, env: BuildEnvironment) -> None:
    """Report entries that send the reader to an entry that is not there.

    In translations the parts of an entry may be translated at different times;
    there the reader gets the name without a link.
    """
    if app.config.language != SOURCE_LANGUAGE:
        return
    for heading in headings(env):
        for other in (*heading.see, *heading.see_also):
            if not other.is_shown:
                logger.warning(
                    "the index sends readers from %r to %r, and no page has that entry",
                    heading.name,
                    other.name,
                    type="index",
                    subtype="see",
                )


def _page_context(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    if pagename != navigation.INDEX:
        return
    shown = [heading for heading in headings(app.env) if heading.is_shown]
    context["index_groups"] = groups(shown, language_for(app.config).script)
    if any(heading.lang for heading in shown):
        context["partly_translated"] = context["is_translation"]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Give the template of the index its entries."""
    app.connect("doctree-read", _note_untranslated)
    app.connect("env-check-consistency", _warn_of_dead_ends)
    # After the languages have said what they know of the page.
    app.connect("html-page-context", _page_context, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
