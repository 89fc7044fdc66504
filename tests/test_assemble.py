"""Languages built apart become the same site as languages built together, or none."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest


def run(root: Path, module: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def files_of(site: Path) -> dict[str, bytes]:
    """Return the bytes of all files by their place; folders behind links are read, too."""
    tree = site.resolve()
    paths = [path for path in tree.rglob("*") if path.is_file()]
    return {path.relative_to(tree).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture(scope="module")
def root(small_site: Path) -> Path:
    return small_site.parents[1]


@pytest.fixture(scope="module")
def shards(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build English and Spanish each in a place of its own."""
    folder = tmp_path_factory.mktemp("shards")
    for code in ("en", "es"):
        built = run(root, "scripts.build", "--language", code, "--output", folder / code / "site")
        assert built.returncode == 0, built.stderr
    return {code: folder / code / "site" for code in ("en", "es")}


def joined(root: Path, output: Path, shards: Sequence[Path]) -> dict[str, bytes]:
    result = run(root, "scripts.assemble", *shards, "--output", output)
    assert result.returncode == 0, result.stderr
    return files_of(output)


def refused(root: Path, output: Path, *shards: Path) -> str:
    """Return why shards were not joined; the site that was there must stay."""
    output.mkdir(parents=True)
    (output / "index.html").write_text("before", encoding="utf-8")
    result = run(root, "scripts.assemble", *shards, "--output", output)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert files_of(output) == {"index.html": b"before"}
    return result.stderr


def packed_tar(site: Path, target: Path) -> Path:
    """Pack a site as the workflow does."""
    with tarfile.open(target, "w", dereference=True) as tape:
        for name in files_of(site):
            tape.add(site / name, f"./{name}")
    return target


def packed_zip(site: Path, target: Path) -> Path:
    """Pack a site in a folder of its own, as people do."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files_of(site).items():
            archive.writestr(f"site/{name}", data)
    return target


def test_shards_are_the_same_site(
    root: Path, small_site: Path, shards: dict[str, Path], tmp_path: Path
) -> None:
    whole = files_of(small_site)
    assert {"en/index.html", "es/index.html"} <= whole.keys()
    assert joined(root, tmp_path / "a" / "site", [shards["es"], shards["en"]]) == whole
    tape = packed_tar(shards["en"], tmp_path / "en.tar")
    archive = packed_zip(shards["es"], tmp_path / "es.zip")
    assert joined(root, tmp_path / "b" / "site", [tape, archive]) == whole


def test_a_build_after_joining_gives_the_same_site(
    root: Path, small_site: Path, shards: dict[str, Path], tmp_path: Path
) -> None:
    output = tmp_path / "site"
    joined(root, output, list(shards.values()))
    assert run(root, "scripts.build", "--output", output).returncode == 0
    assert files_of(output) == files_of(small_site)


def test_a_missing_language_is_named(root: Path, shards: dict[str, Path], tmp_path: Path) -> None:
    message = refused(root, tmp_path / "site", shards["en"])
    assert "No shard has Spanish (es)" in message
    assert "nox -s site -- --language es" in message


def test_a_language_is_taken_once(root: Path, shards: dict[str, Path], tmp_path: Path) -> None:
    copy = shutil.copytree(shards["es"], tmp_path / "copy")
    message = refused(root, tmp_path / "site", *shards.values(), copy)
    assert f"Spanish (es) is in {shards['es']} and {copy}" in message


def test_old_pages_are_not_joined(root: Path, shards: dict[str, Path], tmp_path: Path) -> None:
    copy = shutil.copytree(shards["es"], tmp_path / "copy")
    states = copy / "languages.json"
    states.write_text(states.read_text(encoding="utf-8").replace("current", "kept"), "utf-8")
    message = refused(root, tmp_path / "site", shards["en"], copy)
    assert f"Spanish (es) could not be built in {copy}" in message


def test_a_shard_that_lacks_a_page_is_refused(
    root: Path, shards: dict[str, Path], tmp_path: Path
) -> None:
    copy = shutil.copytree(shards["es"], tmp_path / "copy")
    (copy / "es" / "about.html").unlink()
    message = refused(root, tmp_path / "site", shards["en"], copy)
    assert "es/about.html is missing, although English has this page" in message


def test_what_is_no_shard_is_refused(root: Path, shards: dict[str, Path], tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("no archive", encoding="utf-8")
    assert "is neither a tar nor a zip" in refused(root, tmp_path / "1" / "site", text)
    assert "there is no such folder" in refused(root, tmp_path / "2" / "site", tmp_path / "x")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "is no site" in refused(root, tmp_path / "3" / "site", empty)


def test_nothing_is_unpacked_outside(root: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.tar"
    with tarfile.open(bad, "w") as tape:
        info = tarfile.TarInfo("../../../../outside.txt")
        info.size = 1
        tape.addfile(info, io.BytesIO(b"x"))
    message = refused(root, tmp_path / "a" / "site", bad)
    assert "would go elsewhere: ../../../../outside.txt" in message
    assert not list(tmp_path.rglob("outside.txt"))
