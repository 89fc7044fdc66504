"""The catalogs are what gettext's own programs and the stock Sphinx tools expect."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from languages import SOURCE_LANGUAGE, load_languages
from scripts.catalog.files import run_gettext, write_catalog
from tests.catalogs_book import Book
from tests.conftest import PROJECT

CATALOGS = sorted(
    path
    for folder in ("locale", "tests")
    for path in (PROJECT / folder).glob("**/LC_MESSAGES/**/*.po")
)
TRANSLATIONS = sorted(
    load_languages(PROJECT / "locale" / "languages.toml").keys() - {SOURCE_LANGUAGE}
)
BIN = Path(sys.executable).parent


def run(*command: str | Path, cwd: Path = PROJECT) -> str:
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout + result.stderr


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the templates (.pot) of the book with stock Sphinx."""
    output = tmp_path_factory.mktemp("gettext")
    run(sys.executable, "-m", "sphinx", "-q", "-W", "-b", "gettext", "docs", output)
    return output


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_msgfmt_accepts_the_catalog(path: Path, tmp_path: Path) -> None:
    result = run_gettext("msgfmt", "-c", "-o", tmp_path / "out.mo", path)
    assert (result.returncode, result.stdout + result.stderr) == (0, "")


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_every_catalog_has_a_template_and_no_stranger(templates: Path, code: str) -> None:
    folder = PROJECT / "locale" / code / "LC_MESSAGES"
    for path in sorted(folder.rglob("*.po")):
        template = templates / path.relative_to(folder).with_suffix(".pot")
        assert template.exists(), path
        messages = {entry.msgid for entry in polib.pofile(str(template))}
        current = {entry.msgid for entry in polib.pofile(str(path)) if not entry.obsolete}
        assert current == messages, path


def test_interface_strings_of_theme_and_extensions_are_in_the_template(templates: Path) -> None:
    messages = {entry.msgid for entry in polib.pofile(str(templates / "sphinx.pot"))}
    assert "Get help now" in messages  # the theme
    assert "Emergency number:" in messages  # an extension
    assert "Page {page} of {pages}" in messages  # the handouts


def test_an_override_of_sphinx_s_own_strings_stays(tmp_path: Path, rootdir: Path) -> None:
    """Neither our update nor sphinx-intl takes it for a text that has left the book."""
    book = Book.copy(rootdir, tmp_path / "book")
    book.update()
    catalog = book.catalog("sphinx")
    assert catalog.find("Link to this heading") is None
    override = polib.POEntry(msgid="Link to this heading", msgstr="Enlace fijo")
    stranger = polib.POEntry(msgid="Nobody says this", msgstr="Nadie dice esto")
    catalog.extend([override, stranger])
    write_catalog(book.path("sphinx"), catalog)

    book.templates()
    stock = tmp_path / "stock"
    shutil.copytree(book.locale / "es", stock / "es")
    run(BIN / "sphinx-intl", "update", "-p", book.root / "templates", "-d", stock, "-l", "es")
    book.update()
    for path in (stock / "es/LC_MESSAGES/sphinx.po", book.path("sphinx")):
        after = {entry.msgid: entry for entry in polib.pofile(str(path))}
        assert after[override.msgid].msgstr == "Enlace fijo"
        assert not after[override.msgid].obsolete
        assert after[stranger.msgid].obsolete


@pytest.mark.parametrize("code", ["es", "ar"])
def test_stock_pofilter_finds_no_damage(code: str, tmp_path: Path) -> None:
    """The checks that know formats; those of style ask about what a language may do."""
    pytest.importorskip("translate.filters", reason="needs translate-toolkit")
    checks = (
        "blank", "emails", "escapes", "newlines", "nplurals", "printf", "pythonbraceformat",
        "tabs", "urls", "validchars", "variables", "xmltags",
    )  # fmt: skip
    catalogs = PROJECT / "locale" / code / "LC_MESSAGES"
    pofilter = (sys.executable, "-m", "translate.filters.pofilter", "--progress=none")
    options = [option for check in checks for option in ("-t", check)]
    run(*pofilter, *options, catalogs, tmp_path / "found")
    assert sorted((tmp_path / "found").rglob("*.po")) == []
    # It does read them: a broken placeholder is found.
    broken = tmp_path / "broken.po"
    text = (catalogs / "sphinx.po").read_text(encoding="utf-8")
    assert "%(compared)s" in text
    broken.write_text(text[::-1].replace("s)derapmoc(%", "", 1)[::-1], encoding="utf-8")
    run(*pofilter, *options, broken, tmp_path / "broken-found.po")
    assert (tmp_path / "broken-found.po").exists()


def test_stock_sphinx_intl_works_on_the_catalogs(templates: Path, tmp_path: Path) -> None:
    locale = tmp_path / "locale"
    shutil.copytree(PROJECT / "locale" / "es", locale / "es")
    catalog = locale / "es" / "LC_MESSAGES" / "help.po"
    before = {entry.msgid: entry.msgstr for entry in polib.pofile(str(catalog))}
    run(BIN / "sphinx-intl", "update", "-p", templates, "-d", locale, "-l", "es")
    # Its exit code says how many languages are incomplete, so it is not checked here.
    stat = subprocess.run(
        [BIN / "sphinx-intl", "stat", "-d", locale, "-l", "es"],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert f"help.po: {len(before)} translated, 0 fuzzy, 0 untranslated" in stat.stdout
    assert {entry.msgid: entry.msgstr for entry in polib.pofile(str(catalog))} == before
