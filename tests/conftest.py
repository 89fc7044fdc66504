"""What all tests share: small real books, and the whole site, built once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))
sys.path.insert(0, str(PROJECT / "docs" / "_ext"))

# A shell lets what it runs in the background ignore Ctrl-C, and so would all processes that
# the tests start and stop.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["sphinx.testing.fixtures"]


@pytest.fixture(scope="session")
def rootdir() -> Path:
    return Path(__file__).parent / "roots"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--site", type=Path, help="read this built site instead of building one")
    parser.addoption(
        "--in-full",
        action="store_true",
        help="run the tests that take long in every language and case, not in a few",
    )
    parser.addoption(
        "--every-page",
        action="store_true",
        help="look at every page of every language in the browser, not at samples",
    )
    parser.addoption(
        "--renew-pictures", action="store_true", help="keep how pages look now as it should be"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test in a language of each script, or in all of them where that is asked for."""
    from languages import SOURCE_LANGUAGE
    from tests.page_kinds import LANGUAGES
    from tests.sampling import one_of_each_script

    sample = one_of_each_script(LANGUAGES, metafunc.function.__name__)
    codes = list(LANGUAGES if runs_in_full(metafunc.config) else sample)
    if "a_language" in metafunc.fixturenames:
        metafunc.parametrize("a_language", codes)
    if "a_translation" in metafunc.fixturenames:
        metafunc.parametrize("a_translation", [one for one in codes if one != SOURCE_LANGUAGE])


def runs_in_full(config: pytest.Config) -> bool:
    """Tell whether tests that take long are to look at all there is, and not at samples."""
    return bool(config.getoption("in_full") or config.getoption("every_page"))


def _shared_by_workers(tmp_path_factory: pytest.TempPathFactory, name: str) -> Path:
    """Return a folder that all processes of this run know; with xdist each has its own base."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the whole book in all languages, as the main command does."""
    built: Path | None = request.config.getoption("--site")
    if built is not None:
        return built.resolve()
    output = _shared_by_workers(tmp_path_factory, "built") / "site"
    with FileLock(output.parent.with_suffix(".lock")):
        if not output.exists():
            command = [sys.executable, "-m", "scripts.build", "--output", str(output)]
            result = subprocess.run(
                command, cwd=PROJECT, capture_output=True, text=True, check=False
            )
            assert result.returncode == 0, result.stderr
    return output


@pytest.fixture(scope="session")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site of a few pages in two languages, with an address and a page that moved."""
    from tests.small_site import SITE, build_small_site

    root = _shared_by_workers(tmp_path_factory, "small") / "project"
    with FileLock(root.parent.with_suffix(".lock")):
        if not (root / SITE).exists():
            build_small_site(root, "https://guide.example.org/book/", '"old/tea" = "parts/tea"')
    return root / SITE


@pytest.fixture(scope="session")
def in_full(request: pytest.FixtureRequest) -> bool:
    """Tell whether tests that take long look at all there is, and not at samples."""
    return runs_in_full(request.config)


@pytest.fixture(scope="session")
def every_page(request: pytest.FixtureRequest) -> bool:
    """Tell whether all pages are to be looked at, and not one of each kind."""
    return bool(request.config.getoption("--every-page"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium once for a file of tests."""
    from tests.chromium import running_chromium

    with running_chromium() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Serve the built site on this machine."""
    from tests.chromium import served

    with served(site) as url:
        yield url
