"""Publishing by one rename: a stop at any step leaves one whole version, and nothing is lost."""

from __future__ import annotations

import ast
import errno
import os
import sys
import threading
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

import pytest
from sphinx.errors import ExtensionError

from languages import load_languages
from scripts.catalog.files import write_text
from scripts.catalog.status import write_status_page
from scripts.problems import from_error
from scripts.site import LanguageState, fates
from scripts.verify import missing_pages, pages_of, site_faults, tree_faults
from scripts.versions import Versions, share_tree
from tests.conftest import PROJECT

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="stops a forked process")

PAGES = ("index.html", "en/index.html", "en/help.html", "es/index.html", "es/help.html")
STOPPED = 9
# What Python announces before it changes the file system.
CHANGES = {"os.rename", "os.link", "os.symlink", "os.mkdir", "os.rmdir", "os.remove", "os.truncate"}


def tree(folder: Path, version: int) -> Path:
    for name in PAGES:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"version {version} of {name}", encoding="utf-8")
    return folder


def version_of(site: Path) -> int:
    """Return the version that all files of a site agree on."""
    texts = [(site / name).read_text(encoding="utf-8") for name in PAGES]
    assert sorted(p.relative_to(site).as_posix() for p in site.rglob("*.html")) == sorted(PAGES)
    (version,) = {int(text.split()[1]) for text in texts}
    return version


def publish(site: Path, version: int) -> None:
    versions = Versions(site)
    with versions.building(pytest.fail) as work:
        versions.publish(tree(work / "new", version))


def without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "symlink_to", refuse)


