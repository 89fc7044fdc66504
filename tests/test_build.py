"""The main command: strict, one message per fault, and one whole version of the site always."""

from __future__ import annotations

import errno
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from languages import load_languages
from scripts.problems import by_cause, from_error, from_sphinx
from scripts.verify import pages_of
from tests.conftest import PROJECT
from tests.small_book import keep_languages

DOCS = PROJECT / "docs"
PARTS = ("docs", "locale", "scripts", "pyproject.toml", "LICENSE-FONTS")
SLUGS = ("en", "es", "ar")
GENERATED = {"genindex", "search"}
PAGES = {"index", "help", "about", "handouts/get-help", *GENERATED}

needs_posix = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX systems")


def copy_project(root: Path) -> Path:
    """Copy this project with its tools, but three languages, three pages and one handout."""
    for name in PARTS:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            root.mkdir(exist_ok=True)
            shutil.copy(source, root / name)
    keep_languages(root, *SLUGS)
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


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copy_project(tmp_path / "project")


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_project(tmp_path_factory.mktemp("built-once") / "project")
    result = build(root)
    assert result.returncode == 0, result.stderr
    return root


@pytest.fixture
def built(built_once: Path, tmp_path: Path) -> Path:
    """Copy the small project with its site, as the first build of all languages left it."""
    return shutil.copytree(built_once, tmp_path / "project", symlinks=True)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "scripts.build", *arguments]


def build(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), cwd=root, capture_output=True, text=True, check=False
    )


def site_of(root: Path) -> Path:
    return root / "build" / "site"


def states(root: Path) -> dict[str, str]:
    data = json.loads((site_of(root) / "languages.json").read_text(encoding="utf-8"))
    return {language["code"]: language["state"] for language in data["languages"]}


def pages(folder: Path) -> set[str]:
    return set(pages_of(folder))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def links_between_languages(page: Path) -> set[str]:
    """Return the languages that a page leads to, in its switcher and in its head."""
    html = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    return {str(tag["hreflang"]) for tag in html.select("[hreflang]")} - {"x-default"}


def say_version(root: Path, version: int) -> None:
    """Write a number into every page; no translation has it, so every language shows it."""
    for path in [*(root / "docs").glob("*.md"), root / "docs" / "handouts" / "get-help.md"]:
        text = re.sub(r"\nVersion \d+\.\n", "", path.read_text(encoding="utf-8"))
        path.write_text(f"{text}\nVersion {version}.\n", encoding="utf-8")


def version_of(site: Path, slugs: tuple[str, ...] = SLUGS) -> int:
    """Return the version that all pages of a site agree on; fail when the site is not whole."""
    site = site.resolve()
    seen = set()
    for slug in slugs:
        folder = site / slug
        assert pages(folder) == PAGES
        for page in PAGES - GENERATED:
            seen |= set(
                re.findall(r"Version (\d+)\.", (folder / f"{page}.html").read_text("utf-8"))
            )
            assert (folder / f"{page}.html").read_text("utf-8").rstrip().endswith("</html>")
    assert (site / "en/handouts/get-help.en.a4.pdf").read_bytes().rstrip().endswith(b"%%EOF")
    assert (site / "index.html").read_text("utf-8").rstrip().endswith("</html>")
    (version,) = seen
    return int(version)


def assert_nothing_is_left(root: Path) -> None:
    """Fail when unfinished work, an old version or a process is left of earlier builds."""
    state = root / "build" / ".site"
    assert not (state / "work").exists()
    assert len(list((state / "versions").iterdir())) <= 2
    deadline = time.monotonic() + 10
    while (found := processes_in(root)) and time.monotonic() < deadline:
        time.sleep(0.05)  # a process ends as soon as it hears that its command is gone
    assert found == []


