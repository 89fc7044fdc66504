"""Rules for what makes a text work: roles, links, placeholders, one line of text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from message_fragments import Atom, Part, describe
from scripts.catalog.rules.base import Message, Problem, error, warning
from scripts.catalog.rules.knowledge import Knowledge

_HTML = re.compile(r"<[A-Za-z/!?][^<>]*>?")
_TEMPLATE = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdifr]|(?<!\{)\{\w*\}(?!\})")
# What makes Markdown read a text as something other than a paragraph.
_BLOCK_START = re.compile(
    r"\d{1,9}[.)](?=\s)|[-+*](?=\s)|>|\#{1,6}(?=\s|$)|:::|---|\*\*\*(?=\s*$)|___|===|```|~~~|\|"
    r"|\+\+\+|%(?=\s)|\([\w-]+\)=|\[[^\]]*\]:|[ \t]"
)
_MARKS = {"*": "stars (*)", "`": "backticks (`)"}


def atoms(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Demand the same roles, links, citations, footnotes and images, in any order."""
    source, target = _atoms(message.source), _atoms(message.target)
    lost, added = list((source - target).elements()), list((target - source).elements())
    for atom in lost:
        changed = next((other for other in added if other[:2] == atom[:2]), None)
        if changed is None:
            yield error(_rule(atom), f"{describe(atom)} is missing: copy it from the English text")
            continue
        added.remove(changed)
        yield error(
            _rule(atom),
            f"{describe(changed)} is not in the English text: there it is {describe(atom)}. "
            "Copy it from there, and translate only the words before the address",
        )
    for atom in added:
        yield error(_rule(atom), f"{describe(atom)} is not in the English text: take it out")


def _atoms(parts: Iterable[Part]) -> Counter[Atom]:
    return Counter(part.atom for part in parts if part.atom)


def _rule(atom: Atom) -> str:
    return "citation" if atom.name.startswith("cite") else atom.kind


def role_texts(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Demand translated words in each role that shows words."""
    titled = {part.atom for part in message.source if part.text}
    for part in message.target:
        if part.atom and part.kind == "myst_role" and part.atom in titled and not part.text.strip():
            yield error(
                "role",
                f"{describe(part.atom)} has lost its words: write them as in the English text, "
                f"{{{part.atom.name}}}`your words <{part.atom.target}>`",
            )


def loose_marks(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Report stars and backticks that the build cannot pair, so that they show on the page."""
    source, target = _plain(message.source), _plain(message.target)
    for mark, name in _MARKS.items():
        if target.count(mark) != source.count(mark):
            yield error(
                "unbalanced-markup",
                f"{name} do not pair up and would show on the page: check that each pair is "
                "complete, as in the English text, and that no space or punctuation mark stands "
                "inside next to the stars",
            )


def _plain(parts: Iterable[Part]) -> str:
    return "".join(part.text for part in parts if part.kind == "text")


def code(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Allow words between backticks, shown as code, only where the English text has them."""
    if _count(message.source, "code_inline") != _count(message.target, "code_inline"):
        yield error(
            "code",
            "the number of texts between backticks (`) differs from the English text: "
            "keep these as they are there; for quotations use the quotation marks of the language",
        )


def emphasis(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Ask for the same bold words: they guide a reader in a hurry."""
    for kind, name in (("strong", "bold (**)"), ("em", "italic (*)")):
        expected, found = _count(message.source, kind), _count(message.target, kind)
        if expected != found:
            yield warning(
                "emphasis",
                f"{found} parts are {name}, in the English text {expected}: "
                "mark the same words as there",
            )


def _count(parts: Iterable[Part], kind: str) -> int:
    return sum(part.kind == kind for part in parts)


def html(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Report raw HTML: the book has none."""
    for tag in _added(_HTML, message.source_text, message.target_text):
        yield error("html", f"{tag!r} is HTML, which the book does not use: take it out")


def template_braces(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Report braces of templates, which other tools could run as a program."""
    for braces in sorted(set(_added(_TEMPLATE, message.msgid, message.msgstr))):
        yield error("template", f"{braces!r} belongs to programs, not to a text: take it out")


def _added(pattern: re.Pattern[str], source: str, target: str) -> Iterator[str]:
    return (Counter(pattern.findall(target)) - Counter(pattern.findall(source))).elements()


def placeholders(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Demand what the program fills in: a number, a date, a name."""
    source = Counter(_PLACEHOLDER.findall(message.source_text))
    target = Counter(_PLACEHOLDER.findall(message.target_text))
    for placeholder in (source - target).elements():
        yield error(
            "placeholder",
            f"{placeholder!r} is missing: the program puts a number, date or name in its place; "
            "copy it from the English text",
        )
    for placeholder in (target - source).elements():
        yield error(
            "placeholder", f"{placeholder!r} is not in the English text: take it out or correct it"
        )


def block_start(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Report a start like a list, heading or table: such a text may vanish from the page."""
    found = _BLOCK_START.match(message.msgstr)
    in_source = _BLOCK_START.match(message.msgid)
    if not found or (in_source and in_source[0] == found[0]):
        return
    yield error(
        "block-start",
        f"the translation starts with {found[0]!r}, which is the sign of a list, heading, table "
        "or box: start with a word",
    )


def line_breaks(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Demand one paragraph on one line, as in the English text."""
    if message.msgstr.count("\n") != message.msgid.count("\n"):
        yield error(
            "line-break",
            "the translation has another number of line breaks (\\n) than the English text: "
            "write it in one piece, without new lines or paragraphs",
        )
