"""Change translations in the text of a catalog and leave every other byte as it is.

Reading a catalog and writing it again is not enough: wrapping, line ends and
the order of comments would follow the library instead of the file.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polib

_KEYWORD = re.compile(r"\s*(msgctxt|msgid_plural|msgid|msgstr)\b")
_QUOTED = re.compile(r'"(.*)"')
_LINE_END = re.compile(r"[\r\n]*\Z")


@dataclass(frozen=True, slots=True)
class Change:
    """What a message should become."""

    msgstr: str
    fuzzy: bool


def apply_changes(text: str, changes: Mapping[str, Change]) -> str:
    """Return the text of a catalog with some messages changed; they stand by their msgid."""
    lines = list(io.StringIO(text, newline=""))  # keeps the ends of lines as they are
    # From the end, so that the numbers of the lines before stay right.
    for message, msgid, msgstr in reversed(list(_messages(lines))):
        if change := changes.get(message):
            _apply(lines, msgid, msgstr, change)
    return "".join(lines)


def _messages(lines: list[str]) -> Iterator[tuple[str, int, int]]:
    """Yield each message without context and plural, and where its msgid and msgstr start."""
    starts: dict[str, int] = {}
    for number, line in enumerate(lines):
        if match := _KEYWORD.match(line):
            starts[match[1]] = number
        if match and match[1] == "msgstr":
            if starts.keys() == {"msgid", "msgstr"}:
                yield _unquoted(lines[starts["msgid"] : number]), starts["msgid"], number
            starts = {}


def _unquoted(lines: list[str]) -> str:
    quoted = filter(None, map(_QUOTED.search, lines))
    return "".join(polib.unescape(match[1]) for match in quoted)


def _apply(lines: list[str], msgid: int, msgstr: int, change: Change) -> None:
    end = msgstr + 1
    while end < len(lines) and lines[end].lstrip().startswith('"'):
        end += 1
    newline = _line_end(lines[msgstr]) or "\n"
    lines[msgstr:end] = [line + newline for line in _msgstr_lines(change.msgstr)]
    start = msgid
    while start and lines[start - 1].startswith("#") and not lines[start - 1].startswith("#~"):
        start -= 1
    comments = lines[start:msgid]
    lines[start:msgid] = _flagged(comments, newline) if change.fuzzy else _cleared(comments)


def _line_end(line: str) -> str:
    match = _LINE_END.search(line)
    return match[0] if match else ""


def _msgstr_lines(msgstr: str) -> list[str]:
    parts = [f'"{polib.escape(part)}"' for part in re.findall(r"[^\n]*\n|[^\n]+", msgstr)]
    return [f"msgstr {parts[0]}"] if len(parts) == 1 else ['msgstr ""', *parts]


def _flagged(comments: list[str], newline: str) -> list[str]:
    flags = [line for line in comments if line.startswith("#,")]
    if any("fuzzy" in _flags(line) for line in flags):
        return comments
    if not flags:
        return [*comments, f"#, fuzzy{newline}"]
    return [line.replace("#,", "#, fuzzy,", 1) if line is flags[0] else line for line in comments]


def _cleared(comments: list[str]) -> list[str]:
    """Take away the flag, and the previous English that only a fuzzy message needs."""
    kept = [line for line in comments if not line.startswith("#|")]
    return [cleared for line in kept if (cleared := _without_fuzzy(line))]


def _without_fuzzy(line: str) -> str:
    if not line.startswith("#,") or "fuzzy" not in _flags(line):
        return line
    others = [flag for flag in _flags(line) if flag != "fuzzy"]
    return f"#, {', '.join(others)}{_line_end(line)}" if others else ""


def _flags(line: str) -> list[str]:
    return [flag.strip() for flag in line[2:].split(",")]
