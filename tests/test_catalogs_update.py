"""``update`` loses no translation, whatever happens to the English text."""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from rich.console import Console

from scripts.catalog import update as command
from scripts.catalog.files import (
    CatalogError,
    read_catalog,
    run_gettext,
    translations,
    write_catalog,
)
from tests.catalogs_book import Book
from tests.conftest import PROJECT

WATER = "Fill the kettle with fresh water."
AGUA = "Llene la tetera con agua fresca."
CUP = "Warm the cup with hot water."
TAZA = "Caliente la taza con agua caliente."
LEAVES = "Put the leaves in the cup."
HOJAS = "Ponga las hojas en la taza."


@pytest.fixture
def book(tmp_path: Path, rootdir: Path) -> Book:
    """Make the small book with three translated messages on one page."""
    book = Book.copy(rootdir, tmp_path / "book")
    book.update()
    book.translate("treatment/before", {WATER: AGUA, CUP: TAZA, LEAVES: HOJAS})
    return book


def set_headers(book: Book, page: str, **headers: str) -> None:
    catalog = book.catalog(page)
    catalog.metadata.update({name.replace("_", "-"): value for name, value in headers.items()})
    write_catalog(book.path(page), catalog)


def comment(book: Book, page: str, msgid: str, text: str) -> None:
    catalog = book.catalog(page)
    entry = catalog.find(msgid)
    assert entry
    entry.tcomment = text
    write_catalog(book.path(page), catalog)


def test_running_it_again_writes_nothing(book: Book) -> None:
    assert book.update().written == ()
    before = book.snapshot()
    update = book.update()
    assert (update.written, update.kept) == ((), 3)
    assert book.snapshot() == before


def test_first_catalogs_hold_every_message_and_the_headers_gettext_needs(book: Book) -> None:
    for page, template in book.templates().items():
        catalog = book.catalog(page)
        assert [entry.msgid for entry in catalog] == [entry.msgid for entry in template]
        assert catalog.metadata["Language"] == "es"
        assert catalog.metadata["Plural-Forms"] == "nplurals=2; plural=(n != 1);"
        result = subprocess.run(
            [Path(sys.executable).parent / "msgfmt", "-c", "-o", "-", book.path(page)],
            capture_output=True,
            check=True,
        )
        assert result.stderr == b""


def test_edited_text_keeps_its_translation_as_fuzzy_with_the_text_before(book: Book) -> None:
    comment(book, "treatment/before", WATER, "Says a tea master.")
    book.edit("treatment/before", "fresh water", "fresh cold water")
    update = book.update()
    assert (update.changed, update.kept, update.new, update.removed) == (1, 2, 0, 0)
    entry = book.message("treatment/before", "Fill the kettle with fresh cold water.")
    assert (entry.msgstr, entry.fuzzy, entry.previous_msgid) == (AGUA, True, WATER)
    assert entry.tcomment == "Says a tea master."
    assert book.update().written == ()


def test_second_edit_still_shows_the_text_that_was_translated(book: Book) -> None:
    book.edit("treatment/before", "fresh water", "fresh cold water")
    book.update()
    book.edit("treatment/before", "fresh cold water", "very fresh cold water")
    book.update()
    entry = book.message("treatment/before", "Fill the kettle with very fresh cold water.")
    assert (entry.msgstr, entry.fuzzy, entry.previous_msgid) == (AGUA, True, WATER)


@pytest.mark.parametrize("other", ["Fill the kettle with fresh cold water.", "Now boil it."])
def test_reverted_edit_is_translated_again(book: Book, other: str) -> None:
    # The second text is so different that msgmerge sees no likeness on the way back.
    catalog = book.catalog("treatment/before")
    entry = catalog.find(WATER)
    assert entry
    entry.msgid, entry.previous_msgid = other, WATER
    entry.flags.append("fuzzy")
    write_catalog(book.path("treatment/before"), catalog)
    book.update()
    entry = book.message("treatment/before", WATER)
    assert (entry.msgstr, entry.fuzzy, entry.previous_msgid) == (AGUA, False, None)


def test_a_translator_s_own_doubt_stays_fuzzy(book: Book) -> None:
    catalog = book.catalog("treatment/before")
    entry = catalog.find(WATER)
    assert entry
    entry.flags.append("fuzzy")
    write_catalog(book.path("treatment/before"), catalog)
    book.update()
    assert book.message("treatment/before", WATER).fuzzy


def test_removed_text_stays_as_obsolete_entry_and_comes_back(book: Book) -> None:
    book.edit("treatment/before", WATER, "")
    assert book.update().removed == 1
    entry = book.message("treatment/before", WATER)
    assert (entry.msgstr, entry.obsolete) == (AGUA, True)
    book.edit("treatment/before", "# Before the tea\n", f"# Before the tea\n\n{WATER}\n")
    update = book.update()
    assert (update.moved, update.new) == (1, 0)
    entry = book.message("treatment/before", WATER)
    assert (entry.msgstr, entry.obsolete, entry.fuzzy) == (AGUA, False, False)


