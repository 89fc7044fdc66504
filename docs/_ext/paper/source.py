"""Pieces of Typst source: strings, and what a template needs to know of a language."""

from __future__ import annotations

import re
from collections.abc import Mapping

from languages import Language

# Scripts whose punctuation has to come from their own font, although the Latin
# font before it has the same signs.
_CJK_SCRIPTS = frozenset({"Hans", "Hant", "Jpan", "Kore"})


def string_literal(text: str) -> str:
    r"""Return a text as a Typst string literal; line breaks become spaces.

    >>> print(string_literal('say "#import"'))
    "say \"#import\""
    """
    flat = re.sub(r"\s*\n\s*", " ", text)
    return '"' + flat.replace("\\", "\\\\").replace('"', '\\"') + '"'


def first_lines(template: str, arguments: Mapping[str, str]) -> str:
    """Return the first lines of a source: they wrap the rest in the function of a template."""
    lines = "".join(f"  {name}: {value},\n" for name, value in arguments.items())
    return f'#import "/{template}.typ" as sheet\n#show: sheet.{template}.with(\n{lines})\n'


def language_arguments(language: Language) -> dict[str, str]:
    """Return the arguments of a template that say how a language is written."""
    code, *subtags = language.tag.split("-")
    region = next((tag for tag in subtags if len(tag) == 2), None)
    return {
        "lang": string_literal(code),
        "region": string_literal(region) if region else "none",
        "script": string_literal(language.script),
        "dir": language.direction,
        "fonts": fonts_of(language),
    }


def fonts_of(language: Language) -> str:
    """Return the fonts of a language as a Typst array."""
    *first, last = map(string_literal, language.pdf_fonts)
    if language.script in _CJK_SCRIPTS:
        first = [f'(name: {name}, covers: "latin-in-cjk")' for name in first]
    return "(" + "".join(f"{font}, " for font in (*first, last)) + ")"
