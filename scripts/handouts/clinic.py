"""Print a clinic's own handouts: with its name, telephone, logo and lines.

    python -m scripts.handouts --clinic clinic.toml [--language es ar]
                               [--handout going-home] [--variant a4] [--output build/clinic]

``docs/_data/clinic.example.toml`` explains the file. Without the options, every
handout is printed in every language and form. The rules are those of the site: a
handout that is not completely translated is withheld or stamped as a draft, and one
that no longer fits its pages with the lines of the clinic is an error.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from handouts.clinic import ClinicError, load_clinic
from handouts.variants import (
    A4,
    BILINGUAL,
    LARGE_PRINT,
    US_LETTER,
    Variant,
    file_name,
    variants_for,
)
from languages import Language, LanguagesError, load_languages
from scripts import DOCS, LOCALE, ROOT
from scripts.catalog.files import write_bytes
from scripts.handouts.short_paths import current_handouts
from scripts.problems import from_error, from_sphinx
from scripts.workers import Ended, run_each

VARIANTS = {variant.name: variant for variant in (A4, US_LETTER, LARGE_PRINT, BILINGUAL)}


class RequestError(Exception):
    """What was asked for does not exist; the message says what does."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a process has to print: handouts in one language, by name, and their page."""

    language: Language
    clinic: Path
    handouts: dict[str, str]
    variants: tuple[str, ...]
    folder: Path

    def wanted(self) -> Iterator[tuple[str, Variant]]:
        """Yield page and form of each PDF."""
        for page in self.handouts.values():
            for variant in variants_for(self.language):
                if variant.name in self.variants:
                    yield page, variant


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = _parse(arguments)
    try:
        book = load_languages(LOCALE / "languages.toml")
        load_clinic(options.clinic, book)
        languages = [book[code] for code in _known("language", options.language, book)]
        pages = current_handouts()
        names = _known("handout", options.handout, pages)
    except (ClinicError, LanguagesError, RequestError) as error:
        print(error, file=sys.stderr)
        return 2
    clinic = options.clinic.absolute()
    handouts = {name: pages[name] for name in names}
    with tempfile.TemporaryDirectory(prefix="clinic-") as folder:
        orders = [
            Order(one, clinic, handouts, tuple(options.variant), Path(folder, one.slug))
            for one in languages
        ]
        problems = _print_all(orders, options.output)
    for problem in dict.fromkeys(problems):
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts.handouts", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--clinic", type=Path, required=True, help="the clinic's own TOML file")
    parser.add_argument("--language", nargs="+", metavar="CODE", help="default: all")
    parser.add_argument("--handout", nargs="+", metavar="NAME", help="default: all")
    parser.add_argument(
        "--variant", nargs="+", choices=VARIANTS, default=list(VARIANTS), help="default: all"
    )
    parser.add_argument(
        "--output", type=Path, default=ROOT / "build" / "clinic", help="default: build/clinic"
    )
    return parser.parse_args(arguments)


def _known(what: str, asked: Sequence[str] | None, known: Collection[str]) -> Sequence[str]:
    """Return the names that were asked for, or all; raise RequestError for unknown ones."""
    if unknown := [name for name in asked or () if name not in known]:
        raise RequestError(
            f"the book has no {what} {', '.join(unknown)}; it has {', '.join(known)}"
        )
    return list(dict.fromkeys(asked or known))


def _print_all(orders: Sequence[Order], output: Path) -> list[str]:
    """Print all orders and put what is good into *output*; return what went wrong."""
    problems: list[str] = []
    written = 0
    for order, result in run_each(_print_language, orders, workers=2):
        if isinstance(result, Ended):
            problems.append(f"{order.language.english_name}: no result: {result}.")
        elif result:
            problems += result
        else:
            problems += _withheld(order)
            for path in sorted(order.folder.glob("*.pdf")):
                write_bytes(output / path.name, path.read_bytes())
                written += 1
    print(f"Printed {written} files into {output}")
    return problems


def _print_language(order: Order) -> list[str]:
    """Make the PDFs of one language, in a process of its own; return what is wrong."""
    warnings = io.StringIO()
    try:
        with patch_docutils(str(DOCS)), docutils_namespace():
            app = Sphinx(
                srcdir=DOCS,
                confdir=DOCS,
                outdir=order.folder,
                doctreedir=order.folder / "doctrees",
                buildername="handouts",
                confoverrides={
                    "language": order.language.code,
                    "handouts_clinic": str(order.clinic),
                    "handouts_only": tuple(order.handouts),
                    "handouts_variants": order.variants,
                    # The extension catalog_gate compiles them, each in one step.
                    "gettext_auto_build": False,
                },
                status=None,
                warning=warnings,
            )
            app.build()
    except Exception as error:  # each kind becomes a sentence for the person who can mend it
        return [*from_sphinx(warnings.getvalue()), *from_error(error)]
    return from_sphinx(warnings.getvalue())


def _withheld(order: Order) -> Iterator[str]:
    """Yield a sentence for each handout that could not be printed."""
    language = order.language
    if not list(order.wanted()):
        yield f"{language.english_name} has no such form of a handout: {', '.join(order.variants)}."
    missing = {
        page
        for page, variant in order.wanted()
        if not (order.folder / file_name(page, language, variant)).is_file()
    }
    for page in sorted(missing):
        yield (
            f"{page} was not printed in {language.english_name}: its translation is not complete."
        )
