# /// script
# dependencies = ["nox"]
# ///
"""One session for each thing that people do with this book."""

from __future__ import annotations

import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["site"]
nox.options.default_venv_backend = "virtualenv"
nox.options.error_on_external_run = True

# These build the book many times over, or say again what a shorter test says.
# They run with "nox -s tests -- --all", and so do all languages and cases of the tests that
# otherwise take samples (tests/sampling.py). A name stands for all that begin with it.
LONG_TESTS = (
    "test_assemble.py::test_a_build_after_joining",
    "test_build.py::test_pages_are_those_of_sphinx",
    "test_build.py::test_it_says_where_the_site_is",
    "test_build.py::test_an_edited_extension",
    "test_build.py::test_one_language_can_be_built_alone",
    "test_build.py::test_the_other_languages_stay",
    "test_build.py::test_kept_pages_keep_the_day",
    "test_build.py::test_no_page_leads_to_one",
    "test_build.py::test_english_too_keeps",
    "test_build.py::test_a_failed_language_keeps_its_last_good_pages[_leave_a_quote_open]",
    "test_build.py::test_a_failed_language_keeps_its_last_good_pages[_save_in_another_encoding]",
    "test_build.py::test_a_failed_language_keeps_its_last_good_pages[_remove_catalogs]",
    "test_build.py::test_a_failed_language_keeps_its_last_good_pages[_name_a_missing_font]",
    "test_build.py::test_a_failed_language_keeps_its_last_good_pages[_raise_in_an_extension]",
    "test_build.py::test_a_fault_of_all_languages_is_said_once_and_the_site_stays[_break",
    "test_build.py::test_a_fault_of_all_languages_is_said_once_and_the_site_stays[_save",
    "test_catalogs_pseudo.py",
    "test_incremental.py::test_any_edits_give_what_a_build_from_nothing_gives[1]",
    "test_pdf_quality.py::test_every_real_handout_is_accessible",
    "test_pdf_quality.py::test_every_book_is_accessible",
    "test_preview.py",
    "test_reproducible.py::test_languages_built_one_by_one",
    "test_reproducible.py::test_a_second_build",
    "test_reproducible.py::test_sphinx_alone",
    "test_search.py::test_languages_to_come_need_no_code[ja",
    "test_search.py::test_languages_to_come_need_no_code[hi",
)


def _install(session: nox.Session, *names: str) -> None:
    """Install locked requirements; pip refuses what does not match its hash."""
    for name in names:
        session.install("--require-hashes", "-r", f"requirements/{name}.txt")


@nox.session
def site(session: nox.Session) -> None:
    """Build all languages, pages and handouts, into build/site."""
    _install(session, "build")
    session.run("python", "-m", "scripts.build", *session.posargs)


@nox.session(default=False, reuse_venv=True)
def handouts(session: nox.Session) -> None:
    """Print a clinic's own handouts: nox -s handouts -- --clinic clinic.toml --language es."""
    _install(session, "build")
    session.run("python", "-m", "scripts.handouts", *session.posargs)


@nox.session(default=False)
def serve(session: nox.Session) -> None:
    """Serve build/site on this machine: http://localhost:8000/."""
    session.run(
        "python", "-m", "http.server",
        "--bind", "127.0.0.1",       # this machine only
        "--directory", "build/site",
        *(session.posargs or ["8000"]),
    )  # fmt: skip


@nox.session(default=False, reuse_venv=True)
def benchmark(session: nox.Session) -> None:
    """Measure the build against other tools: nox -s benchmark -- --quick."""
    _install(session, "build")
    session.run("python", "-m", "scripts.benchmark", *session.posargs)


@nox.session(default=False, reuse_venv=True)
def assemble(session: nox.Session) -> None:
    """Join sites of some languages each: nox -s assemble -- shards/*.tar."""
    _install(session, "build")
    session.run("python", "-m", "scripts.assemble", *session.posargs)


# Translators run these many times a day: nothing is installed twice for them.
@nox.session(default=False, reuse_venv=True)
def catalogs(session: nox.Session) -> None:
    """Do the work of translators: nox -s catalogs -- update, check, status, new, terms, ..."""
    # "pseudo" reads pages and PDFs back, and drives a browser, as the tests do.
    _install(session, "test")
    session.run("python", "-m", "scripts.catalogs", *session.posargs)


@nox.session(default=False, reuse_venv=True)
def preview(session: nox.Session) -> None:
    """Show one language and every saved change at once: nox -s preview -- es."""
    _install(session, "build")
    session.run("python", "-m", "scripts.preview", *session.posargs)


@nox.session(default=False)
def tests(session: nox.Session) -> None:
    """Check the code and the text, then run all tests, on a site built for them."""
    _install(session, "test")
    _lint(session)
    session.run("python", "-m", "scripts.check_text")
    everything = "--all" in session.posargs
    rest = [argument for argument in session.posargs if argument != "--all"]
    samples = [f"--deselect=tests/{name}" for name in LONG_TESTS]
    session.run(
        "python", "-m", "pytest",
        "--numprocesses=auto",  # a process for each processor
        "--dist=loadfile",      # a file stays in one process: what it builds once is built once
        "--no-loadscope-reorder",  # by name: the file that takes longest, of axe, begins
        *(["--in-full"] if everything else samples), *rest,
    )  # fmt: skip


@nox.session(default=False)
def browser(session: nox.Session) -> None:
    """Look at one page of each kind in a real Chromium; at every page with -- --all."""
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        session.skip("there is no Chromium here; the README says how to get it")
    _install(session, "test")
    rest = ["--every-page" if argument == "--all" else argument for argument in session.posargs]
    session.run("python", "-m", "pytest", "-m", "browser", *rest)


@nox.session(default=False)
def lint(session: nox.Session) -> None:
    """Check style, types and workflows."""
    _install(session, "test")
    _lint(session)


def _lint(session: nox.Session) -> None:
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    workflows = map(str, sorted(Path(".github/workflows").glob("*.yml")))
    session.run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows)
    session.run("zizmor", "--offline", "--quiet", ".github/workflows")


@nox.session(default=False)
def lock(session: nox.Session) -> None:
    """Renew the locked requirements from pyproject.toml."""
    session.install("uv")
    options = (
        "--universal",            # one file for every system
        "--python-version", "3.11",
        "--generate-hashes",
        "--no-emit-index-url",    # no address of a package index in the repository
        "--no-header",            # no command line of one machine in the repository
        "--no-annotate",
    )  # fmt: skip
    compile_contender = ("uv", "pip", "compile", "--quiet", *options)
    compile_ = (*compile_contender, "pyproject.toml")
    session.run(*compile_, "-o", "requirements/build.txt", *session.posargs)
    groups = ("--group", "test", "--group", "lint", "--group", "check")
    session.run(*compile_, *groups, "-o", "requirements/test.txt", *session.posargs)
    for name in ("stock", "mkdocs", "weasyprint"):
        session.run(
            *compile_contender, "--group", f"benchmark-{name}",
            "--constraint", "requirements/build.txt",  # the releases that our own build uses
            "-o", f"requirements/benchmark-{name}.txt",
            *session.posargs,
        )  # fmt: skip


if __name__ == "__main__":
    nox.main()
