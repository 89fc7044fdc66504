"""What the site says of its handouts, and where the addresses on paper lead."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lxml.etree
import pikepdf
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, sync_playwright
from sphinx.application import Sphinx
from sphinx.locale import translators
from sphinx.util.docutils import docutils_namespace, patch_docutils

from handouts.online import short_path
from handouts.print_box import FileToPrint
from handouts.records import FOLDER, Handout, PrintedFile, Record, read_record, write_record
from handouts.variants import file_name, variants_for
from languages import Language, load_languages
from scripts.handouts import ledger as ledgers
from scripts.handouts import listing, short_paths
from scripts.handouts.ledger import Edition, Ledger, LedgerError, load_ledger, main
from scripts.hosting import nginx_configuration, static_redirects
from tests.chromium import CHROMIUM, needs_chromium
from tests.conftest import PROJECT
from tests.sampling import one_of_each_script
from tests.test_handouts import ROOT, TABLES, build, issue, translate

BOOK = load_languages(PROJECT / "locale" / "languages.toml")
SAMPLE = one_of_each_script(BOOK)
ATOM = {"a": "http://www.w3.org/2005/Atom"}
NAMES = {"en": "Going home", "es": "El regreso a casa", "ar": "العودة إلى البيت"}
# The languages of made-up sites, whatever the book has.
FEW = {code: TABLES[code] for code in NAMES}


def record_of(language: Language, names: tuple[str, ...] = ("going-home", "my-plan")) -> Record:
    """Make up the record of a language."""
    handouts = tuple(
        Handout(
            name=name,
            page=f"handouts/{name}",
            title=f"{NAMES.get(language.code, language.english_name)} <{name}>",
            edition=hashlib.sha256(f"{language.code}/{name}".encode()).hexdigest()[:8],
            checked="2026-11-20",
            files=tuple(
                PrintedFile(
                    variant.name, file_name(name, language, variant), "a4", 2, 61_234, "0" * 64
                )
                for variant in variants_for(language)
            ),
        )
        for name in names
    )
    return Record(language.code, "0.1.0", language.state, handouts)


def languages_of(count: int) -> list[Language]:
    """Return the languages of the book and made-up ones."""
    more = (
        dataclasses.replace(
            FEW["es"], code=f"q{number}", slug=f"q{number}", english_name=f"Made-up {number}"
        )
        for number in range(count - len(FEW))
    )
    return [*FEW.values(), *more]


def make_site(folder: Path, languages: list[Language]) -> Path:
    """Write a site that has records and empty pages."""
    for language in languages:
        tree = folder / language.slug / FOLDER
        tree.mkdir(parents=True)
        for name in ("index", "going-home", "my-plan"):
            (tree / f"{name}.html").write_text("x", encoding="utf-8")
        write_record(tree, language, record_of(language))
    return folder


def list_handouts(site: Path, languages: list[Language]) -> BeautifulSoup:
    """Write the lists of a site that has these languages; return the page."""
    listing.write_handout_lists(site, languages, list(dict.fromkeys([*FEW.values(), *languages])))
    return read(site / FOLDER / "index.html")


def read(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the commands keep their list of changes in a file of the test."""
    path = tmp_path / "handout_changes.json"
    monkeypatch.setattr(ledgers, "LEDGER", path)
    monkeypatch.setattr(ledgers, "load_languages", lambda _path: FEW)
    monkeypatch.setattr(listing, "load_ledger", lambda: load_ledger(path))
    monkeypatch.setattr(ledgers, "load_ledger", lambda: load_ledger(path))
    return path


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> str:
    """Publish the site somewhere."""
    base = "https://guide.example.org/"
    monkeypatch.setattr(listing, "site_address", lambda: base)
    return base


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium once."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


# -- The box on the page of a handout ----------------------------------------------------


def boxes(book: Path, language: str) -> dict[str, list[FileToPrint]]:
    """Build the pages of the small book; return what each has to print."""
    return {page: context["files_to_print"] for page, context in contexts(book, language).items()}


