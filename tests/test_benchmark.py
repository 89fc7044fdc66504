"""The benchmark: the same book everywhere, complete for every tool, and a true report.

How fast anything is stands in no test: machines differ, and so do their days.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import polib
import pytest
from bs4 import BeautifulSoup

from languages import load_languages
from scripts.benchmark import rows
from scripts.benchmark.__main__ import main
from scripts.benchmark.book import Book, make_book
from scripts.benchmark.contenders import Ours, Stock, StockAtOnce, install
from scripts.benchmark.estimate import Costs, costs_of, estimates
from scripts.benchmark.measure import CommandError, Job, Usage, measure
from scripts.benchmark.mkdocs_book import write_mkdocs
from scripts.benchmark.report import report_text
from scripts.benchmark.rows import Plan
from scripts.benchmark.sphinx_book import write_everything, write_ours, write_stock
from scripts.benchmark.text import WORDS, tongues
from tests.conftest import PROJECT

DIGEST = """
import hashlib, pathlib, sys, tempfile
from scripts.benchmark.book import make_book
from scripts.benchmark.sphinx_book import write_stock
with tempfile.TemporaryDirectory() as folder:
    write_stock(make_book(4, 11), pathlib.Path(folder))
    files = sorted(p for p in pathlib.Path(folder).rglob("*") if p.is_file())
    print(hashlib.sha256(b"".join(p.read_bytes() for p in files)).hexdigest())
