"""Read the MyST source of a page into pieces of text that know their lines.

The book uses a small dialect (see CONTRIBUTING): every paragraph, list item and
table cell is one line. That makes a page readable line by line, without a
parser of Markdown, and every piece keeps the number of its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["description", "heading", "title", "paragraph", "item", "cell", "term", "definition"]

_FRONT = re.compile(r"\s*(?P<key>[\w-]+):\s*(?P<value>.*)$")
_FENCE = re.compile(r"(?P<colons>:{3,})(\{(?P<name>[\w-]+)\})?\s*(?P<argument>.*)$")
_OPTION = re.compile(r":[\w-]+:")
_LABEL = re.compile(r"\([\w-]+\)=$")
_CLAIMS = re.compile(r"%\s*claims:(?P<ids>.*)$")
_HEADING = re.compile(r"(?P<level>#{1,6})\s+(?P<text>.*)$")
_CELL = re.compile(r"(?P<row>\* - |  - )(?P<text>.*)$")
_ITEM = re.compile(r"(?:[-*] |\d+\. )(?P<text>.*)$")
_CITE = re.compile(r"\s*\{cite:\w+\}`(?P<keys>[^`]*)`")
_ROLE = re.compile(r"\{[\w:-]+\}`(?P<text>[^`<]*?)\s*(?:<[^`>]*>)?`")
# The argument of these is a title; of other directives it is a number or a name.
_WITH_TITLE = ("admonition", "list-table")
_NO_TEXT = ("toctree", "bibliography")


@dataclass(frozen=True, slots=True)
class Piece:
    """One message of a page, without markup.

    ``together`` tells which pieces stand in one paragraph, list or table row:
    a word said in one of them is said for all of them.
    """

    line: int
    kind: Kind
    text: str
    together: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """A page as its author wrote it."""

    path: Path
    docname: str
    front: dict[str, tuple[int, str]]
    pieces: tuple[Piece, ...]
    claim_comments: tuple[tuple[int, tuple[str, ...]], ...]
    citations: tuple[tuple[int, tuple[str, ...]], ...]
    directives: tuple[tuple[int, str], ...]
    source: tuple[str, ...]

    def has(self, *names: str) -> bool:
        """Tell whether one of these directives stands on the page."""
        return any(name in names for _line, name in self.directives)

    @property
    def is_handout(self) -> bool:
        """Tell whether the page is printed as a handout."""
        return "handout" in self.front


def read_pages(docs: Path) -> list[Page]:
    """Read all pages of the book, in alphabetical order; folders with _ are not pages."""
    paths = sorted(docs.rglob("*.md"))
    hidden = (any(part.startswith("_") for part in path.relative_to(docs).parts) for path in paths)
    return [read_page(docs, path) for path, skip in zip(paths, hidden, strict=True) if not skip]


def read_page(docs: Path, path: Path) -> Page:
    """Read one page."""
    source = path.read_text(encoding="utf-8").splitlines()
    end = _end_of_front(source)
    front = dict(_front(source[:end]))
    reader = _Reader()
    if "description" in front:
        reader.add(front["description"][0], "description", front["description"][1])
    for number, line in enumerate(source[end:], end + 1):
        reader.read(number, line)
    return Page(
        path=path,
        docname=path.relative_to(docs).with_suffix("").as_posix(),
        front=front,
        pieces=tuple(reader.pieces),
        claim_comments=tuple(reader.claims),
        citations=tuple(reader.citations),
        directives=tuple(reader.directives),
        source=tuple(source),
    )


def plain(text: str) -> str:
    """Return a line without its markup: no citations, the text of roles, no stars."""
    return _ROLE.sub(lambda match: match["text"], _CITE.sub("", text)).replace("**", "").strip()


def sentences(text: str) -> list[str]:
    """Split a piece into its sentences."""
    return [part for part in re.split(r"(?<=[.?!])[\"']?\s+", text) if part]


def _end_of_front(source: Sequence[str]) -> int:
    if not source or source[0] != "---":
        return 0
    return source.index("---", 1) + 1 if "---" in source[1:] else 0


def _front(lines: Sequence[str]) -> Iterator[tuple[str, tuple[int, str]]]:
    for number, line in enumerate(lines, 1):
        match = _FRONT.match(line)
        if match and match["value"]:
            yield match["key"], (number, match["value"].strip("\"' "))


class _Reader:
    """The state while the lines of a page are read."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.claims: list[tuple[int, tuple[str, ...]]] = []
        self.citations: list[tuple[int, tuple[str, ...]]] = []
        self.directives: list[tuple[int, str]] = []
        self._fences: list[tuple[str, str]] = []
        self._group = 0
        self._open_intro = False

    def read(self, number: int, line: str) -> None:
        for cite in _CITE.finditer(line):
            keys = tuple(key.strip() for key in cite["keys"].split(","))
            self.citations.append((number, keys))
        if match := _CLAIMS.match(line):
            self.claims.append((number, tuple(match["ids"].split())))
        elif match := _FENCE.match(line):
            self._fence(number, match)
        elif not self._is_silent(line):
            self._text(number, line)

    def add(self, line: int, kind: Kind, text: str, level: int = 0) -> None:
        if text := plain(text):
            self.pieces.append(Piece(line, kind, text, self._group, level))

    def _is_silent(self, line: str) -> bool:
        directive = self._fences[-1][1] if self._fences else ""
        return (
            not line.strip()
            or line.startswith("%")
            or directive in _NO_TEXT
            or bool(_OPTION.match(line))
            or bool(_LABEL.match(line))
        )

    def _fence(self, number: int, match: re.Match[str]) -> None:
        if not match["name"]:
            if self._fences:
                self._fences.pop()
            return
        self._fences.append((match["colons"], match["name"]))
        self.directives.append((number, match["name"]))
        self._group += 1
        if match["argument"] and match["name"] in _WITH_TITLE:
            self.add(number, "title", match["argument"])

    def _text(self, number: int, line: str) -> None:
        directive = self._fences[-1][1] if self._fences else ""
        if match := _HEADING.match(line):
            self._group += 1
            self.add(number, "heading", match["text"], len(match["level"]))
        elif directive == "list-table" and (match := _CELL.match(line)):
            if match["row"].startswith("*"):
                self._group += 1
            self.add(number, "cell", match["text"])
        elif directive == "glossary":
            if not line.startswith(" "):
                self._group += 1
            self.add(number, "definition" if line.startswith(" ") else "term", line)
        elif match := _ITEM.match(line):
            if not self._open_intro:
                self._group += 1
            self.add(number, "item", match["text"])
        else:
            self._group += 1
            self.add(number, "paragraph", line)
        # A paragraph that ends in a colon speaks for the list below it.
        is_item = bool(self.pieces) and self.pieces[-1].kind == "item"
        self._open_intro = line.rstrip().endswith(":") or (is_item and self._open_intro)
