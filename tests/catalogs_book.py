"""A small book with real catalogs, for the tests of the translators' commands."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import polib

from scripts.catalog.files import read_catalog, translations, write_catalog
from scripts.catalog.templates import extract
from scripts.catalog.update import Update, update_language


@dataclass(frozen=True)
class Book:
    """A copy of the small book in ``tests/roots/test-catalogs`` with a Spanish translation."""

    root: Path

    @classmethod
    def copy(cls, rootdir: Path, target: Path) -> Book:
        """Copy the book afresh, without any catalog."""
        shutil.copytree(rootdir / "test-catalogs", target)
        return cls(target)

    @property
    def docs(self) -> Path:
        """Return the folder of the English text."""
        return self.root / "docs"

    @property
    def locale(self) -> Path:
        """Return the folder of the translations."""
        return self.root / "locale"

    def templates(self) -> dict[str, polib.POFile]:
        """Extract the templates as the commands do."""
        return extract(self.docs, self.root / "templates")

    def update(self) -> Update:
        """Bring the Spanish catalogs up to date."""
        [language] = translations(["es"], self.locale)
        return update_language(language, self.templates(), self.locale)

    def edit(self, page: str, old: str, new: str) -> None:
        """Change the English text of a page."""
        path = self.docs / f"{page}.md"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def path(self, page: str) -> Path:
        """Return where the Spanish catalog of a page is."""
        return self.locale / "es" / "LC_MESSAGES" / f"{page}.po"

    def catalog(self, page: str) -> polib.POFile:
        """Read the Spanish catalog of a page."""
        return read_catalog(self.path(page))

    def message(self, page: str, msgid: str) -> polib.POEntry:
        """Return the only entry with this English text."""
        found = [entry for entry in self.catalog(page) if entry.msgid == msgid]
        assert len(found) == 1, msgid
        return found[0]

    def translate(self, page: str, translations: dict[str, str]) -> None:
        """Give messages of a page their translations."""
        catalog = self.catalog(page)
        for msgid, msgstr in translations.items():
            entry = catalog.find(msgid)
            assert entry, msgid
            entry.msgstr = msgstr
        write_catalog(self.path(page), catalog)

    def snapshot(self) -> dict[str, bytes]:
        """Return what stands in all files of the translation."""
        folder = self.locale / "es"
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
