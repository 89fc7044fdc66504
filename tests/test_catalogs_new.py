"""``new`` and ``terms``: a language starts with everything its translators need."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from dataclasses import replace
from gettext import c2py
from pathlib import Path

import pytest
from babel.messages.plurals import PLURALS
from sphinx.testing.util import SphinxTestApp

from languages import load_languages
from scripts.catalog import command
from scripts.catalog.files import CatalogError, read_catalog
from scripts.catalog.new import add_language, new_language
from scripts.catalog.rules.knowledge import _KEYS, load_knowledge
from scripts.catalog.templates import plural_forms
from scripts.catalog.terms import (
    Term,
    faults_of,
    glossary_heads,
    load_terms,
    terms_path,
    with_heads,
    write_terms,
)
from tests.catalogs_book import Book
from tests.conftest import PROJECT

_NOTO = ("Noto Sans",)


@pytest.fixture
def book(tmp_path: Path, rootdir: Path) -> Book:
    return Book.copy(rootdir, tmp_path / "book")


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("fr", ("Français", "French", "ltr", "Latn", _NOTO, 1.0)),
        (
            "pt_BR",
            ("Português (Brasil)", "Portuguese (Brazil)", "ltr", "Latn", _NOTO, 1.0),
        ),
        ("ru", ("Русский", "Russian", "ltr", "Cyrl", _NOTO, 1.0)),
        ("fa", ("فارسی", "Persian", "rtl", "Arab", ("Amiri", "Noto Sans"), 1.15)),
        ("hi", ("हिन्दी", "Hindi", "ltr", "Deva", ("Noto Sans", "Noto Sans Devanagari"), 1.0)),
        ("ja", ("日本語", "Japanese", "ltr", "Jpan", ("Noto Sans", "Noto Sans CJK JP"), 1.0)),
    ],
)
def test_facts_of_a_language_come_from_cldr(code: str, facts: tuple[object, ...]) -> None:
    language = new_language(code)
    assert facts == (
        language.name,
        language.english_name,
        language.direction,
        language.script,
        language.pdf_fonts,
        language.pdf_scale,
    )
    assert (language.tag, language.slug) == (code.replace("_", "-"), code.replace("_", "-").lower())
    assert (language.state, language.incomplete_handouts) == ("draft", "withhold")


def test_chinese_is_told_apart_by_script() -> None:
    assert (new_language("zh_CN").name, new_language("zh_CN").script) == ("中文 (简体)", "Hans")
    assert (new_language("zh_TW").name, new_language("zh_TW").script) == ("中文 (繁體)", "Hant")


@pytest.mark.parametrize("code", ["es", "ar"])
def test_rows_of_the_book_are_what_it_would_write(code: str) -> None:
    row = load_languages(PROJECT / "locale" / "languages.toml")[code]
    assert new_language(code) == replace(row, state="draft")


@pytest.mark.parametrize("code", ["xx", "qps_PLOC", "french", "FR", "fr-FR", "../fr", ""])
def test_unknown_and_misspelt_codes_are_refused(code: str) -> None:
    with pytest.raises(CatalogError, match="fr, pt_BR or zh_CN"):
        new_language(code)


def test_new_language_can_be_translated_and_built_at_once(
    book: Book, make_app: type[SphinxTestApp]
) -> None:
    path = book.locale / "languages.toml"
    before = path.read_text(encoding="utf-8")
    templates = book.templates()
    add_language(new_language("fr"), templates, book.locale)

    text = path.read_text(encoding="utf-8")
    assert text.startswith(before)  # comments and all
    assert load_languages(path)["fr"] == new_language("fr")
    for page, template in templates.items():
        catalog_path = book.locale / "fr" / "LC_MESSAGES" / f"{page}.po"
        catalog = read_catalog(catalog_path)
        assert [entry.msgid for entry in catalog] == [entry.msgid for entry in template]
        assert not catalog.translated_entries()
        assert catalog.metadata["Plural-Forms"] == "nplurals=2; plural=(n > 1);"
        checked = subprocess.run(
            [Path(sys.executable).parent / "msgfmt", "-c", "-o", "-", catalog_path],
            capture_output=True,
            check=True,
        )
        assert checked.stderr == b""
    assert [term.term for term in load_terms("fr", book.locale)] == ["black tea", "green tea"]
    readme = (book.locale / "fr" / "README.md").read_text(encoding="utf-8")
    assert readme.startswith("# French translation (fr)\n")
    assert "{" not in readme
    # The words for the check are a skeleton, in which nothing is claimed yet.
    checks = (book.locale / "fr" / "checks.toml").read_text(encoding="utf-8")
    assert "know of French" in checks
    known = load_knowledge(new_language("fr"), book.locale)
    assert set(tomllib.loads(checks)) == _KEYS
    assert not known.numbers.exact
    assert not known.numbers.multipliers

    app = make_app("html", srcdir=book.docs, confoverrides={"language": "fr"})
    app.build()
    assert app.warning.getvalue() == ""


def test_advice_names_the_commands_as_they_were_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOX_CURRENT_SESSION", raising=False)
    assert command("check") == "python -m scripts.catalogs check"
    monkeypatch.setenv("NOX_CURRENT_SESSION", "catalogs")
    assert command("check") == ".venv/bin/nox -s catalogs -- check"


@pytest.mark.parametrize("left_over", [False, True])
def test_language_that_exists_is_refused_and_nothing_changes(book: Book, left_over: bool) -> None:
    if left_over:
        (book.locale / "fr").mkdir()
    else:
        add_language(new_language("fr"), book.templates(), book.locale)
    before = sorted((path, path.stat().st_mtime_ns) for path in book.locale.rglob("*"))
    with pytest.raises(CatalogError, match=r"already|remove it first"):
        add_language(new_language("fr"), {}, book.locale)
    assert sorted((path, path.stat().st_mtime_ns) for path in book.locale.rglob("*")) == before


def test_plural_forms_are_the_customary_ones_and_else_those_of_cldr() -> None:
    assert plural_forms("es") == "nplurals=2; plural=(n != 1);"
    assert plural_forms("ar").startswith("nplurals=6; ")
    assert plural_forms("pt_BR") == "nplurals=2; plural=(n > 1);"
    assert "gv" not in PLURALS  # Manx: only CLDR knows its forms
    count, _, expression = plural_forms("gv").partition("; plural=")
    form = c2py(expression.rstrip(";"))
    assert count == "nplurals=5"
    assert {form(number) for number in range(100)} == {0, 1, 2, 4}  # 3 is for fractions


# -- Term base ---------------------------------------------------------------


def test_heads_come_from_the_glossary(book: Book) -> None:
    assert glossary_heads(book.templates()) == ["black tea", "green tea"]


def test_missing_rows_go_where_the_glossary_has_them() -> None:
    old = Term("steep", approved=("x",))
    terms = (Term("black tea", approved=("té negro",)), old)
    completed = with_heads(terms, ["a new head", "black tea", "green tea", "white tea"])
    assert [term.term for term in completed] == [
        "a new head",
        "black tea",
        "green tea",
        "white tea",
        "steep",
    ]
    assert completed[1].approved == ("té negro",)
    assert with_heads(completed, ["a new head", "black tea", "green tea", "white tea"]) == completed


def test_term_base_is_written_as_it_was_read(tmp_path: Path) -> None:
    for code in ("es", "ar"):
        assert write_terms(code, load_terms(code), tmp_path)
        assert terms_path(code, tmp_path).read_bytes() == terms_path(code).read_bytes()


def test_contradictions_are_named_with_their_line(tmp_path: Path) -> None:
    path = terms_path("es", tmp_path)
    path.parent.mkdir()
    path.write_text(
        "term,approved,inflections,forbidden,note\n"
        "green tea,té verde,tés verdes,té ver|Té negro,\n"
        "black tea,té negro,,,\n"
        "black tea,té oscuro,,,\n"
        "old head,viejo,,,\n",
        encoding="utf-8",
    )
    terms = load_terms("es", tmp_path)
    assert terms[0].forbidden == ("té ver", "Té negro")
    faults = list(faults_of(terms, ["black tea", "green tea"]))
    assert [line for line, _sentence in faults] == [2, 4, 5]
    assert "approved in line 3" in faults[0][1]
    assert "line 3 too" in faults[1][1]
    assert "no head of the glossary" in faults[2][1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("term;approved\n", r"terms\.csv:1: the first line must be"),
        ("term,approved,inflections,forbidden,note\na,b\n", r"terms\.csv:2: this row has 2"),
        ("term,approved,inflections,forbidden,note\na,b,c,d,e,f\n", "between quotes"),
    ],
)
def test_broken_table_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = terms_path("es", tmp_path)
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError, match=message):
        load_terms("es", tmp_path)


def test_language_without_term_base_has_no_terms(tmp_path: Path) -> None:
    assert load_terms("es", tmp_path) == ()
