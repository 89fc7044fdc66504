"""Show one language in the browser, and every saved change at once.

    python -m scripts.preview es [--port 8001] [--open]
                                 [--editor "vscode://file/{path}:{line}"]

The first build takes as long as a whole one. After it, a saved catalog (.po) or
page (.md) appears within about a second, with the state of every message and a
link into your editor. End it with Ctrl-C.
"""

from __future__ import annotations

import argparse
import errno
import logging
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from watchfiles import Change, watch

from languages import Language, LanguagesError, load_languages
from scripts import DOCS, LOCALE, ROOT
from scripts.live.book import LiveBook, is_watched
from scripts.live.messages import Editor
from scripts.live.server import PreviewServer

FOLDER = ROOT / "build" / "preview"
# Editors save in several steps; what comes within this time is one change.
MILLISECONDS_OF_A_SAVE = 50


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    console = Console()
    try:
        options = _parse(arguments)
        language = _language(options.language)
        book = LiveBook(language, FOLDER)
        server = PreviewServer(book, options.editor, options.port)
    except LanguagesError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(_why_not_served(error, options), file=sys.stderr)
        return 2
    try:
        with server:
            _serve(book, server, console, open_browser=options.open)
    except KeyboardInterrupt:
        pass
    finally:
        book.close()
    console.print("\nThe preview has ended.")
    return 0


def _why_not_served(error: OSError, options: argparse.Namespace) -> str:
    if error.errno != errno.EADDRINUSE:
        return str(error)
    return (
        f"The address http://localhost:{options.port}/ is taken, perhaps by a preview that still "
        f"runs: end that one with Ctrl-C, or add to the command: --port {options.port + 1}"
    )


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts.preview", description=__doc__.partition("\n")[0])
    parser.add_argument("language", metavar="CODE", help="the language, for example es")
    parser.add_argument("--port", type=int, default=8001, help="default: 8001")
    parser.add_argument(
        "--editor",
        type=_editor,
        default=Editor("vscode://file/{path}:{line}"),
        metavar="ADDRESS",
        help='what a click on a message opens (default: "vscode://file/{path}:{line}")',
    )
    parser.add_argument("--open", action="store_true", help="open the browser when ready")
    return parser.parse_args(arguments)


def _editor(address: str) -> Editor:
    try:
        return Editor(address)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _language(code: str) -> Language:
    languages = load_languages(LOCALE / "languages.toml")
    if code not in languages:
        raise LanguagesError(
            f"locale/languages.toml has no table [{code}]; it has {', '.join(languages)}"
        )
    return languages[code]


def _serve(book: LiveBook, server: PreviewServer, console: Console, *, open_browser: bool) -> None:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    changes = _changes(book)
    next(changes)  # what is saved during the first build counts, too
    name = book.language.english_name
    with console.status(f"Building {name}: this first time, the whole book"):
        _report(book, console, book.build)
    console.print(f"The preview is ready: {server.address}  (Ctrl-C ends it)")
    if open_browser:
        webbrowser.open(server.address)
    try:
        for changed in changes:
            if changed:
                _report(book, console, partial(book.update, changed))
            elif book.has_waiting_pages:
                book.write_waiting_page()
    finally:
        server.shutdown()


def _changes(book: LiveBook) -> Iterator[set[Path]]:
    """Yield the files that people saved, and again and again, when it is quiet, none."""

    def concerns_book(change: Change, path: str) -> bool:
        return is_watched(book, Path(path))

    logging.getLogger("watchfiles").setLevel(logging.WARNING)  # pages are what people ask about
    found = watch(
        DOCS,
        LOCALE,
        watch_filter=concerns_book,
        step=MILLISECONDS_OF_A_SAVE,
        rust_timeout=100,
        yield_on_timeout=True,  # the pauses are for the pages that wait
    )
    for changes in found:
        yield {Path(path) for _change, path in changes}


def _report(book: LiveBook, console: Console, step: Callable[[], None]) -> None:
    """Take a step and say which pages it wrote, and what needs mending."""
    start = time.perf_counter()
    step()
    pages = ", ".join(book.written) if len(book.written) < 10 else f"{len(book.written)} pages"
    if pages:
        console.print(f"Written in {time.perf_counter() - start:.1f} s: {pages}", highlight=False)
    for problem in book.problems:
        console.print(f"[bold red]Mend this:[/bold red] {escape(problem)}", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
