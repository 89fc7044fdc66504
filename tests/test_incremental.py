"""What is not built again is what building it again would give, byte for byte."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sphinx
from sphinx.errors import ExtensionError

from scripts import handover
from tests.small_book import HEADER, keep_languages, make_small_book
from tests.test_build import contents

Edit = Callable[[Path, random.Random], None]

PAGES_ONLY = ("--builders", "html", "search")
# Everything that a process could take over from the one that parsed: notes, terms, citations,
# index, nesting, pictures, words of Sphinx that are translated while a page is parsed.
STRESS = """\
---
myst:
  html_meta:
    description: Everything.
---
(everything)=
# Everything

:::{index} zebra, apple
:::

Said by some {cite:p}`zanos2018`.[^note] See {term}`zebra` and {ref}`the help <help>`.

:::{glossary}
zebra
  An animal.
:::

- One
  - Two

    > Quoted [link](https://example.org/)[^note]

| What | How much |
|---|---|
| One | 1 |

:::{versionadded} 1.0
:::

:::{bibliography}
:::

## Everything

[^note]: A note.
"""


def run(root: Path, program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False
    )


def build(root: Path, output: str, *before: str) -> None:
    """Build the pages of the book; the lines *before* run first, in the same process."""
    arguments = [*PAGES_ONLY, "--output", output]
    program = "\n".join(
        ["import sys", *before, "from scripts.build import main", f"sys.exit(main({arguments!r}))"]
    )
    result = run(root, program)
    assert result.returncode == 0, result.stderr


def reasons(root: Path, output: str) -> dict[str, str]:
    timings = json.loads((root / output).parent.joinpath("timings.json").read_text("utf-8"))
    return {code: timing["why"] for code, timing in timings.items()}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    root = make_small_book(tmp_path / "project")
    shutil.copy(Path(__file__).parent.parent / "LICENSE-FONTS", root)
    keep_languages(root, "en", "es")
    (root / "docs" / "everything.md").write_text(STRESS, encoding="utf-8")
    (root / "locale/es/LC_MESSAGES/everything.po").write_text(
        HEADER + '\nmsgid "One"\nmsgstr "Uno"\n', encoding="utf-8"
    )
    index = root / "docs" / "index.md"
    index.write_text(index.read_text("utf-8").replace("about\n", "about\neverything\n"), "utf-8")
    return root


# -- Nothing, or little, has changed ---------------------------------------------------


def test_nothing_is_done_where_nothing_changed(book: Path) -> None:
    build(book, "out/site")
    before = contents(book / "out")
    program = (
        "import sys; from scripts.build import main; "
        f"code = main({[*PAGES_ONLY, '--output', 'out/site']!r}); "
        "heavy = {'sphinx', 'docutils', 'rich', 'babel', 'jinja2', 'lxml'} & set(sys.modules); "
        "sys.exit(f'imported {heavy}' if heavy else code)"
    )
    result = run(book, program)
    assert result.returncode == 0, result.stderr
    assert "Nothing has changed" in result.stdout
    after = contents(book / "out")
    assert after.pop("timings.json") != before.pop("timings.json")
    assert after == before


def test_a_site_that_somebody_damaged_is_mended(book: Path) -> None:
    build(book, "out/site")
    page = book / "out/site/es/help.html"
    text = page.read_bytes()
    page.write_bytes(b"damaged")
    build(book, "out/site")
    assert page.read_bytes() == text
    assert "not those of last time" in reasons(book, "out/site")["es"]


def test_only_the_language_and_the_page_that_changed_are_made_again(book: Path) -> None:
    build(book, "out/site")
    inodes = {path: path.stat().st_ino for path in (book / "out/site").rglob("*.html")}
    _substitute(book / "locale/es/LC_MESSAGES/help.po", "Llame ya", "Llame 1")
    build(book, "out/site")
    why = reasons(book, "out/site")
    assert why == {"en": "nothing changed, so its pages stay as they are", "es": "the catalogs"}
    new = {
        path.relative_to(book / "out/site").as_posix()
        for path in (book / "out/site").rglob("*.html")
        if path.stat().st_ino != inodes[path]
    }
    assert {name for name in new if name.startswith("en/")} == set()
    assert "es/help.html" in new
    assert "es/about.html" not in new
    assert "Llame 1" in (book / "out/site/es/help.html").read_text(encoding="utf-8")


# -- Any sequence of edits -------------------------------------------------------------


def _substitute(path: Path, pattern: str, new: str) -> None:
    text, number = re.subn(pattern, new, path.read_text(encoding="utf-8"))
    assert number == 1
    path.write_text(text, encoding="utf-8")


def _edit_page(root: Path, dice: random.Random) -> None:
    with (root / "docs/help.md").open("a", encoding="utf-8") as file:
        file.write(f"\nParagraph {dice.random()}.\n")


def _edit_title(root: Path, dice: random.Random) -> None:
    _substitute(root / "docs/about.md", "(?m)^# .*", f"# About {dice.random()}")


def _edit_message(root: Path, dice: random.Random) -> None:
    new = f'msgstr "Llame {dice.random()}"'
    _substitute(root / "locale/es/LC_MESSAGES/help.po", 'msgstr "Llame.*"', new)


def _translate_title(root: Path, dice: random.Random) -> None:
    pattern = '(msgid "Get help"\\nmsgstr )".*"'
    new = rf'\1"Ayuda {dice.random()}"'
    _substitute(root / "locale/es/LC_MESSAGES/help.po", pattern, new)


def _edit_definition(root: Path, dice: random.Random) -> None:
    _substitute(root / "docs/everything.md", "  An animal.*", f"  An animal {dice.random()}.")


def _edit_data(root: Path, dice: random.Random) -> None:
    new = f'base_url = "https://example.org/{dice.randint(0, 99)}/"'
    _substitute(root / "docs/_data/site.toml", 'base_url = ".*"', new)


def _edit_configuration(root: Path, dice: random.Random) -> None:
    with (root / "docs/conf.py").open("a", encoding="utf-8") as file:
        file.write(f'\ncopyright = "{dice.random()}"\n')


def _rename_page(root: Path, dice: random.Random) -> None:
    new = f"tea{dice.randint(0, 99)}"
    (old,) = (root / "docs/parts").glob("tea*.md")
    catalogs = root / "locale/es/LC_MESSAGES/parts"
    (catalogs / f"{old.stem}.po").rename(catalogs / f"{new}.po")
    old.rename(old.with_name(f"{new}.md"))
    index = root / "docs/index.md"
    index.write_text(re.sub(r"parts/tea\d*", f"parts/{new}", index.read_text("utf-8")), "utf-8")


def _add_or_remove_page(root: Path, dice: random.Random) -> None:
    page, index = root / "docs/more.md", root / "docs/index.md"
    text = index.read_text("utf-8")
    if page.exists():
        page.unlink()
        index.write_text(text.replace("more\n", ""), encoding="utf-8")
        return
    page.write_text(
        "# More\n\nA {term}`zebra`, a picture:\n\n![zebra](_static/more.png)\n", "utf-8"
    )
    (root / "docs/_static").mkdir(exist_ok=True)
    shutil.copy(root / "docs/_root/share.png", root / "docs/_static/more.png")
    index.write_text(text.replace("about\n", "about\nmore\n"), encoding="utf-8")


EDITS: tuple[Edit, ...] = (
    _edit_page, _edit_title, _edit_message, _translate_title, _edit_definition, _edit_data,
    _edit_configuration, _rename_page, _add_or_remove_page,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
def test_any_edits_give_what_a_build_from_nothing_gives(book: Path, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311  # the same each time
    build(book, "out/site")
    # Each edit once at least, some of them together.
    waiting = dice.sample(EDITS, len(EDITS))
    while waiting:
        for _number in range(dice.randint(1, 3)):
            if waiting:
                waiting.pop()(book, dice)
        build(book, "out/site")
        shutil.rmtree(book / "cold", ignore_errors=True)
        build(book, "cold/site")
        assert contents(book / "out/site") == contents(book / "cold/site")


# -- The hand-over ---------------------------------------------------------------------


def test_pages_that_were_handed_over_are_those_that_a_language_reads_itself(book: Path) -> None:
    build(book, "handed/site")
    # As on systems where processes start empty: nothing is parsed ahead.
    alone = (
        "import scripts.site as site",
        "from functools import partial",
        "site.safe_method = lambda: 'spawn'",
        "site.run_each = partial(site.run_each, method='spawn')",
    )
    build(book, "alone/site", *alone)
    assert contents(book / "handed/site") == contents(book / "alone/site")


def test_what_is_handed_over_and_what_is_not(book: Path) -> None:
    (book / "docs/faulty.md").write_text("# Faulty\n\n:::{nonsense}\n:::\n", encoding="utf-8")
    program = (
        "from pathlib import Path; import scripts; from scripts.handover import parse_ahead; "
        "print(sorted(parse_ahead(Path('docs').resolve(), None, Path('ahead')).pages))"
    )
    result = run(book, program)
    assert result.returncode == 0, result.stderr
    # "everything" has a word of Sphinx that is translated while the page is parsed.
    assert result.stdout.strip() == "['about', 'help', 'index', 'parts/tea']"


def test_the_seam_fits_this_release_of_sphinx(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sphinx.version_info[:2] == handover.SUPPORTED_SPHINX
    monkeypatch.setattr(sphinx, "version_info", (9, 1, 0, "final", 0))
    with pytest.raises(ExtensionError, match="move the seam"):
        handover.parse_ahead(Path("docs"), None, Path("nowhere"))
