"""Take back an export: sound changes go into the catalogs, all others are named."""

from __future__ import annotations

import argparse
import difflib
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polib
from rich.console import Console
from rich.table import Table

from languages import Language
from scripts import LOCALE
from scripts.catalog.exchange import (
    Delivery,
    Returned,
    ReturnedTerms,
    fingerprint,
    messages_of,
)
from scripts.catalog.files import CatalogError, catalogs_of, read_catalog, translations, write_text
from scripts.catalog.inline_tags import BrokenTagsError
from scripts.catalog.po_edit import Change, apply_changes
from scripts.catalog.rules import check_message
from scripts.catalog.rules.base import Message
from scripts.catalog.rules.knowledge import Knowledge, load_knowledge
from scripts.catalog.terms import (
    Term,
    faults_of,
    format_terms,
    load_terms,
    parse_terms,
    terms_path,
    write_terms,
)
from scripts.catalog.translator_zip import read_zip
from scripts.catalog.xliff import read_xliff


class RefusedError(Exception):
    """A message cannot be imported; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A message that was not imported, and why."""

    message: Returned
    reason: str


@dataclass(frozen=True, slots=True)
class PageReport:
    """What became of the messages of one page; a page that the book lacks has no *path*.

    The changes stand by their English text.
    """

    domain: str
    path: Path | None
    changes: dict[str, Change] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TermsReport:
    """What became of a term base that came back: the rows that are new in the book, or why not."""

    path: Path
    terms: tuple[Term, ...] = ()
    changed: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="the XLIFF file or the zip that came back"
    )


def run(options: argparse.Namespace, console: Console) -> int:
    """Import a file; return the exit code, 1 when messages were refused."""
    delivery = read_delivery(options.file, translations(None, LOCALE))
    reports, terms = import_delivery(delivery, LOCALE)
    _print_pages(reports, terms, console)
    _print_refusals(reports, console)
    _print_terms(terms, console)
    for notice in delivery.notices:
        console.print(notice, markup=False, soft_wrap=True)
    return 1 if terms.faults or any(report.refusals for report in reports) else 0


def read_delivery(path: Path, languages: Sequence[Language]) -> Delivery:
    """Read what came back, whichever format it has, for one of the languages.

    Raises CatalogError when it cannot be used.
    """
    if not path.is_file():
        raise CatalogError(f"{path}: there is no such file")
    return (read_zip if zipfile.is_zipfile(path) else read_xliff)(path, languages)


def import_delivery(
    delivery: Delivery, locale: Path = LOCALE
) -> tuple[list[PageReport], TermsReport]:
    """Write the sound changes of a delivery into the book; report page by page, and the terms.

    Raises CatalogError, and writes nothing, when a catalog of the book is broken.
    """
    pages: dict[str, list[Returned]] = defaultdict(list)
    for message in delivery.messages:
        pages[message.domain].append(message)
    paths = {catalog.domain: catalog.path for catalog in catalogs_of(delivery.language, locale)}
    terms = _judge_terms(delivery.language.code, delivery.terms, locale)
    known = load_knowledge(delivery.language, locale)
    if terms.changed:
        known = replace(known, terms=terms.terms)
    reports = [
        _judge(PageReport(domain, paths.get(domain)), messages, known)
        for domain, messages in sorted(pages.items())
    ]
    for report in reports:
        if report.path and report.changes:
            text = report.path.read_bytes().decode("utf-8")
            write_text(report.path, apply_changes(text, report.changes))
    if terms.changed:
        write_terms(delivery.language.code, terms.terms, locale)
    return reports, terms


def _judge_terms(code: str, returned: ReturnedTerms | None, locale: Path) -> TermsReport:
    """Take a term base whole, or not at all: its rows hold together."""
    report = TermsReport(terms_path(code, locale))
    if returned is None:
        return report
    try:
        terms = parse_terms(returned.data, "terms.csv in the zip")
    except CatalogError as error:
        return replace(report, faults=(str(error),))
    text = format_terms(terms)  # spreadsheets change quotes and line ends, too
    book = load_terms(code, locale)
    if fingerprint(text) == returned.sent or text == format_terms(book):
        return report
    if fingerprint(format_terms(book)) != returned.sent:
        reason = "the book's term base was also changed after the export: enter the rows by hand"
        return replace(report, faults=(reason,))
    if faults := tuple(_faults_of_terms(terms, book)):
        return replace(report, faults=faults)
    before = {replace(term, line=0) for term in book}
    changed = tuple(term.term for term in terms if replace(term, line=0) not in before)
    return replace(report, terms=terms, changed=changed)


