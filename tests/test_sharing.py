"""What the site says of its pages to others, what people can keep, and pages that moved."""

from __future__ import annotations

import dataclasses
import json
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from lxml import etree

from languages import Language
from scripts import downloads, sitemap
from scripts.archives import packed
from scripts.downloads import page_to_keep, pages_to_keep, write_downloads
from scripts.moved import faults_of_book, moved_faults
from scripts.site import write_root_page
from scripts.sitemap import write_sitemap
from scripts.verify import pages_of
from sharing import MANIFEST, NOTICES, PICTURE_SIZE, inert_json, locale_name, site_path
from tests.small_site import languages

ADDRESS = "https://guide.example.org/book/"
ENGLISH, SPANISH = languages()
SPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def read(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def properties(page: BeautifulSoup) -> dict[str, str]:
    return {str(tag["property"]): str(tag["content"]) for tag in page.select("meta[property]")}


def data_of(page: BeautifulSoup) -> dict[str, object]:
    (tag,) = page.select('script[type="application/ld+json"]')
    found: dict[str, object] = json.loads(tag.get_text())
    return found


def alternates(page: BeautifulSoup) -> dict[str, str]:
    links = page.select('link[rel="alternate"][hreflang]')
    return {str(link["hreflang"]): str(link["href"]) for link in links}


@pytest.fixture(scope="module")
def without_address(small_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the Spanish pages of the same book as they are while the site has no address."""
    folder = tmp_path_factory.mktemp("nowhere")
    docs = small_site.parents[1] / "docs"
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", "-d", str(folder / "read")]
    command += ["-D", "language=es", "-D", "site_base_url=", str(docs), str(folder / "es")]
    subprocess.run(command, check=True)
    return folder / "es"


# -- The head of a page ------------------------------------------------------------


@pytest.mark.parametrize("language", languages(), ids=lambda language: language.code)
def test_pages_name_their_address_and_those_of_the_other_languages(
    small_site: Path, language: Language
) -> None:
    page = read(small_site / language.slug / "parts" / "tea.html")
    (canonical,) = page.select('link[rel="canonical"]')
    assert canonical["href"] == f"{ADDRESS}{language.slug}/parts/tea.html"
    assert alternates(page) == {
        "en": f"{ADDRESS}en/parts/tea.html",
        "es": f"{ADDRESS}es/parts/tea.html",
        "x-default": f"{ADDRESS}en/parts/tea.html",
    }


@pytest.mark.parametrize("place", ["index.html", "en/index.html", "es/index.html"])
def test_readers_of_other_languages_are_sent_to_the_list(small_site: Path, place: str) -> None:
    assert alternates(read(small_site / place)) == {
        "en": f"{ADDRESS}en/index.html",
        "es": f"{ADDRESS}es/index.html",
        "x-default": f"{ADDRESS}index.html",
    }


def test_messengers_show_the_page_in_its_language(small_site: Path) -> None:
    page = read(small_site / "es" / "parts" / "tea.html")
    shown = properties(page)
    assert shown["og:title"] == "Té caliente"
    assert shown["og:description"] == "Todo sobre el té."
    assert shown["og:url"] == f"{ADDRESS}es/parts/tea.html"
    assert (shown["og:locale"], shown["og:locale:alternate"]) == ("es_ES", "en_US")
    description = page.select_one('meta[name="description"]')
    assert description and description["content"] == "Todo sobre el té."
    picture = small_site / shown["og:image"].removeprefix(ADDRESS)
    assert struct.unpack(">II", picture.read_bytes()[16:24]) == PICTURE_SIZE
    assert (shown["og:image:width"], shown["og:image:height"]) == ("1200", "630")


def test_search_engines_learn_for_whom_a_page_is_and_no_review_is_claimed(
    small_site: Path,
) -> None:
    data = data_of(read(small_site / "es" / "parts" / "tea.html"))
    assert data["@type"] == "MedicalWebPage"
    assert data["name"] == "Té caliente"
    assert data["url"] == f"{ADDRESS}es/parts/tea.html"
    assert data["inLanguage"] == "es"
    assert data["audience"] == {"@type": "MedicalAudience", "audienceType": "Patient"}
    assert not data.keys() & {"reviewedBy", "lastReviewed", "dateModified", "datePublished"}


def test_data_cannot_end_its_element() -> None:
    name = "</script><script>alert(1)</script>"
    text = inert_json({"name": name})
    assert "<" not in text
    assert json.loads(text) == {"name": name}


def test_without_an_address_none_is_invented(without_address: Path) -> None:
    page = read(without_address / "parts" / "tea.html")
    assert not page.select('link[rel="canonical"]')
    assert alternates(page) == {
        "en": "../../en/parts/tea.html",
        "es": "../../es/parts/tea.html",
        "x-default": "../../en/parts/tea.html",
    }
    shown = properties(page)
    assert shown["og:title"] == "Té caliente"
    assert not shown.keys() & {"og:url", "og:image"}
    assert "url" not in data_of(page)
    assert "guide.example.org" not in str(page)


@pytest.mark.parametrize(
    ("tag", "name"),
    [("es", "es_ES"), ("pt-BR", "pt_BR"), ("zh-Hans", "zh_CN"), ("ar", "ar_EG"), ("tlh", "tlh")],
)
def test_open_graph_names_languages_with_a_country(tag: str, name: str) -> None:
    assert locale_name(dataclasses.replace(ENGLISH, tag=tag)) == name


@pytest.mark.parametrize("language", languages(), ids=lambda language: language.code)
def test_manifest_names_the_book_in_its_language(small_site: Path, language: Language) -> None:
    folder = small_site / language.slug
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert (manifest["lang"], manifest["dir"]) == (language.tag, language.direction)
    start = read(folder / manifest["start_url"])
    title = start.select_one('meta[property="og:site_name"]')
    assert title and manifest["name"] == title["content"]
    assert all((folder / icon["src"]).is_file() for icon in manifest["icons"])
    for name in ("index", "parts/tea"):
        page = read(folder / f"{name}.html")
        for link in page.select('link[rel="manifest"], link[rel="icon"]'):
            assert (folder / f"{name}.html").parent.joinpath(str(link["href"])).is_file()


# -- In the place of a page --------------------------------------------------------


@pytest.mark.parametrize("name", NOTICES)
def test_notices_work_at_any_depth_and_are_no_pages(small_site: Path, name: str) -> None:
    page = read(small_site / "es" / f"{name}.html")
    assert page.html and page.html["lang"] == "es"
    addresses = [str(tag["href"]) for tag in page.select("[href]")]
    assert "/book/es/help.html" in addresses
    for address in addresses:
        assert address.startswith("/book/"), address
        assert (small_site / address.removeprefix("/book/")).is_file(), address
    assert name not in pages_of(small_site / "es")


@pytest.mark.parametrize(
    ("address", "path"),
    [("", "/"), ("https://a.example/", "/"), ("https://a.example/guide/", "/guide/")],
)
def test_path_of_the_site(address: str, path: str) -> None:
    assert site_path(address) == path


# -- Sitemap -----------------------------------------------------------------------


def test_sitemap_lists_every_page_once_with_its_languages(small_site: Path) -> None:
    tree = etree.parse(small_site / "sitemap.xml")
    listed = {}
    for url in tree.iterfind("s:url", SPACES):
        links = {link.get("hreflang"): link.get("href") for link in url.iterfind("x:link", SPACES)}
        place = str(url.findtext("s:loc", namespaces=SPACES))
        assert place not in listed
        listed[place] = links
        assert not links or place in links.values()
    pages = {path for path in small_site.rglob("*.html") if path.parent.name != "status"}
    expected = {f"{ADDRESS}{path.relative_to(small_site).as_posix()}" for path in pages}
    hidden = ("404.html", "offline.html", "search.html", "old/tea.html")
    assert listed.keys() == {place for place in expected if not place.endswith(hidden)}
    tea = read(small_site / "es" / "parts" / "tea.html")
    assert listed[f"{ADDRESS}es/parts/tea.html"] == alternates(tea)
    assert listed[f"{ADDRESS}index.html"] == alternates(read(small_site / "index.html"))
    assert f"Sitemap: {ADDRESS}sitemap.xml" in (small_site / "robots.txt").read_text("utf-8")


def test_site_without_an_address_has_no_sitemap(
    small_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "site_address", lambda: "")
    write_sitemap(tmp_path, languages())
    assert list(tmp_path.iterdir()) == []


# -- Downloads ---------------------------------------------------------------------


def test_page_of_downloads_leads_to_what_there_is_with_its_size(small_site: Path) -> None:
    page = small_site / "downloads" / "index.html"
    for language in languages():
        items = read(page).select(f"#{language.slug} + ul > li")
        links = [link for item in items for link in item.select("a")]
        files = {
            page.parent / str(link["href"]): item.get_text()
            for link, item in zip(links, items, strict=True)
        }
        kinds = {path.suffix for path in files}
        books = (small_site / language.slug / "book").glob("*.*")
        assert kinds == {".zip", *(path.suffix for path in books)}
        for path, text in files.items():
            size = path.stat().st_size
            assert f"{size / 1000:.1f} kB" in text or f"{size / 1_000_000:.1f} MB" in text


def test_books_that_are_not_there_are_not_offered(small_site: Path, tmp_path: Path) -> None:
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / "index.html").write_bytes((small_site / "es/index.html").read_bytes())
    (tmp_path / "LICENSE-FONTS.txt").write_text("text", encoding="utf-8")
    write_downloads(tmp_path, [SPANISH])
    links = read(tmp_path / "downloads" / "index.html").select("li a")
    assert [link["href"] for link in links] == ["ketamine-depression.es.zip"]


def test_zip_depends_on_the_pages_alone(small_site: Path) -> None:
    archive = small_site / "downloads" / "ketamine-depression.es.zip"
    files = dict(downloads.pages_to_keep(small_site, SPANISH))
    with zipfile.ZipFile(archive) as opened:
        assert opened.namelist() == sorted(opened.namelist())
        assert {info.date_time for info in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in opened.namelist() if name.endswith((".zip", ".epub"))]
        assert {name.split("/")[0] for name in opened.namelist()} == {"ketamine-depression.es"}
    assert packed("x", files) == packed("x", dict(reversed(files.items())))


def test_links_in_the_zip_stay_in_it_or_lead_to_the_site(
    small_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "moved_pages", lambda: {"old/tea": "parts/tea"})
    for address in (ADDRESS, ""):
        monkeypatch.setattr(downloads, "site_address", lambda address=address: address)
        files = dict(pages_to_keep(small_site, SPANISH))
        assert "parts/tea.html" in files
        assert not files.keys() & {"404.html", "offline.html", "manifest.json"}
        for name in filter(lambda name: name.endswith(".html"), files):
            page = BeautifulSoup(files[name], "html.parser")
            assert page.html and "data-offline-worker" not in page.html.attrs
            for tag in page.select("[href], [src]"):
                link = urlsplit(str(tag.get("href") or tag.get("src")))
                if link.netloc:
                    assert address and link.geturl().startswith(ADDRESS), (name, tag)
                elif link.scheme != "mailto" and link.path:
                    # On a disk, "../" leads out of the folder that the zip unpacks to.
                    place = urljoin(f"https://x.invalid/outside/copy/{name}", link.path)
                    assert place.partition("/outside/copy/")[2] in files, (name, tag)


def test_zip_without_an_address_offers_no_other_language(
    small_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = (small_site / "es" / "help.html").read_bytes()
    monkeypatch.setattr(downloads, "site_address", lambda: ADDRESS)
    kept = BeautifulSoup(page_to_keep(source, "help.html", SPANISH), "html.parser")
    assert kept.select(".guide-languages a")
    monkeypatch.setattr(downloads, "site_address", lambda: "")
    alone = BeautifulSoup(page_to_keep(source, "help.html", SPANISH), "html.parser")
    assert not alone.select(".guide-languages")
    assert alone.h1 and alone.h1.get_text() == "Pida ayuda"


# -- Pages that moved --------------------------------------------------------------


def test_old_addresses_lead_on_without_a_script(small_site: Path) -> None:
    for language in languages():
        old = small_site / language.slug / "old" / "tea.html"
        page = read(old)
        assert page.html and page.html["lang"] == language.tag
        refresh = page.select_one('meta[http-equiv="refresh"]')
        assert refresh
        target = str(refresh["content"]).partition("url=")[2]
        assert (old.parent / target).resolve() == (
            small_site.resolve() / language.slug / "parts" / "tea.html"
        )
        heading = page.select_one("h1 a")
        title = read(small_site / language.slug / "parts" / "tea.html").select_one("h1")
        assert heading and title and heading.get_text() == title.get_text()
        assert not page.select("script, style")


def test_this_book_s_list_of_moved_pages_is_right() -> None:
    assert list(faults_of_book()) == []


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        ({"old": "gone"}, "the book has no such page"),
        ({"tea": "milk"}, "the book has a page tea"),
        ({"old": "older", "older": "tea"}, "write tea"),
        ({"old": "older", "older": "old"}, "which has moved, too"),
        ({"../old": "tea"}, "no name of a page"),
        ({"old page": "tea"}, "no name of a page"),
    ],
)
def test_wrong_lines_are_named(moved: dict[str, str], said: str) -> None:
    assert any(said in fault for fault in moved_faults(moved, {"tea", "milk"}))
    assert list(moved_faults({"old": "tea"}, {"tea", "milk"})) == []


def test_root_page_has_an_address_only_where_the_site_has_one(tmp_path: Path) -> None:
    write_root_page(languages(), tmp_path)  # of this project, which has none
    page = read(tmp_path / "index.html")
    assert not page.select('link[rel="canonical"], meta[property]')
    assert alternates(page) == {
        "en": "en/index.html",
        "es": "es/index.html",
        "x-default": "index.html",
    }