def test_text_that_moves_to_another_page_takes_translation_and_comments_along(book: Book) -> None:
    comment(book, "treatment/before", WATER, "review: kept")
    book.edit("treatment/before", WATER, "")
    book.edit("treatment/after", "Wash the cup.", f"Wash the cup.\n\n{WATER}")
    update = book.update()
    assert (update.moved, update.changed, update.new, update.removed) == (1, 0, 0, 0)
    entry = book.message("treatment/after", WATER)
    assert (entry.msgstr, entry.fuzzy, entry.tcomment) == (AGUA, False, "review: kept")
    assert book.update().written == ()


def test_moved_text_keeps_its_own_translation_when_another_page_has_a_second_one(
    book: Book,
) -> None:
    book.edit("words", "# Words\n", f"# Words\n\n{WATER}\n")
    book.update()
    book.translate("words", {WATER: "Otra traducción."})
    book.edit("treatment/before", WATER, "")
    book.edit("treatment/after", "Wash the cup.", WATER)
    book.update()
    assert book.message("treatment/after", WATER).msgstr == AGUA
    assert book.message("words", WATER).msgstr == "Otra traducción."


def test_fuzzy_text_that_moves_stays_fuzzy_with_the_text_before(book: Book) -> None:
    book.edit("treatment/before", "fresh water", "fresh cold water")
    book.update()
    changed = "Fill the kettle with fresh cold water."
    book.edit("treatment/before", changed, "")
    book.edit("treatment/after", "Wash the cup.", changed)
    book.update()
    entry = book.message("treatment/after", changed)
    assert (entry.msgstr, entry.fuzzy, entry.previous_msgid) == (AGUA, True, WATER)


def test_page_under_a_new_name_keeps_everything(book: Book) -> None:
    set_headers(book, "treatment/before", Last_Translator="Ana P. <ana@example.org>", X_Note="yes")
    before = book.message("treatment/before", WATER)
    (book.docs / "treatment/before.md").rename(book.docs / "treatment/first.md")
    book.edit("treatment/index", "before", "first")
    update = book.update()
    assert (update.moved, update.new, update.removed) == (3, 0, 0)
    assert not book.path("treatment/before").exists()
    catalog = book.catalog("treatment/first")
    assert catalog.metadata["Last-Translator"] == "Ana P. <ana@example.org>"
    assert catalog.metadata["X-Note"] == "yes"
    assert book.message("treatment/first", WATER).msgstr == before.msgstr
    assert not (book.locale / "es" / "removed").exists()
    assert book.update().written == ()


def test_page_that_is_split_keeps_everything(book: Book) -> None:
    text = (book.docs / "treatment/before.md").read_text(encoding="utf-8")
    head, _heading, rest = text.partition("## The cup")
    (book.docs / "treatment/before.md").write_text(head, encoding="utf-8")
    (book.docs / "treatment/cup.md").write_text(f"# The cup{rest}", encoding="utf-8")
    book.edit("treatment/index", "before\n", "before\ncup\n")
    update = book.update()
    assert (update.kept, update.moved, update.new) == (1, 2, 0)
    assert book.message("treatment/cup", CUP).msgstr == TAZA
    assert book.message("treatment/before", WATER).msgstr == AGUA


def test_translations_of_a_removed_page_wait_for_a_later_one(book: Book) -> None:
    page = book.docs / "treatment/before.md"
    text = page.read_text(encoding="utf-8")
    page.unlink()
    book.edit("treatment/index", "before\n", "")
    book.update()
    assert not book.path("treatment/before").exists()
    waiting = polib.pofile(str(book.locale / "es/removed/treatment/before.po"))
    assert {entry.msgid: entry.msgstr for entry in waiting.obsolete_entries()} == {
        WATER: AGUA,
        CUP: TAZA,
        LEAVES: HOJAS,
    }
    assert book.update().written == ()

    (book.docs / "treatment/later.md").write_text(text, encoding="utf-8")
    book.edit("treatment/index", "after\n", "after\nlater\n")
    assert book.update().moved == 3
    assert book.message("treatment/later", WATER).msgstr == AGUA
    assert not (book.locale / "es" / "removed").exists()


def test_exact_translation_of_another_page_replaces_a_guess(book: Book) -> None:
    similar = "Fill the kettle with fresh water again."
    book.edit("treatment/after", "Wash the cup.", similar)
    book.update()
    assert book.message("treatment/after", similar).fuzzy
    book.edit("treatment/before", LEAVES, similar)
    book.update()
    book.translate("treatment/before", {similar: "Llénela otra vez."})
    catalog = book.catalog("treatment/before")
    entry = catalog.find(similar)
    assert entry
    entry.flags, entry.previous_msgid = [], None
    write_catalog(book.path("treatment/before"), catalog)
    book.update()
    entry = book.message("treatment/after", similar)
    assert (entry.msgstr, entry.fuzzy) == ("Llénela otra vez.", False)


