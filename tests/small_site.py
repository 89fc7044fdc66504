"""A whole site of the small book, in English and Spanish, made by the real command."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from languages import Language, load_languages
from tests.conftest import PROJECT
from tests.small_book import HEADER, PAGES, keep_languages, make_small_book

SITE = Path("build") / "site"
CRISIS_LINES = "(crisis-lines)=\n# Crisis lines\n\nNumbers to call.\n"
LANGUAGES = [
    language
    for code, language in load_languages(PROJECT / "locale" / "languages.toml").items()
    if code in ("en", "es")
]


def build_small_site(root: Path, base_url: str = "", moved: str = "", offline: bool = True) -> Path:
    """Build the site in *root* and return its folder; the second argument is its address."""
    make_small_book(root)
    shutil.copy(PROJECT / "LICENSE-FONTS", root)
    _add_crisis_lines(root)
    keep_languages(root, "en", "es")
    settings = root / "docs" / "_data" / "site.toml"
    text = settings.read_text(encoding="utf-8")
    text = text.replace('base_url = ""', f'base_url = "{base_url}"')
    text = text.replace("offline = true", f"offline = {str(offline).lower()}")
    settings.write_text(text, encoding="utf-8")
    (root / "docs/_data/moved_pages.toml").write_text(f"[moved]\n{moved}\n", encoding="utf-8")
    return build(root)


def build(root: Path) -> Path:
    """Build the site of a root again; return its folder."""
    site = root / SITE
    command = [sys.executable, "-m", "scripts.build", "--output", str(site)]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return site


def languages() -> list[Language]:
    """Return the languages of the site."""
    return list(LANGUAGES)


def _add_crisis_lines(root: Path) -> None:
    (root / "docs" / "lines.md").write_text(CRISIS_LINES, encoding="utf-8")
    index = root / "docs" / "index.md"
    text = PAGES["index"].replace("parts/tea", "parts/tea\nlines")
    index.write_text(f"{text}\n## A map\n\nOf the book.\n", encoding="utf-8")
    catalog = root / "locale/es/LC_MESSAGES/lines.po"
    entries = {"Crisis lines": "Líneas de crisis", "Numbers to call.": "Números."}
    text = "".join(f'\nmsgid "{msgid}"\nmsgstr "{msgstr}"\n' for msgid, msgstr in entries.items())
    catalog.write_text(HEADER + text, encoding="utf-8")
