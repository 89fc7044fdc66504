"""An export comes back without loss, and takes nothing along that would do harm."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import polib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from languages import Language
from scripts import catalogs
from scripts.catalog import exporting, importing
from scripts.catalog.exchange import messages_of
from scripts.catalog.files import CatalogError, catalogs_of, read_catalog, translations
from scripts.catalog.importing import (
    PageReport,
    TermsReport,
    import_delivery,
    read_delivery,
)
from scripts.catalog.inline_tags import read_message, tags_of, write_message
from scripts.catalog.po_edit import Change, apply_changes
from scripts.catalog.translator_zip import write_zip
from scripts.catalog.xliff import write_xliff
from tests.conftest import PROJECT

LANGUAGES = translations(None)
[ES, AR] = translations(["es", "ar"])
XLIFF = "{urn:oasis:names:tc:xliff:document:1.2}"

# Wrapped as gettext does it, with everything that tools like to lose.
TEA = r'''# Spanish of the tea book.
# A second line about it.
msgid ""
msgstr ""
"Project-Id-Version: Tea\n"
"Language: es\n"
"Content-Type: text/plain; charset=UTF-8\n"
"X-House-Rule: keep me\n"

# a translator's comment
# review: second-read, somebody
#. paragraph, in: Tea > Hot
#. https://example.org/tea.html
#: docs/tea.md
#, no-wrap
msgid "Plain \"text\"."
msgstr "Texto \"simple\"."

#. paragraph, in: Tea
#: docs/tea.md
#, fuzzy, no-wrap
#| msgid ""
#| "See {ref}`the leaf <leaf>` and "
#| "drink."
msgid ""
"See {ref}`the leaf <leaf>` and **drink** 2 cups "
"{cite:p}`one,two`."
msgstr ""
"Vea {ref}`la hoja <leaf>` y **beba** "
"2 tazas {cite:p}`one,two`."

#: docs/tea.md
#, fuzzy
msgid "Hot tea"
msgstr "Té caliente"

#: docs/tea.md
msgid "From %(start)s to %(end)s, or [ask](https://example.org/a)."
msgstr ""

#: docs/tea.md
msgid "Read [the first](https://example.org/a) at night."
msgstr "Lea [la primera](https://example.org/a) de noche."

#: docs/tea.md
msgctxt "menu"
msgid "Plain \"text\"."
msgstr "Menú"

#: docs/tea.md
msgid "one cup"
msgid_plural "%d cups"
msgstr[0] "una taza"
msgstr[1] "%d tazas"

#: docs/tea.md
msgid "Last words"
msgstr "Últimas palabras"

# once said
#, fuzzy
#~| msgid "Cold tea!"
#~ msgid "Cold tea"
#~ msgstr "Té frío"

#~ msgid "Sugar"
#~ msgstr ""
#~ "Azúcar "
#~ "blanco"
'''  # fmt: skip

TERMS = "term,approved,inflections,forbidden,note\ntea,té,tés,,\nleaf,hoja,hojas,,\n"

SEE = "See {ref}`the leaf <leaf>` and **drink** 2 cups {cite:p}`one,two`."
FROM = "From %(start)s to %(end)s, or [ask](https://example.org/a)."


@pytest.fixture
def locale(tmp_path: Path) -> Path:
    """Write the catalog of a book about tea."""
    folder = tmp_path / "locale"
    catalog = folder / "es" / "LC_MESSAGES" / "drinks" / "tea.po"
    catalog.parent.mkdir(parents=True)
    catalog.write_bytes(TEA.encode())
    shutil.copy(PROJECT / "locale" / "languages.toml", folder)
    (folder / "es" / "terms.csv").write_text(TERMS, encoding="utf-8")
    (folder / "es" / "README.md").write_text("# Decisions\n")
    return folder


def tea(locale: Path) -> Path:
    return locale / "es" / "LC_MESSAGES" / "drinks" / "tea.po"


def entry(locale: Path, msgid: str) -> polib.POEntry:
    found = polib.pofile(str(tea(locale))).find(msgid)
    assert found
    return found


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*.po"))}


def exported_xliff(locale: Path, language: Language = ES) -> Path:
    path = locale.parent / "export.xlf"
    path.write_bytes(write_xliff(language, locale, lambda _entry: True))
    return path


def exported_zip(locale: Path, language: Language = ES) -> Path:
    path = locale.parent / "export.zip"
    path.write_bytes(write_zip(language, locale, []))
    return path


Export = Callable[[Path, Language], Path]
EACH = pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
BOTH = pytest.mark.parametrize("export", [exported_xliff, exported_zip], ids=["xliff", "zip"])


def taken_back(path: Path, locale: Path) -> list[PageReport]:
    return import_delivery(read_delivery(path, LANGUAGES), locale)[0]


def terms_taken_back(path: Path, locale: Path) -> TermsReport:
    return import_delivery(read_delivery(path, LANGUAGES), locale)[1]


def refusals(reports: list[PageReport]) -> list[str]:
    return [refusal.reason for report in reports for refusal in report.refusals]


# -- Nothing is lost ---------------------------------------------------------


@BOTH
@EACH
def test_real_catalogs_come_back_byte_by_byte(
    export: Export, language: Language, tmp_path: Path
) -> None:
    locale = tmp_path / "locale"
    shutil.copytree(PROJECT / "locale", locale, ignore=shutil.ignore_patterns("*.mo"))
    before = contents(locale)
    reports = taken_back(export(locale, language), locale)
    assert reports
    assert not any(report.changes or report.refusals for report in reports)
    assert contents(locale) == before


@EACH
def test_tags_of_all_real_messages_turn_back_into_the_same_text(language: Language) -> None:
    tagged = 0
    for catalog in catalogs_of(language):
        for message in messages_of(read_catalog(catalog.path)):
            tags = tags_of(message.msgid)
            tagged += bool(tags)
            assert bool(tags) >= any(mark in message.msgid for mark in ("{cite:p}`", "**", "]("))
            for text in (message.msgid, message.msgstr):
                assert read_message(sent_and_parsed(text, message.msgid), tags) == text
    assert tagged > 100


@EACH
def test_entering_each_real_translation_again_changes_no_byte(language: Language) -> None:
    for catalog in catalogs_of(language):
        text = catalog.path.read_bytes().decode()
        changes = {
            message.msgid: Change(message.msgstr, message.fuzzy)
            for message in messages_of(read_catalog(catalog.path))
        }
        assert apply_changes(text, changes) == text


@BOTH
@pytest.mark.parametrize("style", ["unix", "windows", "mark", "no end"])
def test_a_catalog_of_any_style_comes_back_byte_by_byte(
    export: Export, style: str, locale: Path
) -> None:
    styles = {
        "unix": TEA,
        "windows": TEA.replace("\n", "\r\n"),
        "mark": f"\ufeff{TEA}",
        "no end": TEA.rstrip("\n"),
    }
    tea(locale).write_bytes(styles[style].encode())
    before = contents(locale)
    reports = taken_back(export(locale, ES), locale)
    assert not any(report.changes or report.refusals for report in reports)
    assert contents(locale) == before


def sent_and_parsed(message: str, msgid: str) -> etree._Element:
    element = etree.Element("target")
    write_message(element, message, tags_of(msgid))
    return etree.fromstring(etree.tostring(element, encoding="utf-8"))


WORDS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=12)
MARKUP = st.sampled_from(
    [
        "{ref}`the leaf <leaf>`",
        "{ref}`leaf`",
        "{cite:p}`one,two`",
        "{a}``b ` <c>``",
        "[a **b**](https://example.org/?a=b&c)",
        "[x](<a b>)",
        '[x](y "z")',
        "![alt](cup.png)",
        *("**bold**", "*em*", "[^1]", "`code`", "``x`y``", "%(day)s", "{page}"),
        *(r"\*", "&amp;", "<b>", "`", "**", "[", "](", "{ref}`", "\n", "\t", "\r", "  \n"),
    ]
)
UNTIMED = settings(deadline=None)
MESSAGES = st.lists(WORDS | MARKUP, max_size=8).map("".join)


@UNTIMED
@given(MESSAGES, MESSAGES)
def test_any_message_survives_as_source_and_as_target(msgid: str, msgstr: str) -> None:
    tags = tags_of(msgid)
    assert read_message(sent_and_parsed(msgid, msgid), tags) == msgid
    assert read_message(sent_and_parsed(msgstr, msgid), tags) == msgstr


@UNTIMED
@given(st.dictionaries(st.integers(0, 5), st.tuples(MESSAGES, st.booleans()), max_size=6))
def test_other_entries_stay_when_some_change(edits: dict[int, tuple[str, bool]]) -> None:
    entries = list(messages_of(polib.pofile(TEA)))
    changes = {entries[number].msgid: Change(*edit) for number, edit in edits.items()}
    after = list(messages_of(polib.pofile(apply_changes(TEA, changes))))
    for number, (old, new) in enumerate(zip(entries, after, strict=True)):
        assert (new.msgid, new.comment, new.tcomment) == (old.msgid, old.comment, old.tcomment)
        assert (new.msgstr, new.fuzzy) == edits.get(number, (old.msgstr, old.fuzzy))


# -- What translators change -------------------------------------------------


def unit(tree: etree._ElementTree, start: str) -> etree._Element:
    """Return the unit whose English starts with some words."""
    found = [
        unit
        for unit in tree.iter(f"{XLIFF}trans-unit")
        if "".join(part(unit, "source").itertext()).startswith(start)
    ]
    assert len(found) == 1, start
    return found[0]


def part(unit: etree._Element, name: str) -> etree._Element:
    found = unit.find(f"{XLIFF}{name}")
    assert found is not None
    return found


def edit(path: Path, start: str, target: str, state: str | None = None) -> None:
    """Write the inside of a target, as a program of an agency does."""
    tree = etree.parse(str(path))
    edited = unit(tree, start)
    old = part(edited, "target")
    new = etree.fromstring(f'<target xmlns="{XLIFF[1:-1]}">{target}</target>')
    new.set("state", state or str(old.get("state")))
    edited.replace(old, new)
    tree.write(str(path))


def returned_catalog(path: Path, change: Callable[[polib.POFile], None]) -> None:
    """Unpack a zip, change its catalog with another wrapping, and pack all of it again."""
    repack(path, lambda name, data: _changed(data, change) if name.endswith(".po") else data)


def _changed(data: bytes, change: Callable[[polib.POFile], None]) -> bytes:
    catalog = polib.pofile(data.decode(), wrapwidth=40)
    change(catalog)
    return str(catalog).encode()


def repack(path: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            if (changed := change(name, data)) is not None:
                archive.writestr(name, changed)


def test_an_agency_sees_context_previous_english_states_and_tags(locale: Path) -> None:
    tree = etree.parse(str(exported_xliff(locale)))
    file = tree.getroot()[0]
    assert (file.get("original"), file.get("target-language")) == ("drinks/tea.po", "es")
    see = unit(tree, "See the leaf")
    notes = [note.text for note in see.iter(f"{XLIFF}note")]
    assert notes == [
        "paragraph, in: Tea",
        "The English was: See {ref}`the leaf <leaf>` and drink.",
    ]
    assert part(see, "target").get("state") == "needs-review-translation"
    tags = [(etree.QName(tag).localname, tag.text) for tag in part(see, "source")]
    assert tags == [("g", "the leaf"), ("g", "drink"), ("ph", "{cite:p}`one,two`")]
    ask = unit(tree, "From")
    assert part(ask, "target").get("state") == "needs-translation"
    tags = [(etree.QName(tag).localname, tag.text) for tag in part(ask, "source")]
    assert tags == [("ph", "%(start)s"), ("ph", "%(end)s"), ("g", "ask")]
    assert len(list(tree.iter(f"{XLIFF}trans-unit"))) == 6
    comments = [note.text for note in unit(tree, "Plain").iter(f"{XLIFF}note")]
    assert "a translator's comment\nreview: second-read, somebody" in comments


def test_only_what_readers_see_in_english_can_be_exported(locale: Path) -> None:
    data = write_xliff(ES, locale, lambda entry: not entry.translated())
    sources = [
        "".join(source.itertext()) for source in etree.fromstring(data).iter(f"{XLIFF}source")
    ]
    assert [source[:4] for source in sources] == ["See ", "Hot ", "From"]


def test_an_edited_target_changes_its_lines_and_no_others(locale: Path) -> None:
    path = exported_xliff(locale)
    edit(path, "From", 'Pida <g id="3">ayuda</g> de <ph id="1"/> a <ph id="2">x</ph> &amp; "más".')
    reports = taken_back(path, locale)
    assert refusals(reports) == []
    assert tea(locale).read_text() == TEA.replace(
        f'msgid "{FROM}"\nmsgstr ""',
        f'msgid "{FROM}"\n'
        r'msgstr "Pida [ayuda](https://example.org/a) de %(start)s a %(end)s & \"más\"."',
    )
    # Taken back a second time, it changes nothing.
    assert not any(report.changes or report.refusals for report in taken_back(path, locale))


def test_an_edited_fuzzy_target_is_a_translation_again(locale: Path) -> None:
    path = exported_xliff(locale)
    see = '<g id="2">Beba</g> 2 tazas <ph id="3"/> y vea <g id="1">la hoja</g>.'
    edit(path, "See the leaf", see)
    assert refusals(taken_back(path, locale)) == []
    changed = entry(locale, SEE)
    assert changed.msgstr == "**Beba** 2 tazas {cite:p}`one,two` y vea {ref}`la hoja <leaf>`."
    assert (changed.flags, changed.previous_msgid) == (["no-wrap"], None)
    assert changed.comment == "paragraph, in: Tea"


@pytest.mark.parametrize("state", ["translated", "final", "signed-off"])
def test_a_fuzzy_target_can_be_confirmed_as_it_is(state: str, locale: Path) -> None:
    path = exported_xliff(locale)
    edit(path, "Hot tea", "Té caliente", state)
    assert refusals(taken_back(path, locale)) == []
    assert tea(locale).read_text() == TEA.replace('#, fuzzy\nmsgid "Hot tea"', 'msgid "Hot tea"')


def test_a_translator_in_doubt_leaves_a_fuzzy_message(locale: Path) -> None:
    path = exported_xliff(locale)
    edit(path, "Plain", "¿Texto sencillo?", "needs-review-translation")
    assert refusals(taken_back(path, locale)) == []
    changed = entry(locale, 'Plain "text".')
    assert (changed.msgstr, changed.flags) == ("¿Texto sencillo?", ["fuzzy", "no-wrap"])


@BOTH
def test_a_translator_may_doubt_what_the_book_has(export: Export, locale: Path) -> None:
    path = export(locale, ES)
    if path.suffix == ".zip":
        returned_catalog(path, lambda catalog: _doubt(catalog, "Last words"))
    else:
        edit(path, "Last words", "Últimas palabras", "needs-review-translation")
    assert refusals(taken_back(path, locale)) == []
    assert tea(locale).read_text() == TEA.replace(
        'msgid "Last words"', '#, fuzzy\nmsgid "Last words"'
    )


def _doubt(catalog: polib.POFile, msgid: str) -> None:
    found = catalog.find(msgid)
    assert found
    found.flags.append("fuzzy")


def test_an_empty_target_takes_nothing_away(locale: Path) -> None:
    path = exported_xliff(locale)
    edit(path, "Plain", "  ")
    edit(path, "Last words", "")
    assert not any(report.changes or report.refusals for report in taken_back(path, locale))


def test_marks_of_segments_are_read_through(locale: Path) -> None:
    path = exported_xliff(locale)
    edit(path, "Last words", '<mrk mtype="seg" mid="1">Palabras</mrk> <!-- x -->finales')
    taken_back(path, locale)
    assert entry(locale, "Last words").msgstr == "Palabras finales"


def test_a_zip_edited_in_another_program_changes_only_what_was_edited(locale: Path) -> None:
    path = exported_zip(locale)

    def change(catalog: polib.POFile) -> None:
        catalog.metadata["X-Generator"] = "another program"
        for msgid, msgstr in {
            "Last words": "Palabras finales",
            "Hot tea": "Té muy caliente",
        }.items():
            found = catalog.find(msgid)
            assert found
            found.msgstr, found.flags = msgstr, []

    returned_catalog(path, change)
    assert refusals(taken_back(path, locale)) == []
    assert tea(locale).read_text() == TEA.replace("Últimas palabras", "Palabras finales").replace(
        '#, fuzzy\nmsgid "Hot tea"\nmsgstr "Té caliente"',
        'msgid "Hot tea"\nmsgstr "Té muy caliente"',
    )


def test_windows_line_ends_stay(locale: Path) -> None:
    tea(locale).write_bytes(TEA.replace("\n", "\r\n").encode())
    path = exported_xliff(locale)
    edit(path, "Last words", "Palabras finales")
    taken_back(path, locale)
    expected = TEA.replace("Últimas palabras", "Palabras finales").replace("\n", "\r\n")
    assert tea(locale).read_bytes() == expected.encode()


# -- What would do harm ------------------------------------------------------

SEE_TARGET = 'Vea <g id="1">la hoja</g> y <g id="2">beba</g> 2 tazas <ph id="3"/>'


@pytest.mark.parametrize(
    ("start", "target", "reason"),
    [
        ("See the leaf", SEE_TARGET.replace('<ph id="3"/>', ""), "'one,two' is missing"),
        ("See the leaf", SEE_TARGET.replace('<g id="1">la hoja</g>', "la hoja"), "'leaf' is miss"),
        ("See the leaf", f'{SEE_TARGET} <ph id="3"/>', "is not in the English text"),
        ("See the leaf", f'{SEE_TARGET} <ph id="9"/>', '<ph id="9"> is not in the English'),
        ("See the leaf", f'{SEE_TARGET} <x id="1"/>', '<x id="1"> is not in the English'),
        ("See the leaf", SEE_TARGET.replace("la hoja", "la `hoja"), "would not work at its new"),
        ("See the leaf", SEE_TARGET.replace("la hoja", ""), "would not work at its new place"),
        ("See the leaf", SEE_TARGET.replace("beba", " beba "), "would not work at its new place"),
        ("See the leaf", SEE_TARGET.replace("2 tazas", "3 tazas"), "3"),
        ("Plain", "Texto {download}`conf.py`", "conf.py"),
        ("Plain", "Texto &lt;script&gt;", "HTML"),
        ("Plain", "Texto [x](javascript:alert)", "javascript"),
        ("From", '<ph id="1"/> <g id="3">pida</g>', "%(end)s"),
    ],
)
def test_a_message_that_would_break_is_refused_and_others_are_imported(
    start: str, target: str, reason: str, locale: Path
) -> None:
    path = exported_xliff(locale)
    edit(path, start, target)
    edit(path, "Last words", "Palabras finales")
    (problem,) = refusals(taken_back(path, locale))
    assert reason in problem
    assert tea(locale).read_text() == TEA.replace("Últimas palabras", "Palabras finales")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('msgid "Last words"', '#, fuzzy\n#| msgid "Last words"\nmsgid "The end"', "“The end”"),
        ('msgid "Last words"', 'msgid "The last words"', "“The last words”"),
        ('msgid "Last words"', 'msgid "Something else"', "not on this page"),
        ('msgstr "Últimas palabras"', 'msgstr "Fin"', "also changed in the book"),
    ],
)
@BOTH
def test_what_changed_in_the_book_meanwhile_is_not_overwritten(
    export: Export, old: str, new: str, reason: str, locale: Path
) -> None:
    path = export(locale, ES)
    if path.suffix == ".zip":
        returned_catalog(
            path, lambda catalog: _translate(catalog, "Last words", "Palabras finales")
        )
    else:
        edit(path, "Last words", "Palabras finales")
    now = TEA.replace(old, new)
    tea(locale).write_text(now)
    (problem,) = refusals(taken_back(path, locale))
    assert reason in problem
    assert tea(locale).read_text() == now


def _translate(catalog: polib.POFile, msgid: str, msgstr: str) -> None:
    found = catalog.find(msgid)
    assert found
    found.msgstr = msgstr


@BOTH
def test_what_nobody_edited_does_not_undo_newer_work(export: Export, locale: Path) -> None:
    path = export(locale, ES)
    now = TEA.replace("Últimas palabras", "Fin").replace("Hot tea", "Hot green tea")
    tea(locale).write_text(now)
    assert not any(report.changes or report.refusals for report in taken_back(path, locale))
    assert tea(locale).read_text() == now


def test_messages_and_pages_that_nobody_sent_are_refused(locale: Path) -> None:
    path = exported_xliff(locale)
    tree = etree.parse(str(path))
    unit(tree, "Last words").set("id", "7")
    tree.write(str(path))
    assert refusals(taken_back(path, locale)) == [
        "it was not in the export, or a program has lost its id"
    ]

    path = exported_xliff(locale)
    edit(path, "Last words", "Palabras finales")
    path.write_text(path.read_text().replace("drinks/tea.po", "../../etc/passwd"))
    assert len(refusals(taken_back(path, locale))) == 1

    path = exported_zip(locale)
    returned_catalog(path, lambda catalog: catalog.append(polib.POEntry(msgid="x", msgstr="y")))
    assert len(refusals(taken_back(path, locale))) == 1
    assert tea(locale).read_text() == TEA


def test_a_message_in_two_versions_is_refused_once(locale: Path) -> None:
    path = exported_xliff(locale)
    edit(path, "Last words", "Palabras finales")
    tree = etree.parse(str(path))
    first = unit(tree, "Last words")
    second = etree.fromstring(etree.tostring(first).replace(b"Palabras", b"Voces"))
    first.addnext(second)
    tree.write(str(path))
    (problem,) = refusals(taken_back(path, locale))
    assert "twice" in problem
    assert entry(locale, "Last words").msgstr == "Palabras finales"


XML = '<?xml version="1.0"?>'
EMPTY = f'<xliff xmlns="{XLIFF[1:-1]}" version="1.2"><file target-language="es"/></xliff>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f'{XML}<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x a="&l8;">&l8;</x>', ""),
        (f'{XML}<!DOCTYPE xliff [<!ENTITY e SYSTEM "file:///etc/passwd">]>{EMPTY}', "DOCTYPE"),
        (f'{XML}<!DOCTYPE xliff SYSTEM "http://evil.example/x.dtd">{EMPTY}', "DOCTYPE"),
        (f'{XML}<!DOCTYPE xliff [<!ENTITY % e SYSTEM "file:///x">%e;]>{EMPTY}', "DOCTYPE"),
        ("not XML", "neither XLIFF nor a zip"),
        ("", "neither XLIFF nor a zip"),
        (f"{'<a>' * 100_000}", "neither XLIFF nor a zip"),
        (EMPTY.replace('"1.2"', '"2.0"'), "not an XLIFF 1.2 file"),
        ("<html/>", "not an XLIFF 1.2 file"),
        (EMPTY.replace('"es"', '"tlh"'), "it is for tlh"),
        (EMPTY.replace("<file", '<file target-language="ar"/><file'), "it is for ar, es"),
    ],
)
def test_other_xml_is_refused_with_one_sentence(text: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "back.xlf"
    path.write_text(text)
    with pytest.raises(CatalogError) as caught:
        read_delivery(path, LANGUAGES)
    assert str(caught.value).startswith(str(path))
    assert reason in str(caught.value)
    assert "root:" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="there is no such file"):
        read_delivery(tmp_path / "none.xlf", LANGUAGES)


def test_an_xml_file_of_any_size_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "back.xlf"
    path.write_text(EMPTY)
    assert read_delivery(path, LANGUAGES).messages == ()
    monkeypatch.setattr("scripts.catalog.xliff.LARGEST_FILE", len(EMPTY) - 1)
    with pytest.raises(CatalogError, match="far too large"):
        read_delivery(path, LANGUAGES)


def member(name: str, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


@pytest.mark.parametrize(
    ("info", "reason"),
    [
        (member("translation-es/catalogs/../../../x.po"), "land outside"),
        (member("translation-es\\..\\..\\x.po"), "land outside"),
        (member("/etc/x.po"), "land outside"),
        (member("C:/x.po"), "land outside"),
        (member("translation-es/catalogs/x.po", stat.S_IFLNK | 0o777), "a link instead"),
        (member("translation-es/export.json"), "a file twice"),
        (member("elsewhere/export.json"), "this one has 2"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_hostile_zips_are_refused(info: zipfile.ZipInfo, reason: str, locale: Path) -> None:
    path = exported_zip(locale)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(CatalogError, match=reason):
        read_delivery(path, LANGUAGES)


def test_zip_bombs_are_refused(locale: Path) -> None:
    path = exported_zip(locale)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("translation-es/catalogs/zeros.po", bytes(100_000_001))
    with pytest.raises(CatalogError, match="far too large"):
        read_delivery(path, LANGUAGES)
    path = exported_zip(locale)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(2_000):
            archive.writestr(f"{number}.txt", "")
    with pytest.raises(CatalogError, match="far too large"):
        read_delivery(path, LANGUAGES)


def test_damaged_zips_are_refused(locale: Path) -> None:
    path = exported_zip(locale)
    data = bytearray(path.read_bytes())
    start = data.index(b"export.json") + 100
    data[start : start + 20] = bytes(20)
    path.write_bytes(data)
    with pytest.raises(CatalogError, match="this zip is damaged"):
        read_delivery(path, LANGUAGES)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda name, data: None if name.endswith("export.json") else data, "this one has 0"),
        (lambda name, data: b"{}" if name.endswith("export.json") else data, "was changed"),
        (lambda name, data: b"[" * 99_999 if name.endswith("export.json") else data, "was changed"),
        (lambda name, data: data.replace(b'"es"', b'"tlh"'), "no translation 'tlh'"),
        (lambda name, data: data.replace(b"msgstr", b"massage"), r"tea\.po.*line"),
        (lambda name, data: b"/etc/passwd" if name.endswith(".po") else data, r"tea\.po.*line 1"),
    ],
)
def test_zips_that_lost_something_are_refused(
    change: Callable[[str, bytes], bytes | None], reason: str, locale: Path
) -> None:
    path = exported_zip(locale)
    repack(path, change)
    with pytest.raises(CatalogError, match=reason) as caught:
        read_delivery(path, LANGUAGES)
    assert str(caught.value).startswith(str(path))


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Return exports of the book about tea, to be damaged again and again."""
    locale = tmp_path_factory.mktemp("exports") / "locale"
    tea(locale).parent.mkdir(parents=True)
    tea(locale).write_text(TEA)
    return [export(locale).read_bytes() for export in (exported_zip, exported_xliff)]


