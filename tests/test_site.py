"""The whole book as readers get it: languages, directions, links, and nothing from elsewhere."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from os.path import normpath
from pathlib import Path
from urllib.parse import unquote, urlsplit

import polib
import pytest
from lxml.html import HtmlElement, document_fromstring

from languages import Language, load_languages
from scripts.verify import pages_of
from tests.conftest import PROJECT
from tests.page_kinds import root_pages

LANGUAGES = load_languages(PROJECT / "locale" / "languages.toml")
TRANSLATIONS = [language for code, language in LANGUAGES.items() if code != "en"]

# Pages whose catalogs are complete in every language of the book.
COMPLETE = (
    "help",
    "about",
    "short",
    "treatment/before",
    "treatment/room",
    "treatment/feelings",
    "treatment/watched",
    "treatment/going-home",
    "reference/glossary",
    "reference/crisis-lines",
    "handouts/get-help",
    "handouts/your-day",
    "handouts/going-home",
)


# These tests read every page of every language: lxml does so many times faster than bs4.
def read(path: Path) -> HtmlElement:
    return document_fromstring(path.read_text(encoding="utf-8"))


@cache
def exists(path: Path) -> bool:
    return path.exists()


def target_of(page: Path, path: str) -> Path:
    """Return where a link of a page leads; without looking at the disk, which takes long."""
    return Path(normpath(page.parent / unquote(path)))


@cache
def anchors(page: Path) -> frozenset[str]:
    return frozenset(tag.attrib["id"] for tag in read(page).cssselect("[id]"))


def addresses(html: HtmlElement) -> set[str]:
    """Return what a page leads to or loads, each address once."""
    tags = html.cssselect("a[href], link[href], img[src], script[src]")
    return {tag.get("href") or tag.get("src") or "" for tag in tags}


# All tests of a language run in a row: its pages are read once for them.
@lru_cache(maxsize=1)
def pages(site: Path, language: Language) -> list[tuple[str, HtmlElement]]:
    folder = site / language.slug
    return [(f"{page}.html", read(folder / f"{page}.html")) for page in sorted(pages_of(folder))]


each_language = pytest.mark.parametrize(
    "language", LANGUAGES.values(), ids=LANGUAGES, scope="module"
)
each_translation = pytest.mark.parametrize(
    "language", TRANSLATIONS, ids=[language.code for language in TRANSLATIONS], scope="module"
)


@each_language
def test_every_page_says_its_language_and_direction(site: Path, language: Language) -> None:
    for name, html in pages(site, language):
        assert html.tag == "html", name
        assert html.get("lang") == language.tag, name
        assert html.get("dir") == language.direction, name
        assert html.findtext("head/title", "").strip(), name
        assert len(html.cssselect("h1")) == 1, name


@each_language
def test_switcher_and_alternates_lead_to_the_same_page(site: Path, language: Language) -> None:
    for name, html in pages(site, language):
        here = site / language.slug / name
        links = html.cssselect(".guide-languages a")
        assert [link.get("lang") for link in links] == [other.tag for other in LANGUAGES.values()]
        assert [link.text_content() for link in links] == [
            other.name for other in LANGUAGES.values()
        ]
        for link, other in zip(links, LANGUAGES.values(), strict=True):
            target = target_of(here, link.attrib["href"])
            assert target == site / other.slug / name, name
            assert exists(target), name
        alternates = html.cssselect('link[rel="alternate"][hreflang]')
        assert len(alternates) == len(LANGUAGES) + 1, name


@each_language
def test_every_link_inside_the_site_leads_somewhere(site: Path, language: Language) -> None:
    for name, html in pages(site, language):
        here = site / language.slug / name
        for link in addresses(html):
            address = urlsplit(link)
            if address.scheme or address.netloc:
                continue
            target = target_of(here, address.path) if address.path else here
            assert exists(target), f"{name}: {link}"
            if address.fragment and target.suffix == ".html":
                assert address.fragment in anchors(target), f"{name}: {link}"


def test_every_link_of_the_pages_of_all_languages_leads_somewhere(site: Path) -> None:
    for name in root_pages(site):
        here = site / name
        for link in addresses(read(here)):
            address = urlsplit(link)
            if address.scheme or address.netloc:
                continue
            # What stands in the place of any page counts from the root.
            base = site if address.path.startswith("/") else here.parent
            target = base / unquote(address.path).lstrip("/") if address.path else here
            assert target.exists(), f"{name}: {link}"
            if address.fragment and not address.fragment.startswith("choose"):
                assert address.fragment in anchors(target), f"{name}: {link}"


@each_language
def test_nothing_is_loaded_from_another_host_and_nothing_is_inline(
    site: Path, language: Language
) -> None:
    for name, html in pages(site, language):
        # What is no program is not run, and so may stand in the page: the data of JSON-LD.
        programs = "script:not([type='application/ld+json'])"
        others = "img, iframe, link[rel=stylesheet], source, video, audio"
        for tag in html.cssselect(f"{programs}, {others}"):
            address = tag.get("src") or tag.get("href") or ""
            assert address, f"{name}: {sorted(tag.attrib)}"
            assert not urlsplit(address).netloc, f"{name}: {address}"
        assert not html.cssselect("style, [style], [onclick], [onload]"), name


@each_language
def test_help_is_one_step_away_on_every_page(site: Path, language: Language) -> None:
    help_page = site / language.slug / "help.html"
    for name, html in pages(site, language):
        here = site / language.slug / name
        links = html.cssselect("header a.guide-help")
        assert links, name
        address = links[0].attrib["href"].partition("#")[0]
        assert target_of(here, address) == help_page or name == "help.html"


@each_translation
def test_translated_pages_say_what_nobody_has_reviewed(site: Path, language: Language) -> None:
    catalog = polib.pofile(str(PROJECT / "locale" / language.code / "LC_MESSAGES" / "sphinx.po"))
    [sentence] = [
        entry
        for entry in catalog
        if entry.msgid.startswith("This translation was made with software")
        and ("a second time" in entry.msgid) == (language.state == "second-read")
    ]
    assert "No qualified medical translator has reviewed it yet." in sentence.msgid
    for name, html in pages(site, language):
        assert sentence.msgstr in html.cssselect("main")[0].text_content(), name
        assert html.cssselect('.guide-state a[hreflang="en"]'), name


@each_translation
@pytest.mark.parametrize("name", COMPLETE)
def test_complete_pages_show_no_english(site: Path, language: Language, name: str) -> None:
    html = read(site / language.slug / f"{name}.html")
    assert html.cssselect("article")
    english = html.cssselect('article [lang="en"]')
    allowed = html.cssselect(".country [lang], li [lang]")
    assert [tag.text_content() for tag in english if tag not in allowed] == []
    catalog = polib.pofile(str(PROJECT / "locale" / language.code / "LC_MESSAGES" / f"{name}.po"))
    assert unfinished(catalog) == []


def unfinished(catalog: polib.POFile) -> list[str]:
    return [entry.msgid for entry in catalog if not entry.obsolete and not entry.translated()]


@each_translation
def test_interface_is_translated(language: Language) -> None:
    catalog = polib.pofile(str(PROJECT / "locale" / language.code / "LC_MESSAGES" / "sphinx.po"))
    assert unfinished(catalog) == []


@each_translation
@pytest.mark.parametrize("name", COMPLETE)
def test_anchors_are_the_same_in_every_language(site: Path, language: Language, name: str) -> None:
    english, translated = (
        {tag.get("id") for tag in read(site / slug / f"{name}.html").cssselect("article [id]")}
        for slug in ("en", language.slug)
    )
    assert english
    assert translated == english


def test_root_page_lists_the_languages_by_their_own_names(site: Path) -> None:
    links = read(site / "index.html").cssselect("main a")
    assert [(a.get("lang"), a.get("dir"), a.text_content()) for a in links] == [
        (language.tag, language.direction, language.name) for language in LANGUAGES.values()
    ]
    assert all((site / a.attrib["href"]).exists() for a in links)


def test_root_page_leads_to_the_status_of_every_translation(site: Path) -> None:
    (link,) = read(site / "index.html").cssselect("footer a[href^='status/']")
    status = site / link.attrib["href"]
    shown = {a.text_content() for a in read(status).cssselect("tbody th a[lang]")}
    assert shown == {language.name for language in LANGUAGES.values()} - {"English"}
    for a in read(status).cssselect("a[href]:not([href^='#'])"):
        assert (status.parent / a.attrib["href"]).exists(), a.attrib["href"]


@each_language
def test_no_address_is_invented_while_none_is_configured(site: Path, language: Language) -> None:
    for name, html in pages(site, language):
        assert not html.cssselect('link[rel="canonical"]'), name
        assert not html.cssselect('a[href^="mailto:"]'), name


def test_font_licenses_are_shipped(site: Path) -> None:
    text = (site / "LICENSE-FONTS.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in text
    assert re.search(r"Amiri.*Noto|Noto.*Amiri", text, re.DOTALL)


@pytest.mark.parametrize("name", ["guide.css", "guide.js", "reading.js", "search.js"])
def test_readers_load_no_comments_and_all_the_rest(site: Path, name: str) -> None:
    served = (site / "en" / "_static" / name).read_text(encoding="utf-8")
    source = (PROJECT / "docs/_theme/guide/static" / name).read_text(encoding="utf-8")
    mark = "/*" if name.endswith(".css") else "\n  //"
    assert mark in source
    assert mark not in served
    rest = [line for line in source.splitlines() if "/*" not in line and "//" not in line]
    code = [line for line in rest if line.rstrip().endswith(("{", ";", "}"))]
    assert [line for line in served.splitlines() if line in set(code)] == code
