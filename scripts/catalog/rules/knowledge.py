"""What the check knows of a language: data only, read from files.

Everything that differs between languages stands in four places: the table in
``locale/languages.toml``, the term base, ``locale/<code>/checks.toml`` (number
words, pairs of marks, prefixes; its comments explain it) and the scripts in
``scripts/data/writing_systems.toml``. Marks in numbers come from CLDR.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from babel import Locale

from crisis_lines import load_crisis_lines
from languages import SOURCE_LANGUAGE, Language
from scripts import DOCS, LOCALE, ROOT
from scripts.catalog.files import CatalogError
from scripts.catalog.rules.words import fold
from scripts.catalog.terms import Term, load_terms

WRITING_SYSTEMS = ROOT / "scripts" / "data" / "writing_systems.toml"
CRISIS_LINES = DOCS / "_data" / "crisis_lines.toml"

_KEYS = {
    "pairs",
    "prefixes",
    "abbreviations",
    "not_numbers",
    "numbers",
    "may_stand_for",
    "multipliers",
}


@dataclass(frozen=True, slots=True)
class WritingSystem:
    """One table of ``writing_systems.toml``."""

    length: tuple[float, float]
    word_space: bool
    joiners: frozenset[str]
    ends: Mapping[str, str]


@dataclass(frozen=True)
class NumberStyle:
    """How a language writes numbers.

    *exact* maps a word to its number, *loose* a word that may stand for a
    number but need not; both are empty when the language has no list. All
    words are folded.
    """

    group_marks: frozenset[str]
    decimal_marks: frozenset[str]
    exact: Mapping[str, int]
    loose: Mapping[str, int]
    multipliers: Mapping[str, int]
    not_numbers: tuple[str, ...]
    word_space: bool
    prefixes: tuple[str, ...]

    @cached_property
    def longest_first(self) -> list[str]:
        """The number words; "twenty-two" comes before "two"."""
        return sorted({**self.loose, **self.exact}, key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All that the rules need for one language."""

    language: Language
    writing: WritingSystem
    pairs: tuple[str, ...]
    prefixes: tuple[str, ...]
    abbreviations: tuple[str, ...]
    numbers: NumberStyle
    source_numbers: NumberStyle
    terms: tuple[Term, ...]
    phones: frozenset[str]


def load_knowledge(language: Language, locale: Path = LOCALE) -> Knowledge:
    """Read what is known of a language.

    Raises CatalogError, with a sentence that names the file, when one of the
    files is broken.
    """
    checks = _load_checks(locale / language.code / "checks.toml")
    # The English text is the book's, whatever copy of the catalogs is checked.
    source_checks = _load_checks(LOCALE / SOURCE_LANGUAGE / "checks.toml")
    writing = _writing_system(language.script)
    prefixes = tuple(checks.get("prefixes", ()))
    return Knowledge(
        language=language,
        writing=writing,
        pairs=tuple(checks.get("pairs", ("“”", "«»", "()", '""'))),
        prefixes=prefixes,
        abbreviations=tuple(checks.get("abbreviations", ())),
        numbers=_number_style(language.tag, checks, _months(language.tag), writing, prefixes),
        source_numbers=_number_style(SOURCE_LANGUAGE, source_checks, {}, _writing_system("Latn")),
        terms=load_terms(language.code, locale),
        phones=frozenset(_phones()),
    )


def _load_checks(path: Path) -> Mapping[str, Any]:
    if not path.exists():
        return {}
    try:
        checks = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogError(f"{path}: this is not valid TOML: {error}") from None
    if unknown := sorted(checks.keys() - _KEYS):
        raise CatalogError(f"{path}: {unknown[0]!r} is unknown; use {', '.join(sorted(_KEYS))}")
    return checks


def _number_style(
    tag: str,
    checks: Mapping[str, Any],
    months: Mapping[str, int],
    writing: WritingSystem,
    prefixes: tuple[str, ...] = (),
) -> NumberStyle:
    symbols = Locale.parse(tag, sep="-").number_symbols.values()
    return NumberStyle(
        group_marks=frozenset(mark for each in symbols if (mark := each.get("group"))),
        decimal_marks=frozenset(mark for each in symbols if (mark := each.get("decimal"))),
        exact=_by_word(checks.get("numbers", {})),
        loose={**months, **_by_word(checks.get("may_stand_for", {}))},
        multipliers={fold(word): by for word, by in checks.get("multipliers", {}).items()},
        not_numbers=tuple(map(fold, checks.get("not_numbers", ()))),
        word_space=writing.word_space,
        prefixes=prefixes,
    )


def _by_word(table: Mapping[str, list[str]]) -> dict[str, int]:
    return {fold(word): int(number) for number, words in table.items() for word in words}


def _months(tag: str) -> dict[str, int]:
    """Return the names of the months: some languages write them as numbers, others do not."""
    months = Locale.parse(tag, sep="-").months
    return {
        fold(name): number
        for context in ("format", "stand-alone")
        for number, name in months[context]["wide"].items()
        if not any(map(str.isdigit, name))
    }


@cache
def _writing_system(script: str) -> WritingSystem:
    tables = tomllib.loads(WRITING_SYSTEMS.read_text(encoding="utf-8"))
    table = {**tables["default"], **tables.get(script, {})}
    shortest, longest = table["length"]
    return WritingSystem(
        length=(shortest, longest),
        word_space=table["word_space"],
        joiners=frozenset(map(chr, table["joiners"])),
        ends={name: table[name] for name in ("stop", "question", "exclamation", "colon")},
    )


def _phones() -> Iterator[str]:
    """Yield all numbers that the book tells people to call or to text."""
    for country in load_crisis_lines(CRISIS_LINES)["country"]:
        yield from country["emergency"]
        for line in country.get("line", []):
            yield from line.get("call", [])
            yield from (sms["number"] for sms in line.get("sms", []))