@UNTIMED
@given(st.integers(0, 1), st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1))
def test_a_damaged_file_never_ends_in_a_traceback(
    exports: list[bytes],
    tmp_path_factory: pytest.TempPathFactory,
    which: int,
    damage: list[tuple[float, int]],
) -> None:
    data = bytearray(exports[which])
    for place, byte in damage:
        data[int(place * len(data))] = byte
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(data)
    with contextlib.suppress(CatalogError):
        assert read_delivery(path, LANGUAGES).language == ES


# -- The zip -----------------------------------------------------------------


def test_the_zip_holds_all_that_a_translator_needs(locale: Path, tmp_path: Path) -> None:
    handout = tmp_path / "going-home.en.a4.pdf"
    handout.write_bytes(b"%PDF")
    data = write_zip(ES, locale, [handout])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = {name.removeprefix("translation-es/") for name in archive.namelist()}
        instructions = archive.read("translation-es/READ-ME-FIRST.txt").decode()
        assert archive.read("translation-es/catalogs/drinks/tea.po") == TEA.encode()
    assert names == {
        "READ-ME-FIRST.txt",
        "catalogs/drinks/tea.po",
        "decisions.md",
        "english/going-home.en.a4.pdf",
        "export.json",
        "terms.csv",
    }
    assert "into Spanish" in instructions
    assert write_zip(ES, locale, [handout]) == data


