"""What export and import share: how a message is recognized when it comes back.

Weeks may pass before a translator returns a file. In the meantime the English
may have changed, or somebody else may have mended the same translation. So each
message leaves with a ticket, which says what it was on that day.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polib

from languages import Language

_TICKET = re.compile(r"(?P<english>[0-9a-f]{16})-(?P<translation>[0-9a-f]{16})(?P<fuzzy>-fuzzy)?")


@dataclass(frozen=True, slots=True)
class Ticket:
    """The fingerprints of a message and of its translation on the day of the export."""

    english: str
    translation: str
    fuzzy: bool

    @classmethod
    def of(cls, entry: polib.POEntry) -> Ticket:
        """Return the ticket of a message as it is now."""
        return cls(fingerprint(entry.msgid), fingerprint(entry.msgstr), entry.fuzzy)

    @classmethod
    def parse(cls, text: str) -> Ticket | None:
        """Read a ticket that came back; None when it is no ticket."""
        match = _TICKET.fullmatch(text)
        if not match:
            return None
        return cls(match["english"], match["translation"], bool(match["fuzzy"]))

    def __str__(self) -> str:
        return f"{self.english}-{self.translation}{'-fuzzy' if self.fuzzy else ''}"


@dataclass(frozen=True, slots=True)
class Returned:
    """One message with a translation, as it came back.

    A program may have lost its *ticket*. *translation* gives the text for a
    ``msgid`` and raises BrokenTagsError when tags cannot be turned back into
    markup. *edited*: its text is not the one that was sent. *confirmed*: the
    translator says that it is right. *doubtful*: that it needs more work; then
    it comes into the catalog as fuzzy, which readers do not see.
    """

    domain: str
    english: str
    ticket: Ticket | None
    translation: Callable[[str], str]
    edited: bool
    confirmed: bool
    doubtful: bool


@dataclass(frozen=True, slots=True)
class ReturnedTerms:
    """A term base as it came back: *sent* is the fingerprint of the one that left."""

    sent: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file that came back: its language, its messages, and what else to say."""

    language: Language
    messages: tuple[Returned, ...]
    notices: tuple[str, ...] = ()
    terms: ReturnedTerms | None = None


def fingerprint(text: str | bytes) -> str:
    """Return a short name for a text; another text has another one."""
    data = text.encode("utf-8") if isinstance(text, str) else text
    return hashlib.sha256(data).hexdigest()[:16]


def messages_of(catalog: polib.POFile) -> Iterator[polib.POEntry]:
    """Yield the messages that the book shows.

    Obsolete ones wait for their text to come back. Contexts and plurals are
    never shown: Sphinx does not look them up.
    """
    for entry in catalog:
        if not entry.obsolete and entry.msgctxt is None and not entry.msgid_plural:
            yield entry