def processes_in(root: Path) -> list[str]:
    """Return the processes that work in a folder, where the system tells."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if (path / "cwd").resolve() == root.resolve():
                found.append((path / "cmdline").read_text(encoding="utf-8").replace("\0", " "))
        except OSError:
            continue
    return [line for line in found if line]  # a process that has ended has no command line


# -- What a build gives --------------------------------------------------------


def test_builds_pages_handouts_and_the_root_page(built_once: Path) -> None:
    site = site_of(built_once)
    for slug in SLUGS:
        assert pages(site / slug) == PAGES
        for page in PAGES:
            assert links_between_languages(site / slug / f"{page}.html") == {"en", "es", "ar"}
    assert (site / "en" / "handouts" / "get-help.en.a4.pdf").read_bytes().startswith(b"%PDF")
    assert states(built_once) == dict.fromkeys(SLUGS, "current")
    assert_nothing_is_left(built_once)


def test_pages_are_those_of_sphinx(built_once: Path) -> None:
    for code in SLUGS:
        # The page of a handout says how large its PDFs are: they come first.
        folders = {"handouts": "handouts", "html": "", "book": "book", "epub": "book"}
        for builder, name in folders.items():
            folder = f"out/{code}/{name}"
            options = ["-b", builder, "-D", f"language={code}", "-d", f"trees/{code}"]
            command = [sys.executable, "-m", "sphinx", "-q", *options, "docs", folder]
            subprocess.run(command, cwd=built_once, check=True)
        assert contents(site_of(built_once) / code) == contents(built_once / "out" / code)


def test_it_says_where_the_site_is_why_it_was_built_and_how_long_it_took(built: Path) -> None:
    (built / "docs" / "about.md").write_text("(about)=\n# About this book\n\nNew.\n")
    result = build(built)
    assert result.returncode == 0, result.stderr
    assert str(site_of(built) / "index.html") in result.stdout
    assert "Spanish (es)" in result.stderr
    timings = json.loads((built / "build" / "timings.json").read_text(encoding="utf-8"))
    assert list(timings) == list(SLUGS)
    for timing in timings.values():
        assert timing["ok"]
        assert timing["why"] == "the English pages"
        assert timing["seconds"].keys() == {"read", "html", "handouts", "book", "epub"}
    assert "New." in (site_of(built) / "es" / "about.html").read_text(encoding="utf-8")


def test_an_edited_extension_makes_sphinx_read_all_pages_again(built: Path) -> None:
    people = built / "docs" / "_ext" / "crisis_lines.py"
    text = people.read_text(encoding="utf-8")
    people.write_text(text.replace('_("Help in a crisis")', '_("Edited title")'), encoding="utf-8")
    result = build(built, "--language", "en")
    assert result.returncode == 0, result.stderr
    timings = json.loads((built / "build" / "timings.json").read_text(encoding="utf-8"))
    assert timings["en"]["why"] == "data, design or code"


def test_one_language_can_be_built_alone(project: Path) -> None:
    result = build(project, "--language", "ar")
    assert result.returncode == 0, result.stderr
    assert {p.name for p in site_of(project).iterdir()} & set(SLUGS) == {"ar"}
    # A part of the site: the others are not missing, they are built elsewhere.
    assert links_between_languages(site_of(project) / "ar" / "help.html") == {"en", "es", "ar"}


def test_the_other_languages_stay_when_one_is_built(built: Path) -> None:
    before = contents(site_of(built) / "es")
    say_version(built, 2)
    result = build(built, "--language", "en", "ar")
    assert result.returncode == 0, result.stderr
    assert version_of(site_of(built), ("en", "ar")) == 2
    assert contents(site_of(built) / "es") == before
    assert states(built) == dict.fromkeys(SLUGS, "current")


def test_an_unknown_language_is_named(project: Path) -> None:
    result = build(project, "--language", "tlh")
    assert result.returncode == 2
    assert "no table [tlh]" in result.stderr
    assert not site_of(project).exists()


def test_stock_sphinx_names_a_language_without_a_table(project: Path) -> None:
    options = ["-b", "html", "-D", "language=tlh", "docs", "out"]
    result = subprocess.run(
        [sys.executable, "-m", "sphinx", *options],
        cwd=project, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 2
    assert "no table [tlh]; the book has en, es, ar" in result.stderr


def test_a_folder_with_other_things_is_left_alone(project: Path) -> None:
    thesis = project / "mine" / "thesis.txt"
    thesis.parent.mkdir()
    thesis.write_text("years of work", encoding="utf-8")
    result = build(project, "--output", "mine")
    assert result.returncode == 2
    assert "mine holds something that is no site" in result.stderr
    assert thesis.read_text(encoding="utf-8") == "years of work"


# -- Faults of the book --------------------------------------------------------


def _break_catalog(root: Path) -> str:
    catalog = root / "locale/es/LC_MESSAGES/help.po"
    catalog.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "Call."\nmsgstr "Llame a {ref}`aquí <nowhere>`."\n',
        encoding="utf-8",
    )
    return "locale/es/LC_MESSAGES/help.po:4: the translation has the role {ref}"


def _leave_a_quote_open(root: Path) -> str:
    catalog = root / "locale/es/LC_MESSAGES/about.po"
    catalog.write_text('msgid ""\nmsgstr ""\n\nmsgid "Text.\nmsgstr "Texto."\n', encoding="utf-8")
    return "locale/es/LC_MESSAGES/about.po:5: gettext cannot read this catalog"


def _save_in_another_encoding(root: Path) -> str:
    catalog = root / "locale/es/LC_MESSAGES/about.po"
    text = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Text."\n'
    catalog.write_bytes(f'{text}msgstr "Señal"\n'.encode("latin-1"))
    return "locale/es/LC_MESSAGES/about.po:5:"


def _make_catalog_unreadable(root: Path) -> str:
    catalog = root / "locale/es/LC_MESSAGES/about.po"
    catalog.unlink()
    catalog.symlink_to("nowhere.po")
    return "locale/es/LC_MESSAGES/about.po: this catalog cannot be read"


def _remove_catalogs(root: Path) -> str:
    shutil.rmtree(root / "locale/es")
    return "locale/es/LC_MESSAGES: the catalogs (.po files) of es are missing"


def _name_a_missing_font(root: Path) -> str:
    path = root / "locale/languages.toml"
    before, spanish, after = path.read_text(encoding="utf-8").partition("[es]")
    after = after.replace('"Noto Sans"', '"No Such Font"', 1)
    path.write_text(before + spanish + after, encoding="utf-8")
    return "PDFs in Spanish need the font No Such Font"


def _kill_the_process(root: Path) -> str:
    with (root / "docs" / "_ext" / "people.py").open("a", encoding="utf-8") as file:
        file.write(
            "\n_setup = setup\n\n\ndef setup(app):\n    import os\n"
            "    if app.config.language == 'es':\n        os.kill(os.getpid(), 9)\n"
            "    return _setup(app)\n"
        )
    return "No result: its process was killed, perhaps because memory ran out."


def _raise_in_an_extension(root: Path) -> str:
    path = root / "docs" / "_ext" / "people.py"
    with path.open("a", encoding="utf-8") as file:
        file.write(
            "\n_setup = setup\n\n\ndef setup(app):\n    if app.config.language == 'es':\n"
            "        {}['what']\n    return _setup(app)\n"
        )
    line = path.read_text(encoding="utf-8").splitlines().index("        {}['what']") + 1
    return f"docs/_ext/people.py:{line}: "


FAULTS_OF_SPANISH = [
    _break_catalog,
    _leave_a_quote_open,
    _save_in_another_encoding,
    _make_catalog_unreadable,
    _remove_catalogs,
    _name_a_missing_font,
    _kill_the_process,
    _raise_in_an_extension,
]


@pytest.mark.parametrize("damage", FAULTS_OF_SPANISH)
def test_a_failed_language_keeps_its_last_good_pages(
    built: Path, damage: Callable[[Path], str]
) -> None:
    good = contents(site_of(built) / "es")
    say_version(built, 2)
    expected = damage(built)
    result = build(built, "--language", "es", "en")
    assert result.returncode == 1
    sentences = [line for line in result.stderr.splitlines() if expected in line]
    assert len(sentences) == 1, result.stderr
    assert sentences[0].endswith("(es)")
    assert "Traceback" not in result.stderr
    assert str(built / "docs") not in result.stderr
    assert version_of(site_of(built), ("en",)) == 2
    assert contents(site_of(built) / "es") == good
    assert states(built) == {"en": "current", "es": "kept", "ar": "current"}
    assert "Spanish keeps its pages of" in result.stderr
    assert_nothing_is_left(built)


def test_a_failed_language_without_good_pages_is_left_out_everywhere(project: Path) -> None:
    expected = _break_catalog(project)
    result = build(project)
    assert result.returncode == 1
    assert expected in result.stderr
    assert "Spanish has no good pages yet and is left out" in result.stderr
    site = site_of(project)
    assert not (site / "es").exists()
    assert links_between_languages(site / "index.html") == {"en", "ar"}
    for slug in ("en", "ar"):
        for page in PAGES:
            assert links_between_languages(site / slug / f"{page}.html") == {"en", "ar"}
            assert "../es/" not in (site / slug / f"{page}.html").read_text(encoding="utf-8")
    assert states(project) == {"en": "current", "es": "left-out", "ar": "current"}

    # The fault is still there: what the first build had read must not hide it.
    assert expected in build(project, "--language", "es").stderr

    shutil.copy(PROJECT / "locale/es/LC_MESSAGES/help.po", project / "locale/es/LC_MESSAGES")
    assert build(project).returncode == 0
    for slug in SLUGS:
        assert links_between_languages(site / slug / "help.html") == {"en", "es", "ar"}
    assert states(project) == dict.fromkeys(SLUGS, "current")


def test_kept_pages_keep_the_day_of_their_build(built: Path) -> None:
    index = site_of(built) / "es" / "index.html"
    day = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()
    os.utime(index, (day, day))
    _break_catalog(built)
    for _again in range(2):
        result = build(built, "--language", "en", "es")
        assert "Spanish keeps its pages of 2026-03-01." in result.stderr
        data = json.loads((site_of(built) / "languages.json").read_text(encoding="utf-8"))
        assert data["languages"][1] == {"code": "es", "state": "kept", "last_good": "2026-03-01"}
    assert index.stat().st_mtime == day


def test_no_page_leads_to_one_that_a_kept_language_lacks(built: Path) -> None:
    (built / "docs" / "new.md").write_text("(new)=\n# New\n\nText.\n", encoding="utf-8")
    index = built / "docs" / "index.md"
    index.write_text(
        index.read_text("utf-8").replace("\nhelp\n", "\nhelp\nnew\n"), encoding="utf-8"
    )
    _break_catalog(built)
    result = build(built)
    assert result.returncode == 1
    assert "Spanish keeps its pages" in result.stderr, result.stderr
    for slug in ("en", "ar"):
        assert links_between_languages(site_of(built) / slug / "new.html") == {"en", "ar"}
        assert links_between_languages(site_of(built) / slug / "help.html") == {"en", "es", "ar"}


def test_english_too_keeps_its_last_good_pages(built: Path) -> None:
    # Only English has the handout: half translated ones are withheld.
    template = built / "docs/_typst/handout.typ"
    template.write_text(template.read_text(encoding="utf-8") + "\n#nonsense()\n", encoding="utf-8")
    result = build(built)
    assert result.returncode == 1
    assert "docs/handouts/get-help.md: this page cannot be typeset as a handout" in result.stderr
    assert "(docs/_typst/handout.typ, line " in result.stderr
    assert states(built) == {"en": "kept", "es": "current", "ar": "current"}


def _write_a_bad_link(root: Path) -> str:
    path = root / "docs/about.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nSee {ref}`x <no-such-label>`.\n")
    return "docs/about.md:6: undefined label: 'no-such-label' [ref.ref] (en, es, ar)"


def _save_page_in_another_encoding(root: Path) -> str:
    (root / "docs/about.md").write_bytes("(about)=\n# About\n\nCafé.\n".encode("latin-1"))
    return "docs/about.md:4: this is not UTF-8 text; save it as UTF-8 (en, es, ar)"


def _make_page_unreadable(root: Path) -> str:
    (root / "docs/about.md").unlink()
    (root / "docs/about.md").symlink_to("nowhere.md")
    return "docs/about.md: No such file or directory (en, es, ar)"


def _break_the_configuration(root: Path) -> str:
    (root / "docs/_data/site.toml").write_text("base_url =\n", encoding="utf-8")
    return "TOMLDecodeError: Invalid value (at line 1, column 11) (en, es, ar)"


def _break_english(root: Path) -> str:
    path = root / "locale/languages.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"Noto Sans"', '"No Such Font"', 1), encoding="utf-8")
    (root / "docs" / "new.md").write_text("---\norphan: true\n---\n# New\n", encoding="utf-8")
    return (
        "Every language leads to the English page new, which could not be built.\n"
        "PDFs in English need the font No Such Font"
    )


@pytest.mark.parametrize(
    "damage",
    [
        _write_a_bad_link,
        _save_page_in_another_encoding,
        _make_page_unreadable,
        _break_the_configuration,
        _break_english,
    ],
)
def test_a_fault_of_all_languages_is_said_once_and_the_site_stays(
    built: Path, damage: Callable[[Path], str]
) -> None:
    good = contents(site_of(built))
    expected = damage(built)
    result = build(built)
    assert result.returncode == 1
    assert result.stderr.count(expected) == 1, result.stderr
    assert "Traceback" not in result.stderr
    assert "Nothing was published" in result.stderr
    assert contents(site_of(built)) == good
    assert_nothing_is_left(built)


# -- Interruptions -------------------------------------------------------------


def start(root: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a build in a process group of its own, as a terminal does."""
    return subprocess.Popen(
        command(*arguments),
        cwd=root, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


@needs_posix
def test_a_build_that_is_killed_at_any_moment_leaves_one_whole_version(
    built: Path, in_full: bool
) -> None:
    moments = random.Random(5)  # noqa: S311  # the same moments in every run
    stops = 12 if in_full else 4
    languages = ("--language", "en", "es")
    say_version(built, 100)
    began = time.monotonic()
    assert build(built, *languages).returncode == 0
    whole_build = time.monotonic() - began
    published = {100}
    # One stop in each part of a build, from its first steps to soon after its end.
    for version, part in enumerate(moments.sample(range(stops), stops), 101):
        say_version(built, version)
        process = start(built, *languages)
        time.sleep((0.02 + 1.08 * (part + moments.random()) / stops) * whole_build)
        process.kill()  # the command alone; its processes have to notice
        process.communicate()
        live = version_of(site_of(built), ("en", "es"))
        assert live in {max(published), version}
        published.add(live)
    say_version(built, 200)
    result = build(built)
    assert result.returncode == 0, result.stderr
    assert version_of(site_of(built)) == 200
    assert_nothing_is_left(built)


@needs_posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_a_build_that_is_stopped_says_so_and_clears_up(built: Path, number: int) -> None:
    good = contents(site_of(built))
    say_version(built, 2)
    process = start(built)
    work = built / "build" / ".site" / "work"
    while not any(work.glob("build-*/new/*")):
        time.sleep(0.02)
        assert process.poll() is None
    os.killpg(process.pid, number) if number == signal.SIGINT else process.terminate()
    _output, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopped. The site is a whole version." in said
    assert "Traceback" not in said
    assert contents(site_of(built)) == good
    assert_nothing_is_left(built)


@needs_posix
def test_a_second_build_waits_for_the_first(built: Path) -> None:
    say_version(built, 2)
    first = start(built)
    while not any((built / "build" / ".site" / "work").glob("build-*")):
        time.sleep(0.02)
    say_version(built, 3)
    second = start(built)
    assert first.wait(timeout=600) == 0
    _output, said = second.communicate(timeout=600)
    assert second.returncode == 0, said
    assert "Another build of this site is running. This one waits for its end." in said
    first.communicate()
    assert version_of(site_of(built)) == 3
    assert_nothing_is_left(built)


@needs_posix
def test_a_full_disk_is_named_once_and_the_site_stays(built: Path, in_full: bool) -> None:
    import resource

    good = contents(site_of(built))
    say_version(built, 2)
    languages = ("--language", "en", "es")
    for limit in (200, 5_000, 12_000, 60_000) if in_full else (200, 12_000):
        for catalog in (built / "locale").rglob("*.mo"):
            catalog.unlink()
        # No file may be longer than the limit: for a program that is the same as a full disk.
        result = subprocess.run(
            command(*languages), cwd=built, capture_output=True, text=True, check=False,
            preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (limit, limit)),
        )  # fmt: skip
        assert result.returncode == 1
        assert result.stderr.count("The disk is full") == 1, result.stderr
        assert "Traceback" not in result.stderr
        assert contents(site_of(built)) == good
        assert_nothing_is_left(built)
    result = build(built, *languages)
    assert result.returncode == 0, result.stderr
    assert version_of(site_of(built), ("en", "es")) == 2


