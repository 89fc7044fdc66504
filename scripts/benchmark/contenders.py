"""The contenders: how each gets the book, and which commands build it.

All but ours come from PyPI, each locked and in an environment of its own. One that
cannot be installed is named as missing with the reason; nothing is measured for it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from abc import ABC, abstractmethod
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from scripts import ROOT
from scripts.benchmark.book import Book, Page
from scripts.benchmark.measure import Job
from scripts.benchmark.mkdocs_book import write_mkdocs
from scripts.benchmark.sphinx_book import (
    handouts_of,
    message_text,
    slug_of,
    write_everything,
    write_ours,
    write_stock,
)
from scripts.benchmark.text import Tongue

WEASY = Path(__file__).with_name("weasy.py")
# The forms that our handouts have: paper and size of type. Ours in two languages side
# by side counts as one of the same length here.
PRINTED = (("A4", 12), ("letter", 12), ("A4", 18), ("A4", 12))
EDIT = "Edited."


class MissingError(Exception):
    """A contender is not there; the message says why."""


class Contender(ABC):
    """A tool and a way to use it. The *folder* of each method is that of one round."""

    name: str
    title: str
    packages: tuple[str, ...] = ()

    def __init__(self, environments: Path) -> None:
        self._environments = environments

    @abstractmethod
    def write(self, book: Book, folder: Path) -> None:
        """Write the book."""

    @abstractmethod
    def all_languages(self, book: Book, folder: Path) -> Job:
        """Return what builds the site in all languages."""

    def one_language(self, book: Book, folder: Path, tongue: Tongue) -> Job:
        """Return what a translator runs after a change of one catalog."""
        return self.all_languages(book, folder)

    def edit_page(self, book: Book, folder: Path) -> None:
        """Add a paragraph to one English page."""
        page = folder / "docs" / f"{_middle(book).name}.md"
        page.write_text(f"{page.read_text(encoding='utf-8')}\n{EDIT}\n", encoding="utf-8")

    def edit_message(self, book: Book, folder: Path, tongue: Tongue) -> None:
        """Change the translation of the title of one page."""
        page = _middle(book)
        catalog = folder / "locale" / tongue.code / "LC_MESSAGES" / f"{page.name}.po"
        _replace(catalog, message_text(book, page.title, tongue))

    @cached_property
    def python(self) -> str:
        """Return the Python that has the tool; raise MissingError when there is none."""
        return str(install(self.packages[0], self._environments))

    @cached_property
    def versions(self) -> str:
        """Return the names and releases of what is measured."""
        code = (
            "import importlib.metadata as m, sys; "
            "print(', '.join(f'{n} {m.version(n)}' for n in sys.argv[1:]))"
        )
        command = [self.python, "-c", code, *self.packages[1:]]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


class Stock(Contender):
    """Sphinx with Furo and MyST, as installed: one command for each language."""

    name = "stock"
    title = "stock sphinx-build, one language after another"
    packages = ("stock", "sphinx", "myst-parser", "furo")
    at_once = 1

    def write(self, book: Book, folder: Path) -> None:
        """Write the book with plain configuration."""
        write_stock(book, folder)

    def all_languages(self, book: Book, folder: Path) -> Job:
        """Build each language by a command of its own."""
        commands = tuple(self.command(folder, tongue) for tongue in book.languages)
        return Job(commands, folder, self.at_once)

    def one_language(self, book: Book, folder: Path, tongue: Tongue) -> Job:
        """Build one language."""
        return Job((self.command(folder, tongue),), folder)

    def command(self, folder: Path, tongue: Tongue, builder: str = "html") -> tuple[str, ...]:
        """Return the command of one language."""
        code = tongue.code
        return (
            self.python, "-m", "sphinx", "-q", "-b", builder, "-D", f"language={code}",
            "-d", f"doctrees/{code}", "docs", f"out/{builder}/{code}",
        )  # fmt: skip


class StockAtOnce(Stock):
    """The same, with as many commands at a time as there are processors."""

    name = "stock-at-once"
    title = "stock sphinx-build, as many languages at a time as processors"
    at_once = os.cpu_count() or 1


class MkDocs(Contender):
    """MkDocs with Material and mkdocs-static-i18n: one command for all languages."""

    name = "mkdocs"
    title = "MkDocs Material + mkdocs-static-i18n"
    packages = ("mkdocs", "mkdocs", "mkdocs-material", "mkdocs-static-i18n")

    def write(self, book: Book, folder: Path) -> None:
        """Write a page for each language, as MkDocs has it."""
        write_mkdocs(book, folder)

    def all_languages(self, book: Book, folder: Path) -> Job:
        """Build the site; MkDocs always builds all of it."""
        return Job(((self.python, "-m", "mkdocs", "build", "-q", "-d", "out"),), folder)

    def edit_page(self, book: Book, folder: Path) -> None:
        """Add a paragraph to the page in all languages: there are no catalogs."""
        for tongue in book.languages:
            page = folder / "docs" / tongue.mkdocs / f"{_middle(book).name}.md"
            page.write_text(f"{page.read_text(encoding='utf-8')}\n{EDIT}\n", encoding="utf-8")

    def edit_message(self, book: Book, folder: Path, tongue: Tongue) -> None:
        """Change the title of one page in one language."""
        page = _middle(book)
        file = folder / "docs" / tongue.mkdocs / f"{page.name}.md"
        _replace(file, message_text(book, page.title, tongue))


class Ours(Contender):
    """The build command of this project, on the book of the benchmark."""

    name = "ours"
    title = "this project: pages"
    packages = ("", "sphinx", "myst-parser", "furo", "pagefind", "typst")
    builders: tuple[str, ...] = ("html",)

    @cached_property
    def python(self) -> str:
        """Return the Python that runs this."""
        return sys.executable

    def write(self, book: Book, folder: Path) -> None:
        """Write the book for our extensions."""
        write_ours(book, folder)

    def all_languages(self, book: Book, folder: Path) -> Job:
        """Build the site."""
        return Job((self.command(folder),), ROOT)

    def one_language(self, book: Book, folder: Path, tongue: Tongue) -> Job:
        """Build one language into the site."""
        return Job(((*self.command(folder), "--language", tongue.code),), ROOT)

    def command(self, folder: Path) -> tuple[str, ...]:
        """Return the command for all languages."""
        return (
            self.python, "-m", "scripts.build", "--source", str(folder / "docs"),
            "--builders", *self.builders, "--output", str(folder / "out" / "site"),
        )  # fmt: skip


class OursWithSearch(Ours):
    """The same with the index of its search, which other tools make with their pages."""

    name = "ours-search"
    title = "this project: pages and search"
    builders = ("html", "search")


class OursEverything(Ours):
    """The same with the handouts and the book as PDF."""

    name = "ours-everything"
    title = "this project: pages, search, handouts, book"
    builders = ("handouts", "html", "book", "search")

    def write(self, book: Book, folder: Path) -> None:
        """Write the book with handouts."""
        write_everything(book, folder)


class StockAndWeasyPrint(Stock):
    """Stock pages, and the same PDFs by WeasyPrint from them, language by language."""

    name = "stock-weasyprint"
    title = "stock sphinx-build + WeasyPrint"

    @cached_property
    def printer(self) -> str:
        """Return the Python that has WeasyPrint."""
        return str(install("weasyprint", self._environments))

    @cached_property
    def versions(self) -> str:
        """Return the releases of both, and find out whether WeasyPrint starts here."""
        command = [self.printer, "-c", "import weasyprint; print(weasyprint.__version__)"]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode:
            raise MissingError("WeasyPrint does not find Pango (Debian: libpangoft2-1.0-0)")
        return f"{super().versions}, weasyprint {result.stdout.strip()}"

    def all_languages(self, book: Book, folder: Path) -> Job:
        """Build each language three times: pages, one long page for the book, PDFs."""
        handouts = [page.name for page in handouts_of(book)]
        commands = (
            command
            for tongue in book.languages
            for command in (
                self.command(folder, tongue),
                self.command(folder, tongue, "singlehtml"),
                self._print(tongue, handouts),
            )
        )
        return Job(tuple(commands), folder)

    def _print(self, tongue: Tongue, handouts: Iterable[str]) -> tuple[str, ...]:
        wanted = [f"out/singlehtml/{tongue.code}/index.html:A4:11"]
        for name in handouts:
            page = f"out/html/{tongue.code}/{name}.html"
            forms = PRINTED[:-1] if tongue.code == "en" else PRINTED
            wanted += [f"{page}:{paper}:{points}" for paper, points in forms]
        return (self.printer, str(WEASY), f"out/pdf/{tongue.code}", *wanted)


def built_page(book: Book, folder: Path, tongue: Tongue) -> Path:
    """Return where our build puts the page that is edited."""
    return folder / "out" / "site" / slug_of(tongue) / f"{_middle(book).name}.html"


def install(name: str, environments: Path) -> Path:
    """Install a contender as it is locked; return its Python."""
    folder = environments / name
    python = folder / "bin" / "python"
    done = folder / "installed.txt"
    requirements = ROOT / "requirements" / f"benchmark-{name}.txt"
    if done.is_file() and done.read_bytes() == requirements.read_bytes():
        return python
    venv.create(folder, with_pip=True, clear=True)
    command = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "-r",
        str(requirements),
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        last = (result.stderr.strip().splitlines() or ["pip failed"])[-1]
        raise MissingError(f"it could not be installed: {last}")
    shutil.copyfile(requirements, done)
    return python


def _middle(book: Book) -> Page:
    """Return the page that is edited."""
    return book.pages[len(book.pages) // 2]


def _replace(path: Path, old: str) -> None:
    text = path.read_text(encoding="utf-8")
    if old not in text:
        raise ValueError(f"{path} does not hold the text that is to be edited")
    path.write_text(text.replace(old, f"{old} 2"), encoding="utf-8")
