"""How the processes of a build start."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import PROJECT

THREAD = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"
METHOD = "from scripts.workers import safe_method; print(safe_method())"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems never fork")
@pytest.mark.parametrize(("before", "method"), [("", "fork"), (THREAD, "spawn")])
def test_a_process_forks_only_while_no_other_thread_runs(before: str, method: str) -> None:
    # A process of its own: the one of the tests may have threads.
    command = [sys.executable, "-c", f"{before}\n{METHOD}"]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (result.stdout, result.stderr) == (f"{method}\n", "")
