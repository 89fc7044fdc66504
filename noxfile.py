# /// script
# dependencies = ["nox"]
# ///
"""One session for each thing that people do with this book."""

from __future__ import annotations

import nox

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["site"]
nox.options.default_venv_backend = "virtualenv"
nox.options.error_on_external_run = True

# These build the book many times over, kill builds at random moments, or start servers.
# They run with "nox -s tests -- --all".
LONG_TESTS = (
    "test_build",
    "test_catalogs_pseudo",
    "test_fuzz_catalogs",
    "test_hosting",
    "test_hostile_catalogs",
    "test_preview",
    "test_publish",
    "test_reproducible",
    "test_right_language",
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


@nox.session(default=False)
def serve(session: nox.Session) -> None:
    """Serve build/site on this machine: http://localhost:8000/."""
    session.run(
        "python", "-m", "http.server",
        "--bind", "127.0.0.1",       # this machine only
        "--directory", "build/site",
        *(session.posargs or ["8000"]),
    )  # fmt: skip


@nox.session(default=False)
def catalogs(session: nox.Session) -> None:
    """Do the work of translators: nox -s catalogs -- update, check, status, new, terms, ..."""
    # "pseudo" reads pages and PDFs back, and drives a browser, as the tests do.
    _install(session, "test")
    session.run("python", "-m", "scripts.catalogs", *session.posargs)


@nox.session(default=False)
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
    skipped = [] if everything else [f"--ignore=tests/{name}.py" for name in LONG_TESTS]
    session.run("python", "-m", "pytest", *skipped, *rest)


@nox.session(default=False)
def lint(session: nox.Session) -> None:
    """Check style and types."""
    _install(session, "test")
    _lint(session)


def _lint(session: nox.Session) -> None:
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")


@nox.session(default=False)
def lock(session: nox.Session) -> None:
    """Renew the locked requirements from pyproject.toml."""
    session.install("uv")
    compile_ = (
        "uv", "pip", "compile", "--quiet", "pyproject.toml",
        "--universal",            # one file for every system
        "--python-version", "3.11",
        "--generate-hashes",
        "--no-emit-index-url",    # no address of a package index in the repository
        "--no-header",            # no command line of one machine in the repository
        "--no-annotate",
    )  # fmt: skip
    session.run(*compile_, "-o", "requirements/build.txt", *session.posargs)
    groups = ("--group", "test", "--group", "lint", "--group", "check")
    session.run(*compile_, *groups, "-o", "requirements/test.txt", *session.posargs)


if __name__ == "__main__":
    nox.main()
