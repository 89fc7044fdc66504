"""What all tests share: small real books, and the whole site, built once."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the whole book in all languages, as the main command does."""
    output = tmp_path_factory.mktemp("built") / "site"
    command = [sys.executable, "-m", "scripts.build", "--output", str(output)]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return output


@pytest.fixture(scope="session")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site of a few pages in two languages, with an address and a page that moved."""
    from tests.small_site import build_small_site

    root = tmp_path_factory.mktemp("small") / "project"
    return build_small_site(root, "https://guide.example.org/book/", '"old/tea" = "parts/tea"')
