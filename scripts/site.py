"""Build the languages of the book and publish them as one site.

Everything is built beside the live site and swapped in at the end: a build that
fails leaves the last good site as it was.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import re
import shutil
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from languages import Language
from scripts import DOCS, ROOT

BUILDERS = ("html", "handouts")
ROOT_PAGE = DOCS / "_root"
ICON = DOCS / "_theme" / "guide" / "static" / "icon.svg"

_COLOR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True)
class Report:
    """What the build of one language gave; ``problems`` are empty when all is well."""

    language: Language
    pages: int = 0
    handouts: int = 0
    translated: float = 0.0
    seconds: float = 0.0
    problems: tuple[str, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Tell whether the language can be published."""
        return not self.problems


def build_languages(
    languages: Sequence[Language],
    work: Path,
    done: Callable[[Report], None],
    workers: int | None = None,
) -> list[Report]:
    """Build each language into ``work/new/<slug>``, several at a time.

    *done* is called with each report as it arrives. Reports come back in the
    order of *languages*.
    """
    context = multiprocessing.get_context("spawn")
    # One process for each language: Sphinx keeps the translations of the first
    # language of a process, and the next one would be shown some of them.
    reports: dict[str, Report] = {}
    workers = workers or os.cpu_count()
    with ProcessPoolExecutor(workers, mp_context=context, max_tasks_per_child=1) as pool:
        futures = {pool.submit(build_language, language, work): language for language in languages}
        for future in as_completed(futures):
            report = future.result()
            reports[report.language.code] = report
            done(report)
    return [reports[language.code] for language in languages]


def build_language(language: Language, work: Path) -> Report:
    """Build the pages and handouts of one language; never raises for a fault of the book."""
    start = time.perf_counter()
    folder = work / "new" / language.slug
    warnings = io.StringIO()
    try:
        translated = _run_sphinx(language, "html", folder, work, warnings)
        _run_sphinx(language, "handouts", folder / "handouts", work, warnings)
    except SphinxError as error:
        return Report(language, problems=(*_lines(warnings), f"{error.category}: {error}"))
    except Exception:  # a fault of the code: the whole trace helps its maintainers
        return Report(language, problems=(*_lines(warnings), traceback.format_exc()))
    return Report(
        language,
        pages=sum(1 for _ in folder.rglob("*.html")),
        handouts=sum(1 for _ in folder.glob("handouts/*.pdf")),
        translated=translated,
        seconds=time.perf_counter() - start,
        problems=tuple(_lines(warnings)),
    )


def _run_sphinx(
    language: Language, builder: str, output: Path, work: Path, warnings: io.StringIO
) -> float:
    """Run one Sphinx builder; return which part of the text is translated, from 0 to 1."""
    with patch_docutils(str(DOCS)), docutils_namespace():
        app = Sphinx(
            srcdir=DOCS,
            confdir=DOCS,
            outdir=output,
            doctreedir=work / "doctrees" / language.code,
            buildername=builder,
            confoverrides={"language": language.code},
            status=None,
            warning=warnings,
        )
        app.build()
        return _translated(app)


def _translated(app: Sphinx) -> float:
    counts = [
        app.env.get_doctree(docname).get("translation_progress", {"total": 0, "translated": 0})
        for docname in sorted(app.env.found_docs)
    ]
    total = sum(count["total"] for count in counts)
    return sum(count["translated"] for count in counts) / total if total else 1.0


def _lines(warnings: io.StringIO) -> Iterator[str]:
    text = _COLOR.sub("", warnings.getvalue())
    return (line for line in text.splitlines() if line.strip())


def write_root_page(languages: Iterable[Language], folder: Path) -> None:
    """Write the page that lists the languages and sends readers to theirs."""
    templates = Environment(
        loader=FileSystemLoader(ROOT_PAGE), autoescape=True, undefined=StrictUndefined
    )
    page = templates.get_template("index.html").render(languages=list(languages))
    (folder / "index.html").write_text(page + "\n", encoding="utf-8")
    for path in (ROOT_PAGE / "root.css", ROOT_PAGE / "root.js", ICON):
        shutil.copyfile(path, folder / path.name)
    # The license of the fonts travels with the PDFs that embed them.
    shutil.copyfile(ROOT / "LICENSE-FONTS", folder / "LICENSE-FONTS.txt")


def publish(new: Path, site: Path) -> None:
    """Put the finished tree in the place of the live one."""
    site.parent.mkdir(parents=True, exist_ok=True)
    previous = site.with_name(f".{site.name}.previous")
    shutil.rmtree(previous, ignore_errors=True)
    if site.exists():
        site.rename(previous)
    new.rename(site)
    shutil.rmtree(previous, ignore_errors=True)
