"""Build the languages of the book and put them together as one site.

A language that fails keeps the pages of its last good build; without one it is
left out, and no page of the others leads to it. The site says which is which in
``languages.json``, for the page about the state of the translations.
"""

from __future__ import annotations

import gettext
import io
import json
import shutil
import struct
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from collation import sort_key
from handouts.records import FOLDER
from languages import SOURCE_LANGUAGE, Language, load_languages, part_of_book_translated
from scripts import DOCS, ROOT
from scripts.book import SEARCH, Book
from scripts.catalog.files import CatalogError, catalogs_of, write_text
from scripts.catalog.status import LanguageStatus, language_status, write_status_page
from scripts.downloads import write_downloads
from scripts.handouts.ledger import LedgerError
from scripts.handouts.listing import write_handout_lists
from scripts.handover import Handover, parse_ahead, take_over
from scripts.inputs import (
    BookInputs,
    Inputs,
    are_doctrees_good,
    keep_doctrees,
    state_of_tree,
    take_doctrees,
    why_built,
)
from scripts.last_build import BuiltLanguage, LastBuild
from scripts.moved import write_moved_pages
from scripts.offline import write_service_worker
from scripts.problems import by_cause, from_error, from_sphinx
from scripts.search import FOLDER as SEARCH_FOLDER
from scripts.search import SearchError, index_language, write_search_index
from scripts.settings import site_address, site_path_of
from scripts.sitemap import write_sitemap
from scripts.verify import (
    missing_pages,
    pages_of,
    site_faults,
    tree_faults,
    unreadable_pages,
)
from scripts.versions import Versions, share_tree
from scripts.workers import Ended, run_each, safe_method
from sharing import PICTURE

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

ROOT_PAGE = DOCS / "_root"
HOSTING = DOCS / "_hosting"
ICON = DOCS / "_theme" / "guide" / "static" / "icon.svg"
STATES_FILE = "languages.json"

State = Literal["current", "kept", "left-out"]


class SiteError(Exception):
    """No new version can be published; the message says why."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a process has to build, and where.

    *last_pages* is the folder of the language on the live site, while it is what the last
    build left. *unpublished* goes to the switcher of each page: what the site will not have.
    """

    book: Book
    language: Language
    inputs: Inputs
    work: Path
    doctrees: Path
    last_pages: str
    unpublished: tuple[str, ...] = ()

    @property
    def again(self) -> bool:
        """Tell whether the language is built already, and only its pages have to change."""
        return bool(self.unpublished)

    @property
    def output(self) -> Path:
        """Return the folder of the finished pages."""
        return self.work / "new" / self.language.slug

    @property
    def index(self) -> Path:
        """Return the folder of the search index of the finished pages."""
        return self.work / "search" / self.language.code

    @property
    def own_doctrees(self) -> Path:
        """Return the folder of what Sphinx reads in this build."""
        return self.work / "doctrees" / self.language.code


