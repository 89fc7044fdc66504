"""Add a language: its table, catalogs, term base, words for the check, list of decisions.

What a language is called, which way it runs and which script it uses comes
from CLDR; the fonts of the handouts follow from the script.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import polib
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from rich.console import Console

from languages import Language, load_languages
from scripts import LOCALE
from scripts.catalog import command
from scripts.catalog.files import CatalogError, write_text
from scripts.catalog.templates import extract
from scripts.catalog.terms import Term, glossary_heads, write_terms
from scripts.catalog.update import update_language

# Language, script where one language has two, region where they write differently.
_CODE = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_[A-Z]{2})?")

_README = Path(__file__).with_name("language_readme.md")
_CHECKS = Path(__file__).with_name("language_checks.toml")

# The families of the installed font packages, by script. Noto Sans comes first
# where it has only the Latin letters and digits of such a text.
_PDF_FONTS: dict[str, tuple[str, ...]] = {
    "Arab": ("Amiri", "Noto Sans"),
    "Armn": ("Noto Sans", "Noto Sans Armenian"),
    "Beng": ("Noto Sans", "Noto Sans Bengali"),
    "Deva": ("Noto Sans", "Noto Sans Devanagari"),
    "Ethi": ("Noto Sans", "Noto Sans Ethiopic"),
    "Geor": ("Noto Sans", "Noto Sans Georgian"),
    "Gujr": ("Noto Sans", "Noto Sans Gujarati"),
    "Guru": ("Noto Sans", "Noto Sans Gurmukhi"),
    "Hans": ("Noto Sans", "Noto Sans CJK SC"),
    "Hant": ("Noto Sans", "Noto Sans CJK TC"),
    "Hebr": ("Noto Sans", "Noto Sans Hebrew"),
    "Jpan": ("Noto Sans", "Noto Sans CJK JP"),
    "Khmr": ("Noto Sans", "Noto Sans Khmer"),
    "Knda": ("Noto Sans", "Noto Sans Kannada"),
    "Kore": ("Noto Sans", "Noto Sans CJK KR"),
    "Laoo": ("Noto Sans", "Noto Sans Lao"),
    "Mlym": ("Noto Sans", "Noto Sans Malayalam"),
    "Mymr": ("Noto Sans", "Noto Sans Myanmar"),
    "Orya": ("Noto Sans", "Noto Sans Oriya"),
    "Sinh": ("Noto Sans", "Noto Sans Sinhala"),
    "Taml": ("Noto Sans", "Noto Sans Tamil"),
    "Telu": ("Noto Sans", "Noto Sans Telugu"),
    "Thai": ("Noto Sans", "Noto Sans Thai"),
}
_NO_SPECIAL_FONTS = ("Noto Sans",)

# Amiri looks smaller than Noto Sans at the same size.
_PDF_SCALE = {"Arab": 1.15}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "code", metavar="CODE", help="the code of the language for gettext: fr, pt_BR, zh_CN"
    )


def run(options: argparse.Namespace, console: Console) -> int:
    """Add a language; return the exit code."""
    language = new_language(options.code)
    _refuse_existing(language, LOCALE)
    with console.status("Reading the English text"):
        templates = extract()
    add_language(language, templates)
    console.print(_advice(language), soft_wrap=True)
    return 0


def new_language(code: str) -> Language:
    """Return what CLDR knows of a language.

    Raises CatalogError when CLDR does not know it, or the code is not written
    as gettext writes it.
    """
    if not _CODE.fullmatch(code):
        raise CatalogError(f"{code!r} is no code of a language; write it like fr, pt_BR or zh_CN")
    try:
        locale = Locale.parse(code)
    except UnknownLocaleError:
        raise CatalogError(
            f"CLDR, the list of the world's languages, does not know {code!r}; "
            "look the code up in ISO 639 and write it like fr, pt_BR or zh_CN"
        ) from None
    script = locale.script or _likely_script(locale)
    # Chinese (China) is better known as Chinese (Simplified).
    named = Locale(locale.language, script=locale.script) if locale.script else locale
    name = named.display_name or code
    tag = code.replace("_", "-")
    return Language(
        code=code,
        slug=tag.lower(),
        tag=tag,
        name=name[:1].upper() + name[1:],
        english_name=named.english_name or code,
        direction="rtl" if locale.text_direction == "rtl" else "ltr",
        script=script,
        pdf_fonts=_PDF_FONTS.get(script, _NO_SPECIAL_FONTS),
        pdf_scale=_PDF_SCALE.get(script, 1.0),
        paper="a4",
        collation=locale.language,
        state="draft",
    )


def _likely_script(locale: Locale) -> str:
    likely = get_global("likely_subtags")
    full = likely.get(str(locale)) or likely.get(locale.language) or ""
    return next((part for part in full.split("_") if len(part) == 4), "Latn")


def _refuse_existing(language: Language, locale: Path) -> None:
    path = locale / "languages.toml"
    known = load_languages(path)
    if language.code in known:
        raise CatalogError(f"{path}: the book has a table [{language.code}] already")
    if language.slug in {other.slug for other in known.values()}:
        raise CatalogError(f"{path}: another language has the folder {language.slug!r} already")
    folder = locale / language.code
    if folder.exists():
        raise CatalogError(f"{folder}: this folder is there without a table; remove it first")


def add_language(
    language: Language, templates: Mapping[str, polib.POFile], locale: Path = LOCALE
) -> None:
    """Write catalogs, term base, decisions, words for the check, and table of a language.

    Raises CatalogError when the book has the language already.
    """
    _refuse_existing(language, locale)
    update_language(language, templates, locale)
    heads = glossary_heads(templates)
    write_terms(language.code, tuple(Term(head) for head in heads), locale)
    for skeleton, name in ((_README, "README.md"), (_CHECKS, "checks.toml")):
        text = skeleton.read_text(encoding="utf-8")
        write_text(
            locale / language.code / name,
            text.format(name=language.english_name, code=language.code),
        )
    # The table goes last: with a table and no catalogs, nothing could be built.
    path = locale / "languages.toml"
    write_text(path, f"{path.read_text(encoding='utf-8').rstrip()}\n\n{_table(language)}")


def _table(language: Language) -> str:
    fields = asdict(language)
    lines = [f"[{fields.pop('code')}]"]
    # Strings, numbers and lists are written in TOML as in JSON.
    lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
    return "\n".join(lines) + "\n"


def _advice(language: Language) -> str:
    code = language.code
    fonts = ", ".join(language.pdf_fonts)
    return f"""\
{language.name} ({language.english_name}) is in the book now, all of it still in English.

1. Look at the table \\[{code}] in locale/languages.toml: name, paper, fonts ({fonts}).
2. Decide what locale/{code}/README.md asks.
3. Fill in locale/{code}/terms.csv, then: {command(f"terms --language {code}")}
4. Fill in locale/{code}/checks.toml: the number words, so that the check can compare them.
5. Translate locale/{code}/LC_MESSAGES: help.po and sphinx.po first, readers in need see them.
6. Check your work: {command(f"check --language {code}")}
7. Look at it: .venv/bin/nox -s preview -- {code}"""
