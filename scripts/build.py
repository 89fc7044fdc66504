"""Build all languages of the book: pages and handouts, ready to publish.

    python -m scripts.build [--language es ar] [--output build/site]

Strict: a warning fails the build. When a language fails, the site of the last
good build stays as it is and the exit code is 1.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from languages import Language, LanguagesError, load_languages
from scripts import LOCALE, ROOT
from scripts.site import Report, build_languages, publish, write_root_page


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = _parse(arguments)
    console = Console(stderr=True)
    try:
        languages = _selected(load_languages(LOCALE / "languages.toml"), options.language)
    except LanguagesError as error:
        print(error, file=sys.stderr)
        return 2

    work = options.output.with_name(f".{options.output.name}.work")
    shutil.rmtree(work / "new", ignore_errors=True)
    reports = _build(languages, work, console)
    _print_summary(reports, console)
    if not all(report.ok for report in reports):
        _print_problems(reports, console)
        return 1
    write_root_page(languages, work / "new")
    publish(work / "new", options.output)
    print(f"\nThe site is in {options.output}. Open it:\n  {options.output / 'index.html'}")
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts.build", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--language", nargs="+", metavar="CODE", help="only these languages (default: all)"
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=ROOT / "build" / "site",
        help="where the site goes (default: build/site)",
    )
    return parser.parse_args(arguments)


def _selected(languages: dict[str, Language], codes: Sequence[str] | None) -> list[Language]:
    if codes is None:
        return list(languages.values())
    if unknown := [code for code in codes if code not in languages]:
        raise LanguagesError(
            f"locale/languages.toml has no table [{unknown[0]}]; it has {', '.join(languages)}"
        )
    return [languages[code] for code in codes]


def _build(languages: Sequence[Language], work: Path, console: Console) -> list[Report]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("Building languages", total=len(languages))

        def done(report: Report) -> None:
            progress.update(task, advance=1, description=f"Built {report.language.english_name}")

        return build_languages(languages, work, done)


def _print_summary(reports: Sequence[Report], console: Console) -> None:
    table = Table("Language", "Pages", "Handouts", "Translated", "Seconds", "Warnings")
    for report in reports:
        table.add_row(
            f"{report.language.english_name} ({report.language.code})",
            str(report.pages),
            str(report.handouts),
            f"{report.translated:.0%}",
            f"{report.seconds:.1f}",
            str(len(report.problems)),
        )
    console.print(table)


def _print_problems(reports: Sequence[Report], console: Console) -> None:
    for report in reports:
        for problem in report.problems:
            print(f"{report.language.code}: {problem}", file=sys.stderr)
    console.print("[red]Nothing was published: the last good site stays as it was.[/red]")


if __name__ == "__main__":
    sys.exit(main())