def drafts(book: Path, language: str) -> dict[str, str]:
    """Build the pages of the small book; return the words that call the files a draft."""
    return {page: context["draft_to_print"] for page, context in contexts(book, language).items()}


def contexts(book: Path, language: str) -> dict[str, dict[str, Any]]:
    """Build the pages of the small book; return what their templates are given."""
    found: dict[str, dict[str, Any]] = {}

    def keep(app: Sphinx, page: str, template: str, context: dict[str, Any], _tree: Any) -> None:
        found[page] = context

    translators.clear()
    with patch_docutils(str(book)), docutils_namespace():
        app = Sphinx(
            book, book, book.parent / "out", book.parent / "html-doctrees", "html",
            confoverrides={"language": language}, status=None, freshenv=True,
        )  # fmt: skip
        app.connect("html-page-context", keep, priority=900)
        app.build()
    return found


def test_the_box_knows_pages_and_sizes_of_the_files(tmp_path: Path) -> None:
    book = tmp_path / "book"
    shutil.copytree(ROOT, book)
    assert build(book, tmp_path / "out" / FOLDER, "es") == ""
    files = boxes(book, "es")
    assert files["index"] == []
    assert [file.path.split(".")[-2] for file in files["handouts/going-home"]] == [
        "a4", "us-letter", "large-print", "bilingual",
    ]  # fmt: skip
    for file in files["handouts/going-home"]:
        pdf = tmp_path / "out" / file.path
        with pikepdf.open(pdf) as document:
            assert file.pages == len(document.pages)
        assert file.size == f"{math.ceil(pdf.stat().st_size / 1000)} kB"


def test_pages_alone_show_the_files_without_their_size(tmp_path: Path) -> None:
    book = tmp_path / "book"
    shutil.copytree(ROOT, book)
    (file, *_others) = boxes(book, "es")["handouts/going-home"]
    assert (file.path, file.pages, file.size) == ("handouts/going-home.es.a4.pdf", 0, "")


@pytest.mark.parametrize("language", SAMPLE.values(), ids=SAMPLE)
def test_every_handout_of_the_site_shows_its_files(site: Path, language: Language) -> None:
    record = read_record(site / language.slug / FOLDER, language)
    assert record and record.handouts
    for handout in record.handouts:
        page = site / language.slug / f"{handout.page}.html"
        rows = read(page).select(".guide-print tbody tr")
        assert [str(row.select("a")[0]["href"]) for row in rows] == [
            file.file for file in handout.files
        ]
        for row, file in zip(rows, handout.files, strict=True):
            assert (page.parent / file.file).stat().st_size == file.bytes
            pages, size = (cell.get_text() for cell in row.select("td")[-2:])
            assert pages == str(file.pages)
            # Languages differ in the space and in the name of the unit.
            assert size.split()[0] == str(math.ceil(file.bytes / 1000))


@pytest.mark.parametrize("language", BOOK.values(), ids=BOOK)
def test_the_list_is_one_step_from_root_and_handouts(site: Path, language: Language) -> None:
    target = site / FOLDER / "index.html"
    for page in (site / "index.html", site / language.slug / FOLDER / "index.html"):
        links = [str(link["href"]) for link in read(page).select("a[href$='handouts/index.html']")]
        assert target.resolve() in {(page.parent / link).resolve() for link in links}


# -- The list of all languages -----------------------------------------------------------


def test_the_list_says_of_each_file_what_a_clinic_asks(tmp_path: Path, ledger: Path) -> None:
    html = list_handouts(make_site(tmp_path / "site", list(FEW.values())), list(FEW.values()))
    titles = [th.get_text() for th in html.select(".handout th")]
    assert titles == ["Going home <going-home>", "Going home <my-plan>"]
    first = html.select("table tbody")[0].select("tr:not(.handout)")
    assert [row.select("th a")[0].get_text() for row in first] == [
        f"{name} <going-home>" for name in NAMES.values()
    ]
    spanish = [cell.get_text(" ", strip=True) for cell in first[1].select("td")]
    assert spanish[:4] == [
        f"{form} 2 pages, 62 KB" for form in ("A4", "US Letter", "Large print", "With English")
    ]
    edition = record_of(FEW["es"]).handouts[0].edition
    assert spanish[4:6] == [f"Edition 0.1.0 · {edition}", "Sources checked 2026-11-20"]
    assert spanish[6] in {"Draft", "Read a second time", "Reviewed by a qualified person"}
    link = first[2].select("th a")[0]
    assert (link["lang"], link["dir"]) == ("ar", "rtl")
    assert first[0].select("td")[3].get_text() == ""  # English has nothing to stand beside


