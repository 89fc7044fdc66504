"""Build and publish a site, and say what happened."""

from __future__ import annotations

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
from scripts.book import Book
from scripts.handouts.listing import handout_notes
from scripts.inputs import BookInputs
from scripts.last_build import read_last_build, write_last_build
from scripts.moved import faults_of_book
from scripts.problems import by_cause, from_error
from scripts.site import Edition, Outcome, Report, SiteError, fates, write_timings
from scripts.versions import Versions

INTERRUPTED = 128 + signal.SIGINT


class OutputError(Exception):
    """The site cannot be where it was asked to be; the message says why."""


def publish(book: Book, inputs: BookInputs, codes: Sequence[str] | None, output: Path) -> int:
    """Build languages of a book, or all, and publish them; return the exit code."""
    console = Console(stderr=True)
    try:
        languages = load_languages(book.languages_file)
        asked = _selected(book, languages, codes)
        check_output(output)
    except (LanguagesError, OutputError) as error:
        print(error, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, stop)
    try:
        return _build(book, inputs, asked, output, console)
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


def _selected(book: Book, languages: dict[str, Language], codes: Sequence[str] | None) -> list[str]:
    if codes is None:
        return list(languages)
    if unknown := [code for code in codes if code not in languages]:
        name = f"locale/{book.languages_file.name}"
        known = ", ".join(languages)
        raise LanguagesError(f"{name} has no table [{unknown[0]}]; it has {known}")
    return list(codes)


def check_output(output: Path) -> None:
    """Raise OutputError when a site in this place would take that of something else."""
    if not output.exists() or (output / "index.html").is_file():
        return
    if not output.is_dir() or any(output.iterdir()):
        raise OutputError(f"{output} holds something that is no site; name another --output")


def stop(_number: int, _frame: FrameType | None) -> NoReturn:
    """End like after Ctrl-C, so that processes and unfinished work are cleared away."""
    raise KeyboardInterrupt


def _build(
    book: Book, inputs: BookInputs, asked: Sequence[str], output: Path, console: Console
) -> int:
    versions = Versions(output.absolute())
    with versions.building(lambda: _tell_waiting(console)) as work, _progress(console) as progress:
        task = progress.add_task("Building languages", total=len(asked))
        progress.refresh()

        def done(report: Report) -> None:
            word = "Built" if report.ok else "Failed:"
            text = f"{word} {report.language.english_name}"
            progress.update(task, advance=1, description=text, refresh=True)

        # Read with the lock held: a build that was waited for has changed it.
        last = read_last_build(versions.site)
        edition = Edition(inputs, last, asked, versions, work)
        outcome = edition.build(done, workers=os.cpu_count() or 1)
        notes = _notes(book, outcome, output)
        if outcome.published:
            write_last_build(versions.site, edition.left(outcome, notes))
    return _conclude(book, outcome, notes, output, console)


def _notes(book: Book, outcome: Outcome, output: Path) -> list[str]:
    """Return what people should know of a new version besides its languages."""
    if not (outcome.published and book.is_whole):
        return []
    languages = load_languages(book.languages_file).values()
    return [*handout_notes(output, languages), *faults_of_book()]


def _tell_waiting(console: Console) -> None:
    console.print("Another build of this site is running. This one waits for its end.")


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        auto_refresh=False,  # by a thread, and there may be none when processes fork
    )


def _conclude(
    book: Book, outcome: Outcome, notes: Iterable[str], output: Path, console: Console
) -> int:
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
    for sentence in notes:
        console.print(sentence)
    for sentence in fates(outcome.states, load_languages(book.languages_file).values()):
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
