"""Who has read a translation, for which texts: marks in the comments of catalogs.

A mark is a translator comment of one message::

    # review: second-read by Ana P. on 2027-01-31, for 3f9a1c27be04

The last word is the fingerprint of the English text and its translation on that
day. When either changes, the mark says nothing any more, for this message only.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    import polib

Reading = Literal["second-read", "reviewed"]
ReviewState = Literal["draft", "second-read", "reviewed"]

# From the lowest to the highest.
STATES: tuple[ReviewState, ...] = get_args(ReviewState)

_MARK = re.compile(
    r"^review: (?P<reading>second-read|reviewed) by (?P<reader>.+)"
    r" on (?P<date>\d{4}-\d\d-\d\d), for (?P<fingerprint>[0-9a-f]+)$"
)
_TRANSLATOR = re.compile(r"^translator:\s*(?P<name>.+)$")


@dataclass(frozen=True, slots=True)
class Mark:
    """One person has read one message."""

    reading: Reading
    reader: str
    date: str
    fingerprint: str

    def __str__(self) -> str:
        return f"review: {self.reading} by {self.reader} on {self.date}, for {self.fingerprint}"


def fingerprint(entry: polib.POEntry) -> str:
    """Return a short name for an English text and its translation."""
    return hashlib.sha256(f"{entry.msgid}\0{entry.msgstr}".encode()).hexdigest()[:12]


def marks_of(entry: polib.POEntry) -> list[Mark]:
    """Return the marks of a message that hold for its texts as they are now."""
    if not entry.translated():  # fuzzy messages are not translated either
        return []
    now = fingerprint(entry)
    marks = filter(None, map(_parse, entry.tcomment.splitlines()))
    return [mark for mark in marks if mark.fingerprint == now]


def _parse(comment: str) -> Mark | None:
    match = _MARK.match(comment)
    if not match:
        return None
    reading: Reading = "reviewed" if match["reading"] == "reviewed" else "second-read"
    return Mark(reading, match["reader"], match["date"], match["fingerprint"])


def with_mark(entry: polib.POEntry, mark: Mark) -> str:
    """Return the comments of a message with a mark added; marks that no longer hold go."""
    kept = [line for line in entry.tcomment.splitlines() if not _MARK.match(line)]
    others = [
        old for old in marks_of(entry) if (old.reading, old.reader) != (mark.reading, mark.reader)
    ]
    return "\n".join([*kept, *map(str, others), str(mark)])


def translators_of(entry: polib.POEntry) -> set[str]:
    """Return the people whom the comments of a message name as its translators."""
    found = map(_TRANSLATOR.match, entry.tcomment.splitlines())
    return {match["name"].strip() for match in found if match}


def state_of(entry: polib.POEntry) -> ReviewState:
    """Return how far people have checked one message."""
    readings = {mark.reading for mark in marks_of(entry)}
    return max((*readings, STATES[0]), key=STATES.index)


def state_of_all(entries: Iterable[polib.POEntry]) -> ReviewState:
    """Return how far people have checked a text: as far as its least checked message."""
    states = {state_of(entry) for entry in entries if not entry.obsolete}
    return min(states, key=STATES.index, default=STATES[0])