def test_a_withheld_handout_is_named_as_missing(tmp_path: Path, ledger: Path) -> None:
    site = make_site(tmp_path / "site", list(FEW.values()))
    write_record(site / "es" / FOLDER, FEW["es"], record_of(FEW["es"], ("my-plan",)))
    html = list_handouts(site, list(FEW.values()))
    (cell,) = html.select(".withheld")
    assert cell.get_text() == "Not printed yet: its translation is not complete."
    assert "Spanish" in cell.find_parent("tr").get_text()  # type: ignore[union-attr]


def test_a_stamped_draft_is_named_as_one(tmp_path: Path, ledger: Path) -> None:
    site = make_site(tmp_path / "site", list(FEW.values()))
    record = record_of(FEW["es"])
    first, second = record.handouts
    draft = dataclasses.replace(first, stamped=True)
    write_record(
        site / "es" / FOLDER, FEW["es"], dataclasses.replace(record, handouts=(draft, second))
    )
    html = list_handouts(site, list(FEW.values()))
    (row,) = (row for row in html.select("tr") if "Stamped as a draft" in row.get_text())
    assert "Spanish" in row.get_text()
    files = json.loads((site / "handouts.json").read_text(encoding="utf-8"))["files"]
    stamped = {(file["language"], file["handout"]) for file in files if file["stamped_draft"]}
    assert stamped == {("es", "going-home")}


def test_records_of_older_builds_can_be_read(tmp_path: Path) -> None:
    write_record(tmp_path, FEW["es"], record_of(FEW["es"]))
    path = tmp_path / "handouts.es.json"
    table = json.loads(path.read_text(encoding="utf-8"))
    for handout in table["handouts"]:
        del handout["stamped"]
    path.write_text(json.dumps(table), encoding="utf-8")
    assert read_record(tmp_path, FEW["es"]) == record_of(FEW["es"])


def test_the_box_says_that_what_it_offers_is_a_draft(tmp_path: Path) -> None:
    book = tmp_path / "book"
    shutil.copytree(ROOT, book)
    translate(book, {"There is chest pain.": ""})
    assert boxes(book, "es")["handouts/going-home"] == []
    issue(book, "es", "stamp")
    assert len(boxes(book, "es")["handouts/going-home"]) == 4
    assert "Borrador" in drafts(book, "es")["handouts/going-home"]


def test_every_link_of_the_list_leads_somewhere(site: Path) -> None:
    page = site / FOLDER / "index.html"
    html = read(page)
    anchors = {str(tag["id"]) for tag in html.select("[id]")}
    links = [str(link["href"]) for link in html.select("a[href], link[href]")]
    assert len(links) > 100
    for link in links:
        path, _hash, anchor = link.partition("#")
        assert (page.parent / path).exists(), link
        assert path or anchor in anchors, link
    assert not html.select("script, style, [style]")


@needs_chromium
@pytest.mark.parametrize("count", [3, 11, 30])
def test_the_list_needs_no_sideways_scrolling(
    tmp_path: Path, ledger: Path, browser: Browser, count: int
) -> None:
    languages = languages_of(count)
    list_handouts(make_site(tmp_path / "site", languages), languages)
    page = browser.new_page()
    page.goto((tmp_path / "site" / FOLDER / "index.html").as_uri())
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.get_by_role("cell").count() > 7 * count
        assert page.locator("td > a").filter(visible=False).count() == 0
    page.close()


# -- The list for programs ---------------------------------------------------------------