def stop_at(step: int, action: Callable[[], object]) -> bool:
    """Run an action in a process that ends before its *step*-th change; tell whether it did."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == STOPPED
    left = step

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        writes = (
            event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax")
        )
        if writes or event in CHANGES:
            if not left:
                os._exit(STOPPED)  # like kill -9: nothing is cleared away
            left -= 1

    try:
        sys.addaudithook(count)
        action()
    except BaseException:
        os._exit(1)
    os._exit(0)


@needs_fork
@pytest.mark.parametrize("earlier", [0, 1, 2, 3], ids="after {} versions".format)
def test_a_stop_at_any_step_leaves_one_whole_version(tmp_path: Path, earlier: int) -> None:
    seen = set()
    for step in range(1000):
        site = tmp_path / str(step) / "site"
        for version in range(1, earlier + 1):
            publish(site, version)
        stopped = stop_at(step, partial(publish, site, 7))
        if site.is_symlink() or earlier:
            live = version_of(site)
            assert live in (earlier, 7)
            seen.add(live)
        publish(site, 8)
        assert version_of(site) == 8
        assert len(list((site.parent / ".site" / "versions").iterdir())) <= 2
        assert not (site.parent / ".site" / "work").exists()
        if not stopped:
            break
    assert step > 10
    assert seen == ({earlier, 7} if earlier else {7})


@needs_fork
def test_a_folder_from_elsewhere_makes_room_for_the_link(tmp_path: Path) -> None:
    for step in range(1000):
        site = tree(tmp_path / str(step) / "site", 1)
        stopped = stop_at(step, partial(publish, site, 7))
        with Versions(site).building(pytest.fail):
            assert version_of(site) in (1, 7)
        publish(site, 8)
        assert version_of(site) == 8
        if not stopped:
            break
    assert step > 10


@needs_fork
def test_without_links_the_next_build_recovers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_links(monkeypatch)
    seen = set()
    for step in range(1000):
        site = tmp_path / str(step) / "site"
        publish(site, 1)
        publish(site, 2)
        assert not site.is_symlink()
        stopped = stop_at(step, partial(publish, site, 7))
        with Versions(site).building(pytest.fail):
            seen.add(version_of(site))
        publish(site, 8)
        assert version_of(site) == 8
        if not stopped:
            break
    assert step > 10
    assert seen == {2, 7}


def test_readers_never_miss_a_page_while_versions_change(tmp_path: Path) -> None:
    site = tmp_path / "site"
    publish(site, 0)
    faults: list[Exception] = []
    seen = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                seen.add((site / "es" / "help.html").read_text(encoding="utf-8").split()[1])
            except (OSError, IndexError) as fault:
                faults.append(fault)

    reader = threading.Thread(target=read)
    reader.start()
    for version in range(1, 101):
        publish(site, version)
    done.set()
    reader.join()
    assert faults == []
    assert len(seen) > 1


def test_the_server_of_this_project_follows_the_link(tmp_path: Path) -> None:
    site = tmp_path / "site"
    publish(site, 1)
    handler = partial(SimpleHTTPRequestHandler, directory=str(site))
    handler.log_message = lambda *_arguments: None  # type: ignore[attr-defined]
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/es/help.html"
    try:
        texts = []
        for version in (1, 2, 3, 4):
            publish(site, version)
            with urlopen(address) as answer:
                texts.append(answer.read().decode())
    finally:
        server.shutdown()
        server.server_close()
    assert texts == [f"version {version} of es/help.html" for version in (1, 2, 3, 4)]


def test_the_version_before_stays_and_older_ones_go(tmp_path: Path) -> None:
    site = tmp_path / "site"
    for version in range(1, 6):
        publish(site, version)
    folders = sorted((tmp_path / ".site" / "versions").iterdir())
    assert [version_of(folder) for folder in folders] == [4, 5]
    assert site.resolve() == folders[1].resolve()
    assert site.readlink() == Path(".site/versions/5")


def test_a_moved_project_keeps_its_site(tmp_path: Path) -> None:
    publish(tmp_path / "here" / "site", 1)
    (tmp_path / "here").rename(tmp_path / "there")
    assert version_of(tmp_path / "there" / "site") == 1


def test_shared_trees_survive_the_version_they_come_from(tmp_path: Path) -> None:
    source = tree(tmp_path / "source", 1)
    share_tree(source, tmp_path / "copy")
    assert (source / "index.html").stat().st_ino == (tmp_path / "copy/index.html").stat().st_ino
    for path in source.rglob("*.html"):
        path.unlink()
    assert version_of(tmp_path / "copy") == 1


def test_trees_are_copied_where_files_cannot_be_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    source = tree(tmp_path / "source", 1)
    os.utime(source / "index.html", (1_000_000_000, 1_000_000_000))
    share_tree(source, tmp_path / "copy")
    assert version_of(tmp_path / "copy") == 1
    # The day of the last good build is that of the page.
    assert (tmp_path / "copy/index.html").stat().st_mtime == 1_000_000_000


# -- What is looked at before a version is published ---------------------------


def test_an_empty_or_missing_file_is_found(tmp_path: Path) -> None:
    language = tmp_path / "es"
    (language / "_static" / "scripts").mkdir(parents=True)
    (language / "_static" / "scripts" / "furo-extensions.js").touch()
    (language / "help.html").touch()
    assert list(tree_faults(language)) == ["es/index.html is missing", "es/help.html is empty"]
    assert list(missing_pages(language, pages_of(language) | {"treatment/room"})) == [
        "es/treatment/room.html is missing, although English has this page"
    ]


def test_a_root_page_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    tree(tmp_path, 1)
    (tmp_path / "index.html").write_text(
        '<link href="root.css"><a href="es/index.html">x</a><a href="en/">x</a>'
        '<a href="fr/index.html#top">x</a><a href="https://example.org/">x</a>'
    )
    (tmp_path / "icon.svg").touch()
    assert list(site_faults(tmp_path)) == [
        "icon.svg is empty",
        "index.html leads to root.css, which is missing",
        "index.html leads to fr/index.html#top, which is missing",
    ]


def test_the_status_page_names_languages_that_could_not_be_renewed(tmp_path: Path) -> None:
    book = load_languages(PROJECT / "locale" / "languages.toml").values()
    states = [
        LanguageState("en", "current"),
        LanguageState("es", "kept", "2026-03-01"),
        LanguageState("ar", "left-out"),
    ]
    notes = list(fates(states, book))
    write_status_page(tmp_path, [], notes)
    page = (tmp_path / "status" / "index.html").read_text(encoding="utf-8")
    assert "Spanish keeps its pages of 2026-03-01." in page
    assert "Arabic has no good pages yet and is left out of the site." in page
    write_status_page(tmp_path, [])
    assert "keeps" not in (tmp_path / "status" / "index.html").read_text(encoding="utf-8")


# -- Files that people own -----------------------------------------------------


@needs_fork
def test_an_interrupted_command_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    seen = set()
    for step in range(100):
        path = tmp_path / str(step) / "help.po"
        write_text(path, "old\n")
        stopped = stop_at(step, partial(write_text, path, "new\n" * 1000))
        text = path.read_text(encoding="utf-8")
        assert text in ("old\n", "new\n" * 1000)
        seen.add(text)
        if not stopped:
            break
    assert len(seen) == 2


def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "help.po"
    write_text(path, "old\n")

    def refuse(_number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space left"):
        write_text(path, "new\n")
    assert [p.name for p in tmp_path.iterdir()] == ["help.po"]
    assert path.read_text(encoding="utf-8") == "old\n"


def test_a_fault_that_sphinx_wraps_is_told_in_its_own_words() -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "help.mo")
    wrapped = ExtensionError("Handler <function f> threw an exception", full)
    assert from_error(wrapped) == ["help.mo: No space left on device"]


# These may open files for writing; all others call a function that renames a finished file.
WRITERS = {
    "scripts/assemble.py": "unpacks into a folder that is thrown away",
    "scripts/benchmark/contenders.py": "edits books that it has made itself",
    "scripts/benchmark/rows.py": "edits books that it has made itself",
    "scripts/benchmark/sphinx_book.py": "writes books into an empty folder",
    "scripts/catalog/files.py": "has that function",
    "scripts/inputs.py": "has the same for the command that imports nothing else",
    "scripts/search.py": "writes into a folder that is still being made",
    "scripts/catalog/status.py": "writes into a folder that is still being made",
    "scripts/catalog/translator_zip.py": "reads through a temporary file",
}


def test_commands_write_files_in_one_way_only() -> None:
    faults = []
    for path in sorted((PROJECT / "scripts").rglob("*.py")):
        if path.relative_to(PROJECT).as_posix() in WRITERS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _writes(node):
                faults.append(f"{path.relative_to(PROJECT)}:{node.lineno}")
    assert faults == []


def _writes(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute | ast.Name):
        return False
    if isinstance(call.func, ast.Attribute) and call.func.attr in ("write_text", "write_bytes"):
        return True  # the methods of a path; our own functions are called by their bare names
    name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id
    modes = [
        argument.value
        for argument in [*call.args, *(keyword.value for keyword in call.keywords)]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    return name == "open" and any(
        set(mode) <= set("wax+bt") and set(mode) & set("wax") for mode in modes
    )
