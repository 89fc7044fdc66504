"""What went wrong, in sentences for the person who can mend it.

Each starts with the file and the line where Sphinx knew them. The same cause in
several languages is one sentence.
"""

from __future__ import annotations

import errno
import os
import re
import traceback
from collections.abc import Iterable, Mapping, Sequence

from sphinx.errors import ExtensionError, SphinxError

from scripts import DOCS, ROOT

_COLOR = re.compile(r"\x1b\[[0-9;]*m")
_WARNING = re.compile(r"^(?P<place>.+?: )?(?:WARNING|ERROR|CRITICAL|SEVERE): (?P<text>.*)$")
_FRAME = re.compile(r'^ *File "(?P<path>[^"]+)", line (?P<line>\d+)', re.MULTILINE)
_LONGEST = 400

_DISK_FULL = tuple(os.strerror(code) for code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG))


def from_sphinx(output: str) -> list[str]:
    """Return the warnings that Sphinx printed, one sentence each.

    >>> from_sphinx("a.md:3: WARNING: unknown label: 'x' [ref.ref]")
    ["a.md:3: unknown label: 'x' [ref.ref]"]
    """
    warnings: list[str] = []
    for line in filter(str.strip, _COLOR.sub("", output).splitlines()):
        start = _WARNING.match(line)
        if start or not warnings:
            warnings.append(f"{start['place'] or ''}{start['text']}" if start else line)
        else:  # Sphinx quotes what it could not read below its warning
            warnings[-1] += f" {line.strip()}"
    return [from_project(warning)[:_LONGEST] for warning in warnings]


def from_error(error: Exception) -> list[str]:
    """Return what an exception says; for a fault of the code, where it was raised."""
    if isinstance(error, ExtensionError) and error.orig_exc:
        # Sphinx wraps what an extension raised in words for programmers.
        return from_error(error.orig_exc)
    if isinstance(error, SphinxError):
        text = str(error)
        if "Traceback (most recent call last)" in text:  # conf.py could not be run
            return [_last_words(text)]
        return [from_project(line) for line in text.splitlines() if line.strip()]
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return [from_project(f"{place}{error.strerror}")]
    trace = "".join(traceback.format_exception(error))
    return [f"{_last_words(trace)} (this is a fault of the program: please report it)"]


def _last_words(trace: str) -> str:
    """Return the message at the end of a traceback and the last line of the project in it."""
    frames = [
        frame for frame in _FRAME.finditer(trace) if frame["path"].startswith(f"{ROOT}{os.sep}")
    ]
    place = f"{frames[-1]['path']}:{frames[-1]['line']}: " if frames else ""
    return from_project(f"{place}{trace.strip().splitlines()[-1].strip()}")


def from_project(text: str) -> str:
    """Shorten the paths in a sentence: people know them from the folder of the project."""
    return text.replace(f"{DOCS}{os.sep}..{os.sep}", "").replace(f"{ROOT}{os.sep}", "")


def by_cause(problems: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """Yield each cause once, with the languages that have it.

    *problems* are the sentences of each language, by the name of the language.
    """
    names: dict[str, list[str]] = {}
    for name, sentences in problems.items():
        for sentence in _without_echoes(sentences):
            names.setdefault(sentence, []).append(name)
    for sentence, languages in names.items():
        yield f"{sentence} ({', '.join(languages)})"


def _without_echoes(sentences: Sequence[str]) -> Iterable[str]:
    """Return sentences without repetitions; a full disk is one fault, not one of each file."""
    for words in _DISK_FULL:
        if any(words in sentence for sentence in sentences):
            return [f"The disk is full ({words}). Free some space and build again."]
    return dict.fromkeys(sentences)
