"""Check translations: markup, numbers, terms, wording; each finding says what to mend.

    python -m scripts.catalogs check [--language es] [--format text|github|json] [FILES]

Errors must be mended before a text is published; warnings may be right as they
are. Entries that are empty or fuzzy are not checked: readers do not see them.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

import polib
from rich.console import Console
from rich.markup import escape

from languages import Language
from review_marks import STATES
from scripts import LOCALE
from scripts.catalog.files import (
    CatalogError,
    CatalogFile,
    catalogs_of,
    read_catalog,
    translations,
)
from scripts.catalog.rules import catalogs, check_message
from scripts.catalog.rules.base import Message, Problem, Severity, error
from scripts.catalog.rules.knowledge import Knowledge, load_knowledge
from scripts.catalog.status import language_status

_LINE_OF_FAULT = re.compile(r":(\d+): ")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to mend: where it stands, how bad it is, and what to do."""

    path: str
    line: int
    severity: Severity
    rule: str
    sentence: str


def check_language(
    language: Language, locale: Path = LOCALE, files: Sequence[Path] = ()
) -> list[Finding]:
    """Check the catalogs of a language, or only the given *files* of it.

    Never raises for a fault of the data: what cannot be read is a finding.
    """
    try:
        known = load_knowledge(language, locale)
    except CatalogError as fault:
        return [_unreadable(locale / language.code, fault, locale)]
    everything = list(catalogs_of(language, locale))
    chosen = [file for file in everything if not files or file.path in files]
    with ThreadPoolExecutor() as pool:  # msgfmt is a program: it runs beside the rules
        found = pool.map(partial(_check_file, known=known, locale=locale), chosen)
        findings = [finding for each in found for finding in each]
    findings += _different_translations(everything, chosen, locale)
    if not files:
        findings += _false_state(language, locale)
    return sorted(set(findings))


def check_catalog(path: Path, language: Language, locale: Path = LOCALE) -> list[Finding]:
    """Check one catalog of a language; *path* stands in the folder of its catalogs."""
    return check_language(language, locale, [path])


def _check_file(file: CatalogFile, known: Knowledge, locale: Path) -> list[Finding]:
    problems = [*catalogs.conflict_markers(file.path), *catalogs.gettext_complaints(file.path)]
    try:
        catalog = read_catalog(file.path)
    except CatalogError as fault:
        if not problems:
            return [_unreadable(file.path, fault, locale)]
    else:
        problems += catalogs.broken_header(catalog, file.language)
        problems += catalogs.context_entries(catalog)
        problems += _problems_of_entries(file, catalog, known)
    return [_finding(file.path, line, problem, locale) for line, problem in problems]


def _problems_of_entries(
    file: CatalogFile, catalog: polib.POFile, known: Knowledge
) -> Iterator[tuple[int, Problem]]:
    lines = file.path.read_text(encoding="utf-8").splitlines()
    for entry in catalog.translated_entries():
        line = _line_of_translation(lines, entry)
        for msgid, msgstr in _translations(entry):
            for problem in check_message(Message(msgid, msgstr, file.domain), known):
                yield line, problem


def _translations(entry: polib.POEntry) -> Iterator[tuple[str, str]]:
    """Yield each English text of an entry with its translation, also for plural forms."""
    if not entry.msgid_plural:
        yield entry.msgid, entry.msgstr
        return
    for number, msgstr in entry.msgstr_plural.items():
        yield (entry.msgid if number == 0 else entry.msgid_plural), msgstr


def _line_of_translation(lines: Sequence[str], entry: polib.POEntry) -> int:
    """Return the line where the translation starts: polib knows where the entry starts."""
    start = entry.linenum or 1
    for number, line in enumerate(lines[start - 1 :], start):
        if line.startswith("msgstr"):
            return number
    return start


def _different_translations(
    everything: Iterable[CatalogFile], chosen: Iterable[CatalogFile], locale: Path
) -> Iterator[Finding]:
    reported = set(chosen)
    for file, entry, problem in catalogs.different_translations(_translated(everything)):
        if file in reported:
            yield _finding(file.path, entry.linenum or 1, problem, locale)


def _translated(files: Iterable[CatalogFile]) -> Iterator[tuple[CatalogFile, polib.POEntry]]:
    for file in files:
        try:
            catalog = read_catalog(file.path)
        except CatalogError:  # reported where the file itself is checked
            continue
        for entry in catalog.translated_entries():
            yield file, entry


