"""Rules for a catalog as a file, and for the catalogs of a language together."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib

from scripts.catalog.files import CatalogFile, run_gettext
from scripts.catalog.rules.base import Problem, error, warning

LocatedProblem = tuple[int, Problem]

_LINE = re.compile(r"^.*?\.po:(?P<line>\d+)(?::\d+)?: (?P<text>.+)$")
_CONFLICT = re.compile(r"^(<{7}|>{7}|={7}$|\|{7})", re.MULTILINE)
_CONTENT_TYPE = re.compile(r"text/plain; charset=utf-8", re.IGNORECASE)
_PLURAL_FORMS = re.compile(r"nplurals=\d+; *plural=.+;")


def gettext_complaints(path: Path) -> Iterator[LocatedProblem]:
    """Yield what gettext's own check says of a catalog."""
    result = run_gettext("msgfmt", "--check", "--output-file", os.devnull, path)
    for report in result.stderr.splitlines():
        found = _LINE.match(report)
        # A text with dots in front continues the report before it.
        if not found or found["text"].startswith("..."):
            continue
        report_as = warning if found["text"].startswith("warning:") else error
        yield (
            int(found["line"]),
            report_as(
                "gettext",
                f"gettext says: {found['text'].removeprefix('warning: ')}. Look here and in the "
                "lines above for a quotation mark that is missing, or an entry that stands twice",
            ),
        )
    if result.returncode and not any(map(_LINE.match, result.stderr.splitlines())):
        yield 1, error("gettext", f"gettext says: {result.stderr.strip()}")


def conflict_markers(path: Path) -> Iterator[LocatedProblem]:
    """Yield the lines at which two versions of the file were put together."""
    text = path.read_text(encoding="utf-8", errors="replace")
    for found in _CONFLICT.finditer(text):
        yield (
            text.count("\n", 0, found.start()) + 1,
            error(
                "conflict",
                f"{found[0]!r} is the sign of a merge conflict: keep the right version, and take "
                "the signs and the other version out",
            ),
        )


def broken_header(catalog: polib.POFile, code: str) -> Iterator[LocatedProblem]:
    """Yield what is wrong with the first entry of a catalog."""
    expected = {
        "Content-Type": (_CONTENT_TYPE, "text/plain; charset=UTF-8"),
        "Language": (re.compile(re.escape(code)), code),
        "Plural-Forms": (_PLURAL_FORMS, "nplurals=...; plural=...;"),
    }
    for name, (pattern, example) in expected.items():
        value = catalog.metadata.get(name, "")
        if not pattern.fullmatch(value):
            yield (
                1,
                error(
                    "header",
                    f"the header of the catalog says {name}: {value!r}: it must be {example!r}; "
                    "copy the header from another catalog of the language",
                ),
            )


def context_entries(catalog: polib.POFile) -> Iterator[LocatedProblem]:
    """Yield the entries that Sphinx does not read because they have a context."""
    for entry in catalog:
        if entry.msgctxt is not None and not entry.obsolete:
            yield (
                entry.linenum or 1,
                error(
                    "context",
                    "this entry has a context (msgctxt), so it never shows on a page: take the "
                    "line msgctxt out",
                ),
            )


def different_translations(
    entries: Iterable[tuple[CatalogFile, polib.POEntry]],
) -> Iterator[tuple[CatalogFile, polib.POEntry, Problem]]:
    """Yield translations that differ from an earlier one of the same English text."""
    first: dict[str, tuple[CatalogFile, polib.POEntry]] = {}
    for file, entry in entries:
        earlier_file, earlier = first.setdefault(entry.msgid, (file, entry))
        if earlier.msgstr != entry.msgstr:
            yield (
                file,
                entry,
                warning(
                    "different-translation",
                    f"the same English text is translated in another way in {earlier_file.domain} "
                    f"({earlier.msgstr!r}): use one of them, if the meaning is the same",
                ),
            )
