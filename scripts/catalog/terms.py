"""Compare the term base of a language with the glossary and add what is missing.

The term base ``locale/<code>/terms.csv`` holds, for each head of the glossary,
the approved translation and what the check of catalogs needs to find it.
"""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polib
from rich.console import Console
from rich.table import Table

from catalog_context import GLOSSARY_TERM
from scripts import LOCALE
from scripts.catalog.files import CatalogError, translations, write_text
from scripts.catalog.templates import extract

COLUMNS = ("term", "approved", "inflections", "forbidden", "note")

_SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Term:
    """One row of a term base.

    *term* is the English head; *approved*, *inflections* and *forbidden* are
    words of the language. Forbidden words are wrong for this term everywhere
    but in the glossary.
    """

    term: str
    approved: tuple[str, ...] = ()
    inflections: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    note: str = ""
    line: int = 0


def terms_path(code: str, locale: Path = LOCALE) -> Path:
    """Return where the term base of a language is."""
    return locale / code / "terms.csv"


def load_terms(code: str, locale: Path = LOCALE) -> tuple[Term, ...]:
    """Read the term base of a language; it is empty when there is no file.

    Raises CatalogError, with file and line, when it is not such a table.
    """
    path = terms_path(code, locale)
    return parse_terms(path.read_bytes(), str(path)) if path.exists() else ()


def parse_terms(data: bytes, path: str) -> tuple[Term, ...]:
    """Read a term base; *path* is how a CatalogError names it when it is not such a table."""
    try:
        text = data.decode("utf-8-sig")  # spreadsheets write the mark
    except UnicodeDecodeError as error:
        raise CatalogError(f"{path}: this is not UTF-8: save it as CSV UTF-8 ({error})") from None
    reader = csv.reader(io.StringIO(text, newline=None))
    try:
        if tuple(next(reader, ())) != COLUMNS:
            raise CatalogError(f"{path}:1: the first line must be: {','.join(COLUMNS)}")
        return tuple(_term(path, row, reader.line_num) for row in reader if row)
    except csv.Error as error:
        raise CatalogError(f"{path}:{reader.line_num}: this is no table: {error}") from None


def _term(path: str, row: list[str], line: int) -> Term:
    if len(row) != len(COLUMNS):
        raise CatalogError(
            f"{path}:{line}: this row has {len(row)} values instead of {len(COLUMNS)}; "
            'put a value that holds a comma between quotes: "one, two"'
        )
    term, approved, inflections, forbidden, note = (value.strip() for value in row)
    return Term(term, _values(approved), _values(inflections), _values(forbidden), note, line)


def _values(text: str) -> tuple[str, ...]:
    return tuple(value for part in text.split(_SEPARATOR) if (value := part.strip()))


def write_terms(code: str, terms: tuple[Term, ...], locale: Path = LOCALE) -> bool:
    """Write the term base of a language; tell whether the file changed."""
    return write_text(terms_path(code, locale), format_terms(terms))


def format_terms(terms: Iterable[Term]) -> str:
    """Return a term base as it is written, whatever program it was edited with."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    for term in terms:
        groups = (term.approved, term.inflections, term.forbidden)
        writer.writerow([term.term, *(_SEPARATOR.join(group) for group in groups), term.note])
    return table.getvalue()


# -- Command -----------------------------------------------------------------


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "--language", nargs="+", metavar="CODE", help="only these languages (default: all)"
    )


def run(options: argparse.Namespace, console: Console) -> int:
    """Complete and check the term bases; the exit code is 1 when one contradicts itself."""
    languages = translations(options.language)
    with console.status("Reading the English text"):
        heads = glossary_heads(extract())
    table = Table("Language", "Terms", "Rows added", "Without approved form", "To mend")
    found: list[str] = []
    for language in languages:
        before = load_terms(language.code)
        terms = with_heads(before, heads)
        write_terms(language.code, terms)
        path = terms_path(language.code).relative_to(LOCALE.parent)
        terms = load_terms(language.code)  # with the lines that they have now
        faults = [f"{path}:{line}: {sentence}" for line, sentence in faults_of(terms, heads)]
        empty = [term for term in terms if not term.approved]
        found += faults
        table.add_row(
            f"{language.english_name} ({language.code})",
            *map(str, (len(terms), len(terms) - len(before), len(empty), len(faults))),
        )
        for term in empty:
            sentence = f"{path}:{term.line}: {term.term!r} has no approved translation yet"
            console.print(sentence, markup=False, soft_wrap=True)
    for fault in found:
        console.print(fault, markup=False, soft_wrap=True)
    console.print(table)
    return 1 if found else 0


def glossary_heads(templates: Mapping[str, polib.POFile]) -> list[str]:
    """Return the heads of the glossary in their order, from the templates of the book."""
    return [
        entry.msgid
        for template in templates.values()
        for entry in template
        if entry.comment.startswith(GLOSSARY_TERM)
    ]


def with_heads(terms: Sequence[Term], heads: Sequence[str]) -> tuple[Term, ...]:
    """Return the term base with an empty row for each new head, after its neighbour."""
    rows = list(terms)
    position = 0
    for head in heads:
        known = next((index for index, row in enumerate(rows) if row.term == head), None)
        if known is None:
            rows.insert(position, Term(head))
        else:
            position = known
        position += 1
    return tuple(rows)


def faults_of(terms: Sequence[Term], heads: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the line of each row that contradicts another, or the glossary, and why."""
    first: dict[str, Term] = {}
    approved = {
        word.casefold(): term for term in terms for word in (*term.approved, *term.inflections)
    }
    for term in terms:
        earlier = first.setdefault(term.term, term)
        if earlier is not term:
            yield term.line, f"{term.term!r} stands in line {earlier.line} too; keep one of them"
        if term.term not in heads:
            yield (
                term.line,
                f"{term.term!r} is no head of the glossary any more; "
                "give the row the new head, or delete it",
            )
        for word in term.forbidden:
            if other := approved.get(word.casefold()):
                yield (
                    term.line,
                    f"{word!r} is forbidden here and approved in line {other.line}; decide",
                )
