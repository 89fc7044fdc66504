"""Two builds give the same bytes, whoever makes them, where, when, and in which order."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.test_build import SLUGS, command, contents, copy_project, site_of

# What tends to depend on order, time or place: citations, index, glossary, tables, notes, data.
PAGE = """\
(everything)=
# Everything

:::{index} zebra, Äpfel, apple
:::

Said by some {cite:p}`zanos2018,lii2023`, and again {cite:p}`fda_oral_2023`.[^note]

:::{glossary}
zebra
  An animal.

apple
  A fruit, see {term}`zebra`.
:::

| What | How much |
|---|---|
| One | 1 |
| Two | 2 |

:::{people} 27
Of 100 people, 27 feel better.
:::

:::{crisis-lines}
:scope: all
:::

:::{bibliography}
:::

[^note]: A note.
"""

ONE = {
    "HOME": "home-one", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1",
    "USER": "one", "LOGNAME": "one", "UMASK": "0o022",
}  # fmt: skip
OTHER = {
    "HOME": "home two", "TZ": "America/Los_Angeles", "LC_ALL": "tr_TR.UTF-8",
    "PYTHONHASHSEED": "4711", "USER": "other", "LOGNAME": "other", "UMASK": "0o077",
}  # fmt: skip


def cold_build(root: Path, circumstances: dict[str, str], *languages: str) -> None:
    """Build languages as somebody else would, somewhere else."""
    home = root.parent / circumstances["HOME"]
    home.mkdir(exist_ok=True)
    environment = {**os.environ, **circumstances, "HOME": str(home), "TMPDIR": str(home)}
    options = ["--language", *languages] if languages else []
    result = subprocess.run(
        command(*options), cwd=root, env=environment, umask=int(circumstances["UMASK"], 8),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr


def book(root: Path) -> Path:
    copy_project(root)
    for compiled in (root / "locale").rglob("*.mo"):
        compiled.unlink()
    (root / "docs" / "everything.md").write_text(PAGE, encoding="utf-8")
    index = root / "docs" / "index.md"
    text = index.read_text(encoding="utf-8")
    index.write_text(text.replace("about\n", "about\neverything\n"), encoding="utf-8")
    # Let every language have the handout: it consists of words that all catalogs translate.
    for code in SLUGS[1:]:
        catalogs = root / "locale" / code / "LC_MESSAGES"
        (catalogs / "handouts").mkdir(exist_ok=True)
        (catalogs / "handouts" / "get-help.po").write_text(
            'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
            f'msgid "Get help now"\nmsgstr "{code} 1"\n\nmsgid "Call."\nmsgstr "{code} 2."\n',
            encoding="utf-8",
        )
    return root


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    root = book(tmp_path_factory.mktemp("one") / "project")
    cold_build(root, ONE)
    return contents(site_of(root))


def different(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    assert one.keys() == other.keys()
    return sorted(name for name, data in one.items() if other[name] != data)


def test_the_comparison_covers_pages_handouts_and_indexes(one: dict[str, bytes]) -> None:
    for slug in SLUGS:
        assert f"{slug}/everything.html" in one
        assert f"{slug}/genindex.html" in one
        assert f"{slug}/objects.inv" in one
        assert f"{slug}/handouts/get-help.{slug}.a4.pdf" in one
        assert b"zebra" in one[f"{slug}/everything.html"]
    assert b"home-one" not in b"".join(one.values())


def test_another_user_elsewhere_gets_the_same_bytes(one: dict[str, bytes], tmp_path: Path) -> None:
    root = book(tmp_path / "a folder" / "Ünder" / "project")
    cold_build(root, OTHER)
    assert different(one, contents(site_of(root))) == []
    assert str(tmp_path).encode() not in b"".join(contents(site_of(root)).values())


def test_languages_built_one_by_one_give_the_same_bytes(
    one: dict[str, bytes], tmp_path: Path
) -> None:
    root = book(tmp_path / "project")
    for code in reversed(SLUGS):
        cold_build(root, OTHER, code)
    assert different(one, contents(site_of(root))) == []


def test_a_second_build_of_the_same_text_gives_the_same_bytes(
    one: dict[str, bytes], tmp_path: Path
) -> None:
    root = book(tmp_path / "project")
    cold_build(root, OTHER)
    about = root / "docs" / "about.md"
    text = about.read_text(encoding="utf-8")
    about.write_text(f"{text}\nEdited.\n", encoding="utf-8")
    cold_build(root, ONE)
    # The files of the search index are named after what they hold: some names are new.
    edited = contents(site_of(root))
    assert sum(edited.get(name) != data for name, data in one.items()) >= len(SLUGS)
    about.write_text(text, encoding="utf-8")
    cold_build(root, ONE)
    assert different(one, contents(site_of(root))) == []


def test_sphinx_alone_gives_the_same_handouts(one: dict[str, bytes], tmp_path: Path) -> None:
    root = book(tmp_path / "project")
    shutil.rmtree(root / "scripts")
    for code in SLUGS:
        options = ["-b", "handouts", "-D", f"language={code}", "docs", f"out/{code}"]
        program = [*command()[:2], "sphinx", "-q", *options]
        subprocess.run(program, cwd=root, check=True)
        name = f"get-help.{code}.a4.pdf"
        assert (root / "out" / code / name).read_bytes() == one[f"{code}/handouts/{name}"]
