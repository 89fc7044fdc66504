"""What the preview says about the messages of a page: class, place, state, link to the editor."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit

import polib

import catalog_gate
import review_marks
from preview import message_class
from scripts.catalog.files import read_catalog
from scripts.problems import from_project

State = Literal["untranslated", "fuzzy", "translated", "second-read", "reviewed"]

# The slash of "scheme://host/{path}", but not those of "file://{path}".
_SLASH_BEFORE_PATH = re.compile(r"(?<!/)/(?={path})")
# Addresses that a browser would run instead of handing them to an editor.
_SCRIPTS = ("javascript", "data", "vbscript")


@dataclass(frozen=True, slots=True)
class Editor:
    """The address that opens an editor, with ``{path}`` and ``{line}`` to fill in.

    Raises ValueError when there is no ``{path}``, or when a browser would run it.
    """

    address: str

    def __post_init__(self) -> None:
        if "{path}" not in self.address:
            raise ValueError("the address of the editor needs {path}; {line} is the line in it")
        if urlsplit(self.address).scheme.lower() in _SCRIPTS:
            raise ValueError("this address would run a script instead of opening an editor")

    def link(self, path: Path, line: int) -> str:
        """Return the address that opens one line of a file."""
        name = quote(path.as_posix(), safe="/:")
        # An absolute path brings its own slash, except on Windows.
        address = _SLASH_BEFORE_PATH.sub("", self.address) if name[0] == "/" else self.address
        return address.replace("{path}", name).replace("{line}", str(line))


def describe_messages(path: Path, editor: Editor) -> list[dict[str, str]]:
    """Describe each current message of a catalog, in the order of the file.

    Raises CatalogError when the catalog cannot be read.
    """
    return [
        {
            "class": message_class(entry.msgid),
            "english": entry.msgid,
            "state": state_of(entry),
            "place": f"{from_project(str(path))}:{entry.linenum}",
            "edit": editor.link(path, entry.linenum or 1),
        }
        for entry in read_catalog(path)
        if not entry.obsolete
    ]


def state_of(entry: polib.POEntry) -> State:
    """Say how far a message is."""
    if entry.fuzzy:
        return "fuzzy"
    if not entry.msgstr:
        return "untranslated"
    reading = review_marks.state_of(entry)
    return "translated" if reading == "draft" else reading


def compile_catalog(path: Path) -> list[str]:
    """Compile a catalog for the build; return what is wrong with it, with file and line.

    A catalog with a fault leaves the compiled one of the last time in its place.
    """
    try:
        catalog_gate.compile_catalog(path)
    except catalog_gate.CatalogError as error:
        return [from_project(str(error))]
    return []
