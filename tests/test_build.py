"""The main command: strict, with one message per fault, and never at the cost of the last site."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT

PARTS = ("docs", "locale", "scripts", "LICENSE-FONTS")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Copy this project with the same tools and languages, but three pages and one handout."""
    root = tmp_path / "project"
    for name in PARTS:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            root.mkdir(exist_ok=True)
            shutil.copy(source, root / name)
    _keep_only(root, {"help.md", "about.md", "handouts/get-help.md"})
    return root


def _keep_only(root: Path, pages: set[str]) -> None:
    docs = root / "docs"
    for path in docs.rglob("*.md"):
        if path.relative_to(docs).as_posix() not in pages:
            path.unlink()
    (docs / "help.md").write_text("(help)=\n# Get help now\n\nCall.\n", encoding="utf-8")
    (docs / "about.md").write_text("(about)=\n# About this book\n\nText.\n", encoding="utf-8")
    (docs / "handouts" / "get-help.md").write_text(
        "---\nhandout: 1\n---\n(handout)=\n# Get help now\n\nCall.\n", encoding="utf-8"
    )
    (docs / "index.md").write_text(
        "# Book\n\n:::{toctree}\nhelp\nabout\nhandouts/get-help\n:::\n", encoding="utf-8"
    )


def build(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.build", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_builds_pages_handouts_and_the_root_page(project: Path) -> None:
    result = build(project)
    assert result.returncode == 0, result.stderr
    site = project / "build" / "site"
    for slug in ("en", "es", "ar"):
        assert (site / slug / "help.html").exists()
    assert (site / "en" / "handouts" / "get-help.en.a4.pdf").read_bytes().startswith(b"%PDF")
    assert str(site / "index.html") in result.stdout
    assert "Spanish (es)" in result.stderr


def test_one_language_can_be_built_alone(project: Path) -> None:
    result = build(project, "--language", "ar")
    assert result.returncode == 0, result.stderr
    assert sorted(p.name for p in (project / "build/site").iterdir() if p.is_dir()) == ["ar"]


def _break_catalog(root: Path) -> str:
    catalog = root / "locale/es/LC_MESSAGES/help.po"
    catalog.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "Call."\nmsgstr "Llame a {ref}`aquí <nowhere>`."\n',
        encoding="utf-8",
    )
    return "help.po:4"


def _remove_catalogs(root: Path) -> str:
    shutil.rmtree(root / "locale/es")
    return "the catalogs (.po files) of es are missing"


def _name_a_missing_font(root: Path) -> str:
    path = root / "locale/languages.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"Amiri", "Noto Sans"', '"No Such Font"'), encoding="utf-8")
    return "No Such Font"


def _break_template(root: Path) -> str:
    path = root / "docs/_typst/handout.typ"
    path.write_text(path.read_text(encoding="utf-8") + "\n#nonsense()\n", encoding="utf-8")
    return "handout.typ"


def _write_a_bad_link(root: Path) -> str:
    path = root / "docs/about.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nSee {ref}`x <no-such-label>`.\n")
    return "about.md:6"


@pytest.mark.parametrize(
    "damage",
    [
        _break_catalog,
        _remove_catalogs,
        _name_a_missing_font,
        _break_template,
        _write_a_bad_link,
    ],
)
def test_a_fault_is_named_and_the_last_site_stays(project: Path, damage: object) -> None:
    site = project / "build" / "site"
    site.mkdir(parents=True)
    (site / "index.html").write_text("the last good site", encoding="utf-8")
    assert callable(damage)
    expected = damage(project)
    result = build(project)
    assert result.returncode == 1
    assert expected in result.stderr
    assert "Traceback" not in result.stderr
    assert [path.name for path in site.iterdir()] == ["index.html"]
    assert (site / "index.html").read_text(encoding="utf-8") == "the last good site"


def test_an_unknown_language_is_named(project: Path) -> None:
    result = build(project, "--language", "tlh")
    assert result.returncode == 2
    assert "no table [tlh]" in result.stderr
    assert not (project / "build" / "site").exists()


def test_stock_sphinx_names_a_language_without_a_table(project: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-D", "language=tlh", "docs", "out"]
    result = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "no table [tlh]; the book has en, es, ar" in result.stderr