"""


@pytest.fixture(scope="module")
def book() -> Book:
    return make_book(9, 3)


@pytest.fixture(scope="module")
def stock(book: Book, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_stock(book, tmp_path_factory.mktemp("stock"))


def sphinx(docs: Path, output: Path, language: str, builder: str = "html") -> None:
    """Build without patience: a warning is a failure."""
    command = [
        sys.executable, "-m", "sphinx", "-q", "-W", "-n", "-b", builder,
        "-D", f"language={language}", str(docs), str(output),
    ]  # fmt: skip
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


# -- The book --------------------------------------------------------------------


def test_every_process_makes_the_same_book() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST], cwd=PROJECT, capture_output=True, text=True,
            check=True, env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(digests) == 1
    other = make_book(4, 11, seed=10)
    assert other.pages[1].title.words(tongues()["en"]) != (
        make_book(4, 11).pages[1].title.words(tongues()["en"])
    )


def test_more_languages_leave_the_pages_as_they_are() -> None:
    assert make_book(9, 2).pages == make_book(9, 30).pages
    with pytest.raises(ValueError, match="1 to 30 languages"):
        make_book(9, 31)


def test_the_words_of_a_language_are_of_its_script() -> None:
    scripts = {"ar": "\u0600", "hi": "\u0900", "ru": "\u0400", "zh_CN": "\u4e00", "ja": "\u3040"}
    for code, first in scripts.items():
        letters = "".join(tongues()[code].words)
        near = [letter for letter in letters if ord(first) <= ord(letter) < ord(first) + 0x7000]
        assert len(near) > 0.9 * len(letters), code
        assert len(tongues()[code].words) > 1000
    assert next(iter(tomllib.loads(WORDS.read_text("utf-8"))["languages"])) == "en"


def test_stock_sphinx_builds_it_without_a_warning(stock: Path, tmp_path: Path) -> None:
    for code in ("en", "ar"):
        sphinx(stock, tmp_path / code, code)
    pages = {
        code: BeautifulSoup((tmp_path / code / "part-1/index.html").read_bytes(), "html.parser")
        for code in ("en", "ar")
    }
    english = {text for text in pages["en"].article.stripped_strings if len(text) > 20}  # type: ignore[union-attr]
    arabic = pages["ar"].article
    assert arabic
    assert english
    assert not english & set(arabic.stripped_strings)
    glossary = (tmp_path / "ar" / "glossary.html").read_text(encoding="utf-8")
    assert len(BeautifulSoup(glossary, "html.parser").select("dl.glossary > dt")) == 24


def test_the_catalogs_hold_all_messages_and_no_others(
    book: Book, stock: Path, tmp_path: Path
) -> None:
    sphinx(stock, tmp_path, "en", "gettext")
    for page in book.pages:
        expected = {entry.msgid for entry in polib.pofile(str(tmp_path / f"{page.name}.pot"))}
        catalog = polib.pofile(str(stock.parent / "locale/ar/LC_MESSAGES" / f"{page.name}.po"))
        assert {entry.msgid for entry in catalog} == expected
        assert all(entry.msgstr and entry.msgstr != entry.msgid for entry in catalog)


def test_the_book_has_what_slows_builds_down(book: Book, stock: Path) -> None:
    texts = "".join((stock / f"{page.name}.md").read_text("utf-8") for page in book.pages)
    for markup in ("{ref}`", "{term}`", "](https://", "[^1]", "{list-table}", "{glossary}",
                   "{index}", "{admonition}", "{toctree}", "\n### ", "**"):  # fmt: skip
        assert markup in texts, markup
    assert any(page.name.count("/") for page in book.pages)


def test_our_extensions_read_the_same_pages(book: Book, stock: Path, tmp_path: Path) -> None:
    docs = write_ours(book, tmp_path / "ours")
    for page in book.pages:
        name = f"{page.name}.md"
        assert (docs / name).read_bytes() == (stock / name).read_bytes()
    assert list(load_languages(tmp_path / "ours/locale/languages.toml")) == ["en", "es", "ar"]
    sphinx(docs, tmp_path / "out", "ar")
    printed = write_everything(book, tmp_path / "everything")
    handouts = [path for path in printed.rglob("*.md") if "handout: 2" in path.read_text("utf-8")]
    assert handouts


def test_mkdocs_gets_the_same_content(book: Book, tmp_path: Path) -> None:
    configuration = json.loads(write_mkdocs(book, tmp_path).read_text(encoding="utf-8"))
    languages = configuration["plugins"][1]["i18n"]["languages"]
    assert [one["locale"] for one in languages] == ["en", "es", "ar"]
    for tongue in book.languages:
        for page in book.pages:
            text = (tmp_path / "docs" / tongue.code / f"{page.name}.md").read_text("utf-8")
            for block in page.blocks:
                for message in block.messages:
                    words = zip(message.parts, message.words(tongue), strict=True)
                    assert all(part.kind == "note" or said in text for part, said in words)
            assert "{ref}" not in text
            assert ":::" not in text


def test_an_edit_changes_one_page_of_one_language(book: Book, tmp_path: Path) -> None:
    ours = Ours(tmp_path / "environments")
    ours.write(book, tmp_path)

    def state() -> dict[Path, str]:
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    before = state()
    ours.edit_message(book, tmp_path, tongues()["ar"])
    after = state()
    changed = [path.relative_to(tmp_path) for path in before if before[path] != after[path]]
    assert [path.parts[:2] for path in changed] == [("locale", "ar")]
    ours.edit_page(book, tmp_path)
    last = state()
    assert [path.suffix for path in after if after[path] != last[path]] == [".md"]


# -- Measuring ---------------------------------------------------------------------


def test_children_are_measured_and_failures_are_told(tmp_path: Path) -> None:
    busy = "import time; x = bytearray(150_000_000); sum(range(6_000_000)); time.sleep(0.5)"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{busy}'], check=True)"
    idle = measure(Job(((sys.executable, "-c", "pass"),), tmp_path))
    usage = measure(Job(((sys.executable, "-c", child),), tmp_path))
    assert usage.cpu > idle.cpu
    if Path("/proc/self/status").exists():
        assert usage.peak > 140 > usage.parent > 0
    two = Job(
        ((sys.executable, "-c", "pass"), (sys.executable, "-c", "import nothing")), tmp_path, 2
    )
    with pytest.raises(CommandError, match="ModuleNotFoundError"):
        measure(two)


def test_what_cannot_be_installed_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scripts.benchmark import contenders

    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "benchmark-x.txt").write_text("/nowhere/x.whl\n", encoding="utf-8")
    monkeypatch.setattr(contenders, "ROOT", tmp_path)
    with pytest.raises(contenders.MissingError, match="could not be installed"):
        install("x", tmp_path / "environments")
    assert StockAtOnce.at_once >= 1


# -- The report ----------------------------------------------------------------------


def run_of(wall: float) -> dict[str, float]:
    return {"cpu": 2 * wall, "wall": wall, "peak": 100.0, "parent": 50.0}


def results() -> dict[str, Any]:
    """Return what a run leaves: stock got slower with the machine, and so did ours."""
    about = {"date": "2026-11-28", "machine": "2 x something", "command": "python -m x"}
    contenders = {
        "stock": {"title": "stock", "versions": "sphinx 9", "runs": [run_of(60), run_of(90)]},
        "mkdocs": {"title": "MkDocs", "missing": "no network", "runs": []},
        "ours": {"title": "ours", "versions": "sphinx 9", "runs": [run_of(5), run_of(7.5)]},
    }
    points = [
        {"pages": pages, "languages": languages, **run_of(1 + 0.01 * pages * (1 + languages))}
        for pages, languages in ((32, 4), (512, 4), (32, 5), (32, 30))
    ]
    cold = {**about, "pages": 32, "languages": 11, "rounds": 2, "contenders": contenders}
    return {"rows": {"cold": cold, "growth": {**about, "points": points}}}


def test_the_report_says_what_was_measured() -> None:
    text = report_text(results())
    what = "Cold, all languages, pages: clock"
    assert f"| {what} | stock | 75.00 s | 6.25 s | 12.0x | 10x (15x) |" in text
    assert "| Cold, all languages, pages and search: clock | MkDocs | missing |" in text
    assert "- MkDocs: no network" in text
    assert "### Cold, all languages: 32 pages, 11 languages" in text
    assert "60.00 to 90.00 s" in text
    assert "2026-11-28, on 2 x something, by `python -m x`" in text
    assert "| Cold, the large book, pages: clock | stock | not measured |" in text
    assert "computed" not in text.partition("## On paper")[0]


@pytest.mark.parametrize(("steps", "built"), [(["cold"], 1), (["cold", "unchanged"], 3)])
def test_some_languages_stand_for_all_only_where_nothing_follows(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: list[str], built: int
) -> None:
    commands: list[int] = []

    def count(job: Job) -> Usage:
        commands.append(len(job.commands))
        return Usage(cpu=1, wall=1, peak=1, parent=1)

    monkeypatch.setattr(rows, "measure", count)
    stock = Stock(tmp_path / "environments")
    stock.__dict__["python"] = "python"  # none is installed for a test
    plan = Plan(tmp_path, large_stock_languages=1)
    assert len(list(rows._steps(plan, stock, book, tmp_path / "book", steps))) == len(steps)
    assert commands[0] == built


def test_a_computed_number_says_so() -> None:
    found = results()
    for run in found["rows"]["cold"]["contenders"]["stock"]["runs"]:
        run["part"] = 0.25
    assert "| stock (computed) |" in report_text(found)


def test_the_estimate_follows_from_the_growth() -> None:
    costs = costs_of(results()["rows"])
    assert costs
    # run_of() counts two processors.
    assert costs.page_language == pytest.approx(0.02)
    assert costs.page == pytest.approx(0.02)
    assert costs.start == pytest.approx(2)
    one, some, many = estimates(Costs(start=6, page=0.06, page_language=0.6, join=0.006))
    assert one.shards == pytest.approx((6 + 60 + 60_000) / 60)
    assert some.shards == pytest.approx((6 + 60 + 13 * 600) / 60)
    assert many.shards == pytest.approx((6 + 60 + 2 * 600) / 60)
    assert {one.join, some.join, many.join} == {10}


def test_the_report_can_be_written_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work, report = tmp_path / "work", tmp_path / "REPORT.md"
    work.mkdir()
    (work / "results.json").write_text(json.dumps(results()), encoding="utf-8")
    assert main(["--only", "--work", str(work), "--report", str(report)]) == 0
    assert report.read_text(encoding="utf-8") == report_text(results())
    assert str(report) in capsys.readouterr().out
