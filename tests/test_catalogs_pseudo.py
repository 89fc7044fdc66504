"""The pseudo-locales: all text changes, all markup stays, and what stays English is found."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from languages import load_languages
from scripts.catalog.inline_tags import tags_of
from scripts.catalog.pseudo import pseudo_languages, pseudo_text, write_languages
from scripts.catalog.pseudo_pages import (
    chromium,
    english_on_pages,
    holds_english,
    places_too_wide,
)
from tests.conftest import PROJECT
from tests.small_book import make_small_book

CATALOGS = sorted((PROJECT / "locale" / "es" / "LC_MESSAGES").rglob("*.po"))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("See {ref}`the leaf <leaf>` now.", r"Ş\w+ {ref}`ŧ\w+ ŀ\w+ <leaf>` ƞ\w+\."),
        ("**27** of 100 people {cite:p}`one`.", r"\*\*27\*\* ǿ\w+ 100 ƥ\w+ {cite:p}`one`\."),
        ("[a page](https://example.org/a)", r"\[ȧ ƥ\w+\]\(https://example\.org/a\)"),
        ("![A cup](cup.png)", r"!\[Ȧ ƈ\w+\]\(cup\.png\)"),
        ("Page {page} of {pages}", r"Ƥ\w+ {page} ǿ\w+ {pages}"),
        ("then press %s, on %(day)s", r"ŧ\w+ ƥ\w+ %s, ǿ\w+ %\(day\)s"),
        ("a&nbsp;b", r"ȧ\w*&nbsp;ƀ\w*"),
        ("Use `conf.py`.", r"Ŭ\w+ `conf\.py`\."),
    ],
)
def test_text_changes_and_markup_stays(message: str, expected: str) -> None:
    assert re.fullmatch(expected, pseudo_text(message)), pseudo_text(message)


def test_text_grows_by_forty_percent() -> None:
    message = "Do not drive until the day after, when you have slept well."
    letters = len(re.findall("[a-z]", message, re.IGNORECASE))
    assert len(pseudo_text(message)) - len(message) == round(0.4 * letters)


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.stem)
def test_every_message_of_the_book_keeps_tags_and_numbers(path: Path) -> None:
    for entry in polib.pofile(str(path)):
        pseudo = pseudo_text(entry.msgid)
        # The text between the parts of a tag changes, the parts do not.
        assert tags_of(pseudo) == tags_of(entry.msgid)
        assert re.findall(r"\d+", pseudo) == re.findall(r"\d+", entry.msgid)


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Skip to the text", True),
        ("Şķīƥǿ ŧǿǿ text", True),
        ("Şķīƥǿ ŧǿǿ ŧḗẋŧǿǿ", False),
        ("27 / 100", False),
        ("November 22, 2026", False),  # CLDR writes dates
        ("United States: 911", False),  # and countries
        ("Samaritans: 116 123", False),  # a crisis line has its own name
        ("findahelpline.com", False),
        ("someone@example.org", False),
        ("0.1.0 · a6da2db9 Ƥȧɠḗǿǿ 1 ǿƒ 3", False),  # the edition of a handout
        ("defaced cabbages", True),  # which are no numbers
    ],
)
def test_english_is_told_from_data(text: str, english: bool) -> None:
    assert holds_english(text) == english


def test_english_is_found_where_readers_meet_it(tmp_path: Path) -> None:
    page = tmp_path / "site" / "page.html"
    page.parent.mkdir()
    page.write_text(
        """<!doctype html><html lang="qps-ploc"><head><meta charset="utf-8">
        <meta name="description" content="seen in searches"><title>seen in tabs</title>
        <script>const unseen = 1;</script></head><body>
        <nav class="guide-languages"><a lang="en">unseen English</a></nav>
        <p lang="en">seen message</p><p>Ȧ <span lang="de">unseen name</span> seen tail</p>
        <img alt="seen picture" src="a.png"><a aria-label="seen label" title="unseen work">1</a>
        <div class="citation">Unseen work</div></body></html>""",
        encoding="utf-8",
    )
    found = [finding.text for finding in english_on_pages(page.parent)]
    assert sorted(found) == [
        "seen in searches", "seen in tabs", "seen label", "seen message", "seen picture",
        "Ȧ seen tail",
    ]  # fmt: skip
    assert {finding.page for finding in english_on_pages(page.parent)} == {"site/page.html"}


def test_list_of_languages_can_be_read_back(tmp_path: Path) -> None:
    english = load_languages(PROJECT / "locale" / "languages.toml")["en"]
    languages = [english, *pseudo_languages(english)]
    write_languages(tmp_path / "languages.toml", languages)
    assert list(load_languages(tmp_path / "languages.toml").values()) == languages
    assert [language.direction for language in languages] == ["ltr", "ltr", "rtl"]


def run(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.catalogs", "pseudo"]
    return subprocess.run(
        command, cwd=root, capture_output=True, text=True, check=False, env={"COLUMNS": "200"}
    )


@pytest.fixture(scope="module")
def small_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a book with a handout."""
    root = make_small_book(tmp_path_factory.mktemp("pseudo") / "project")
    page = root / "docs" / "about.md"
    page.write_text("---\nhandout: 1\n---\n" + page.read_text(encoding="utf-8"), encoding="utf-8")
    return root


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_book_of_messages_passes_and_its_catalogs_stay(small_book: Path) -> None:
    before = snapshot(small_book / "locale")
    result = run(small_book)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Every visible text" in result.stdout
    assert snapshot(small_book / "locale") == before
    built = small_book / "build" / "pseudo" / "site"
    left = (built / "qps-ploc" / "about.html").read_text(encoding="utf-8")
    right = (built / "qps-plocm" / "about.html").read_text(encoding="utf-8")
    assert 'dir="ltr"' in left and 'dir="rtl"' in right.partition("<body>")[0]
    assert pseudo_text("A short text.") in left and pseudo_text("A short text.") in right
    assert (built / "qps-ploc" / "handouts" / "about.qps-ploc.a4.pdf").exists()


