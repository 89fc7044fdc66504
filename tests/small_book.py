"""Small copies of this project: its own tools, but few and short pages, or few languages."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.conftest import PROJECT

PAGES = {
    "index": "# Small book\n\n:::{toctree}\nhelp\nabout\nparts/tea\n:::\n",
    "help": "(help)=\n# Get help\n\nCall now.\n",
    "about": "(about)=\n# About the book\n\nA short text.\n",
    "parts/tea": (
        "---\nmyst:\n  html_meta:\n    description: All about tea.\n---\n"
        "(tea)=\n# Hot tea\n\nDrink 2 cups.\n\nSee {ref}`the help <help>` first.\n\n"
        "Not translated yet.\n\nChanged since.\n\nRead twice.\n"
    ),
}
TRANSLATIONS = {
    "index": {"Small book": "Libro corto"},
    "help": {"Get help": "Pida ayuda", "Call now.": "Llame ya."},
    "about": {"About the book": "Sobre el libro", "A short text.": "Un texto corto."},
    "parts/tea": {
        "All about tea.": "Todo sobre el té.",
        "Hot tea": "Té caliente",
        "Drink 2 cups.": "Beba 2 tazas.",
        "See {ref}`the help <help>` first.": "Antes lea {ref}`la ayuda <help>`.",
        "Not translated yet.": "",
        "Changed since.": "Cambiado.",
        "Read twice.": "Leído dos veces.",
    },
}
HEADER = (
    'msgid ""\nmsgstr ""\n"Language: es\\n"\n"MIME-Version: 1.0\\n"\n'
    '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
)


def make_small_book(root: Path) -> Path:
    """Write the copy; its catalogs are Spanish, with one message of each state."""
    ignored = shutil.ignore_patterns("__pycache__", "*.md", "*.mo")
    for name in ("docs", "scripts"):
        shutil.copytree(PROJECT / name, root / name, ignore=ignored)
    shutil.copy(PROJECT / "pyproject.toml", root)
    messages = root / "locale" / "es" / "LC_MESSAGES"
    messages.mkdir(parents=True)
    shutil.copy(PROJECT / "locale" / "languages.toml", root / "locale")
    shutil.copy(PROJECT / "locale" / "es" / "LC_MESSAGES" / "sphinx.po", messages)
    for name, text in PAGES.items():
        page = root / "docs" / f"{name}.md"
        page.parent.mkdir(exist_ok=True)
        page.write_text(text, encoding="utf-8")
        catalog = messages / f"{name}.po"
        catalog.parent.mkdir(exist_ok=True)
        catalog.write_text(HEADER + _entries(TRANSLATIONS[name]), encoding="utf-8")
    return root


def keep_languages(root: Path, *codes: str) -> None:
    """Take all languages but these out of a copy: their tables, and their catalogs."""
    path = root / "locale" / "languages.toml"
    head, *tables = path.read_text(encoding="utf-8").split("\n[")
    kept = [table for table in tables if table.partition("]")[0] in codes]
    assert len(kept) == len(codes)
    path.write_text("\n[".join([head, *kept]), encoding="utf-8")
    for folder in path.parent.iterdir():
        if folder.is_dir() and folder.name not in codes:
            shutil.rmtree(folder)


def _entries(translations: dict[str, str]) -> str:
    return "".join(
        f"\n{'#, fuzzy' + chr(10) if msgid == 'Changed since.' else ''}"
        f'msgid "{msgid}"\nmsgstr "{msgstr}"\n'
        for msgid, msgstr in translations.items()
    )
