"""A translation may use what its English message has, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import polib
import pytest
from bs4 import BeautifulSoup, Tag
from sphinx.testing.util import SphinxTestApp

import message_fragments

MakeApp = Callable[..., SphinxTestApp]


def page(app: SphinxTestApp, name: str = "index") -> BeautifulSoup:
    return BeautifulSoup((app.outdir / f"{name}.html").read_text(encoding="utf-8"), "html.parser")


def paragraph(app: SphinxTestApp, start: str) -> Tag:
    """Return the only paragraph whose text starts with *start*."""
    found = [p for p in page(app).find_all("p") if p.get_text().startswith(start)]
    assert len(found) == 1, [p.get_text() for p in page(app).find_all("p")]
    return found[0]


def hrefs(tag: Tag) -> list[str]:
    return [str(link["href"]) for link in tag.find_all("a")]


@pytest.fixture
def book(tmp_path: Path, rootdir: Path, make_app: MakeApp) -> SphinxTestApp:
    """Copy the small book afresh, in Spanish, not built yet."""
    source = tmp_path / "book"
    shutil.copytree(rootdir / "test-fragments", source)
    return make_app("html", srcdir=source, confoverrides={"language": "es"})


def translate(app: SphinxTestApp, msgid: str, msgstr: str) -> None:
    """Change one translation of the small book, then build it."""
    catalog = polib.pofile(str(catalog_path(app)))
    entry = catalog.find(msgid)
    assert entry
    entry.msgstr = msgstr
    catalog.save()
    app.build()


def catalog_path(app: SphinxTestApp) -> Path:
    return Path(app.srcdir, "locale/es/LC_MESSAGES/index.po")


def test_page_is_translated_without_a_warning(book: SphinxTestApp) -> None:
    book.build()
    assert book.warning.getvalue() == ""
    html = page(book)
    assert html.h1 and html.h1.get_text() == "Té caliente"
    description = html.select_one('meta[name="description"]')
    assert description and description["content"] == "Una página sobre el té."
    assert html.find("img", alt="Una taza roja")
    water = paragraph(book, "Agua")
    assert water.strong and water.strong.get_text() == "tibia"
    assert water.get_text() == "Agua tibia & limpia."


def test_roles_and_links_may_change_their_order(book: SphinxTestApp) -> None:
    book.build()
    see = paragraph(book, "Vea")
    assert [(a.get_text(), a["href"]) for a in see.find_all("a")] == [
        ("la taza", "#cup"),
        ("la hoja", "#leaf"),
    ]
    links = paragraph(book, "Abra")
    assert hrefs(links) == ["https://example.org/b", "https://example.org/a"]
    read = paragraph(book, "Lea")
    assert read.get_text() == "Lea [2] y [1] sobre el té verde."
    assert hrefs(read)[2] == "#term-green-tea"


def test_anchors_stay_and_citations_link_back_once(book: SphinxTestApp) -> None:
    book.build()
    html = page(book)
    assert html.find(id="leaf") and html.find(id="cup") and html.find(id="term-green-tea")
    for entry in html.select(".citation"):
        assert len(entry.select(".backrefs a, .label a")) <= 1


def test_untranslated_text_is_marked_as_english(book: SphinxTestApp) -> None:
    book.build()
    assert paragraph(book, "Not translated.")["lang"] == "en"
    assert "lang" not in paragraph(book, "Texto simple.").attrs
    assert "lang" not in paragraph(book, "Same word.").attrs
    assert not page(book).select("[translated]")


def test_progress_counts_text_and_not_the_settings_of_a_page(book: SphinxTestApp) -> None:
    book.build()
    progress = book.env.get_doctree("index")["translation_progress"]
    assert progress["total"] - progress["translated"] == 1  # "Not translated."


def test_glossary_is_sorted_in_the_reader_s_alphabet(book: SphinxTestApp) -> None:
    book.build()
    terms = [dt.get_text(strip=True).rstrip("¶") for dt in page(book).select("dl.glossary dt")]
    assert terms == ["árbol de té verde", "té negro"]


@pytest.mark.sphinx("html", testroot="fragments")
def test_english_is_left_alone(app: SphinxTestApp) -> None:
    app.build()
    assert app.warning.getvalue() == ""
    assert not page(app).select('.language-en, p[lang="en"]')


SEE = "See {ref}`the leaf <leaf>` and {ref}`the cup <cup>`."
OPEN = "Open [the first](https://example.org/a) or [the second](https://example.org/b)."


@pytest.mark.parametrize(
    ("msgid", "msgstr", "shown"),
    [
        ("Plain text.", "Texto {download}`conf.py`.", "Texto {download}`conf.py`."),
        ("Plain text.", "Texto {ref}`otro <other>`.", "Texto {ref}`otro <other>`."),
        ("Plain text.", "Texto [x](https://evil.example/).", "Texto x."),
        ("Plain text.", "Texto ![x](../../conf.py).", "Texto x."),
        ("Plain text.", "Texto `código`.", "Texto `código`."),
        ("Plain text.", "Texto[^1].", "Texto[^1]."),
        (OPEN, OPEN.replace("example.org/a", "evil.example/a"), "Open the first or the second."),
    ],
)
def test_what_the_source_lacks_is_plain_text_and_reported(
    book: SphinxTestApp,
    msgid: str,
    msgstr: str,
    shown: str,
) -> None:
    translate(book, msgid, msgstr)
    assert paragraph(book, shown[:5]).get_text() == shown
    warning = book.warning.getvalue()
    assert "l10n.unsafe" in warning
    line = _line_of(catalog_path(book), msgid)
    assert f"locale/es/LC_MESSAGES/index.po:{line}: WARNING: the translation has" in warning


@pytest.mark.parametrize(
    "msgstr",
    [
        "Texto <script>alert(1)</script>.",
        "Texto <b onclick=x>y</b>.",
        "Texto [x](javascript:alert(1)).",
        "Texto </div></body>.",
        "{{ config.items() }}",
        "# Texto",
        "1. Texto",
        "- Texto",
        "> Texto",
        "::: {include} conf.py",
        "<https://evil.example/>",
    ],
)
def test_markup_of_other_kinds_is_text(book: SphinxTestApp, msgstr: str) -> None:
    translate(book, "Plain text.", msgstr)
    assert paragraph(book, msgstr[:5]).get_text() == msgstr
    assert paragraph(book, msgstr[:5]).find() is None


@pytest.mark.parametrize(
    ("msgid", "msgstr", "lost"),
    [
        (SEE, "Vea {ref}`la taza <cup>`.", "{ref} with the target 'leaf'"),
        (OPEN, "Abra [la primera](https://example.org/a).", "link 'https://example.org/b'"),
        (
            "Read {term}`green tea <green tea>` {cite:p}`one` and {cite:p}`two`.",
            "Lea {term}`té <green tea>` {cite:p}`one`.",
            "{cite:p} with the target 'two'",
        ),
    ],
)
def test_lost_roles_and_links_are_reported(
    book: SphinxTestApp,
    msgid: str,
    msgstr: str,
    lost: str,
) -> None:
    translate(book, msgid, msgstr)
    warning = book.warning.getvalue()
    assert "l10n.lost" in warning
    assert lost in warning


def test_fuzzy_translations_are_not_shown(book: SphinxTestApp) -> None:
    catalog = polib.pofile(str(catalog_path(book)))
    entry = catalog.find("Plain text.")
    assert entry
    entry.flags.append("fuzzy")
    catalog.save()
    book.build()
    assert paragraph(book, "Plain text.")["lang"] == "en"


@pytest.mark.sphinx("html", testroot="fragments")
def test_another_sphinx_release_stops_the_build(
    app: SphinxTestApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_fragments, "SUPPORTED_SPHINX", (8, 2))
    with pytest.raises(Exception, match=r"translation step of Sphinx 8\.2"):
        message_fragments.setup(app)


def _line_of(path: Path, msgid: str) -> int:
    entry = polib.pofile(str(path)).find(msgid)
    assert entry and entry.linenum
    return entry.linenum
