"""What a site is built from: why a language is built, and what of the last build may be used.

Only the standard library is imported here: to see that nothing has changed must not
take longer than reading the files.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path

from scripts import DOCS, ROOT
from scripts.book import Book

_RECORD = "inputs.json"
_NOT_READ = (".mo", ".pyc", ".part")
# Pictures and styles are copied anew by every build.
PAGES = (".md", ".bib")
# Of the folder of a language, beside its catalogs.
_READ_BY_PAGES = ("search.toml",)
# What the pages of any book are made with.
_OURS = ("_ext", "_theme", "_typst")


@dataclass(frozen=True, slots=True)
class Inputs:
    """Digests of what a language is built from."""

    pages: str
    catalogs: str
    code: str

    def differences(self, other: Inputs) -> list[str]:
        """Return in words what differs."""
        names = {
            "pages": "the English pages",
            "catalogs": "the catalogs",
            "code": "data, design or code",
        }
        return [
            words for name, words in names.items() if getattr(self, name) != getattr(other, name)
        ]


class BookInputs:
    """The inputs of a book as they are when they are first asked for."""

    def __init__(self, book: Book) -> None:
        self.book = book

    @cached_property
    def pages(self) -> Mapping[str, str]:
        """Return the digest of each page and bibliography, by its path in the source."""
        return {name: digest for name, digest in self._source if name.endswith(PAGES)}

    def of(self, code: str) -> Inputs:
        """Return the inputs of one language."""
        folder = self.book.locale / code
        catalogs = folder / "LC_MESSAGES"
        interface = catalogs / "sphinx.po"
        files = [self.book.languages_file, interface, *(folder / name for name in _READ_BY_PAGES)]
        return Inputs(
            pages=_digest(self.pages.items()),
            catalogs=_digest(entry for entry in _digests(catalogs) if entry[0] != interface.name),
            code=_digest([*self._code, *((path.name, _digest_of_file(path)) for path in files)]),
        )

    @cached_property
    def site(self) -> str:
        """Return a digest of everything that the finished site depends on."""
        files = (ROOT / "LICENSE-FONTS", self.book.languages_file)
        return _digest(
            [
                *self._source,
                *self._code,
                *_digests(self.book.locale),
                *_digests(ROOT / "scripts"),
                *((path.name, _digest_of_file(path)) for path in files),
            ]
        )

    @cached_property
    def _source(self) -> list[tuple[str, str]]:
        return list(_digests(self.book.source))

    @cached_property
    def _code(self) -> list[tuple[str, str]]:
        rest = [entry for entry in self._source if not entry[0].endswith(PAGES)]
        if self.book.source != DOCS:
            rest += [entry for name in _OURS for entry in _digests(DOCS / name)]
        package = ROOT / "pyproject.toml"
        circumstances = [
            *_installed(),
            platform.python_version(),
            os.environ.get("SOURCE_DATE_EPOCH", ""),
            *self.book.builders,
        ]
        return [
            *rest,
            (package.name, _digest_of_file(package)),
            ("circumstances", "\n".join(circumstances)),
        ]


def _digests(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield path and digest of each file in a folder, sorted."""
    for path in sorted(_files(folder)):
        yield Path(path).relative_to(folder).as_posix(), _digest_of_file(Path(path))


def _files(folder: Path) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        if "__pycache__" in folders:
            folders.remove("__pycache__")
        yield from (os.path.join(place, name) for name in names if not name.endswith(_NOT_READ))  # noqa: PTH118  # many files, and Path is slow


@cache
def _digest_of_file(path: Path) -> str:
    try:
        return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
    except OSError:  # a link to nowhere: whoever needs the file says so
        return ""


def _digest(entries: Iterable[tuple[str, str]]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for name, value in entries:
        digest.update(f"\0{name}\0{value}".encode())
    return digest.hexdigest()


def _installed() -> list[str]:
    """Return names and versions of the installed packages, as their folders say them."""
    return sorted(
        name
        for folder in map(Path, dict.fromkeys(sys.path))
        if folder.is_dir()
        for name in os.listdir(folder)  # noqa: PTH208  # only the names
        if name.endswith((".dist-info", ".egg-info"))
    )


def state_of_tree(folder: Path) -> str:
    """Return a word that changes when somebody changes, adds or removes a file of a tree."""
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(_files(folder)):
        status = os.stat(path)  # noqa: PTH116  # many files, and Path is slow
        name = path[len(str(folder)) :]
        digest.update(f"\0{name}\0{status.st_size}\0{status.st_mtime_ns}".encode())
    return digest.hexdigest()


def why_built(kept: Path, now: Inputs) -> str:
    """Say why a language is built, from what the last good build kept."""
    before = _read_record(kept)
    if before is None:
        return "there is no good build to go on from"
    return ", ".join(before.differences(now)) or "its pages on the site are not those of last time"


def are_doctrees_good(kept: Path, now: Inputs) -> bool:
    """Tell whether what the last good build read may be used."""
    before = _read_record(kept)
    return before is not None and before.code == now.code


def take_doctrees(kept: Path, folder: Path, now: Inputs) -> None:
    """Move what the last good build read into *folder*, if it still holds.

    Sphinx itself sees which pages and catalogs changed. What it cannot see, such
    as an edited extension, makes it read all pages again. While a build runs
    there is nothing in *kept*: one that fails or is killed starts afresh the next
    time, with all its warnings.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    if are_doctrees_good(kept, now):
        kept.rename(folder)
    else:
        shutil.rmtree(kept, ignore_errors=True)
        folder.mkdir()
    write_in_one_step(folder / _RECORD, json.dumps(asdict(now)))


def keep_doctrees(folder: Path, kept: Path) -> None:
    """Move back what a good build read."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(kept, ignore_errors=True)
    folder.rename(kept)


def write_in_one_step(path: Path, text: str) -> None:
    """Write a file that no reader sees half; for what must not import more than this module."""
    temporary = path.with_suffix(f".{os.getpid()}.part")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def _read_record(folder: Path) -> Inputs | None:
    try:
        return Inputs(**json.loads((folder / _RECORD).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):  # none, or of an older form
        return None
