"""Show how far the translations are, by language and page.

The numbers come from the catalogs alone: run ``update`` first when the English
text has changed since.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polib
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.console import Console
from rich.table import Table

from languages import Language
from review_marks import STATES, ReviewState, state_of_all
from scripts import DOCS, LOCALE
from scripts.catalog import command
from scripts.catalog.files import CatalogFile, catalogs_of, read_catalog, translations

_TEMPLATES = DOCS / "_root"

# A citation is no word; of another role only its text is.
_CITATION = re.compile(r"\{cite:\w+\}`[^`]*`")
_ROLE = re.compile(r"\{[\w:-]+\}`(?P<text>[^`<]*)(?:<[^`>]*>)?`")


@dataclass(frozen=True, slots=True)
class ChangedMessage:
    """A message whose English text changed after it was translated."""

    line: int
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class PageStatus:
    """How far one page is; *state* says how far people have checked all of its messages."""

    page: str
    catalog: str
    translated: int
    fuzzy: int
    untranslated: int
    words_left: int
    state: ReviewState
    changed: tuple[ChangedMessage, ...]


@dataclass(frozen=True, slots=True)
class LanguageStatus:
    """How far one language is."""

    language: Language
    pages: tuple[PageStatus, ...]

    @property
    def translated(self) -> int:
        """Return the number of messages that the book shows translated."""
        return sum(page.translated for page in self.pages)

    @property
    def fuzzy(self) -> int:
        """Return the number of messages that have to be looked at again."""
        return sum(page.fuzzy for page in self.pages)

    @property
    def untranslated(self) -> int:
        """Return the number of messages without translation."""
        return sum(page.untranslated for page in self.pages)

    @property
    def words_left(self) -> int:
        """Return the number of English words in messages that still need work."""
        return sum(page.words_left for page in self.pages)

    @property
    def percent(self) -> int:
        """Return the translated part, rounded down: 100 only when all is translated."""
        total = self.translated + self.fuzzy + self.untranslated
        return 100 * self.translated // total if total else 0

    @property
    def state(self) -> ReviewState:
        """Return how far people have checked the whole language."""
        return min((page.state for page in self.pages), key=STATES.index, default=STATES[0])

    @property
    def claims_too_much(self) -> bool:
        """Tell whether ``languages.toml`` states more than the marks of reviewers hold."""
        return bool(self.pages_that_lack_the_claimed_marks)

    @property
    def pages_that_lack_the_claimed_marks(self) -> list[str]:
        """Return the pages that people have not checked as far as ``languages.toml`` states."""
        claimed = STATES.index(_review_state(self.language))
        return [page.page for page in self.pages if STATES.index(page.state) < claimed]


def _review_state(language: Language) -> ReviewState:
    return next((state for state in STATES if state == language.state), STATES[0])


# -- Counting ----------------------------------------------------------------


def language_status(language: Language, locale: Path = LOCALE) -> LanguageStatus:
    """Read the catalogs of a language. Raises CatalogError when one is broken."""
    pages = tuple(_page_status(file, locale) for file in catalogs_of(language, locale))
    return LanguageStatus(language, pages)


def _page_status(file: CatalogFile, locale: Path) -> PageStatus:
    entries = [entry for entry in read_catalog(file.path) if not entry.obsolete]
    todo = [entry for entry in entries if not entry.translated()]
    fuzzy = [entry for entry in todo if entry.fuzzy]
    return PageStatus(
        page=file.domain,
        catalog=file.path.relative_to(locale.parent).as_posix(),
        translated=len(entries) - len(todo),
        fuzzy=len(fuzzy),
        untranslated=len(todo) - len(fuzzy),
        words_left=sum(count_words(entry.msgid) for entry in todo),
        state=state_of_all(entries),
        changed=tuple(_changed(fuzzy)),
    )


def _changed(fuzzy: Iterable[polib.POEntry]) -> Iterator[ChangedMessage]:
    for entry in fuzzy:
        if entry.previous_msgid:
            yield ChangedMessage(entry.linenum or 1, entry.previous_msgid, entry.msgid)


def count_words(message: str) -> int:
    """Count the words of an English message that a translator has to translate."""
    text = _ROLE.sub(lambda role: role["text"], _CITATION.sub("", message))
    return sum(any(map(str.isalnum, word)) for word in text.split())


# -- Command -----------------------------------------------------------------


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "--language", nargs="+", metavar="CODE", help="these languages, page by page"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(options: argparse.Namespace, console: Console) -> int:
    """Show the status of the chosen languages; return the exit code."""
    statuses = [language_status(language) for language in translations(options.language)]
    if options.format == "json":
        print(as_json(statuses))
        return 0
    if options.language:
        for status in statuses:
            _print_pages(status, console)
    _print_languages(statuses, console)
    for status in filter(lambda status: status.claims_too_much, statuses):
        console.print(
            f"locale/languages.toml says that {status.language.english_name} is "
            f"{status.language.state!r}, but the marks of reviewers say {status.state!r}: "
            "correct the state there, or have the rest read.",
            soft_wrap=True,
        )
    if not options.language:
        codes = statuses[0].language.code if statuses else "CODE"
        console.print(f"Page by page: {command(f'status --language {codes}')}", soft_wrap=True)
    return 0


def as_json(statuses: Sequence[LanguageStatus]) -> str:
    """Return the whole status as JSON."""
    return json.dumps([_data(status) for status in statuses], ensure_ascii=False, indent=2)


def _data(status: LanguageStatus) -> dict[str, Any]:
    return {
        "code": status.language.code,
        "name": status.language.name,
        "english_name": status.language.english_name,
        "state": status.state,
        "percent": status.percent,
        "translated": status.translated,
        "fuzzy": status.fuzzy,
        "untranslated": status.untranslated,
        "words_left": status.words_left,
        "pages": [asdict(page) for page in status.pages],
    }


def _print_languages(statuses: Iterable[LanguageStatus], console: Console) -> None:
    table = _table("Language", "%")
    for status in statuses:
        name = f"{status.language.english_name} ({status.language.code})"
        table.add_row(name, *_cells(status), str(status.percent))
    console.print(table)


def _print_pages(status: LanguageStatus, console: Console) -> None:
    table = _table("Page")
    for page in status.pages:
        table.add_row(page.page, *_cells(page))
    console.print(table)
    if any(page.changed for page in status.pages):
        console.print("\nThe English text changed after these messages were translated:")
    for page in status.pages:
        for message in page.changed:
            console.print(f"{page.catalog}:{message.line}", style="bold", highlight=False)
            texts = f"  was: {message.was}\n  now: {message.now}"
            console.print(texts, markup=False, highlight=False, soft_wrap=True)


def _table(first: str, *more: str) -> Table:
    table = Table()
    table.add_column(first, overflow="fold")
    table.add_column("State")
    for name in ("Translated", "Fuzzy", "Untranslated", "Words left", *more):
        table.add_column(name, justify="right")
    return table


def _cells(status: PageStatus | LanguageStatus) -> Iterator[str]:
    yield status.state
    for number in (status.translated, status.fuzzy, status.untranslated, status.words_left):
        yield str(number)


# -- Page and badges ---------------------------------------------------------


def write_status_page(
    folder: Path, statuses: Sequence[LanguageStatus], notes: Sequence[str] = ()
) -> None:
    """Write ``status/`` below the folder of the site: a page, its data, a badge per language.

    *notes* are sentences about languages that the build could not renew.
    The page links to the pages of the languages, ``../<slug>/<page>.html``.
    """
    templates = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    output = folder / "status"
    output.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_TEMPLATES / "status.css", output / "status.css")
    page = templates.get_template("status.html").render(statuses=statuses, notes=notes)
    (output / "index.html").write_text(page + "\n", encoding="utf-8")
    (output / "status.json").write_text(as_json(statuses) + "\n", encoding="utf-8")
    badge = templates.get_template("badge.svg")
    for status in statuses:
        svg = badge.render(status=status, name_width=_text_width(status.language.name))
        (output / f"{status.language.slug}.svg").write_text(svg + "\n", encoding="utf-8")


def _text_width(text: str) -> int:
    """Estimate the width of a text of 11 pixels; the badge stretches the text to it."""
    widths = {"W": 11, "F": 11}  # the wide characters of East Asia
    return sum(
        widths.get(unicodedata.east_asian_width(character), 6)
        for character in text
        if not unicodedata.combining(character)
    )
