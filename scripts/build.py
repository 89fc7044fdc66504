"""Build all languages of the book: pages and handouts, ready to publish.

    python -m scripts.build [--language es ar] [--output build/site]

Strict: a warning fails its language. A language that fails keeps the pages of its
last good build, the others are published, and the exit code is 1. With --language,
the other languages of the site stay as they are.

The site changes in one step, when everything is ready: whatever stops a build,
readers see a whole version, and the next build clears up. Beside the site,
timings.json says why each language was built and how long that took.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from languages import Language, LanguagesError, load_languages
from scripts import LOCALE, ROOT
from scripts.handouts.listing import handout_notes
from scripts.moved import faults_of_book
from scripts.problems import by_cause, from_error
from scripts.site import Edition, Outcome, Report, SiteError, fates, write_timings
from scripts.versions import Versions

INTERRUPTED = 128 + signal.SIGINT


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = _parse(arguments)
    console = Console(stderr=True)
    try:
        book = load_languages(LOCALE / "languages.toml")
        asked = _selected(book, options.language)
        _check_output(options.output)
    except (LanguagesError, OutputError) as error:
        print(error, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _stop)
    try:
        outcome = _build(list(book.values()), asked, options.output, console)
    except SiteError as error:
        print(error, file=sys.stderr)
        console.print("[red]Nothing was published: the last good site stays as it was.[/red]")
        return 1
    except OSError as error:
        print(*by_cause({"build": from_error(error)}), sep="\n", file=sys.stderr)
        console.print("[red]The build could not go on; the site is a whole version.[/red]")
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The site is a whole version.", file=sys.stderr)
        return INTERRUPTED
    return _conclude(outcome, book, options.output, console)


class OutputError(Exception):
    """The site cannot be where it was asked to be; the message says why."""


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


def _selected(languages: dict[str, Language], codes: Sequence[str] | None) -> list[str]:
    if codes is None:
        return list(languages)
    if unknown := [code for code in codes if code not in languages]:
        raise LanguagesError(
            f"locale/languages.toml has no table [{unknown[0]}]; it has {', '.join(languages)}"
        )
    return list(codes)


def _check_output(output: Path) -> None:
    """Raise OutputError when a site in this place would take that of something else."""
    if not output.exists() or (output / "index.html").is_file():
        return
    if not output.is_dir() or any(output.iterdir()):
        raise OutputError(f"{output} holds something that is no site; name another --output")


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    """End like after Ctrl-C, so that processes and unfinished work are cleared away."""
    raise KeyboardInterrupt


def _build(
    book: Sequence[Language], asked: Sequence[str], output: Path, console: Console
) -> Outcome:
    versions = Versions(output.absolute())
    with versions.building(lambda: _tell_waiting(console)) as work, _progress(console) as progress:
        task = progress.add_task("Building languages", total=len(asked))

        def done(report: Report) -> None:
            word = "Built" if report.ok else "Failed:"
            progress.update(task, advance=1, description=f"{word} {report.language.english_name}")

        edition = Edition(book, asked, versions, work)
        return edition.build(done, workers=os.cpu_count() or 1)


def _tell_waiting(console: Console) -> None:
    console.print("Another build of this site is running. This one waits for its end.")


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )


def _conclude(outcome: Outcome, book: dict[str, Language], output: Path, console: Console) -> int:
    """Say what happened; return the exit code."""
    with contextlib.suppress(OSError):  # a full disk is reported below, once
        write_timings(outcome.reports, output.parent / "timings.json")
    _print_summary(outcome.reports, console)
    failed = [report for report in outcome.reports if not report.ok]
    problems = {report.language.code: report.problems for report in failed}
    for sentence in by_cause(problems):
        print(sentence, file=sys.stderr)
    if not outcome.published:
        console.print("[red]Nothing was published: the last good site stays as it was.[/red]")
        return 1
    for sentence in (*handout_notes(output, book.values()), *faults_of_book()):
        console.print(sentence)
    for sentence in fates(outcome.states, book.values()):
        console.print(f"[red]{sentence}[/red]")
    print(f"\nThe site is in {output}. Open it:\n  {output / 'index.html'}")
    return 1 if failed else 0


def _print_summary(reports: Iterable[Report], console: Console) -> None:
    table = Table("Language", "Pages", "Handouts", "Translated", "Seconds", "Problems")
    for report in reports:
        table.add_row(
            f"{report.language.english_name} ({report.language.code})",
            str(report.pages),
            str(report.handouts),
            f"{report.translated:.0%}",
            f"{sum(report.seconds.values()):.1f}",
            str(len(report.problems)),
        )
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
