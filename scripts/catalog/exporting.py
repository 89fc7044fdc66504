"""Write the texts of a language for an agency (XLIFF) or for translators without git (zip)."""

from __future__ import annotations

import argparse
from pathlib import Path

import polib
from rich.console import Console
from rich.table import Table

from languages import SOURCE_LANGUAGE, Language
from scripts import LOCALE, ROOT
from scripts.catalog import command
from scripts.catalog.exchange import messages_of
from scripts.catalog.files import catalogs_of, read_catalog, translations, write_bytes
from scripts.catalog.translator_zip import write_zip
from scripts.catalog.xliff import write_xliff

SITE = ROOT / "build" / "site"
_SUFFIXES = {"xliff": "xlf", "zip": "zip"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    parser.add_argument("language", metavar="CODE", help="the language, for example: es")
    parser.add_argument(
        "--format",
        choices=sorted(_SUFFIXES),
        default="xliff",
        help="xliff: one file for an agency (default); zip: a folder for people with Poedit",
    )
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="where to write (default: build/export/CODE...)"
    )
    parser.add_argument(
        "--only",
        choices=["untranslated"],
        help="only texts that readers still see in English (xliff)",
    )


def run(options: argparse.Namespace, console: Console) -> int:
    """Export one language; return the exit code."""
    suffix = _SUFFIXES[options.format]
    output = options.output or ROOT / "build" / "export" / f"{options.language}.{suffix}"
    if options.only and options.format == "zip":
        console.print("A zip always holds the whole language: leave out --only.")
        return 2
    [language] = translations([options.language], LOCALE)
    handouts = english_handouts(SITE, language)
    if options.format == "zip":
        data = write_zip(language, LOCALE, handouts)
    else:
        data = write_xliff(language, LOCALE, _is_open if options.only else _is_any)
    write_bytes(output, data)
    _print_contents(language, options.only is not None, console)
    if options.format == "zip" and not handouts:
        console.print(
            "The zip has no English handouts, because they are not built. "
            "To have them inside: .venv/bin/nox -s site, then export again.",
            soft_wrap=True,
        )
    console.print(f"Written: {output}", markup=False, soft_wrap=True)
    console.print(f"When it comes back: {command('import FILE')}", soft_wrap=True)
    return 0


def english_handouts(site: Path, language: Language) -> list[Path]:
    """Return the English PDFs of a built site, on the paper of a language."""
    return sorted((site / SOURCE_LANGUAGE / "handouts").glob(f"*.{language.paper}.pdf"))


def _is_open(entry: polib.POEntry) -> bool:
    return not entry.translated()


def _is_any(entry: polib.POEntry) -> bool:
    return True


def _print_contents(language: Language, only_open: bool, console: Console) -> None:
    pages = [list(messages_of(read_catalog(file.path))) for file in catalogs_of(language, LOCALE)]
    entries = [entry for page in pages for entry in page]
    groups = {
        "translated": [entry for entry in entries if entry.translated()],
        "needs review": [entry for entry in entries if entry.fuzzy],
        "untranslated": [entry for entry in entries if not entry.msgstr and not entry.fuzzy],
    }
    table = Table("Messages", "Count", "English words", title=f"Export: {language.english_name}")
    for name, members in groups.items():
        if not (only_open and name == "translated"):
            words = sum(len(entry.msgid.split()) for entry in members)
            table.add_row(name, str(len(members)), str(words))
    console.print(table)