def test_text_that_is_no_message_is_listed(small_book: Path, tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(small_book, root, ignore=shutil.ignore_patterns("build"))
    template = root / "docs" / "_theme" / "guide" / "page.html"
    text = template.read_text(encoding="utf-8")
    assert "</article>" in text
    template.write_text(text.replace("</article>", "</article>Plain words"), encoding="utf-8")
    clinic = root / "docs" / "_ext" / "handouts" / "clinic.py"
    code = clinic.read_text(encoding="utf-8")
    assert '_("Clinic")' in code
    clinic.write_text(code.replace('_("Clinic")', '"Clinic"'), encoding="utf-8")
    result = run(root)
    assert result.returncode == 1, result.stdout + result.stderr
    assert re.search(r"Plain words .*about\.html", result.stdout)
    assert re.search(r"Clinic .*about\.qps-ploc\.a4\.pdf", result.stdout)


def test_fault_of_the_book_is_told_without_a_traceback(small_book: Path, tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(small_book, root, ignore=shutil.ignore_patterns("build"))
    (root / "docs" / "about.md").write_text("# Title\n\n{ref}`x <nowhere>`\n", encoding="utf-8")
    result = run(root)
    assert result.returncode != 0
    assert "nowhere" in result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr


@pytest.mark.skipif(chromium() is None, reason="needs Chromium; the README says how to get it")
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_places_that_do_not_fit_a_phone_are_found(tmp_path: Path, direction: str) -> None:
    program = chromium()
    assert program
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "page.html").write_text(
        f"""<!doctype html><html dir="{direction}"><meta charset="utf-8"><body>
        <p>{"fits " * 50}</p><section><p>{"wide" * 40}</p></section>
        <div style="overflow-x: auto"><p>{"scrolled" * 40}</p></div>
        <p style="clip-path: inset(50%); inline-size: 1px">{"unseen" * 40}</p>
        <p style="overflow: hidden">{"cut" * 60}</p></body></html>""",
        encoding="utf-8",
    )
    found = [finding.text[:7] for finding in places_too_wide(folder, program)]
    assert found == ["p: wide", "p: cutc"]