def test_the_list_for_programs_has_every_file_of_the_site(site: Path) -> None:
    files = json.loads((site / "handouts.json").read_text(encoding="utf-8"))["files"]
    pdfs = {path.relative_to(site.resolve()) for path in site.resolve().rglob("*.a4.pdf")}
    assert {Path(file["path"]) for file in files if file["variant"] == "a4"} == pdfs
    for file in files:
        data = (site / file["path"]).read_bytes()
        assert file["bytes"] == len(data)
        assert file["sha256"] == hashlib.sha256(data).hexdigest()
        assert (site / file["page"]).is_file()
        assert (site / file["short_path"] / "index.html").is_file()
        assert re.fullmatch("[0-9a-f]{8}", file["edition"])
        assert file["state"] == BOOK[file["language"]].state
    assert {file["language"] for file in files} == set(BOOK)


def test_it_says_since_when_a_handout_is_as_it_is(tmp_path: Path, ledger: Path) -> None:
    site = make_site(tmp_path / "site", [FEW["en"]])
    assert main(["--site", str(site), "--date", "2026-11-22", "--version", "0.1.0"]) == 0
    first, second = record_of(FEW["en"]).handouts
    changed = dataclasses.replace(first, edition="11111111")
    newer = dataclasses.replace(second, edition="22222222")
    write_record(
        site / "en" / FOLDER, FEW["en"], Record("en", "0.2.0", "source", (changed, second))
    )
    assert main(["--site", str(site), "--date", "2027-01-05", "--version", "0.2.0"]) == 0
    write_record(site / "en" / FOLDER, FEW["en"], Record("en", "0.3.0", "source", (changed, newer)))
    list_handouts(site, [FEW["en"]])
    table = json.loads((site / "handouts.json").read_text(encoding="utf-8"))
    since = {
        file["handout"]: (file["changed"], file["changed_in_version"]) for file in table["files"]
    }
    # The words of the second are newer than all that was recorded.
    assert since == {"going-home": ("2027-01-05", "0.2.0"), "my-plan": (None, None)}
    assert [(one["date"], one["handout"], one["kind"]) for one in table["changes"]] == [
        ("2027-01-05", "going-home", "changed"),
        ("2026-11-22", "my-plan", "new"),
        ("2026-11-22", "going-home", "new"),
    ]


# -- The list of changes -----------------------------------------------------------------