def _faults_of_terms(terms: Sequence[Term], book: Sequence[Term]) -> Iterator[str]:
    heads = [term.term for term in book]
    for line, sentence in faults_of(terms, heads):
        yield f"line {line}: {sentence}"
    for head in sorted(set(heads) - {term.term for term in terms}):
        yield f"the row of {head!r} is gone: put it back"
    for term in terms:
        texts = "".join((*term.approved, *term.inflections, *term.forbidden, term.note))
        hidden = {each for each in texts if unicodedata.category(each) in ("Cc", "Cf")}
        if hidden - {"\N{ZERO WIDTH JOINER}", "\N{ZERO WIDTH NON-JOINER}"}:
            yield f"line {term.line}: a character that nobody sees stands in it: type it again"


def _judge(report: PageReport, messages: Iterable[Returned], known: Knowledge) -> PageReport:
    entries = list(messages_of(read_catalog(report.path))) if report.path else []
    for message in filter(_is_news, messages):
        try:
            entry = _entry_of(message, entries)
            change = _change(message, entry, known)
            if change and report.changes.setdefault(entry.msgid, change) != change:
                raise RefusedError("the file has this message twice, in two versions: choose one")
        except (RefusedError, BrokenTagsError) as error:
            report.refusals.append(Refusal(message, str(error)))
    return report


def _is_news(message: Returned) -> bool:
    if message.edited or message.ticket is None:
        return True
    return message.confirmed if message.ticket.fuzzy else message.doubtful


def _entry_of(message: Returned, entries: Sequence[polib.POEntry]) -> polib.POEntry:
    """Return the entry that a message is for. Raises RefusedError when it is not there now."""
    if message.ticket is None:
        raise RefusedError("it was not in the export, or a program has lost its id")
    for entry in entries:
        if fingerprint(entry.msgid) == message.ticket.english:
            return entry
    for entry in entries:
        if fingerprint(entry.previous_msgid or "") == message.ticket.english:
            raise RefusedError(
                f"its English changed after the export; translate the new one: “{entry.msgid}”"
            )
    # What msgmerge had no translation for leaves no trace of its old English.
    present = [entry.msgid for entry in entries]
    if similar := difflib.get_close_matches(message.english, present, n=1, cutoff=0.75):
        raise RefusedError(f"its English changed after the export, likely to: “{similar[0]}”")
    raise RefusedError("this English text is not on this page of the book (any more)")


def _change(message: Returned, entry: polib.POEntry, known: Knowledge) -> Change | None:
    """Return what to change in the catalog, or None when it already says the same."""
    msgstr = message.translation(entry.msgid)
    if (entry.msgstr, entry.fuzzy) == (msgstr, message.doubtful):
        return None
    if message.ticket and fingerprint(entry.msgstr) != message.ticket.translation:
        raise RefusedError(
            "this translation was also changed in the book after the export. The book has "
            f"“{entry.msgstr}”, the file has “{msgstr}”: choose one and enter it by hand"
        )
    if not message.doubtful and (errors := _errors(entry, msgstr, message.domain, known)):
        raise RefusedError("; ".join(errors))
    return Change(msgstr, message.doubtful)


def _errors(entry: polib.POEntry, msgstr: str, domain: str, known: Knowledge) -> list[str]:
    problems = check_message(Message(entry.msgid, msgstr, domain), known)
    return [problem.sentence for problem in problems if problem.severity == "error"]


def _print_pages(reports: Iterable[PageReport], terms: TermsReport, console: Console) -> None:
    touched = [report for report in reports if report.changes or report.refusals]
    if not touched:
        if terms.changed or terms.faults:
            return
        console.print("The file has no change that the book does not have already.")
        return
    table = Table("Page", "Imported", "Of these fuzzy", "Refused")
    for report in touched:
        fuzzy = sum(change.fuzzy for change in report.changes.values())
        counts = (len(report.changes), fuzzy, len(report.refusals))
        table.add_row(report.domain, *map(str, counts))
    console.print(table)


def _print_terms(terms: TermsReport, console: Console) -> None:
    if terms.changed:
        text = f"{terms.path}: imported: {', '.join(terms.changed)}"
        console.print(text, markup=False, highlight=False, soft_wrap=True)
    for fault in terms.faults:
        text = f"{terms.path}: not imported, no row of it: {fault}"
        console.print(text, markup=False, highlight=False, soft_wrap=True)


def _print_refusals(reports: Iterable[PageReport], console: Console) -> None:
    for report in reports:
        # Read again: the import may have moved the lines.
        catalog = read_catalog(report.path) if report.path and report.refusals else polib.POFile()
        lines = {fingerprint(entry.msgid): entry.linenum for entry in catalog}
        for refusal in report.refusals:
            place = str(report.path or f"{report.domain} (the book has no such page)")
            ticket = refusal.message.ticket
            if ticket and (line := lines.get(ticket.english)):
                place = f"{place}:{line}"
            text = f"{place}: not imported: “{refusal.message.english}”\n    {refusal.reason}"
            console.print(text, markup=False, highlight=False, soft_wrap=True)