@pytest.mark.parametrize("folder", ["", "Desktop/translation-es/", "translation-es\\"])
def test_however_people_pack_the_folder_it_comes_back(folder: str, locale: Path) -> None:
    path = exported_zip(locale)
    returned_catalog(path, lambda catalog: _translate(catalog, "Last words", "Palabras finales"))
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("__MACOSX/translation-es/catalogs/._tea.po", b"\0")
        for name, data in files.items():
            inner = name.removeprefix("translation-es/")
            archive.writestr(folder + (inner.replace("/", "\\") if "\\" in folder else inner), data)
    assert refusals(taken_back(path, locale)) == []
    assert entry(locale, "Last words").msgstr == "Palabras finales"


def test_changed_decisions_are_named(locale: Path) -> None:
    path = exported_zip(locale)
    assert read_delivery(path, LANGUAGES).notices == ()
    repack(path, lambda name, data: data + b"More." if name.endswith("decisions.md") else data)
    (notice,) = read_delivery(path, LANGUAGES).notices
    assert "decisions.md was changed" in notice


def with_terms(path: Path, terms: str | bytes) -> Path:
    data = terms.encode() if isinstance(terms, str) else terms
    repack(path, lambda name, old: data if name.endswith("terms.csv") else old)
    return path


def test_a_mended_term_base_is_taken_whatever_program_wrote_it(locale: Path) -> None:
    path = exported_zip(locale)
    spreadsheet = TERMS.replace("leaf,hoja", '"leaf",hoja|brote').replace("\n", "\r\n")
    report = terms_taken_back(with_terms(path, b"\xef\xbb\xbf" + spreadsheet.encode()), locale)
    assert (report.changed, report.faults) == (("leaf",), ())
    mended = (locale / "es" / "terms.csv").read_text(encoding="utf-8")
    assert mended == TERMS.replace("leaf,hoja", "leaf,hoja|brote")
    # Nothing is news the second time, nor in a file that was only saved again.
    assert terms_taken_back(path, locale).changed == ()
    same = terms_taken_back(with_terms(exported_zip(locale), mended.replace("\n", "\r\n")), locale)
    assert (same.changed, same.faults) == ((), ())


