"""Build the book in two made-up languages and list what a translation could not reach.

In ``qps_PLOC`` every letter has an accent and every text is longer by 40 percent;
``qps_PLOCM`` is the same from right to left. Text that is still plain English
there would stay English in every language. All of it is in ``build/pseudo``.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import polib
from lxml import etree
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from languages import SOURCE_LANGUAGE, Language, load_languages
from scripts import DOCS, LOCALE, ROOT
from scripts.catalog.files import messages_folder, write_catalog, write_text
from scripts.catalog.inline_tags import read_message, tags_of, write_message
from scripts.catalog.pseudo_pages import (
    Finding,
    chromium,
    english_on_pages,
    english_on_sheets,
    places_too_wide,
    sheets_too_long,
)
from scripts.catalog.templates import extract

PSEUDO = ROOT / "build" / "pseudo"
GROWTH = 0.4
# A word grows by this letter, so that long words get longer, as in real languages.
FILLER = "ǿ"

_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ACCENTED = "ȧƀƈḓḗƒɠħīĵķŀḿƞǿƥɋřşŧŭṽẇẋẏẑȦƁƇḒḖƑƓĦĪĴĶĿḾȠǾƤɊŘŞŦŬṼẆẊẎẐ"
_ACCENTS = str.maketrans(_PLAIN, _ACCENTED)
# Words, but neither addresses nor entities of HTML.
_WORD = re.compile(r"(?P<kept>https?://\S+|&#?\w+;)|(?P<word>[A-Za-z]+)")
_KEPT_TAGS = ("x-code", "x-placeholder")


def pseudo_text(message: str) -> str:
    """Return a message with accents, longer by 40 percent; its markup and numbers stay."""
    tags = tags_of(message)
    element = etree.Element("message")
    write_message(element, message, tags)
    grow = _Growth()
    for part in element.iter():
        if part.tag != "ph" and part.get("ctype") not in _KEPT_TAGS:
            part.text = grow(part.text or "")
        if part is not element:
            part.tail = grow(part.tail or "")
    return read_message(element, tags)


class _Growth:
    """Accents one text after another, and carries what a short word owes to the next one."""

    def __init__(self) -> None:
        self._owed = 0.0

    def __call__(self, text: str) -> str:
        return _WORD.sub(self._word, text)

    def _word(self, match: re.Match[str]) -> str:
        if match["kept"]:
            return match["kept"]
        self._owed += GROWTH * len(match["word"])
        added = round(self._owed)
        self._owed -= added
        return match["word"].translate(_ACCENTS) + FILLER * added


def pseudo_languages(english: Language) -> list[Language]:
    """Return the two pseudo-locales as rows of the list of languages."""
    base = replace(english, script="Latn", state="draft")
    left = replace(
        base, code="qps_PLOC", slug="qps-ploc", tag="qps-ploc",
        name="Ƥşḗŭḓǿ", english_name="Pseudo",
    )  # fmt: skip
    right = replace(
        base, code="qps_PLOCM", slug="qps-plocm", tag="qps-plocm",
        name="Ƥşḗŭḓǿ ⇄", english_name="Pseudo, right to left", direction="rtl",
    )  # fmt: skip
    return [left, right]


def write_pseudo_locale(
    templates: Mapping[str, polib.POFile], languages: Sequence[Language], locale: Path
) -> None:
    """Write catalogs of all templates, and the list of languages that the build needs."""
    for template in templates.values():
        for entry in template:
            entry.msgstr = pseudo_text(entry.msgid)
    for language in languages:
        for domain, template in templates.items():
            template.metadata["Language"] = language.code
            write_catalog(messages_folder(language.code, locale) / f"{domain}.po", template)


def write_languages(path: Path, languages: Iterable[Language]) -> None:
    """Write a list of languages that load_languages reads back."""
    write_text(path, "\n".join(_table_of(language) for language in languages))


def _table_of(language: Language) -> str:
    fields = asdict(language)
    code = fields.pop("code")
    lines = (f"{name} = {_toml(value)}\n" for name, value in fields.items())
    return f"[{code}]\n{''.join(lines)}"


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


# -- Command -----------------------------------------------------------------


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add no options: the verb does the same for everybody."""