@needs_posix
def test_a_site_on_a_full_disk_stays_whole(built: Path, tmp_path: Path, in_full: bool) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(disk)]
    if os.getuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root can make a small disk")
    site = disk / "site"
    try:
        shutil.copytree(site_of(built) / "en", site / "en")
        (site / "index.html").write_text("the last good site", encoding="utf-8")
        good = contents(site)
        for free in (0, 50_000, 200_000, 400_000) if in_full else (0, 200_000):
            _leave_free(disk, free)
            result = build(built, "--output", str(site), "--language", "en")
            assert result.returncode == 1, (free, result.stderr)
            assert result.stderr.count("The disk is full (No space left on device)") == 1
            assert "Traceback" not in result.stderr
            assert contents(site) == good
    finally:
        subprocess.run(["umount", str(disk)], check=True)  # noqa: S607  # where the system has it


def _leave_free(disk: Path, free: int) -> None:
    filler = disk / "filler"
    filler.unlink(missing_ok=True)
    filler.write_bytes(bytes(max(shutil.disk_usage(disk).free - free, 0)))


def test_half_a_compiled_catalog_is_compiled_again(built: Path) -> None:
    for position, catalog in enumerate(sorted((built / "locale" / "es").rglob("*.mo"))):
        data = catalog.read_bytes()
        catalog.write_bytes(data[: len(data) * (position % 4) // 4])  # newer than its .po
    result = build(built, "--language", "es")
    assert result.returncode == 0, result.stderr
    for page in PAGES:
        assert (site_of(built) / f"es/{page}.html").exists()
    html = (site_of(built) / "es" / "help.html").read_text(encoding="utf-8")
    assert "Ayuda" in html or "ayuda" in html


# -- Sentences -----------------------------------------------------------------


def test_a_warning_of_several_lines_is_one_sentence() -> None:
    output = (
        f"\x1b[31m{DOCS}/help.md:7: ERROR: Unknown directive type: 'nonsense'\n\n"
        ":::{nonsense}\n::: [docutils]\x1b[39;49;00m\n"
        f"{DOCS}/../locale/es/LC_MESSAGES/help.po:4: WARNING: a link is lost [l10n.lost]\n"
    )
    assert from_sphinx(output) == [
        "docs/help.md:7: Unknown directive type: 'nonsense' :::{nonsense} ::: [docutils]",
        "locale/es/LC_MESSAGES/help.po:4: a link is lost [l10n.lost]",
    ]


def test_a_fault_of_the_code_says_where_and_not_how() -> None:
    try:
        load_languages(None)  # type: ignore[arg-type]
    except AttributeError as error:
        (sentence,) = from_error(error)
    assert re.match(r"docs/_ext/languages\.py:\d+: AttributeError: 'NoneType'", sentence)
    assert sentence.endswith("(this is a fault of the program: please report it)")


def test_the_same_cause_is_said_once() -> None:
    full = f"build/x.html: {os.strerror(errno.ENOSPC)}"
    problems = {"en": ("a", "b"), "es": ("a",), "ar": ("b", full, full)}
    assert list(by_cause(problems)) == [
        "a (en, es)",
        "b (en)",
        "The disk is full (No space left on device). Free some space and build again. (ar)",
    ]