def test_short_texts_that_look_alike_by_chance_stay_empty(book: Book) -> None:
    book.translate("words", {"green tea": "té verde"})
    book.edit("treatment/after", "Wash the cup.", "great tea")
    book.update()
    entry = book.message("treatment/after", "great tea")
    assert (entry.msgstr, entry.fuzzy, entry.previous_msgid) == ("", False, None)


def test_custom_headers_and_obsolete_entries_stay(book: Book) -> None:
    set_headers(book, "treatment/before", X_Poedit_SourceCharset="UTF-8", Language_Team="Té")
    catalog = book.catalog("treatment/before")
    guess = polib.POEntry(
        msgid="Old.", msgstr="Viejo.", previous_msgid="Older.", flags=["fuzzy"], obsolete=True
    )
    catalog.append(guess)
    write_catalog(book.path("treatment/before"), catalog)
    book.edit("treatment/before", "fresh water", "fresh cold water")
    book.update()
    catalog = book.catalog("treatment/before")
    assert catalog.metadata["X-Poedit-SourceCharset"] == "UTF-8"
    assert catalog.metadata["Language-Team"] == "Té"
    [old] = catalog.obsolete_entries()
    assert (old.msgid, old.msgstr, old.previous_msgid, old.fuzzy) == (
        "Old.",
        "Viejo.",
        "Older.",
        True,
    )


def test_wrapping_and_the_date_of_the_template_are_no_change(book: Book) -> None:
    catalog = book.catalog("treatment/before")
    catalog.metadata["POT-Creation-Date"] = "2027-05-05 10:00+0000"
    path = book.path("treatment/before")
    write_catalog(path, catalog)
    lines = len(path.read_text(encoding="utf-8").splitlines())
    run_gettext("msgcat", "--width=30", "--output-file", path, path)  # as an editor may save it
    assert len(path.read_text(encoding="utf-8").splitlines()) > lines
    assert book.update().written == ()


def test_broken_catalog_is_named_with_its_line_and_nothing_is_written(book: Book) -> None:
    path = book.path("treatment/before")
    path.write_text(path.read_text(encoding="utf-8") + '\nmsgid "x\n', encoding="utf-8")
    line = len(path.read_text(encoding="utf-8").splitlines())
    before = book.snapshot()
    with pytest.raises(CatalogError, match=rf"before\.po:{line}: "):
        book.update()
    assert book.snapshot() == before


def test_fault_in_the_english_text_stops_it(book: Book) -> None:
    book.edit("words", "# Words\n", "# Words\n\n{ref}`x <no-such-label>`\n")
    before = book.snapshot()
    with pytest.raises(CatalogError, match=r"words\.md.*no-such-label"):
        book.update()
    assert book.snapshot() == before


def test_no_translation_of_this_book_is_lost_when_pages_change_places(tmp_path: Path) -> None:
    """Every second page of the real Spanish catalogs gets another name."""
    book = Book(tmp_path)
    messages = book.locale / "es" / "LC_MESSAGES"
    [language] = [entry for entry in translations(["es"]) if entry.code == "es"]
    translated: set[tuple[str, str]] = set()
    templates: dict[str, polib.POFile] = {}
    for number, path in enumerate(sorted((PROJECT / "locale/es/LC_MESSAGES").rglob("*.po"))):
        page = path.relative_to(PROJECT / "locale/es/LC_MESSAGES").with_suffix("").as_posix()
        catalog = read_catalog(path)
        write_catalog(messages / f"{page}.po", catalog)
        translated |= {(entry.msgid, entry.msgstr) for entry in catalog.translated_entries()}
        template = polib.POFile(wrapwidth=0)
        template.metadata = {**catalog.metadata, "POT-Creation-Date": "2000-01-01 00:00+0000"}
        template.extend(polib.POEntry(msgid=entry.msgid) for entry in catalog if not entry.obsolete)
        name = f"{page}-renamed" if number % 2 else page
        template.fpath = str(tmp_path / "templates" / f"{name}.pot")
        write_catalog(Path(template.fpath), template)
        templates[name] = template
    update = command.update_language(language, templates, book.locale)
    after = {
        (entry.msgid, entry.msgstr)
        for path in messages.rglob("*.po")
        for entry in polib.pofile(str(path)).translated_entries()
    }
    assert translated <= after
    assert (update.changed, update.removed) == (0, 0)
    assert command.update_language(language, templates, book.locale).written == ()


def test_command_says_what_it_did_and_what_to_do(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.edit("treatment/before", "fresh water", "fresh cold water")
    templates = book.templates()
    monkeypatch.setattr(command, "extract", lambda: templates)
    monkeypatch.setattr(command, "LOCALE", book.locale)
    # Inside nox the advice names the command of nox.
    monkeypatch.delenv("NOX_CURRENT_SESSION", raising=False)
    output = io.StringIO()
    console = Console(file=output, width=120)
    options = argparse.Namespace(language=["es"])
    assert command.run(options, console) == 0
    text = output.getvalue()
    row = next(line for line in text.splitlines() if "Spanish (es)" in line)
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells[1:] == ["0", "1", "0", "2", "0", "1"]
    assert "shown in English until you adapt the translation" in text
    assert "python -m scripts.catalogs check" in text
