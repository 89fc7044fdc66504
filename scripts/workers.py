"""A process for each task, several at a time, and none that outlives the command.

A pool would share processes between tasks, and one that is killed would take the
others with it. Here a task that ends badly costs only itself.

Where the system can, a process is a fork: it has from the beginning what the command
has imported and read. Elsewhere it starts empty and imports everything itself.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

Method = Literal["fork", "spawn"]
_THREADS = Path("/proc/self/task")
# A build makes millions of objects that live until its end; looking at them all again
# and again, as Python does by default, would take a tenth of its time.
_OBJECTS_BETWEEN_COLLECTIONS = 100_000


@dataclass(frozen=True, slots=True)
class Ended:
    """A process ended without a result: its exit code, or the negative number of a signal."""

    code: int

    def __str__(self) -> str:
        if self.code == -9:  # SIGKILL, which Windows does not know
            return "its process was killed, perhaps because memory ran out"
        if self.code < 0:
            return f"its process was ended by the system ({signal.Signals(-self.code).name})"
        return f"its process ended by itself (exit code {self.code})"


def safe_method() -> Method:
    """Return how a process may start now: "fork" only on Linux, and while no other thread runs.

    A fork has none of the other threads, and waits forever for a lock that one of them
    holds. Some libraries start threads of their own, that Python does not know.
    """
    is_alone = sys.platform == "linux" and len(list(_THREADS.iterdir())) == 1
    return "fork" if is_alone else "spawn"


def collect_seldom() -> None:
    """Let this process look for objects that nobody needs less often than Python does."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 20, 20)


def run_each(
    function: Callable[[Task], Result],
    tasks: Iterable[Task],
    workers: int,
    method: Method | None = None,
) -> Generator[tuple[Task, Result | Ended]]:
    """Call *function* with each task, in a process of its own; yield results as they come.

    Function, tasks and results have to be picklable. Closing the iterator ends
    the processes that still run.
    """
    method = method or safe_method()
    waiting = deque(tasks)
    running: dict[Connection, tuple[BaseProcess, Task]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                connection, process = _start(function, waiting[0], method)
                running[connection] = process, waiting.popleft()
            for ready in wait(list(running)):
                assert isinstance(ready, Connection)  # noqa: S101  # only those were given
                process, task = running.pop(ready)
                yield task, _result(ready, process)
    finally:
        for process, _task in running.values():
            process.kill()
        for process, _task in running.values():
            process.join()


def _start(
    function: Callable[[Task], Result], task: Task, method: Method
) -> tuple[Connection, BaseProcess]:
    context = (
        multiprocessing.get_context("fork")
        if method == "fork"
        else multiprocessing.get_context("spawn")
    )
    connection, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(function, task, sender))
    gc.freeze()  # what is there already stays shared with a fork, for nobody collects it
    with _interrupts_held_back():
        process.start()
    # With the only other end in the child, its death can be heard.
    sender.close()
    return connection, process


def _result(connection: Connection, process: BaseProcess) -> Any:
    """Return what a process sent; how it ended when it sent nothing."""
    try:
        result = connection.recv()
    except EOFError:
        process.join()
        return Ended(process.exitcode or 0)
    process.join()
    return result


def _work(function: Callable[[Task], Result], task: Task, sender: Connection) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a fork has that of the command
    logging.disable(logging.INFO)  # nobody reads it, and Sphinx says a thousand things a second
    collect_seldom()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sender.send(function(task))


def _end_with_parent() -> None:
    """End this process when the command is gone, even if it had no time to say so."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextlib.contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Keep Ctrl-C from children that start now: the command alone answers it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
