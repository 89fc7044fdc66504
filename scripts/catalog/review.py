"""Mark messages or pages as read by a second reader, or reviewed by a qualified person.

    python -m scripts.catalogs review es treatment/before --as second-read --by "Ana P."

A mark holds for the English text and the translation as they are on that day.
When either changes, it is void for this message; nothing has to be taken back.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import get_args

import polib
from rich.console import Console

from languages import Language
from review_marks import (
    Mark,
    Reading,
    ReviewState,
    fingerprint,
    state_of_all,
    translators_of,
    with_mark,
)
from scripts import LOCALE
from scripts.catalog.files import (
    CatalogError,
    catalogs_of,
    read_catalog,
    translations,
    write_catalog,
)

_NAME_AND_ADDRESS = re.compile(r"(?P<name>[^<]*)(?:<(?P<address>[^>]*)>)?")

# What gettext's tools write when they do not know a translator.
_NOBODY = "full name"


@dataclass(frozen=True, slots=True)
class Review:
    """What one person has read: how (*reading*), who and when."""

    reading: Reading
    reader: str
    date: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the review of one page did; *state* is that of the whole page now."""

    marked: int
    unfinished: int
    translators: frozenset[str]
    state: ReviewState


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("language", metavar="CODE", help="the language, such as es")
    parser.add_argument("pages", metavar="PAGE", nargs="+", help="such as treatment/before")
    parser.add_argument(
        "--as",
        dest="reading",
        choices=get_args(Reading),
        required=True,
        help="second-read: by a second reader; reviewed: by a qualified medical translator",
    )
    parser.add_argument("--by", required=True, metavar="NAME", help="who has read it")
    parser.add_argument(
        "--date", type=date.fromisoformat, metavar="YYYY-MM-DD", help="when (default: today)"
    )
    parser.add_argument(
        "--message", metavar="TEXT", help="only the message with this English text or translation"
    )


def run(options: argparse.Namespace, console: Console) -> int:
    """Mark what a person has read; return the exit code."""
    [language] = translations([options.language])
    day = options.date or datetime.now(UTC).date()
    review = Review(options.reading, options.by.strip(), day.isoformat())
    files = [_catalog_path(language, page, LOCALE) for page in options.pages]
    for path in files:
        result = review_page(path, review, options.message)
        _print(path.relative_to(LOCALE.parent), review, result, console)
    if review.reading == "reviewed":
        console.print(
            "You have stated that a qualified medical translator has read these texts. "
            "If that is not so, restore the catalog: readers rely on it.",
            soft_wrap=True,
        )
    return 0


def _catalog_path(language: Language, page: str, locale: Path) -> Path:
    """Return the catalog of a page, which may be named as page or as file."""
    paths = {file.domain: file.path for file in catalogs_of(language, locale)}
    name = page.removesuffix(".po").rpartition("LC_MESSAGES/")[2]
    if name in paths:
        return paths[name]
    close = get_close_matches(name, paths, n=3)
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    raise CatalogError(f"{language.english_name} has no page {name!r}{hint}")


def review_page(path: Path, review: Review, message: str | None = None) -> Reviewed:
    """Mark the translated messages of a catalog, or one *message* of it.

    Raises CatalogError, and marks nothing, when the reader has translated one
    of them, or there is no such message.
    """
    if not review.reader or "\n" in review.reader:
        raise CatalogError("Say who has read the text: --by NAME")
    catalog = read_catalog(path)
    chosen = [entry for entry in catalog if not entry.obsolete]
    if message is not None:
        chosen = [_find(path, chosen, message)]
    finished = [entry for entry in chosen if entry.translated()]
    if not finished:
        raise CatalogError(f"{path}: nothing is translated here: nothing can be marked")
    for entry in finished:
        _refuse_own_work(path, catalog, entry, review.reader)
    for entry in finished:
        mark = Mark(review.reading, review.reader, review.date, fingerprint(entry))
        entry.tcomment = with_mark(entry, mark)
    write_catalog(path, catalog)
    return Reviewed(
        marked=len(finished),
        unfinished=len(chosen) - len(finished),
        translators=frozenset(name for entry in finished for name in _translators(catalog, entry)),
        state=state_of_all(catalog),
    )


def _find(path: Path, entries: Iterable[polib.POEntry], text: str) -> polib.POEntry:
    texts = {form: entry for entry in entries for form in (entry.msgstr, entry.msgid)}
    if text in texts:
        return texts[text]
    close = get_close_matches(text, texts, n=3)
    hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
    raise CatalogError(f"{path}: no message {text!r}{hint}")


def _refuse_own_work(path: Path, catalog: polib.POFile, entry: polib.POEntry, reader: str) -> None:
    own = set(_identity(reader))
    for translator in _translators(catalog, entry):
        if own & set(_identity(translator)):
            raise CatalogError(
                f"{path}:{entry.linenum}: {reader} has translated this message "
                f"(according to the catalog: {translator}); somebody else has to read it"
            )


def _translators(catalog: polib.POFile, entry: polib.POEntry) -> set[str]:
    """Return who translated a message; the header names only the last one of the page."""
    last = catalog.metadata.get("Last-Translator", "")
    identity = set(_identity(last))
    is_known = bool(identity) and _NOBODY not in identity
    return translators_of(entry) or ({last} if is_known else set())


def _identity(person: str) -> Iterator[str]:
    """Yield the name and the address of ``Name <address>``, as far as they are given."""
    match = _NAME_AND_ADDRESS.match(person)
    for part in match.groups() if match else ():
        if part and part.strip():
            yield " ".join(part.split()).casefold()


def _print(path: Path, review: Review, result: Reviewed, console: Console) -> None:
    lines = [
        f"{path}: marked as {review.reading} by {review.reader}: {result.marked}. "
        f"State of the page: {result.state}."
    ]
    if result.unfinished:
        lines.append(f"  Fuzzy or empty, and not marked: {result.unfinished}.")
    if not result.translators:
        lines.append(
            "  The catalog names no translator: make sure that the reader is another person."
        )
    console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)