def run(options: argparse.Namespace, console: Console) -> int:
    """Build the pseudo-locales and list what they show; the exit code is 1 for English text."""
    shutil.rmtree(PSEUDO, ignore_errors=True)
    source = load_languages(LOCALE / "languages.toml")[SOURCE_LANGUAGE]
    languages = pseudo_languages(source)
    with console.status("Building the book in two made-up languages"):
        problems = build_pseudo_locales(source, languages)
    if problems:
        console.print("The pseudo-locales cannot be built. Mend this first:", style="bold red")
        for problem in problems:
            console.print(problem, markup=False, highlight=False)
        return 1
    with console.status("Reading all pages and handouts"):
        english = [*_english(languages)]
    _print_english(english, console)
    _print_overflow(languages, console)
    return 1 if english else 0


def build_pseudo_locales(source: Language, languages: Sequence[Language]) -> list[str]:
    """Make catalogs from new templates, build pages and handouts; return what went wrong."""
    locale = PSEUDO / "locale"
    write_pseudo_locale(extract(output=PSEUDO / "templates"), languages, locale)
    write_languages(locale / "languages.toml", [source, *languages])
    with ThreadPoolExecutor() as pool:  # each build is a program of its own
        return [problem for found in pool.map(_build, languages) for problem in found]


def _build(language: Language) -> list[str]:
    return _run_sphinx(language, "html", _folder(language)) or _run_sphinx(
        language, "handouts", _folder(language) / "handouts"
    )


def _run_sphinx(language: Language, builder: str, output: Path) -> list[str]:
    """Run the stock command, which takes its catalogs from another place here."""
    locale = PSEUDO / "locale"
    settings = {
        "language": language.code,
        "locale_dirs": locale,
        "languages_file": locale / "languages.toml",
        "handouts_spare_pages": 2,
    }
    command = [sys.executable, "-m", "sphinx", "--quiet", "--builder", builder]
    command += ["--doctree-dir", str(PSEUDO / "doctrees" / language.code)]
    for name, value in settings.items():
        command += ["--define", f"{name}={value}"]
    command += [str(DOCS), str(output)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return result.stderr.splitlines()


def _folder(language: Language) -> Path:
    return PSEUDO / "site" / language.slug


def _english(languages: Iterable[Language]) -> Iterator[Finding]:
    for language in languages:
        yield from english_on_pages(_folder(language))
        yield from english_on_sheets(_folder(language) / "handouts")


def _print_english(findings: Sequence[Finding], console: Console) -> None:
    if not findings:
        console.print("Every visible text of all pages and handouts comes from a catalog.")
        return
    console.print("These texts stay English in every language. Make each one a message:")
    _print_table(findings, "Text", console)


def _print_overflow(languages: Iterable[Language], console: Console) -> None:
    folders = [_folder(language) for language in languages]
    long = [finding for folder in folders for finding in sheets_too_long(folder / "handouts")]
    if long:
        console.print("\nThese handouts take more pages when the text is 40 percent longer:")
        _print_table(long, "Pages", console)
    program = chromium()
    if program is None:
        console.print(
            "SKIPPED: nobody looked for text that is too wide for a phone. Install Chromium and "
            "playwright (nox -s catalogs brings the second), then run this again.",
            style="bold yellow",
        )
        return
    with console.status("Looking at all pages on a screen of 320 pixels"):
        wide = [finding for folder in folders for finding in places_too_wide(folder, program)]
    if not wide:
        console.print("No text is too wide for a screen of 320 pixels.")
        return
    console.print("\nThese places are too wide for a screen of 320 pixels:")
    _print_table(wide, "Place", console)


def _print_table(findings: Iterable[Finding], head: str, console: Console) -> None:
    """Print each text once, with the pages that show it."""
    pages: dict[str, list[str]] = {}
    for finding in findings:
        pages.setdefault(finding.text, []).append(finding.page)
    table = Table(head, "Where")
    for text, names in pages.items():
        shown = ", ".join(dict.fromkeys(names[:3]))
        table.add_row(
            escape(text), f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown
        )
    console.print(table)
