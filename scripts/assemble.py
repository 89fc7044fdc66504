"""Join sites of some languages each, built on machines of their own, into one site.

    python -m scripts.assemble SHARD... [--output build/site]

A shard is what ``python -m scripts.build --language es ar`` writes: the folder of
the site, or a tar or zip of it. Together the shards have each language of the book
once, built from the same text as this one. The site has the same bytes as one build
of all languages; if a language is missing or not whole, nothing is published.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from languages import Language, LanguagesError, load_languages
from scripts import LOCALE, ROOT
from scripts.book import Book
from scripts.inputs import BookInputs
from scripts.last_build import LastBuild, write_last_build
from scripts.problems import by_cause, from_error
from scripts.publishing import INTERRUPTED, OutputError, check_output, stop
from scripts.site import STATES_FILE, Edition, SiteError
from scripts.versions import Versions


class ShardError(Exception):
    """The shards do not make a site together; the message says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = _parse(arguments)
    try:
        languages = list(load_languages(LOCALE / "languages.toml").values())
        check_output(options.output)
    except (LanguagesError, OutputError) as error:
        print(error, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, stop)
    try:
        assemble(options.shards, languages, options.output)
    except (ShardError, SiteError) as error:
        print(error, file=sys.stderr)
        print("Nothing was published: the last good site stays as it was.", file=sys.stderr)
        return 1
    except OSError as error:
        print(*by_cause({"assemble": from_error(error)}), sep="\n", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The site is a whole version.", file=sys.stderr)
        return INTERRUPTED
    print(f"\nThe site is in {options.output}. Open it:\n  {options.output / 'index.html'}")
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts.assemble", description=__doc__.partition("\n")[0]
    )
    parser.add_argument(
        "shards", nargs="+", type=Path, metavar="SHARD",
        help="a site with some languages: a folder, or a tar or zip of it",
    )  # fmt: skip
    parser.add_argument(
        "--output",
        type=Path,
        default=ROOT / "build" / "site",
        help="where the site goes (default: build/site)",
    )
    return parser.parse_args(arguments)


def assemble(shards: Iterable[Path], languages: Sequence[Language], output: Path) -> None:
    """Publish the languages of all shards as one site; raise when that would not be whole."""
    versions = Versions(output.absolute())
    with versions.building(_tell_waiting) as work:
        sites = {shard: _site_of(shard, work / f"shard-{n}") for n, shard in enumerate(shards)}
        trees = {one.code: _tree_of(one, sites) for one in languages}
        edition = Edition(BookInputs(Book()), LastBuild(), trees.keys(), versions, work)
        edition.join(trees)
        # What the languages were built from is known where they were built, not here.
        write_last_build(versions.site, LastBuild())


def _tell_waiting() -> None:
    print("Another build of this site is running. This one waits for its end.", file=sys.stderr)


def _tree_of(language: Language, sites: dict[Path, Path]) -> Path:
    """Return the folder of a language; raise when not exactly one shard has it."""
    name = f"{language.english_name} ({language.code})"
    found = [shard for shard, site in sites.items() if (site / language.slug).is_dir()]
    if not found:
        raise ShardError(
            f"No shard has {name}. Build it, and join again:\n"
            f"  nox -s site -- --language {language.code}"
        )
    if len(found) > 1:
        both = " and ".join(map(str, found[:2]))
        raise ShardError(f"{name} is in {both}. Give each language once.")
    site = sites[found[0]]
    if _state_of(language, site) != "current":
        raise ShardError(f"{name} could not be built in {found[0]}, which has older pages of it.")
    return site / language.slug


def _state_of(language: Language, site: Path) -> str:
    states = json.loads((site / STATES_FILE).read_text(encoding="utf-8"))["languages"]
    return next((str(one["state"]) for one in states if one["code"] == language.code), "")


# -- Shards --------------------------------------------------------------------


def _site_of(shard: Path, folder: Path) -> Path:
    """Return the site of a shard, unpacked into *folder* where it is packed."""
    if shard.is_file():
        _unpack(shard, folder)
    elif shard.is_dir():
        folder = shard
    else:
        raise ShardError(f"{shard}: there is no such folder or file")
    for states in (folder / STATES_FILE, *sorted(folder.glob(f"*/{STATES_FILE}"))):
        if states.is_file():
            return states.parent
    raise ShardError(f"{shard} is no site: it has no {STATES_FILE}")


def _unpack(archive: Path, folder: Path) -> None:
    for name, data in _files_in(archive):
        place = PurePosixPath(name)
        if place.is_absolute() or ".." in place.parts:
            raise ShardError(f"{archive} has a file that would go elsewhere: {name}")
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _files_in(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of each file; links are left out, since a site has none."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as packed:
            for info in packed.infolist():
                if not info.is_dir():
                    yield info.filename, packed.read(info)
    elif tarfile.is_tarfile(archive):
        with tarfile.open(archive) as tape:
            for member in tape:
                if member.isfile() and (file := tape.extractfile(member)):
                    yield member.name, file.read()
    else:
        raise ShardError(f"{archive} is neither a tar nor a zip")


if __name__ == "__main__":
    sys.exit(main())
