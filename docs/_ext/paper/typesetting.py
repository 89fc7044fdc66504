"""Fonts and compilation: Typst source in, a small and reproducible PDF out."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, cast

import pikepdf
import typst
from sphinx.errors import SphinxError

# The fonts come from packages, never from the machine, so that every machine
# gives the same PDF: distribution name and import name.
FONT_PACKAGES = {
    "manimgx-fonts": "manimgx_fonts",
    "manimgx-fonts-cjk": "manimgx_fonts_cjk",
    "fontpkg-amiri": "fontpkg_amiri",
}

# A PDF carries a date. Unless SOURCE_DATE_EPOCH sets it, it is this one and
# not the clock's: the same text has to give the same bytes.
DEFAULT_TIMESTAMP = 1_767_225_600  # 2026-01-01T00:00:00Z, in seconds

# The design that all templates share; they import it as "/paper.typ".
DESIGN = Path(__file__).parents[2] / "_typst" / "paper.typ"

# The highest: a book is made once and sent many times.
_COMPRESSION_LEVEL: Final = 9

_PLACE = re.compile(r"[┌╭]─.*?([^/\\\s]+\.typ):(\d+):\d+")
_MAIN_NAME = "main.typ"


class PaperError(SphinxError):
    """A PDF cannot be made; the message says which, why, and what to do."""

    category = "Typesetting"


@dataclass(frozen=True, slots=True)
class Pdf:
    """A PDF and the number of its pages."""

    data: bytes
    pages: int

    def packed(self) -> Pdf:
        """Halve the size; the result depends on nothing but the content."""
        packed = BytesIO()
        pikepdf.settings.set_flate_compression_level(_COMPRESSION_LEVEL)
        with pikepdf.open(BytesIO(self.data)) as pdf:
            pdf.save(
                packed,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                recompress_flate=True,
                deterministic_id=True,
            )
        return Pdf(packed.getvalue(), self.pages)


@cache
def load_fonts() -> typst.Fonts:
    """Open the fonts of all installed font packages; once per process (0.1 s)."""
    folders = []
    for package in FONT_PACKAGES.values():
        with suppress(ModuleNotFoundError):
            folders.append(str(files(package)))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def check_fonts(families: Iterable[str], language_name: str) -> None:
    """Raise PaperError when a font family of a language is not installed."""
    missing = sorted(set(families) - set(load_fonts().families()))
    if missing:
        raise PaperError(
            f"PDFs in {language_name} need the font {', '.join(missing)}, and no "
            f"installed package has it. Fonts come from the packages {', '.join(FONT_PACKAGES)}: "
            "install them, or correct pdf_fonts of this language in languages.toml."
        )


def timestamp() -> int:
    """Return the date that PDFs carry, in seconds since 1970."""
    return int(os.environ.get("SOURCE_DATE_EPOCH") or DEFAULT_TIMESTAMP)


class Typesetter:
    """Compiles sources in a folder of its own, where only what was put in can be read.

    *templates* are the files with the design, by the names that sources import;
    *product* is what is made, as messages name it, such as "a handout". Use it
    as a context manager: the folder lives as long as the block.
    """

    def __init__(self, templates: Mapping[str, Path], product: str) -> None:
        self._templates = {DESIGN.name: DESIGN, **templates}
        self._origins: dict[str, Path] = {}
        self._product = product
        self._timestamp = timestamp()

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="handouts-")
        self.root = Path(self._folder.name).resolve()
        try:
            for name, template in self._templates.items():
                self.add_file(name, template)
        except PaperError:
            self._folder.cleanup()
            raise
        empty = self.root / "packages"
        self._compiler = typst.Compiler(
            root=self.root, font_paths=load_fonts(), package_path=empty, package_cache_path=empty
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._folder.cleanup()

    def add_file(self, name: str, path: Path) -> None:
        """Make a file readable for Typst as ``/name``.

        Raises PaperError when the file cannot be read.
        """
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, target)
        except OSError as error:
            raise PaperError(
                f"{path}: {self._product} needs this file: {error.strerror}"
            ) from error

    def write_file(self, name: str, data: bytes) -> None:
        """Make *data* readable for Typst as ``/name``."""
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)

    def add_source(self, name: str, source: str, origin: Path) -> None:
        """Make a part of a document readable as ``/name``, made from the file *origin*."""
        self.write_file(name, source.encode())
        self._origins[name.rpartition("/")[2]] = origin

    def compile(self, source: str, origin: Path, look: Mapping[str, Any] | None = None) -> Pdf:
        """Typeset a source as PDF/UA-1, strict about warnings; not packed yet.

        ``origin`` is the file that an error message names, unless a part is at
        fault; ``look`` is what the design may know besides the source. Raises
        PaperError for every fault and warning of Typst.
        """
        options = {
            "format": "pdf",
            "pdf_standards": ["ua-1"],
            "timestamp": self._timestamp,
            "sys_inputs": {"look": json.dumps(look or {})},
        }
        data = self._compile(source, origin, options)
        with pikepdf.open(BytesIO(data)) as pdf:
            return Pdf(data, len(pdf.pages))

    def values(self, label: str) -> list[Any]:
        """Return the values that the source compiled last marked with a label.

        Typst remembers that compilation, so this costs next to nothing.
        """
        return [found["value"] for found in json.loads(self._compiler.query(f"<{label}>"))]

    def draw(self, source: str, origin: Path, ppi: float) -> bytes:
        """Typeset a source of one page as PNG, with *ppi* pixels per inch; else as ``compile``."""
        return self._compile(source, origin, {"format": "png", "ppi": ppi})

    def _compile(self, source: str, origin: Path, options: Mapping[str, Any]) -> bytes:
        main = self.root / _MAIN_NAME
        main.write_text(source, encoding="utf-8")
        try:
            data, warnings = self._compiler.compile_with_warnings(main, **options)
        except typst.TypstError as error:
            raise self._error(error, origin) from error
        if warnings:
            raise self._error(warnings[0], origin)
        return cast("bytes", data)

    def _error(self, fault: typst.TypstError | typst.TypstWarning, origin: Path) -> PaperError:
        places = _PLACE.findall(fault.diagnostic or "")
        for name, _line in places:
            origin = self._origins.get(name, origin)
        where = ""
        if places and (template := self._templates.get(places[0][0])):
            where = f" ({template}, line {places[0][1]})"
        hints = "".join(f" Hint: {hint}." for hint in fault.hints)
        return PaperError(
            f"{origin}: this page cannot be typeset as {self._product}: "
            f"{fault.message}{where}.{hints}"
        )