def test_mended_terms_hold_for_the_messages_that_come_with_them(locale: Path) -> None:
    """A word that was forbidden at home is allowed with the term base that allows it."""

    def see_the_sheet(catalog: polib.POFile) -> None:
        _translate(catalog, SEE, entry(locale, SEE).msgstr.replace("la hoja", "la lámina"))
        for each in catalog.fuzzy_entries():
            each.flags.clear()

    terms = TERMS.replace("hoja,hojas,,", "hoja,hojas,lámina,")
    (locale / "es" / "terms.csv").write_text(terms, encoding="utf-8")
    path = exported_zip(locale)
    returned_catalog(path, see_the_sheet)
    (reason,) = refusals(taken_back(path, locale))
    assert "'lámina' is forbidden for 'leaf'" in reason
    with_terms(path, terms.replace("hoja,hojas,lámina,", "hoja|lámina,hojas,,"))
    assert refusals(taken_back(path, locale)) == []
    assert "la lámina" in entry(locale, SEE).msgstr


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("term,approved", "term;approved", "the first line must be"),
        ("leaf,hoja,hojas,,", "leaf,hoja,hojas", "instead of 5"),
        ("leaf,hoja,hojas,,\n", "", "the row of 'leaf' is gone"),
        ("leaf,", "leaves,", "no head of the glossary"),
        ("leaf,hoja,hojas,,", "leaf,hoja,hojas,té,", "approved in line 2"),
        ("hoja,", "ho\N{RIGHT-TO-LEFT OVERRIDE}ja,", "nobody sees"),
        ("hoja,", "ho\0ja,", "nobody sees"),
        ("hoja,", "ho" * 70_000 + ",", "terms.csv in the zip:3: this is no table"),
    ],
)
def test_a_term_base_with_a_fault_is_refused_as_a_whole(
    old: str, new: str, reason: str, locale: Path
) -> None:
    assert old in TERMS
    path = with_terms(exported_zip(locale), TERMS.replace(old, new))
    faults = terms_taken_back(path, locale).faults
    assert any(reason in fault for fault in faults), faults
    assert (locale / "es" / "terms.csv").read_text(encoding="utf-8") == TERMS


