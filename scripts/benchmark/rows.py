"""The rows of the benchmark: what is built by whom, and which step of it is timed.

The contenders of a row take turns: each round builds with all of them, so that a
machine that gets slower gets slower for all.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from scripts import ROOT
from scripts.benchmark.book import Book, make_book
from scripts.benchmark.contenders import (
    Contender,
    MissingError,
    MkDocs,
    Ours,
    OursEverything,
    OursWithSearch,
    Stock,
    StockAndWeasyPrint,
    StockAtOnce,
)
from scripts.benchmark.measure import CommandError, Job, Usage, measure

Run = dict[str, float]
Result = dict[str, Any]

# Steps of one book, each from where the one before left it.
STEPS = ("cold", "unchanged", "message", "page")
GROWTH_PAGES = (32, 64, 128, 256, 512)
GROWTH_LANGUAGES = (5, 10, 20, 30)
GROWTH_FIXED_LANGUAGES = 4
PATIENCE = 300  # seconds after which a preview that says nothing is given up
EDITED_MESSAGE = 'msgstr "'


@dataclass(frozen=True, slots=True)
class Plan:
    """How large the books are, how often each is built, and where."""

    work: Path
    pages: int = 32
    languages: int = 11
    large_pages: int = 128
    large_languages: int = 20
    rounds: int = 3
    slow_rounds: int = 1
    growth_pages: Sequence[int] = GROWTH_PAGES
    # Stock builds each language by itself: some stand for all of the large book.
    large_stock_languages: int = 20
    say: Callable[[str], None] = print


def run_steps(plan: Plan, steps: Sequence[str]) -> dict[str, Result]:
    """Time the steps on the book of usual size; return a result for each."""
    book = make_book(plan.pages, plan.languages)
    kinds = (Stock, StockAtOnce, MkDocs, Ours, OursWithSearch)
    found = _compare(plan, book, kinds, steps, rounds=plan.rounds, name="usual")
    return {step: _result(book, plan.rounds, found[step]) for step in steps}


def run_large(plan: Plan) -> Result:
    """Time a cold build of the large book."""
    book = make_book(plan.large_pages, plan.large_languages)
    kinds: tuple[type[Contender], ...] = (Stock, MkDocs, Ours, OursWithSearch)
    found = _compare(plan, book, kinds, ["cold"], rounds=plan.slow_rounds, name="large")
    return _result(book, plan.slow_rounds, found["cold"])


def run_everything(plan: Plan) -> Result:
    """Time pages and PDFs together."""
    book = make_book(plan.pages, plan.languages)
    kinds = (StockAndWeasyPrint, OursEverything)
    steps = ["cold", "unchanged"]
    found = _compare(plan, book, kinds, steps, rounds=plan.slow_rounds, name="everything")
    return _result(book, plan.slow_rounds, found["cold"]) | {"unchanged": found["unchanged"]}


def run_growth(plan: Plan) -> Result:
    """Time our cold build for more and more pages, and for more and more languages."""
    points = []
    sizes = [(pages, GROWTH_FIXED_LANGUAGES) for pages in plan.growth_pages]
    sizes += [(plan.pages, languages) for languages in GROWTH_LANGUAGES]
    ours = Ours(plan.work / "environments")
    for pages, languages in sizes:
        plan.say(f"growth: {pages} pages, {languages} languages")
        book = make_book(pages, languages)
        folder = _clean(plan.work / "growth" / "book")
        ours.write(book, folder)
        usage = measure(ours.all_languages(book, folder))
        points.append({"pages": pages, "languages": languages, **asdict(usage)})
    return {"points": points, "versions": ours.versions}


def run_real(plan: Plan) -> Result:
    """Time the real book of this project: everything, pages alone, shards, and the preview."""
    root = _copy_of_project(plan.work / "real" / "project")
    codes = _languages_of(root)
    build = (sys.executable, "-m", "scripts.build", "--output")
    runs: dict[str, Run] = {}

    def timed(name: str, *commands: tuple[str, ...], at_once: int = 1) -> None:
        plan.say(f"real book: {name}")
        runs[name] = asdict(measure(Job(commands, root, at_once)))

    timed("everything", (*build, "all/site"))
    timed("everything, nothing changed", (*build, "all/site"))
    catalog = _catalog_to_edit(root, codes[1])
    _edit(catalog)
    timed("one message, one language", (*build, "all/site", "--language", codes[1]))
    page = root / "docs" / "about.md"
    page.write_text(f"{page.read_text('utf-8')}\nEdited.\n", encoding="utf-8")
    timed("one English page, everything", (*build, "all/site"))
    timed("pages alone", (*build, "pages/site", "--builders", "html"))
    _forget_compiled(root)
    sphinx = (sys.executable, "-m", "sphinx", "-q", "-b", "html")
    loop = [(*sphinx, "-D", f"language={code}", "docs", f"plain/{code}") for code in codes]
    timed("pages alone, sphinx-build of this project, one language after another", *loop)
    for code in codes:
        timed(f"shard {code}", (*build, f"shards/{code}", "--language", code))
    shards = tuple(f"shards/{code}" for code in codes)
    join = (sys.executable, "-m", "scripts.assemble", *shards, "--output", "joined/site")
    timed("joining the shards", join)
    plan.say("real book: preview")
    runs["one message, running preview"] = _time_preview(root, codes[1])
    pages = sum(1 for path in (root / "docs").rglob("*.md") if "_" not in str(path.parent.name)[:1])
    return {"languages": codes, "pages": pages, "runs": runs}


# -- One book, several contenders ------------------------------------------------


def _compare(
    plan: Plan,
    book: Book,
    kinds: Iterable[type[Contender]],
    steps: Sequence[str],
    *,
    rounds: int,
    name: str,
) -> dict[str, Result]:
    """Return, for each step, what each contender took in each round."""
    found: dict[str, Result] = {step: {} for step in steps}
    ready = []
    for contender in (kind(plan.work / "environments") for kind in kinds):
        try:
            about = {"title": contender.title, "versions": contender.versions}
        except MissingError as reason:
            plan.say(f"{contender.title} is missing: {reason}")
            about = {"title": contender.title, "missing": str(reason)}
        else:
            ready.append(contender)
        for step in steps:
            found[step][contender.name] = {**about, "runs": []}
    for turn in range(rounds):
        for contender in ready:
            plan.say(f"{name}, round {turn + 1} of {rounds}: {contender.title}")
            folder = _clean(plan.work / name / contender.name)
            try:
                for step, run in _steps(plan, contender, book, folder, steps):
                    found[step][contender.name]["runs"].append(run)
            except CommandError as error:
                plan.say(f"{contender.title} failed: {error}")
                for step in steps:
                    found[step][contender.name]["failed"] = str(error).partition("\n")[0]
            shutil.rmtree(folder)
    return found


def _steps(
    plan: Plan, contender: Contender, book: Book, folder: Path, steps: Sequence[str]
) -> Iterable[tuple[str, Run]]:
    contender.write(book, folder)
    part = 1.0
    built = book
    # The other steps go on from a whole build.
    may_sample = type(contender) is Stock and set(steps) == {"cold"}
    if may_sample and len(book.languages) > plan.large_stock_languages:
        # Each language is a command of its own: some of them stand for all, and say so.
        built = replace(book, languages=book.languages[: plan.large_stock_languages])
        part = len(built.languages) / len(book.languages)
    cold = _scaled(measure(contender.all_languages(built, folder)), part)
    if "cold" in steps:
        yield "cold", cold
    every = contender.all_languages(book, folder)
    tongue = book.languages[-1]
    if "unchanged" in steps:
        yield "unchanged", asdict(measure(every))
    if "message" in steps:
        contender.edit_message(book, folder, tongue)
        yield "message", asdict(measure(contender.one_language(book, folder, tongue)))
    if "page" in steps:
        contender.edit_page(book, folder)
        yield "page", asdict(measure(every))


def _scaled(usage: Usage, part: float) -> Run:
    run = asdict(usage)
    if part < 1:
        run |= {"cpu": usage.cpu / part, "wall": usage.wall / part, "part": part}
    return run


def _result(book: Book, rounds: int, contenders: Result) -> Result:
    return {
        "pages": len(book.pages),
        "languages": len(book.languages),
        "rounds": rounds,
        "contenders": contenders,
    }


def _clean(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


# -- The real book ---------------------------------------------------------------


def _copy_of_project(folder: Path) -> Path:
    """Copy what a build reads: measuring edits pages and catalogs."""
    _clean(folder)
    ignored = shutil.ignore_patterns("__pycache__", "*.mo")
    for name in ("docs", "scripts", "locale"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("pyproject.toml", "LICENSE-FONTS"):
        shutil.copy(ROOT / name, folder)
    return folder


def _languages_of(root: Path) -> list[str]:
    return list(tomllib.loads((root / "locale/languages.toml").read_text(encoding="utf-8")))


def _catalog_to_edit(root: Path, code: str) -> Path:
    return root / "locale" / code / "LC_MESSAGES" / "about.po"


def _edit(catalog: Path) -> None:
    """Change the last message of a catalog that stands on one line."""
    before, message, after = catalog.read_text(encoding="utf-8").rpartition(f"\n{EDITED_MESSAGE}")
    catalog.write_text(f"{before}{message}2 {after}", encoding="utf-8")


def _forget_compiled(root: Path) -> None:
    for compiled in (root / "locale").rglob("*.mo"):
        compiled.unlink()


def _time_preview(root: Path, code: str) -> Run:
    """Return the seconds from saving a catalog until its page is on the disk."""
    command = [sys.executable, "-u", "-m", "scripts.preview", code, "--port", "0"]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout  # noqa: S101  # asked for above
        for line in process.stdout:
            if "http://localhost" in line:
                break
        page = next((root / "build" / "preview").glob("*/about.html"))
        waits = [_until_written(page, root, code) for _ in range(3)]
    finally:
        process.terminate()
        process.wait()
    return {"wall": sorted(waits)[1]}


def _until_written(page: Path, root: Path, code: str) -> float:
    time.sleep(1)  # a person does not save while the page before is still written
    before = page.stat().st_mtime_ns
    start = time.perf_counter()
    _edit(_catalog_to_edit(root, code))
    while page.stat().st_mtime_ns == before:
        if time.perf_counter() - start > PATIENCE:
            raise TimeoutError("the preview did not write the page")
        time.sleep(0.01)
    return time.perf_counter() - start