def test_changes_are_recorded_once(
    tmp_path: Path, ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = make_site(tmp_path / "site", list(FEW.values()))
    command = ["--site", str(site), "--date", "2026-11-22"]
    assert main(command) == 0
    assert "Recorded 6 changed handouts in en, es, ar:" in capsys.readouterr().out
    before = ledger.read_bytes()
    assert main(command) == 0
    assert "No handout has changed" in capsys.readouterr().out
    assert ledger.read_bytes() == before


def test_a_handout_that_is_gone_is_a_change(tmp_path: Path, ledger: Path) -> None:
    site = make_site(tmp_path / "site", [FEW["es"]])
    main(["--site", str(site), "--date", "2026-11-22"])
    write_record(site / "es" / FOLDER, FEW["es"], record_of(FEW["es"], ("my-plan",)))
    main(["--site", str(site), "--date", "2026-11-23"])
    last = load_ledger(ledger).changes()[-1]
    assert (last.handout, last.kind, last.edition) == ("going-home", "withdrawn", "")
    write_record(site / "es" / FOLDER, FEW["es"], record_of(FEW["es"]))
    main(["--site", str(site), "--date", "2026-11-24"])
    assert load_ledger(ledger).changes()[-1].kind == "new"


def test_days_do_not_run_backwards(
    tmp_path: Path, ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = make_site(tmp_path / "site", [FEW["en"]])
    main(["--site", str(site), "--date", "2026-11-22"])
    write_record(site / "en" / FOLDER, FEW["en"], record_of(FEW["en"], ("my-plan",)))
    assert main(["--site", str(site), "--date", "2026-11-21"]) == 2
    assert "--date 2026-11-21 lies before the last recorded change of 2026-11-22" in (
        capsys.readouterr().err
    )


def test_without_a_built_site_nothing_is_recorded(
    tmp_path: Path, ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--site", str(tmp_path), "--date", "2026-11-22"]) == 2
    assert "has no handouts; build the site first" in capsys.readouterr().err
    assert not ledger.exists()


def test_a_broken_list_of_changes_is_named(ledger: Path) -> None:
    ledger.write_text("{}", encoding="utf-8")
    with pytest.raises(LedgerError, match=r"handout_changes\.json: this is no list of changes"):
        load_ledger(ledger)


def test_the_list_in_the_repository_can_be_read() -> None:
    editions = load_ledger().editions
    assert [edition.date for edition in editions] == sorted(edition.date for edition in editions)


def test_the_build_says_when_the_list_is_behind(tmp_path: Path, ledger: Path) -> None:
    site = make_site(tmp_path / "site", [FEW["en"]])
    (note,) = listing.handout_notes(site, FEW.values())
    assert note.startswith("The list of changes lacks 2 changed handouts (en).")
    main(["--site", str(site), "--date", "2026-11-22"])
    assert [*listing.handout_notes(site, FEW.values())] == []


# -- The feed ----------------------------------------------------------------------------


def feed_of(site: Path, languages: list[Language]) -> lxml.etree._Element:
    list_handouts(site, languages)
    return lxml.etree.parse(site / "handouts.atom").getroot()


def texts(element: lxml.etree._Element, path: str) -> list[str]:
    return [str(found) for found in element.xpath(path, namespaces=ATOM)]


def test_the_feed_has_what_changed_and_no_invented_address(tmp_path: Path, ledger: Path) -> None:
    languages = list(FEW.values())
    site = make_site(tmp_path / "site", languages)
    assert texts(feed_of(site, languages), "a:entry") == []
    main(["--site", str(site), "--date", "2026-11-22"])
    write_record(site / "es" / FOLDER, FEW["es"], record_of(FEW["es"], ("my-plan",)))
    main(["--site", str(site), "--date", "2027-01-05", "--version", "0.2.0"])
    feed = feed_of(site, languages)
    assert texts(feed, "a:updated/text()") == ["2027-01-05T00:00:00Z"]
    titles = texts(feed, "a:entry/a:title/text()")
    assert titles[0] == "Spanish (Español), version 0.2.0"
    assert len(titles) == 4
    withdrawn = feed.xpath("a:entry[1]/a:content", namespaces=ATOM)[0]
    assert "No longer printed:" in "".join(withdrawn.itertext())
    assert "El regreso a casa <my-plan>" in "".join(feed.itertext())
    assert not texts(feed, "//@href")
    ids = texts(feed, "//a:id/text()")
    assert len(set(ids)) == len(ids) == 5
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", one) for one in ids)


def test_entries_keep_their_names_forever(tmp_path: Path, ledger: Path, address: str) -> None:
    site = make_site(tmp_path / "site", [FEW["es"]])
    main(["--site", str(site), "--date", "2026-11-22"])
    before = texts(feed_of(site, [FEW["es"]]), "a:entry/a:id/text()")
    # Kept here, because a reader of the feed would show entries with other names again.
    assert before == ["urn:uuid:cc36b5c4-8f97-5564-9287-bb9bf5e0be1d"]
    write_record(site / "es" / FOLDER, FEW["es"], record_of(FEW["es"], ("my-plan",)))
    main(["--site", str(site), "--date", "2027-01-05"])
    assert texts(feed_of(site, [FEW["es"]]), "a:entry/a:id/text()")[1:] == before


def test_with_an_address_the_feed_leads_to_the_pages(
    tmp_path: Path, ledger: Path, address: str
) -> None:
    site = make_site(tmp_path / "site", [FEW["es"]])
    main(["--site", str(site), "--date", "2026-11-22"])
    feed = feed_of(site, [FEW["es"]])
    links = texts(feed, "//@href")
    assert f"{address}handouts.atom" in links
    assert f"{address}es/handouts/going-home.html" in links
    assert all(link.startswith(address) for link in links)
    assert json.loads((site / "handouts.json").read_text(encoding="utf-8"))["base_url"] == address


def test_the_same_site_gives_the_same_lists(tmp_path: Path, ledger: Path) -> None:
    sites = [make_site(tmp_path / name, [FEW["es"], FEW["en"]]) for name in ("one", "two")]
    main(["--site", str(sites[0]), "--date", "2026-11-22"])
    for site in sites:
        list_handouts(site, [FEW["es"], FEW["en"]])
    for name in ("handouts/index.html", "handouts.json", "handouts.atom"):
        assert (sites[0] / name).read_bytes() == (sites[1] / name).read_bytes()


# -- Short paths -------------------------------------------------------------------------


def lead_on(page: Path) -> Path:
    """Return the page to which a page of a short path leads on."""
    html = read(page)
    (refresh,) = html.select('meta[http-equiv="refresh"]')
    target = str(refresh["content"]).removeprefix("0; url=")
    assert [str(link["href"]) for link in html.select("a")] == [target]
    assert not html.select("script, style, [style]")
    return (page.parent / target).resolve()


@pytest.mark.parametrize("language", BOOK.values(), ids=BOOK)
def test_every_short_path_leads_to_its_page(site: Path, language: Language) -> None:
    names = short_paths.current_handouts()
    assert len(names) >= 10
    for page in names.values():
        short = site / short_path(page, language) / "index.html"
        assert lead_on(short) == (site / language.slug / f"{page}.html").resolve()
        html = read(short).html
        assert html and html["lang"] == language.tag and html["dir"] == language.direction


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Pretend that a handout has moved, one was renamed, and one removed."""
    current = {"going-home": "leaflets/going-home", "home-again": "handouts/home-again"}
    former = {"my-plan": "handouts/home-again", "old-sheet": "treatment/after"}
    monkeypatch.setattr(short_paths, "current_handouts", lambda docs=None: current)
    monkeypatch.setattr(short_paths, "former_handouts", lambda docs=None: former)
    return {**former, **current}


def test_printed_addresses_outlive_the_names_of_files(
    tmp_path: Path, moved: dict[str, str], ledger: Path
) -> None:
    languages = list(FEW.values())
    site = make_site(tmp_path / "site", languages)
    for page in moved.values():
        for language in languages:
            path = site / language.slug / f"{page}.html"
            path.parent.mkdir(exist_ok=True)
            path.write_text("x", encoding="utf-8")
    # A language that keeps old pages has not all of them: then English is read.
    (site / "ar" / "treatment" / "after.html").unlink()
    list_handouts(site, languages)
    for name, page in moved.items():
        for language in languages:
            slug = "en" if (name, language.code) == ("old-sheet", "ar") else language.slug
            short = site / "h" / name / language.slug / "index.html"
            assert lead_on(short) == (site / slug / f"{page}.html").resolve()


def test_hosts_redirect_former_names_for_good(moved: dict[str, str]) -> None:
    nginx = nginx_configuration(FEW.values(), Path("/srv/site"))
    redirects = static_redirects().splitlines()
    for name, page in moved.items():
        assert f'"~^/h/{name}/(?<guide_slug>en|es|ar)/?$" "/$guide_slug/{page}.html";' in nginx
        assert f"/h/{name}/:slug /:slug/{page}.html 301" in redirects


def test_a_printed_handout_without_a_place_is_a_fault(moved: dict[str, str]) -> None:
    ledger = Ledger((Edition("0.1.0", "2026-11-22", {"en": {"lost": "1", "my-plan": "2"}}),))
    faults = list(short_paths.short_path_faults(ledger))
    place = "docs/_data/short_paths.toml"
    assert faults == [
        f"{place}: my-plan leads to handouts/home-again, and the book has no such page",
        f"{place}: old-sheet leads to treatment/after, and the book has no such page",
        f"{place}: the handout lost was printed once; say where its short path leads now",
    ]


def test_every_address_that_was_ever_printed_leads_somewhere() -> None:
    assert list(short_paths.short_path_faults(load_ledger())) == []


@needs_chromium
def test_a_browser_arrives_at_the_page_without_a_script(site: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    *_others, language = BOOK.values()
    page.goto((site / "h" / "going-home" / language.slug / "index.html").as_uri())
    page.wait_for_url(f"**/{language.slug}/handouts/going-home.html")
    context.close()