def test_a_term_base_that_changed_at_home_is_not_overwritten(locale: Path) -> None:
    path = with_terms(exported_zip(locale), TERMS.replace("hoja", "brote"))
    newer = TERMS.replace("té,", "el té,")
    (locale / "es" / "terms.csv").write_text(newer, encoding="utf-8")
    (fault,) = terms_taken_back(path, locale).faults
    assert "also changed after the export" in fault
    assert (locale / "es" / "terms.csv").read_text(encoding="utf-8") == newer


# -- The commands ------------------------------------------------------------


Command = Callable[..., tuple[int, str]]


@pytest.fixture
def command(
    locale: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Return a function that runs a verb on the book about tea and gives exit code and text."""
    for module in (exporting, importing):
        monkeypatch.setattr(module, "LOCALE", locale)
    monkeypatch.setattr(exporting, "SITE", locale / "no-site")

    def run(*arguments: str) -> tuple[int, str]:
        code = catalogs.main(arguments)
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run


def test_export_says_what_it_wrote(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "out" / "es.xlf"
    code, text = command("export", "es", "--output", str(path))
    assert code == 0
    assert str(path) in text
    assert "untranslated" in text
    assert len(list(etree.parse(str(path)).iter(f"{XLIFF}trans-unit"))) == 6
    assert command("export", "es", "--only", "untranslated", "--output", str(path))[0] == 0
    assert len(list(etree.parse(str(path)).iter(f"{XLIFF}trans-unit"))) == 3
    code, text = command("export", "es", "--format", "zip", "--output", str(path))
    assert (code, zipfile.is_zipfile(path)) == (0, True)
    assert "no English handouts" in text


def test_export_explains_what_it_cannot_do(command: Command, locale: Path) -> None:
    code, text = command("export", "en")
    assert (code, "no translation 'en'" in text) == (2, True)
    code, text = command("export", "es", "--format", "zip", "--only", "untranslated")
    assert (code, "leave out --only" in text) == (2, True)
    tea(locale).write_text(TEA.replace("Texto", "Tex\x1bto"))
    code, text = command("export", "es")
    assert (code, "tea.po:10: this message has an invisible" in text) == (2, True)


def test_import_names_line_message_and_reason(command: Command, locale: Path) -> None:
    path = exported_xliff(locale)
    edit(path, "See the leaf", '<g id="1">hoja</g>, <g id="2">beba</g> 2 <ph id="3"/>')
    edit(path, "Last words", "Tres 3 [palabras]")
    code, text = command("import", str(path))
    assert code == 1
    # The line after the import, in which three lines of old English and a wrapped text went.
    line = TEA.splitlines().index('msgid "Last words"') - 5
    assert f"{tea(locale)}:{line}: not imported: “Last words”" in text
    assert entry(locale, SEE).msgstr.startswith("{ref}`hoja <leaf>`")


def test_import_of_an_untouched_file_says_so(command: Command, locale: Path) -> None:
    code, text = command("import", str(exported_zip(locale)))
    assert (code, "no change" in text) == (0, True)
    code, text = command("import", str(locale / "none.zip"))
    assert (code, "there is no such file" in text) == (2, True)


def test_import_says_what_became_of_the_terms(command: Command, locale: Path) -> None:
    path = with_terms(exported_zip(locale), TERMS.replace("hoja,", "brote,"))
    code, text = command("import", str(path))
    assert (code, "terms.csv: imported: leaf" in text) == (0, True)
    assert "no change" not in text
    path = with_terms(exported_zip(locale), TERMS.replace("leaf,", "leaves,"))
    code, text = command("import", str(path))
    assert (code, "terms.csv: not imported" in text) == (1, True)


def test_the_manifest_has_the_tickets_of_every_page() -> None:
    data = write_zip(AR, PROJECT / "locale", [])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        tickets = json.loads(archive.read("translation-ar/export.json"))["tickets"]
    assert sorted(tickets) == sorted(catalog.domain for catalog in catalogs_of(AR))
