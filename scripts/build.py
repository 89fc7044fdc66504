"""Build all languages of the book: pages and handouts, ready to publish.

    python -m scripts.build [--language es ar] [--output build/site]

Strict: a warning fails its language. A language that fails keeps the pages of its
last good build, the others are published, and the exit code is 1. With --language,
the other languages of the site stay as they are. Where nothing has changed since
the last good build, nothing is done.

The site changes in one step, when everything is ready: whatever stops a build,
readers see a whole version, and the next build clears up. Beside the site,
timings.json says why each language was built and how long that took.

Another book can be built, too: --source names the folder of its conf.py, whose
languages are listed in ../locale/languages.toml, and --builders what to make of it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from scripts import DOCS, ROOT
from scripts.book import BUILDERS, Book
from scripts.inputs import BookInputs, write_in_one_step
from scripts.last_build import LastBuild, read_last_build


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = _parse(arguments)
    book = _book(options)
    inputs = BookInputs(book)
    if last := _nothing_changed(book, inputs, options):
        _say_so(last, options.output)
        return 0
    # Only now, because that imports Sphinx and all that belongs to it.
    from scripts.workers import collect_seldom  # noqa: PLC0415  # before the large import

    collect_seldom()
    from scripts.publishing import publish  # noqa: PLC0415

    return publish(book, inputs, options.language, options.output)


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
    parser.add_argument(
        "--source", type=Path, default=DOCS, help="the folder of conf.py (default: docs)"
    )
    parser.add_argument(
        "--languages-file",
        type=Path,
        help="the list of languages (default: ../locale/languages.toml, seen from the source)",
    )
    parser.add_argument(
        "--builders",
        nargs="+",
        choices=BUILDERS,
        default=list(BUILDERS),
        help="what to make (default: everything)",
    )
    return parser.parse_args(arguments)


def _book(options: argparse.Namespace) -> Book:
    source = options.source.resolve()
    languages_file = options.languages_file or source.parent / "locale" / "languages.toml"
    # In the one order that works.
    builders = tuple(name for name in BUILDERS if name in options.builders)
    return Book(source, languages_file.resolve(), builders)


def _nothing_changed(
    book: Book, inputs: BookInputs, options: argparse.Namespace
) -> LastBuild | None:
    """Return the last build if another one would change nothing."""
    site = options.output.absolute()
    last = read_last_build(site)
    if not last.site:
        return None
    try:
        tables = tomllib.loads(book.languages_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # the build says what is wrong with it
        return None
    codes = list(options.language or tables)
    return last if last.is_all_there_is(codes, inputs, site) else None


def _say_so(last: LastBuild, output: Path) -> None:
    for note in last.notes:
        print(note, file=sys.stderr)
    why = {"why": "nothing changed, so its pages stay as they are", "ok": True, "seconds": {}}
    timings = json.dumps(dict.fromkeys(last.languages, why), indent=2)
    with contextlib.suppress(OSError):  # a full disk: the site is as good as it was
        write_in_one_step(output.parent / "timings.json", timings + "\n")
    print("Nothing has changed since the last build.")
    print(f"\nThe site is in {output}. Open it:\n  {output / 'index.html'}")


if __name__ == "__main__":
    sys.exit(main())