def _false_state(language: Language, locale: Path) -> Iterator[Finding]:
    """Report a state that readers are told, and that the marks of reviewers do not hold."""
    path = locale / "languages.toml"
    if language.state == "source":
        sentence = f'[{language.code}] is a translation: write state = "{STATES[0]}"'
        yield _finding(path, _line_of_state(path, language), error("state", sentence), locale)
    try:
        status = language_status(language, locale)
    except CatalogError:  # reported where the file itself is checked
        return
    if not status.claims_too_much:
        return
    lacking = status.pages_that_lack_the_claimed_marks
    more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
    sentence = (
        f"readers are told that {language.english_name} is {language.state!r}, but not every "
        f"message has such a mark that holds ({', '.join(lacking[:3])}{more}): write "
        f'state = "{status.state}", or have the rest read and mark it with `review`'
    )
    yield _finding(path, _line_of_state(path, language), error("state", sentence), locale)


def _line_of_state(path: Path, language: Language) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    table = lines.index(f"[{language.code}]") if f"[{language.code}]" in lines else 0
    states = (
        number for number, line in enumerate(lines[table:], table + 1) if line.startswith("state")
    )
    return next(states, 1)


def _finding(path: Path, line: int, problem: Problem, locale: Path) -> Finding:
    shown = path.resolve().relative_to(locale.resolve().parent).as_posix()
    return Finding(shown, line, problem.severity, problem.rule, problem.sentence)


def _unreadable(path: Path, fault: CatalogError, locale: Path) -> Finding:
    line = _LINE_OF_FAULT.search(str(fault))
    return _finding(path, int(line[1]) if line else 1, error("unreadable", str(fault)), locale)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the verb."""
    parser.add_argument(
        "--language", nargs="+", metavar="CODE", help="only these languages (default: all)"
    )
    parser.add_argument(
        "--format",
        choices=("text", "github", "json"),
        default="text",
        help="text: grouped by file; github: annotations of a pull request; json: the data",
    )
    parser.add_argument("files", nargs="*", type=Path, help="only these catalogs (default: all)")


def run(options: argparse.Namespace, console: Console) -> int:
    """Run the verb; the exit code is 1 when there is an error.

    Raises CatalogError or LanguagesError when there is no such file or language.
    """
    files = [path.resolve() for path in options.files]
    codes = options.language
    if files:
        codes = list(dict.fromkeys(_code_of(path) for path in files))
    findings = [
        finding
        for language in translations(codes, LOCALE)
        for finding in check_language(language, LOCALE, files)
    ]
    _print(findings, options.format, console)
    return 1 if any(finding.severity == "error" for finding in findings) else 0


def _code_of(path: Path) -> str:
    if path.is_file() and path.suffix == ".po" and path.is_relative_to(LOCALE):
        return path.relative_to(LOCALE).parts[0]
    raise CatalogError(f"{path}: there is no such catalog; give a .po file in {LOCALE}")


def _print(findings: Sequence[Finding], form: str, console: Console) -> None:
    if form == "json":
        data = [asdict(finding) for finding in findings]
        console.out(json.dumps(data, indent=2, ensure_ascii=False), highlight=False)
    elif form == "github":
        for finding in findings:
            console.out(_annotation(finding), highlight=False)
    else:
        _print_text(findings, console)


def _annotation(finding: Finding) -> str:
    """Return a finding as a workflow command, with the characters escaped that it reserves."""
    sentence = finding.sentence.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    place = f"file={finding.path},line={finding.line},title={finding.rule}"
    return f"::{finding.severity} {place}::{sentence}"


def _print_text(findings: Sequence[Finding], console: Console) -> None:
    for path, group in groupby(findings, key=lambda finding: finding.path):
        console.print(f"\n[bold]{escape(path)}[/bold]")
        for finding in group:
            color = "red" if finding.severity == "error" else "yellow"
            console.print(
                f"  {escape(path)}:{finding.line}: [{color}]{finding.severity}[/{color}] "
                f"{escape(finding.sentence)} [dim]({finding.rule})[/dim]",
                soft_wrap=True,
                highlight=False,
                emoji=False,  # ":100:" is a line number
            )
    errors = sum(finding.severity == "error" for finding in findings)
    console.print(
        f"\n{errors} errors, {len(findings) - errors} warnings. Errors must be mended; "
        "read the warnings, they may be right."
        if findings
        else "Nothing to mend was found."
    )
