"""What a language is built from: why it is built, and what of the last build may be used."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import distributions
from pathlib import Path

from languages import Language
from scripts import DOCS, LOCALE, ROOT
from scripts.catalog.files import messages_folder, write_text
from scripts.problems import from_error, from_project

_RECORD = "inputs.json"
_NOT_READ = {".mo", ".pyc"}
# Pictures and styles are copied anew by every build.
_PAGES = {".md", ".bib"}


@dataclass(frozen=True, slots=True)
class Inputs:
    """Digests of what a language is built from."""

    pages: str
    catalogs: str
    code: str

    def differences(self, other: Inputs) -> list[str]:
        """Return in words what differs."""
        names = {
            "pages": "the English pages",
            "catalogs": "the catalogs",
            "code": "data, design or code",
        }
        return [
            words for name, words in names.items() if getattr(self, name) != getattr(other, name)
        ]


def inputs_of(language: Language) -> Inputs:
    """Digest the inputs of a language as they are now."""
    catalogs = messages_folder(language.code)
    interface = catalogs / "sphinx.po"
    source = list(_files(DOCS))
    pages = [path for path in source if path.suffix in _PAGES]
    rest = [path for path in source if path.suffix not in _PAGES]
    return Inputs(
        pages=_digest(pages),
        catalogs=_digest(path for path in _files(catalogs) if path != interface),
        code=_digest(
            [*rest, LOCALE / "languages.toml", interface, ROOT / "pyproject.toml"], _installed()
        ),
    )


def unreadable_pages() -> list[str]:
    """Return what is wrong with files that Sphinx would not even name."""
    faults = []
    for path in sorted(DOCS.rglob("*")):
        if path.suffix not in _PAGES or path.is_dir():
            continue
        try:
            data = path.read_bytes()
            data.decode()
        except OSError as error:
            faults += from_error(error)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            faults.append(from_project(f"{path}:{line}: this is not UTF-8 text; save it as UTF-8"))
    return faults


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in _NOT_READ:
            yield path


def _digest(paths: Iterable[Path], more: str = "") -> str:
    digest = hashlib.blake2b(more.encode(), digest_size=16)
    for path in paths:
        data = path.read_bytes() if path.exists() else b""
        digest.update(f"\0{path.name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def _installed() -> str:
    packages = sorted(f"{package.name} {package.version}" for package in distributions())
    return "\n".join([platform.python_version(), *packages])


def take_doctrees(kept: Path, folder: Path, now: Inputs) -> str:
    """Move what the last good build read into *folder*, if it still holds; say why to build.

    Sphinx itself sees which pages and catalogs changed. What it cannot see, such
    as an edited extension, makes it read all pages again. While a build runs
    there is nothing in *kept*: one that fails or is killed starts afresh the next
    time, with all its warnings.
    """
    before = _read_record(kept)
    if before is None:
        folder.mkdir(parents=True)
        _write_record(folder, now)
        return "there is no good build to go on from"
    if before.code == now.code:
        folder.parent.mkdir(parents=True, exist_ok=True)
        kept.rename(folder)
    else:
        shutil.rmtree(kept)
        folder.mkdir(parents=True)
    _write_record(folder, now)
    return ", ".join(before.differences(now)) or "nothing changed"


def keep_doctrees(folder: Path, kept: Path) -> None:
    """Move back what a good build read."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(kept, ignore_errors=True)
    folder.rename(kept)


def _read_record(folder: Path) -> Inputs | None:
    try:
        return Inputs(**json.loads((folder / _RECORD).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):  # none, or of an older form
        return None


def _write_record(folder: Path, inputs: Inputs) -> None:
    write_text(folder / _RECORD, json.dumps(asdict(inputs)))
