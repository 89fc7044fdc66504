"""Whether a page becomes a handout: whole, stamped as a draft, or not at all.

On paper nobody can look up what is missing. So a handout with a message that is
untranslated or fuzzy (in its page, or among the words that every handout carries)
is withheld, or stamped as a draft where ``languages.toml`` says so.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from enum import Enum, auto
from gettext import NullTranslations
from typing import TYPE_CHECKING

from docutils import nodes
from docutils.utils import new_document
from sphinx.locale import get_translator

from handouts.furniture import add_furniture, page_label, stamp
from handouts.source_text import speaking
from languages import SOURCE_LANGUAGE, book_title, language_for, translated_part

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment


class Issue(Enum):
    """How a page is issued as a handout."""

    WITHHELD = auto()
    STAMPED = auto()
    WHOLE = auto()


class _Gaps(NullTranslations):
    """Stands behind all catalogs, and notes what none of them translates."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def gettext(self, message: str) -> str:
        """Return the English words."""
        self.messages.append(message)
        return message


def issue_of(env: BuildEnvironment, docname: str, doctree: nodes.document) -> Issue:
    """Tell how the page *docname* is issued in the language of the build.

    A page that is no handout is withheld. So is one that could be stamped in
    English only: its readers would not understand the stamp.
    """
    if "handout" not in env.metadata[docname]:
        return Issue.WITHHELD
    language = language_for(env.config)
    if language.code == SOURCE_LANGUAGE:
        return Issue.WHOLE
    if translated_part(doctree) == 1 and not _lacks_words(lambda: _furniture(env, docname)):
        return Issue.WHOLE
    if language.incomplete_handouts == "stamp" and not _lacks_words(stamp):
        return Issue.STAMPED
    return Issue.WITHHELD


def _lacks_words(ask: Callable[[], object]) -> bool:
    """Tell whether *ask* asks for words of the interface that are not translated."""
    gaps = _Gaps()
    catalogs = deepcopy(get_translator("sphinx"))
    catalogs.add_fallback(gaps)
    with speaking(catalogs):
        ask()
    return bool(gaps.messages)


def _furniture(env: BuildEnvironment, docname: str) -> None:
    """Make once what every handout carries, for the words that it takes."""
    document = new_document("")
    document += nodes.section("", nodes.title())
    add_furniture(document, env, docname, language_for(env.config))
    book_title()
    page_label()