@dataclass(frozen=True, slots=True)
class Report:
    """What the build of one language gave; ``problems`` are empty when all is well."""

    language: Language
    pages: int = 0
    handouts: int = 0
    translated: float = 0.0
    why: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Tell whether the language can be published."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class LanguageState:
    """How the site has a language; *last_good* is the day of kept pages, as YYYY-MM-DD."""

    code: str
    state: State
    last_good: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build gave: a report for each language, and the states that were published."""

    reports: tuple[Report, ...]
    states: tuple[LanguageState, ...]

    @property
    def published(self) -> bool:
        """Tell whether there is a new version of the site."""
        return bool(self.states)


# -- One language, in a process of its own -------------------------------------

# The pages that were parsed before the processes started; a fork finds them here.
_parsed_ahead: Handover | None = None


def build_language(task: Task) -> Report:
    """Build the pages and handouts of one language; never raises for a fault of the book."""
    report = Report(task.language)
    warnings = io.StringIO()
    try:
        if not task.again:
            if faults := unreadable_pages(task.book.source):
                return replace(report, problems=tuple(faults))
            report = replace(report, why=why_built(task.doctrees, task.inputs))
            take_doctrees(task.doctrees, task.own_doctrees, task.inputs)
            _remove_half_catalogs(task.language, task.book.locale)
        return _run_builders(task, report, warnings)
    except SearchError as error:
        return replace(report, problems=(str(error),))
    except Exception as error:  # each kind becomes a sentence for the person who can mend it
        return replace(report, problems=(*from_sphinx(warnings.getvalue()), *from_error(error)))


def _run_builders(task: Task, report: Report, warnings: io.StringIO) -> Report:
    folders = {"handouts": FOLDER, "html": ".", "book": "book", "epub": "book"}
    seconds: dict[str, float] = {}
    for builder in _builders_of(task):
        start = time.perf_counter()
        read = _run_sphinx(task, builder, task.output / folders[builder], warnings)
        seconds["read"] = seconds.get("read", 0) + read.seconds
        seconds[builder] = time.perf_counter() - start - read.seconds
    if SEARCH in task.book.builders:
        start = time.perf_counter()
        _make_index(task)
        seconds["search"] = time.perf_counter() - start
    return replace(
        report,
        pages=len(pages_of(task.output)),
        handouts=sum(1 for _ in task.output.glob("handouts/*.pdf")),
        translated=read.translated,
        seconds=seconds,
        problems=tuple(from_sphinx(warnings.getvalue())) or tuple(tree_faults(task.output)),
    )


def _builders_of(task: Task) -> Iterable[str]:
    if task.again:
        return ("html",)
    return (builder for builder in task.book.builders if builder != SEARCH)


def _make_index(task: Task) -> None:
    if task.again:
        shutil.rmtree(task.index)
    site, as_it_is = task.output.parent, not task.book.is_whole
    index_language(site, task.language, task.index, as_it_is=as_it_is)


def _remove_half_catalogs(language: Language, locale: Path) -> None:
    """Remove compiled catalogs that an interruption cut off: Sphinx would take them for new."""
    for catalog in catalogs_of(language, locale):
        compiled = catalog.path.with_suffix(".mo")
        if not compiled.exists():
            continue
        try:
            with compiled.open("rb") as file:
                gettext.GNUTranslations(file)
        except (OSError, ValueError, struct.error):
            compiled.unlink()


@dataclass(frozen=True, slots=True)
class _Reading:
    """How long Sphinx read, and which part of the text is translated, from 0 to 1."""

    seconds: float
    translated: float


def _run_sphinx(task: Task, builder: str, output: Path, warnings: io.StringIO) -> _Reading:
    """Run one Sphinx builder."""
    source = task.book.source
    with patch_docutils(str(source)), docutils_namespace():
        app = Sphinx(
            srcdir=source,
            confdir=source,
            outdir=output,
            doctreedir=task.own_doctrees,
            buildername=builder,
            confoverrides={
                "language": task.language.code,
                "unpublished": task.unpublished,
                "last_pages": task.last_pages,
                # The extension catalog_gate compiles them, each in one step.
                "gettext_auto_build": False,
            },
            status=None,
            warning=warnings,
        )
        take_over(app, _parsed_ahead)
        start = ready = time.perf_counter()

        def note_time(app: Sphinx, _env: BuildEnvironment) -> None:
            nonlocal ready
            ready = time.perf_counter()

        app.connect("env-updated", note_time)
        app.build(force_all=task.again)
        return _Reading(ready - start, part_of_book_translated(app.env))


# -- All languages -------------------------------------------------------------


class Edition:
    """One build of the site: the languages asked for are built, others stay as they are."""

    def __init__(
        self,
        inputs: BookInputs,
        last: LastBuild,
        asked: Collection[str],
        versions: Versions,
        work: Path,
    ) -> None:
        self._source = inputs.book
        self._inputs = inputs
        self._last = last
        self._book = list(load_languages(self._source.languages_file).values())
        self._asked = [language for language in self._book if language.code in asked]
        self._versions = versions
        self._live = versions.site
        self._work = work
        self._new = work / "new"
        self._reports: dict[str, Report] = {}
        self._trees: Mapping[str, Path] = {}

    def build(self, done: Callable[[Report], None], workers: int) -> Outcome:
        """Build and publish; *done* is called with each report as it arrives.

        Raises SiteError when the new version would not be whole.
        """
        self._new.mkdir()
        shared = [language for language in self._asked if self._share_unchanged(language)]
        for language in shared:
            done(self._reports[language.code])
        self._build([one for one in self._asked if one not in shared], done, workers)
        self._compare_pages()
        if self._current() and self._gaps():
            # Every page leads to other pages now, those of unchanged languages too.
            for language in shared:
                shutil.rmtree(self._new / language.slug)
            self._build(shared, lambda report: None, workers)
        unpublished: tuple[str, ...] = ()
        while self._current() and (gaps := self._gaps()) != unpublished:
            unpublished = gaps
            for report in self._run(self._current(), unpublished, workers):
                self._add(report)
        states = self._states() if self._current() else ()
        if states:
            self._check_source(unpublished)
            self._assemble(states)
            self._versions.publish(self._new)
        for language in self._current():
            task = self._task(language)
            if task.own_doctrees.exists():
                keep_doctrees(task.own_doctrees, task.doctrees)
        return Outcome(tuple(self._reports[one.code] for one in self._asked), states)

    def _check_source(self, unpublished: Iterable[str]) -> None:
        """Raise SiteError when pages would lead to English pages that are not there."""
        for gap in unpublished:
            code, _slash, page = gap.partition("/")
            if code == SOURCE_LANGUAGE:
                what = f"the English page {page}" if page else "the English pages"
                fault = f"Every language leads to {what}, which could not be built."
                problems = {name: one.problems for name, one in self._reports.items()}
                raise SiteError("\n".join((fault, *by_cause(problems))))

    def join(self, trees: Mapping[str, Path]) -> None:
        """Publish languages that were built elsewhere; *trees* has the folder of each, by code.

        Raises SiteError when a language is not whole, or lacks an English page.
        """
        self._new.mkdir()
        self._trees = trees
        for language in self._asked:
            tree = self._new / language.slug
            # No shared files: the folders belong to somebody else.
            shutil.copytree(trees[language.code], tree)
            faults = tuple(tree_faults(tree))
            self._reports[language.code] = Report(language, problems=faults)
        self._compare_pages()
        if faults := tuple(fault for one in self._reports.values() for fault in one.problems):
            raise SiteError("\n".join(faults))
        self._assemble(self._states())
        self._versions.publish(self._new)

    def left(self, outcome: Outcome, notes: Sequence[str]) -> LastBuild:
        """Return what this build leaves for the next one."""
        if self._gaps() or not outcome.published:
            return LastBuild()
        languages = {
            code: table for code, table in self._last.languages.items() if code not in self._reports
        }
        for language in self._current():
            report = self._reports[language.code]
            languages[language.code] = BuiltLanguage(
                self._inputs.of(language.code),
                state_of_tree(self._live / language.slug),
                report.pages,
                report.handouts,
                report.translated,
            )
        is_good = all(state.state == "current" for state in outcome.states)
        return LastBuild(
            self._inputs.site if is_good else "",
            state_of_tree(self._live),
            self._inputs.pages,
            notes,
            languages,
        )

    def _share_unchanged(self, language: Language) -> bool:
        """Take a language from the live site if building it again would give the same."""
        tree = self._live / language.slug
        if not self._last.still_holds(language.code, self._inputs.of(language.code), tree):
            return False
        share_tree(tree, self._new / language.slug)
        built = self._last.languages[language.code]
        self._reports[language.code] = Report(
            language,
            built.pages,
            built.handouts,
            built.translated,
            why="nothing changed, so its pages stay as they are",
        )
        return True

    def _build(
        self, languages: Sequence[Language], done: Callable[[Report], None], workers: int
    ) -> None:
        self._parse_ahead(languages)
        for report in self._run(languages, (), workers):
            self._reports[report.language.code] = report
            done(report)

    def _parse_ahead(self, languages: Sequence[Language]) -> None:
        """Parse what several languages would parse: each of them alone finds out what it reads."""
        global _parsed_ahead  # noqa: PLW0603  # a fork inherits nothing else
        _parsed_ahead = None
        if safe_method() != "fork" or len(languages) < 2:
            return
        pages = self._pages_to_parse(languages)
        sort_key("")  # the table that it sorts by is large
        # A fault is found again by each language, and said in its name.
        with suppress(Exception):
            _parsed_ahead = parse_ahead(self._source.source, pages, self._work / "ahead")

    def _pages_to_parse(self, languages: Sequence[Language]) -> Collection[str] | None:
        """Return the pages that all languages will read; None when some language reads all."""
        for language in languages:
            task = self._task(language)
            if not are_doctrees_good(task.doctrees, task.inputs):
                return None
        before = self._last.pages
        changed = [
            name for name, digest in self._inputs.pages.items() if before.get(name) != digest
        ]
        return [str(PurePosixPath(name).with_suffix("")) for name in changed]

    def _run(
        self, languages: Iterable[Language], unpublished: tuple[str, ...], workers: int
    ) -> Iterator[Report]:
        tasks = [self._task(language, unpublished) for language in languages]
        with closing(run_each(build_language, tasks, workers)) as results:
            for task, result in results:
                if isinstance(result, Ended):
                    yield Report(task.language, problems=(f"No result: {result}.",))
                else:
                    yield result

    def _task(self, language: Language, unpublished: tuple[str, ...] = ()) -> Task:
        return Task(
            self._source,
            language,
            self._inputs.of(language.code),
            self._work,
            self._versions.doctrees / language.code,
            "" if unpublished else self._last_pages(language),
            unpublished,
        )

    def _last_pages(self, language: Language) -> str:
        tree = self._live / language.slug
        built = self._last.languages.get(language.code)
        # A folder that is not there still makes the build note its pages for the next one.
        is_as_left = built is not None and built.tree == state_of_tree(tree)
        return str(tree.resolve()) if is_as_left else str(self._work / "none")

    def _add(self, again: Report) -> None:
        """Note that the pages of a language were written again."""
        first = self._reports[again.language.code]
        total = first.seconds["html"] + again.seconds.get("html", 0)
        self._reports[again.language.code] = replace(
            first, seconds={**first.seconds, "html": total}, problems=again.problems
        )

    def _current(self) -> list[Language]:
        return [language for language in self._asked if self._reports[language.code].ok]

    def _compare_pages(self) -> None:
        """Make a language that lacks an English page a failed one."""
        source = next((one for one in self._current() if one.code == SOURCE_LANGUAGE), None)
        if source is None:
            return
        pages = pages_of(self._new / source.slug)
        for language in self._current():
            if faults := tuple(missing_pages(self._new / language.slug, pages)):
                report = self._reports[language.code]
                self._reports[language.code] = replace(report, problems=faults)

    def _states(self) -> tuple[LanguageState, ...]:
        before = _read_states(self._live)
        return tuple(state for one in self._book if (state := self._state(one, before)))

    def _state(
        self, language: Language, before: Mapping[str, LanguageState]
    ) -> LanguageState | None:
        """Return how the new version has a language; None when it knows nothing of it."""
        code, known = language.code, before.get(language.code)
        index = self._live / language.slug / "index.html"
        if code not in self._reports:
            return known or (LanguageState(code, "current") if index.is_file() else None)
        if self._reports[code].ok:
            return LanguageState(code, "current")
        if not index.is_file():
            return LanguageState(code, "left-out")
        if known and known.state == "kept":
            return known
        built = datetime.fromtimestamp(index.stat().st_mtime, UTC).date()
        return LanguageState(code, "kept", built.isoformat())

    def _gaps(self) -> tuple[str, ...]:
        """Return what the new version will not have: languages (es) and single pages (es/help)."""
        wanted: frozenset[str] = frozenset()
        wanted = wanted.union(*(pages_of(self._new / one.slug) for one in self._current()))
        gaps: list[str] = []
        states = {state.code: state.state for state in self._states()}
        for language in self._book:
            if states.get(language.code) == "left-out":
                gaps.append(language.code)
            elif language.code in states and language not in self._current():
                lacking = wanted - pages_of(self._live / language.slug)
                gaps += (f"{language.code}/{page}" for page in sorted(lacking))
        return tuple(gaps)

    def _assemble(self, states: Sequence[LanguageState]) -> None:
        codes = {state.code for state in states if state.state != "left-out"}
        published = [language for language in self._book if language.code in codes]
        current = self._current()
        for language in self._book:
            folder = self._new / language.slug
            if language not in current:
                shutil.rmtree(folder, ignore_errors=True)
                if language in published:
                    share_tree(self._live / language.slug, folder)
        _write_states(states, self._new)
        self._write_search_index(published)
        if not self._source.is_whole:
            write_list_of_languages(self._new, published)
            return
        write_root_page(published, self._new)
        write_moved_pages(self._new, published)
        write_status_page(
            self._new, list(_statuses(published)), notes=list(fates(states, self._book))
        )
        try:
            write_handout_lists(self._new, published, self._book)
        except LedgerError as error:
            raise SiteError(str(error)) from error
        write_downloads(self._new, published)
        write_sitemap(self._new, published)
        write_service_worker(self._new, published)  # the last, since it names a version
        if faults := list(site_faults(self._new)):
            raise SiteError("The new version is not whole: " + "; ".join(faults))

    def _write_search_index(self, published: Iterable[Language]) -> None:
        if SEARCH not in self._source.builders:
            return
        made = {one.code: self._index_of(one) for one in published}
        try:
            write_search_index(self._new, published, made, as_it_is=not self._source.is_whole)
        except SearchError as error:
            raise SiteError(str(error)) from error

    def _index_of(self, language: Language) -> Path:
        """Return where the search index of a language is: made just now, or with its pages."""
        made = self._task(language).index
        if made.is_dir():
            return made
        tree = self._trees.get(language.code, self._live / language.slug)
        return tree.parent / SEARCH_FOLDER


def fates(states: Iterable[LanguageState], book: Iterable[Language]) -> Iterator[str]:
    """Yield what became of each language that is not as it should be."""
    names = {language.code: language.english_name for language in book}
    for state in states:
        if state.state == "kept":
            yield f"{names[state.code]} keeps its pages of {state.last_good}."
        if state.state == "left-out":
            yield f"{names[state.code]} has no good pages yet and is left out of the site."


def _statuses(languages: Iterable[Language]) -> Iterator[LanguageStatus]:
    for language in languages:
        # The catalogs of a language that keeps old pages may be what is broken.
        with suppress(CatalogError):
            if language.code != SOURCE_LANGUAGE:
                yield language_status(language)


def _read_states(site: Path) -> dict[str, LanguageState]:
    path = site / STATES_FILE
    if not path.is_file():
        return {}
    tables = json.loads(path.read_text(encoding="utf-8"))["languages"]
    return {table["code"]: LanguageState(**table) for table in tables}


def _write_states(states: Iterable[LanguageState], folder: Path) -> None:
    text = json.dumps({"languages": [asdict(state) for state in states]}, indent=2)
    write_text(folder / STATES_FILE, text + "\n")


def write_list_of_languages(site: Path, languages: Iterable[Language]) -> None:
    """Write a page that leads to the languages of any book."""
    links = "".join(
        f'<li><a href="{one.slug}/index.html" lang="{one.tag}">{one.name}</a></li>\n'
        for one in languages
    )
    write_text(
        site / "index.html", f"<!doctype html>\n<title>Languages</title>\n<ul>\n{links}</ul>\n"
    )


def write_root_page(languages: Iterable[Language], folder: Path) -> None:
    """Write the page that lists the languages, and the one for addresses that are not there."""
    templates = Environment(
        loader=FileSystemLoader([ROOT_PAGE, HOSTING]), autoescape=True, undefined=StrictUndefined
    )
    published = list(languages)
    for name in ("index.html", "404.html"):
        page = templates.get_template(name).render(
            languages=published, address=site_address(), root=site_path_of()
        )
        write_text(folder / name, page + "\n")
    for path in (ROOT_PAGE / "root.css", ROOT_PAGE / "root.js", ROOT_PAGE / PICTURE, ICON):
        shutil.copyfile(path, folder / path.name)
    # The license of the fonts travels with the PDFs that embed them.
    shutil.copyfile(ROOT / "LICENSE-FONTS", folder / "LICENSE-FONTS.txt")


def write_timings(reports: Iterable[Report], path: Path) -> None:
    """Record why each language was built, and the seconds of each phase."""
    table = {
        report.language.code: {
            "why": report.why,
            "ok": report.ok,
            "seconds": {phase: round(seconds, 2) for phase, seconds in report.seconds.items()},
        }
        for report in reports
    }
    write_text(path, json.dumps(table, indent=2) + "\n")
