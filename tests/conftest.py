"""What all tests share: small real books, and the whole site, built once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

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
    from tests.small_site import build_small_site

    root = tmp_path_factory.mktemp("small") / "project"
    return build_small_site(root, "https://guide.example.org/book/", '"old/tea" = "parts/tea"')
