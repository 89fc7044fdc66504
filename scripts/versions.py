"""Versions of a published site: readers see one whole version at any moment.

    build/site               a link to the live version; renaming a new link
                             over it publishes the whole site in one step
    build/.site/versions/7   a whole site; this one and the one before it stay
    build/.site/doctrees     what Sphinx read in the last good build
    build/.site/work         what a build makes; nothing in it outlives a build
    build/.site/lock         held by the build that is running

What an interruption leaves lies in ``work``, or is a version that no link leads
to; the next build removes both. Finished files are never written again, so that
versions can share them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from scripts.last_build import state_folder

# A file system without links says one of these.
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS}


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of the site that readers find at ``site``."""

    site: Path

    @property
    def state(self) -> Path:
        """Return the folder beside the site that holds everything else."""
        return state_folder(self.site)

    @property
    def doctrees(self) -> Path:
        """Return the folder of what Sphinx read in the last good build of each language."""
        return self.state / "doctrees"

    @property
    def _versions(self) -> Path:
        return self.state / "versions"

    @property
    def _work(self) -> Path:
        return self.state / "work"

    @property
    def _set_aside(self) -> Path:
        return self.state / "previous"

    @contextlib.contextmanager
    def building(self, tell_waiting: Callable[[], None]) -> Iterator[Path]:
        """Give a new folder to build in, and remove it at the end.

        One build at a time: a second one calls *tell_waiting* and waits. It does
        not give up, because whoever started it wants texts in the site that the
        first one may not have seen. A build that is killed gives the lock back.
        """
        self.state.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.state / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            tell_waiting()
            lock.acquire()
        try:
            self.recover()
            self._work.mkdir(exist_ok=True)
            # A new name each time: a process of a killed build may still write for a moment.
            yield Path(tempfile.mkdtemp(prefix="build-", dir=self._work))
        finally:
            shutil.rmtree(self._work, ignore_errors=True)
            lock.release()

    def recover(self) -> None:
        """Remove what an interrupted build left. Only for the holder of the lock."""
        if not os.path.lexists(self.site) and self._set_aside.is_dir():
            self._set_aside.rename(self.site)
        self._remove_all_but_two()
        shutil.rmtree(self._work, ignore_errors=True)

    def publish(self, tree: Path) -> None:
        """Make a finished tree the live site, in one step. Only for the holder of the lock."""
        self._versions.mkdir(exist_ok=True)
        version = self._versions / str(max(self._numbers(), default=0) + 1)
        tree.rename(version)
        link = self._link_to(version)
        if link is None:
            self._swap_folders(version)
            return
        if self.site.is_symlink() or not self.site.exists():
            self._remove(self._set_aside)
        else:  # the first time, when a folder is in the place of the link
            self._make_room()
        link.replace(self.site)
        self._remove_all_but_two()

    def _link_to(self, version: Path) -> Path | None:
        """Make a link to a version; return None where the system has none."""
        link = self.state / "next"
        link.unlink(missing_ok=True)
        try:
            if os.name == "nt":  # cannot rename over a link to a folder
                return None
            link.symlink_to(os.path.relpath(version, self.site.parent), target_is_directory=True)
        except OSError as error:
            if error.errno in _NO_LINKS:
                return None
            raise
        return link

    def _swap_folders(self, version: Path) -> None:
        """Publish without a link, in two steps; ``recover`` mends what stops in between."""
        if os.path.lexists(self.site):
            self._make_room()
        version.rename(self.site)

    def _make_room(self) -> None:
        self._remove(self._set_aside)
        self.site.rename(self._set_aside)

    def _numbers(self) -> list[int]:
        if not self._versions.is_dir():
            return []
        return sorted(int(path.name) for path in self._versions.iterdir() if path.name.isdigit())

    def _live_number(self) -> int:
        """Return the number of the live version; 0 when the site is no link to one."""
        if not self.site.is_symlink():
            return 0
        target = self.site.resolve()
        return int(target.name) if target.parent == self._versions.resolve() else 0

    def _remove_all_but_two(self) -> None:
        """Keep the live version and the one before it."""
        live = self._live_number()
        keep = [number for number in self._numbers() if number <= live][-2:]
        for number in self._numbers():
            if number not in keep:
                self._remove(self._versions / str(number))

    def _remove(self, folder: Path) -> None:
        """Remove a folder; whatever stops this, there is never half of it."""
        if folder.is_dir():
            self._work.mkdir(exist_ok=True)
            doomed = Path(tempfile.mkdtemp(prefix="old-", dir=self._work)) / folder.name
            folder.rename(doomed)
            shutil.rmtree(doomed.parent, ignore_errors=True)


def share_tree(source: Path, target: Path) -> None:
    """Copy a tree of finished files; the copies share the disk space where that works."""
    shutil.copytree(source, target, copy_function=share_file)


def share_file(source: str | Path, target: str | Path) -> None:
    """Copy a finished file; the copy shares the disk space where that works."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
