"""Words the book avoids, and titles that cannot be translated alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.text_rules.findings import Finding
from scripts.text_rules.pages import Page, Piece

_US = re.compile(r"\b(US|United States|USA)\b")
_SUICIDE = re.compile(r"suicid", re.IGNORECASE)
_ALSO_CALLED = re.compile(r"(Also called|Full name|Older name): .*$")
_HELP = ("help-box", "crisis-lines")
# These directives show statements of the data, some of which name suicide.
_SHOWS_DATA = ("corrections", "claims-by-part", "article-topics", "self-assessment")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that may not stand in the text, except on the named pages."""

    pattern: re.Pattern[str]
    say: str
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Short:
    """An abbreviation and the full words that must come before it on the page."""

    pattern: re.Pattern[str]
    full: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class UsOnly:
    """Words for things that exist only in the US, and words that lift the rule."""

    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Wording:
    """The lists of ``docs/_data/wording.toml``; its comments explain them."""

    phrases: tuple[Phrase, ...]
    short: tuple[Short, ...]
    us_only: tuple[UsOnly, ...]
    vague_titles: frozenset[str]
    pointing_words: frozenset[str]
    hosts: frozenset[str]
    article_titles: tuple[str, ...]


class WordingError(Exception):
    """The lists cannot be used; the text says what to mend."""


def load_wording(path: Path) -> Wording:
    """Read the lists. Raises WordingError when the file is broken."""
    try:
        return _wording(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, re.error) as error:
        raise WordingError(f"{path}: {error}") from None
    except KeyError as error:
        raise WordingError(f"{path}: {error.args[0]} is missing") from None


def _wording(data: dict[str, Any]) -> Wording:
    return Wording(
        phrases=tuple(
            Phrase(_pattern(table["pattern"]), table["say"], tuple(table.get("pages", ())))
            for table in data["phrase"]
        ),
        short=tuple(
            Short(re.compile(table["pattern"]), _pattern(table["full"])) for table in data["short"]
        ),
        us_only=tuple(
            UsOnly(
                re.compile(table["pattern"]),
                _pattern(table["except"]) if "except" in table else None,
            )
            for table in data["us_only"]
        ),
        vague_titles=frozenset(data["titles"]["vague"]),
        pointing_words=frozenset(data["titles"]["pointing"]),
        hosts=frozenset(data["links"]["hosts"]),
        article_titles=tuple(data["articles"]["titles"]),
    )


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def bad_phrases(pages: Sequence[Page], wording: Wording) -> Iterator[Finding]:
    """Report words that sell, harm, mislead or do not translate."""
    for page in pages:
        for piece in page.pieces:
            for phrase in wording.phrases:
                if page.docname in phrase.pages:
                    continue
                if match := phrase.pattern.search(_without(piece.text, wording.article_titles)):
                    yield Finding(page.path, piece.line, f"'{match[0].strip()}': {phrase.say}")


def _without(text: str, titles: Sequence[str]) -> str:
    """Remove the titles of the articles, which may be named as they are."""
    for title in titles:
        text = text.replace(title, "")
    return text


def bad_phrases_in(text: str, wording: Wording) -> Iterator[str]:
    """Say of a text of the data which words it may not use."""
    for phrase in wording.phrases:
        if match := phrase.pattern.search(text):
            yield f"'{match[0].strip()}': {phrase.say}"


def unexplained_abbreviations(pages: Sequence[Page], wording: Wording) -> Iterator[Finding]:
    """Report abbreviations without their full words before them on the page."""
    for page in pages:
        for short in wording.short:
            known = False
            for piece in page.pieces:
                text = _ALSO_CALLED.sub("", piece.text)
                if piece.kind != "description":
                    known = known or bool(short.full.search(text))
                if not known and (match := short.pattern.search(text)):
                    yield Finding(
                        page.path,
                        piece.line,
                        f"'{match[0]}' is an abbreviation. Write the full words here, and the "
                        "abbreviation in brackets only if the page uses it again.",
                    )
                    known = True


def unlabelled_us_facts(pages: Sequence[Page], wording: Wording) -> Iterator[Finding]:
    """Report facts of the US that do not say so in their paragraph, list or table row."""
    for page in pages:
        labelled = {piece.together for piece in page.pieces if _US.search(piece.text)}
        heading_says = False
        for piece in page.pieces:
            if piece.kind == "heading":
                heading_says = bool(_US.search(piece.text))
            if piece.together in labelled or heading_says or _is_named_in_passing(piece):
                continue
            for rule in wording.us_only:
                match = rule.pattern.search(piece.text)
                if match and not (rule.unless and rule.unless.search(piece.text)):
                    yield Finding(
                        page.path,
                        piece.line,
                        f"'{match[0]}' exists only in the US. Say 'in the US' in this "
                        "paragraph or table row, or leave it out.",
                    )
                    break


def _is_named_in_passing(piece: Piece) -> bool:
    """Tell whether a piece only names a thing that the text below it explains."""
    return piece.kind in ("description", "term", "heading", "title")


def missing_help(pages: Sequence[Page]) -> Iterator[Finding]:
    """Report pages that name suicide without offering help; handouts get it from the builder."""
    for page in pages:
        if page.is_handout or page.has(*_HELP):
            continue
        named = next((piece for piece in page.pieces if _SUICIDE.search(piece.text)), None)
        shown = next((line for line, name in page.directives if name in _SHOWS_DATA), None)
        line = named.line if named else shown
        if line is not None:
            yield Finding(
                page.path,
                line,
                "This page speaks of suicide and has no help box. Put these two lines near "
                "the top: :::{help-box} and :::",
            )


def untranslatable_titles(pages: Sequence[Page], wording: Wording) -> Iterator[Finding]:
    """Report headings and titles that mean nothing alone, and those a page has twice."""
    for page in pages:
        seen: dict[str, int] = {}
        for piece in page.pieces:
            if piece.kind not in ("heading", "title"):
                continue
            words = re.findall(r"[\w'-]+", piece.text.lower()) or [piece.text]
            key = " ".join(words)
            if key in seen:
                yield Finding(
                    page.path,
                    piece.line,
                    f"The title '{piece.text}' also stands on line {seen[key]}. A translator "
                    "sees one message for both: give each its own words.",
                )
            elif _means_nothing_alone(piece, words, key, wording):
                yield Finding(
                    page.path,
                    piece.line,
                    f"The title '{piece.text}' cannot be translated alone. Write a phrase that "
                    "says what stands below it.",
                )
            seen.setdefault(key, piece.line)


def _means_nothing_alone(piece: Piece, words: list[str], key: str, wording: Wording) -> bool:
    is_page_title = piece.kind == "heading" and piece.level == 1
    return (
        key in wording.vague_titles
        # A title that ends in a colon belongs to its list, and is read with it.
        or (words[0] in wording.pointing_words and not piece.text.endswith(":"))
        or (len(words) == 1 and not is_page_title)
    )
