"""Run commands and measure them: processor time with all children, wall time, memory."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

_KIB_A_MIB = 1024
_LOOK_EVERY = 0.05
_LAST_WORDS = 2000


class CommandError(Exception):
    """A command that was measured did not end well; the message has its last words."""


@dataclass(frozen=True, slots=True)
class Job:
    """Commands that together make one build; so many of them run at a time."""

    commands: tuple[tuple[str, ...], ...]
    folder: Path
    at_once: int = 1


@dataclass(frozen=True, slots=True)
class Usage:
    """What a job took: seconds of all processors, seconds on the clock, MiB.

    *peak* is that of the largest single process, *parent* that of the largest
    process that was started here, without what it started itself (0: not known).
    """

    cpu: float
    wall: float
    peak: float
    parent: float


def measure(job: Job) -> Usage:
    """Run a job; raise CommandError when a command fails."""
    start = time.perf_counter()
    with ThreadPoolExecutor(job.at_once) as pool:
        parts = list(pool.map(lambda command: _run(command, job.folder), job.commands))
    wall = time.perf_counter() - start
    return Usage(
        cpu=sum(part.cpu for part in parts),
        wall=wall,
        peak=max(part.peak for part in parts),
        parent=max(part.parent for part in parts),
    )


def _run(command: tuple[str, ...], folder: Path) -> Usage:
    folder.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    # In a file and not in a pipe, which a talkative command would fill.
    with tempfile.TemporaryFile() as file:
        process = subprocess.Popen(command, cwd=folder, stdout=file, stderr=subprocess.STDOUT)
        with _watched(process.pid) as memory:
            # Its own resources, and those of all that it started and waited for.
            _pid, status, usage = os.wait4(process.pid, 0)
        file.seek(0)
        words = file.read().decode("utf-8", errors="replace")[-_LAST_WORDS:]
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise CommandError(f"{' '.join(command)} ended with {process.returncode}:\n{words}")
    return Usage(
        cpu=usage.ru_utime + usage.ru_stime,
        wall=time.perf_counter() - start,
        # Not the maximum that the system tells: it counts what this program held at the start.
        peak=memory.peak,
        parent=memory.parent,
    )


class _watched:  # noqa: N801  # used like a function
    """Look at the memory of a process and its children until the block ends. Only on Linux."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.peak = 0.0
        self.parent = 0.0

    def __enter__(self) -> _watched:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.is_set():
            self.parent = max(self.parent, _highest(self._number))
            for number in _tree(self._number):
                self.peak = max(self.peak, _highest(number))
            self._over.wait(_LOOK_EVERY)


def _tree(number: int) -> Iterator[int]:
    """Yield a process and all that it started."""
    yield number
    for children in Path(f"/proc/{number}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # it has ended
            for child in children.read_text(encoding="ascii").split():
                yield from _tree(int(child))


def _highest(number: int) -> float:
    """Return the most that a process has held so far, in MiB; 0 when nobody knows."""
    with contextlib.suppress(OSError):  # it has ended, or this is no Linux
        text = Path(f"/proc/{number}/status").read_text(encoding="ascii", errors="replace")
        for line in text.splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / _KIB_A_MIB
    return 0.0
