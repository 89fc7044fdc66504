"""The book of the benchmark, before any tool's way of writing it.

A book is a tree of pages, a page a list of blocks, and a block holds messages:
the units that translators translate. A message knows its parts (words, a link, a
term, a footnote) and how many words each has, but no words: those are thrown for
each language when the message is written. Lengths and the share of markup are
those of the real book of this project.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from scripts.benchmark.text import SOURCE, Tongue, dice_for, tongues

SEED = 9
CHILDREN = 6  # of each page that has pages below it: 32 pages are three levels deep
TERMS = 24

PartKind = Literal["words", "reference", "term", "link", "bold", "code", "note"]
BlockKind = Literal["section", "paragraph", "list", "table", "box", "quote"]

# Of 100 messages with room for it, so many have this.
_MARKUP: tuple[tuple[PartKind, int], ...] = (
    ("link", 13), ("reference", 6), ("term", 6), ("bold", 2), ("code", 1), ("note", 2),
)  # fmt: skip
_BLOCKS: tuple[BlockKind, ...] = (
    "paragraph", "paragraph", "paragraph", "paragraph", "list", "list", "table", "box", "quote",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a message: so many words, and what they lead to."""

    kind: PartKind
    length: int
    target: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A unit of translation; *name* is what its words follow from."""

    name: str
    parts: tuple[Part, ...]
    heading: bool = False

    def words(self, tongue: Tongue) -> list[str]:
        """Return the text of each part in one language."""
        dice = dice_for(self.name, tongue.code)
        return [self._text(part, tongue, dice) for part in self.parts]

    def _text(self, part: Part, tongue: Tongue, dice: random.Random) -> str:
        if part.kind == "words" and not self.heading:
            return tongue.sentences(dice, part.length)
        text = tongue.phrase(dice, part.length)
        return text[0].upper() + text[1:] if part.kind == "words" else text


@dataclass(frozen=True, slots=True)
class Block:
    """Messages that stand together. A table has three columns, its first row the heads."""

    kind: BlockKind
    messages: tuple[Message, ...]
    label: str = ""
    level: int = 2


@dataclass(frozen=True, slots=True)
class Page:
    """One page; *below* are the names of the pages that it leads to."""

    name: str
    label: str
    title: Message
    summary: Message
    entries: tuple[Message, ...]
    blocks: tuple[Block, ...]
    notes: tuple[Message, ...]
    below: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """A whole book; the glossary is its last page, each term with what it means."""

    pages: tuple[Page, ...]
    glossary: str
    terms: tuple[tuple[Message, Message], ...]
    languages: tuple[Tongue, ...]

    @property
    def translations(self) -> tuple[Tongue, ...]:
        """Return all languages but English."""
        return self.languages[1:]


def make_book(pages: int, languages: int, seed: int = SEED) -> Book:
    """Return a book of so many pages, glossary included, in so many languages."""
    known = tongues()
    if pages < 2 or not 1 <= languages <= len(known):
        raise ValueError(f"a book has two pages or more, and 1 to {len(known)} languages")
    terms = tuple(_term(seed, number) for number in range(TERMS))
    names = [_page_name(number, pages) for number in range(pages)]
    return Book(
        tuple(_page(seed, number, names) for number in range(pages)),
        names[-1],
        terms,
        tuple(known.values())[:languages],
    )


def _page_name(number: int, pages: int) -> str:
    """Return where a page stands: a tree, in which each page has the next six below it."""
    if number == pages - 1:
        return "glossary"
    has_pages_below = number * CHILDREN + 1 < pages - 1
    steps = []
    while number:
        steps.append(f"part-{number}")
        number = (number - 1) // CHILDREN
    folder = "/".join(reversed(steps))
    if not folder:
        return "index"
    return f"{folder}/index" if has_pages_below else folder


def label_of(number: int) -> str:
    """Return the label of a page."""
    return f"page-{number}"


def _page(seed: int, number: int, names: Sequence[str]) -> Page:
    last = len(names) - 1
    first = number * CHILDREN + 1
    below = [names[below] for below in range(first, min(first + CHILDREN, last))]
    if number == 0:
        below.append(names[last])
    maker = _PageMaker(seed, number, last + 1)
    blocks = () if number == last else tuple(maker.blocks())
    return Page(
        names[number],
        label_of(number),
        maker.heading(4),
        maker.message(14, plain=True),
        tuple(maker.heading(length) for length in (1, 2, 1)),
        blocks,
        tuple(maker.notes),
        tuple(below),
    )


def _term(seed: int, number: int) -> tuple[Message, Message]:
    # The number keeps one head from being the same as another in any language.
    head = Message(f"{seed}/term/{number}", (Part("words", 2),), heading=True)
    return head, Message(f"{seed}/meaning/{number}", (Part("words", 16),))


class _PageMaker:
    """Throws what stands on one page."""

    def __init__(self, seed: int, number: int, pages: int) -> None:
        self._dice = dice_for(seed, "page", number)
        self._name = f"{seed}/{number}"
        self._pages = pages
        self._label = label_of(number)
        self._messages = 0
        self.notes: list[Message] = []

    def blocks(self) -> Iterator[Block]:
        """Yield four sections, one of them with a section inside."""
        for section in range(4):
            yield self._section(f"{self._label}-{section}", 2)
            for _ in range(self._dice.randint(1, 3)):
                yield self._block(self._dice.choice(_BLOCKS))
            if section == 1:
                yield self._section(f"{self._label}-inner", 3)
                yield self._block("paragraph")

    def _section(self, label: str, level: int) -> Block:
        return Block("section", (self.heading(self._dice.randint(2, 6)),), label, level)

    def _block(self, kind: BlockKind) -> Block:
        if kind == "list":
            messages = [self.message(self._length()) for _ in range(self._dice.randint(3, 6))]
        elif kind == "table":
            rows = self._dice.randint(3, 5)
            messages = [self.heading(2) for _ in range(3)]
            messages += [self.message(self._dice.randint(2, 6)) for _ in range(3 * (rows - 1))]
        elif kind == "box":
            messages = [self.heading(3), self.message(self._length()), self.message(9)]
        else:
            messages = [self.message(self._length() + 8)]
        return Block(kind, tuple(messages))

    def _length(self) -> int:
        """Return a number of words: mostly few, sometimes many."""
        return min(60, 4 + int(self._dice.expovariate(1 / 12)))

    def heading(self, length: int) -> Message:
        """Return a message without a stop at its end."""
        return self._new((Part("words", length),), heading=True)

    def message(self, length: int, plain: bool = False) -> Message:
        """Return a message of sentences, perhaps with markup."""
        extra = None if plain or length < 5 else self._extra()
        if extra is None:
            return self._new((Part("words", length),))
        before = self._dice.randint(2, length - 2)
        return self._new((Part("words", before), extra, Part("words", length - before)))

    def _extra(self) -> Part | None:
        chance = self._dice.randrange(100)
        for kind, share in _MARKUP:
            if chance < share:
                return Part(kind, self._dice.randint(1, 3), self._target(kind))
            chance -= share
        return None

    def _target(self, kind: PartKind) -> str:
        if kind == "reference":
            return label_of(self._dice.randrange(self._pages))
        if kind == "term":
            return str(self._dice.randrange(TERMS))
        if kind == "link":
            return f"https://example.org/{self._dice.randrange(400)}"
        if kind == "note":
            self.notes.append(self.message(12, plain=True))
            return str(len(self.notes))
        return ""

    def _new(self, parts: tuple[Part, ...], heading: bool = False) -> Message:
        self._messages += 1
        return Message(f"{self._name}/{self._messages}", parts, heading)


def source_tongue() -> Tongue:
    """Return English."""
    return tongues()[SOURCE]
