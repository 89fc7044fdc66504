"""A catalog is text from strangers: whatever it holds, the page keeps its shape.

Each row of :data:`PAYLOADS` stands in every place that a translator can write
to: titles, paragraphs, boxes, tables, pictures, glossary, index, contents, page
settings. The book is built twice, with harmless translations and with these,
under the most permissive Markdown. Both must have the same files, the same
elements with the same attributes, the same settings, contents and index places.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polib
import pytest
from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx
from sphinx.locale import translators
from sphinx.util.docutils import docutils_namespace, patch_docutils

import message_fragments
from catalog_gate import CatalogError, compile_catalog, unsafe_interface_words
from message_fragments import DEEPEST_MARKUP, LONGEST_MESSAGE, visible
from tests.conftest import PROJECT

ROOT = Path(__file__).parent / "roots" / "test-hostile"
SECRET = "TOP-SECRET-7431"  # noqa: S105  # what no page may show; it stands in files of the root
UP = "../" * 12

# What a msgstr may hold, and whether the build reports it: what is only text is not odd.
PAYLOADS: dict[str, tuple[str, bool]] = {
    "jinja": ("{{ cycler.__init__.__globals__.os.system('touch executed') }}", True),
    "jinja-include": ("{% include 'secret.txt' %}", True),
    "substitution": ("{{ project }}", True),
    "include": ("```{include} secret.txt\n```", True),
    "literalinclude": (":::{literalinclude} secret.txt\n:::", True),
    "include-role": ("{include}`secret.txt`", True),
    "eval-rst": (
        "```{eval-rst}\n.. include:: secret.txt\n.. raw:: html\n   :file: secret.txt\n```",
        True,
    ),
    "download": ("{download}`x <secret.txt>`", True),
    "download-outside": (f"{{download}}`x <{UP}etc/passwd>`", True),
    "link-outside": (f"[x]({UP}etc/passwd)", True),
    "link-to-file": ("[x](secret.txt)", True),
    "picture-outside": (f"![x]({UP}etc/passwd)", True),
    "picture-remote": ("![x](https://evil.example/x.png)", True),
    "script": ("<script>alert(1)</script>", True),
    "iframe": ('<iframe src="https://evil.example"></iframe>', True),
    "javascript-anchor": ('<a href="javascript:alert(1)">x</a>', True),
    "end-of-page": ("</div></body></html>", True),
    "event": ("<img src=x onerror=alert(1)>", True),
    "comment": ("<!-- x -->", True),
    "cdata": ("<![CDATA[x]]>", True),
    "instruction": ("<?php x ?>", True),
    "half-tag": ("<script ", False),
    "html-admonition": ('<div class="admonition"><p>x</p></div>', True),
    "javascript-link": ("[x](javascript:alert(1))", True),
    "javascript-entity": ("[x](&#106;avascript:alert(1))", True),
    "javascript-title": ('[x](https://evil.example "t\\" onclick=alert(1)")', True),
    "data-link": ("[x](data:text/html,<script>alert(1)</script>)", True),
    "file-link": ("[x](file:///etc/passwd)", True),
    "vbscript-link": ("[x](vbscript:x)", True),
    "other-address": ("[x](https://evil.example/)", True),
    "autolink": ("<https://evil.example/>", True),
    "mail": ("<a@evil.example>", True),
    "bare-address": ("https://evil.example/", False),
    "reference-link": ("[x][y]\n\n[y]: https://evil.example/", True),
    "attributes": ("[x]{#evil .evil onclick=alert(1)}", False),
    "attribute-block": ("{#evil .evil}\nx", False),
    "quotation": ('" onmouseover="alert(1)" x=\' y=\'', False),
    "entity-tag": ("&lt;script&gt;alert(1)&lt;/script&gt;", True),
    "placeholders": ("100 % %s %d %(x)q {0.__class__} {number} %", False),
    "front-matter": ("---\norphan: true\nno-search: true\n---\nx", True),
    "label": ("(evil)=\nx", True),
    "block-break": ("+++ {evil}", True),
    "toctree": (":::{toctree}\nsecret\n:::", True),
    "ref": ("{ref}`x <page-1>`", True),
    "target-role": ("{target}`evil`", True),
    "index-role": ("{index}`evil`", True),
    "raw-role": ("{raw-html}`<script>`", True),
    "raw": ("```{raw} html\n<script>alert(1)</script>\n```", True),
    "footnote": ("[^a] [^evil]", True),
    "footnote-definition": ("[^evil]: x", True),
    "term": ("{term}`x <evil>`", True),
    "citation": ("{cite:p}`one`", True),
    "heading": ("# x", True),
    "list": ("- x\n- y", True),
    "number": ("1. x", False),
    "quotation-block": ("> x", True),
    "table": ("| a | b |\n|---|---|\n| c | d |", False),
    "definition-list": ("x\n: y", False),
    "task": ("- [ ] x", True),
    "second-paragraph": ("x\n\ny", True),
    "half-emphasis": ("**x* _y", False),
    "half-role": ("{ref}`x", True),
    "half-link": ("[x](y", True),
    "backslashes": ("\\\\\\`\\", False),
    "merge-conflict": ("<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> z", True),
    "index-parts": ("x; y; !z", False),
    "override": ("\u202e911\u202c", True),
    "override-entity": ("&#x202e;911", True),
    "open-isolate": ("\u2067911", True),
    "control": ("x\by\v", True),
    "code": ("`x`", True),
}

# § is the number of the page. All of this is text that a translator can change.
PAGE = """\
---
myst:
  html_meta:
    description: Description §.
---
(page-§)=
# Page §

:::{index} single: Entry §
:::

:::{index} see: Word §; Entry §
:::

Paragraph §.

Links § {ref}`the leaf <leaf>` [site](https://example.org/a) {term}`tea <tea §>` {cite:p}`one`.[^a]

- Item §

:::{list-table} Table §
:header-rows: 1

* - Head §
* - Cell §
:::

:::{admonition} Box §
Inside §.
:::

(figure-§)=
:::{figure} cup.png
:alt: Picture §

Caption §
:::

![Inline §](cup.png)

See {numref}`Figure %s of § <figure-§>`.

```text
Literal §
```

:::{glossary}
tea §
  Definition §.
:::

:::{toctree}
:caption: Contents §

Elsewhere § <https://example.org/toc>
:::

[^a]: Footnote §.
"""


@dataclass(frozen=True)
class Built:
    """A finished build: its folder, its warnings, and what Sphinx remembers of it."""

    output: Path
    warnings: str
    settings: dict[str, Any]


def build(book: Path, output: Path, builder: str = "html") -> Built:
    """Build the Spanish book as ``sphinx-build`` does."""
    warnings = io.StringIO()
    translators.clear()
    with patch_docutils(str(book)), docutils_namespace():
        app = Sphinx(
            srcdir=book,
            confdir=book,
            outdir=output,
            doctreedir=output.with_name(f"{output.name}-doctrees"),
            buildername=builder,
            confoverrides={"language": "en" if builder == "gettext" else "es"},
            status=None,
            warning=warnings,
            freshenv=True,
        )
        app.build()
    settings = {
        "pages": sorted(app.env.found_docs),
        "contents": app.env.toctree_includes,
        "metadata": {
            name: set(data) - {"untranslated-index"} for name, data in app.env.metadata.items()
        },
        "labels": {
            name: place[:2] for name, place in app.env.domains.standard_domain.labels.items()
        },
        "index": {
            name: [(entry[0], entry[1].count(";"), *entry[2:]) for entry in entries]
            for name, entries in app.env.domains.index_domain.entries.items()
        },
    }
    return Built(output, re.sub(r"\x1b\[[\d;]*m", "", warnings.getvalue()), settings)


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Built]:
    """Build the book with harmless and with hostile translations."""
    root = tmp_path_factory.mktemp("hostile")
    book = root / "book"
    shutil.copytree(ROOT, book)
    names = [f"page-{number}" for number in range(len(PAYLOADS))]
    for number, name in enumerate(names):
        (book / f"{name}.md").write_text(PAGE.replace("§", str(number)), encoding="utf-8")
    with (book / "index.md").open("a", encoding="utf-8") as file:
        file.write("\n:::{toctree}\n" + "\n".join(names) + "\n:::\n")
    templates = build(book, root / "templates", "gettext").output
    result = {}
    for kind in ("harmless", "hostile"):
        for name, (payload, _reported) in zip(names, PAYLOADS.values(), strict=True):
            translate(templates / f"{name}.pot", book, payload if kind == "hostile" else "x")
        result[kind] = build(book, root / kind)
    return result


def translate(template: Path, book: Path, payload: str) -> None:
    """Write a catalog in which every message is *payload*, then its English markup."""
    catalog = polib.pofile(str(template), wrapwidth=0)
    catalog.metadata = {"Language": "es", "Content-Type": "text/plain; charset=UTF-8"}
    for entry in catalog:
        atoms = entry.msgid if re.search(r"[`\]]", entry.msgid) else ""
        # gettext wants both sides to end alike.
        end = "\n" if entry.msgid.endswith("\n") else ""
        entry.msgstr = f"{payload} {atoms}".rstrip(" ") + end
    catalog.save(str(book / "locale/es/LC_MESSAGES" / f"{template.stem}.po"))


@cache
def shape(path: Path) -> Counter[tuple[str, tuple[tuple[str, str], ...]]]:
    """Count the elements of a page with their attributes, emphasis and free text left out."""
    text = re.sub(r"\?v=\w+", "", path.read_text(encoding="utf-8"))
    html = BeautifulSoup(text, "html.parser")
    return Counter(
        (tag.name, tuple(sorted((name, str(value)) for name, value in attributes(tag).items())))
        for tag in html.find_all(True)
        if tag.name not in ("em", "strong")
    )


def attributes(tag: Tag) -> dict[str, Any]:
    """Return the attributes of a tag without what a translator writes: descriptions of pictures."""
    free = {"img": "alt", "meta": "content"}.get(tag.name)
    return {name: value for name, value in tag.attrs.items() if name != free}


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def targets(path: Path) -> set[str]:
    """Return where the links of a page lead; its own anchors are counted elsewhere."""
    return {
        dict(attributes).get("href", "")
        for _name, attributes in shape(path)
        if not dict(attributes).get("href", "").startswith("#")
    }


@pytest.mark.parametrize("number", range(len(PAYLOADS)), ids=PAYLOADS)
def test_page_gets_no_element_and_no_attribute(builds: dict[str, Built], number: int) -> None:
    harmless, hostile = (shape(built.output / f"page-{number}.html") for built in builds.values())
    assert len(harmless) > 100
    assert hostile - harmless == Counter()


def test_book_keeps_its_files_settings_and_places(builds: dict[str, Built]) -> None:
    harmless, hostile = builds.values()
    assert files(hostile.output) == files(harmless.output)
    for name, value in harmless.settings.items():
        assert hostile.settings[name] == value, name
    for name in ("genindex.html", "index.html"):
        assert targets(hostile.output / name) == targets(harmless.output / name)


def test_nothing_is_run_or_read_into_the_site(builds: dict[str, Built]) -> None:
    site = builds["hostile"].output
    assert not (site.parent / "book" / "executed").exists()
    assert not Path("executed").exists()
    for path in filter(Path.is_file, site.rglob("*")):
        content = path.read_bytes()
        assert SECRET.encode() not in content, path
        assert b"root:x:0" not in content, path


def test_harmless_translations_are_not_reported(builds: dict[str, Built]) -> None:
    assert builds["harmless"].warnings == ""


@pytest.mark.parametrize("number", range(len(PAYLOADS)), ids=PAYLOADS)
def test_what_is_odd_is_reported_with_file_and_line(builds: dict[str, Built], number: int) -> None:
    _payload, reported = list(PAYLOADS.values())[number]
    built = builds["hostile"]
    place = re.compile(
        rf"locale/es/LC_MESSAGES/page-{number}\.po:(\d+): WARNING: .*\[l10n\.unsafe\]"
    )
    lines = {int(line) for line in place.findall(built.warnings)}
    catalog = polib.pofile(
        str(built.output.parent / f"book/locale/es/LC_MESSAGES/page-{number}.po")
    )
    # A block of code is text, whatever it holds.
    expected = {entry.linenum for entry in catalog if not entry.msgid.startswith("Literal")}
    assert lines == (expected if reported else set())


def test_build_says_nothing_else(builds: dict[str, Built]) -> None:
    others = [
        line
        for line in builds["hostile"].warnings.splitlines()
        if "WARNING" in line and not re.search(r"\[l10n\.(unsafe|lost)\]$", line)
    ]
    assert others == []


# -- One message at a time -----------------------------------------------------

SOURCES = {
    "plain": "Plain text.",
    "link": "Open [a site](https://example.org/a).",
    "two-links": "Open [one](https://example.org/a#x) or [two](https://example.org/a#y).",
    "numref": "See {numref}`Figure %s <figure>`.",
    "named-numref": "Look at {numref}`Figure {number} <figure>`.",
    "ref": "See {ref}`the leaf <leaf>`.",
    "link-and-ref": "Open [a site](https://example.org/a) {ref}`the leaf <leaf>`.",
    "picture": "![A cup](cup.png)",
}

# (source, translation, what readers see, what the build says)
MESSAGES: dict[str, tuple[str, str, str | None, str]] = {
    "bad-percent": ("numref", "Vea {numref}`Figura %q <figure>`.", "Vea Figure 1.", "'Figura %q'"),
    "no-percent": ("numref", "Vea {numref}`Figura <figure>`.", "Vea Figure 1.", "'Figura'"),
    "two-percents": ("numref", "{numref}`%s %s %s <figure>`", "Figure 1", "'%s %s %s'"),
    "good-percent": ("numref", "Vea {numref}`la figura %s <figure>`.", "Vea la figura 1.", ""),
    "format-attribute": (
        "named-numref",
        "Vea {numref}`{number.__class__} <figure>`.",
        "Vea Figure 1.",
        "'{number.__class__}'",
    ),
    "lost-link": ("link", "Abra un sitio.", "Abra un sitio.", "lacks the link"),
    "changed-address": (
        "link",
        "Abra [un sitio](https://example.org/b).",
        "Abra un sitio.",
        "lacks the link 'https://example.org/a'",
    ),
    "link-twice": (
        "link",
        "Abra [uno](https://example.org/a) [dos](https://example.org/a).",
        "Abra uno dos.",
        "has the link",
    ),
    "two-links-to-one-page": (
        "two-links",
        "Abra [dos](https://example.org/a#y) o [uno](https://example.org/a#x).",
        "Abra dos o uno.",
        "",
    ),
    "role-in-link": (
        "ref",
        "Vea [x {ref}`hoja <leaf>`](https://example.org/a).",
        "Vea x hoja.",
        "has the link",
    ),
    "role-in-its-link": (
        "link-and-ref",
        "Abra [x {ref}`hoja <leaf>`](https://example.org/a).",
        "Abra x {ref}`hoja <leaf>`.",
        "has the role {ref} with the target 'leaf'",
    ),
    "picture-text": ("picture", '![x" onerror="alert(1)](cup.png)', "", ""),
    "emphasis": ("plain", "***todo*** *texto*", "todo texto", ""),
    "cjk-closing": ("plain", "**粗体。**文字", "粗体。文字", ""),
    "cjk-opening": ("plain", "文字**「粗体」**文字", "文字「粗体」文字", ""),
    "cjk-latin": ("plain", "한국어**(굵게)**는", "한국어(굵게)는", ""),
    "no-emphasis": ("plain", "2 * 3 * 4", "2 * 3 * 4", ""),
    "only-invisible": ("plain", "\u202e", "Plain text.", ""),
    "marks-of-direction": ("plain", "\u200f\u2066A1\u2069", "\u200f\u2066A1\u2069", ""),
    "megabyte": ("plain", "word " * 200_000, "word " * 200_000, "more than 5000 characters"),
    "deep-emphasis": (
        "plain",
        "*a **b " * 100 + "b** a*" * 100,
        "*a **b " * 100 + "b** a*" * 100,
        "more than 8 deep",
    ),
    "deep-lists": ("plain", "> - " * 1000, "> - " * 1000, "the beginning of a block"),
    "brackets": ("plain", "[" * 4999, "[" * 4999, ""),
    "pictures": ("plain", "![" * 2499, "![" * 2499, ""),
    "stars": ("plain", "*a" * 2499, None, ""),
    "backticks": ("plain", " ".join("`" * n for n in range(1, 90)), None, ""),
}


@pytest.fixture(scope="module")
def details(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build one page on which each row of :data:`MESSAGES` is a section."""
    root = tmp_path_factory.mktemp("details")
    book = root / "book"
    shutil.copytree(ROOT, book)
    source = ["(figure)=\n:::{figure} cup.png\n\nCaption\n:::"]
    catalog = polib.POFile(wrapwidth=0)
    catalog.metadata = {"Language": "es", "Content-Type": "text/plain; charset=UTF-8"}
    for name, (kind, msgstr, _shown, _said) in MESSAGES.items():
        # One message stands in a catalog once: the name makes it another one.
        msgid = f"{SOURCES[kind]} ({name})"
        source.append(f"({name})=\n## Section\n\n{msgid}")
        catalog.append(polib.POEntry(msgid=msgid, msgstr=msgstr))
    page = "# Details\n\n" + "\n\n".join(source) + "\n"
    (book / "details.md").write_text(page, encoding="utf-8")
    catalog.save(str(book / "locale/es/LC_MESSAGES/details.po"))
    with (book / "index.md").open("a", encoding="utf-8") as file:
        file.write("\n:::{toctree}\ndetails\n:::\n")
    return build(book, root / "site")


@pytest.mark.parametrize("name", MESSAGES)
def test_message_is_shown_as_text(details: Built, name: str) -> None:
    _kind, _msgstr, shown, said = MESSAGES[name]
    html = BeautifulSoup(
        (details.output / "details.html").read_text(encoding="utf-8"), "html.parser"
    )
    paragraph = html.select_one(f"section#{name} p")
    assert paragraph
    if shown is not None:
        assert paragraph.get_text().replace(f" ({name})", "").strip() == shown.strip()
    assert {tag.name for tag in paragraph.find_all(True)} <= {
        "em",
        "strong",
        "a",
        "span",
        "code",
        "img",
    }
    reports = [
        line for line in details.warnings.splitlines() if f"details.po:{line_of(name)}:" in line
    ]
    assert any(said in line for line in reports) if said else not reports


def line_of(name: str) -> int:
    """Return the line of a row in the catalog: a header of six lines, then three for each row."""
    return 7 + 3 * list(MESSAGES).index(name)


# -- Catalogs as files ---------------------------------------------------------

HEADER = b'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
ENTRY = b'msgid "Text."\nmsgstr "Texto."\n'

# What is damaged, the line that the message must name, and words that it must have.
DAMAGED: dict[str, tuple[bytes, int, str]] = {
    "unterminated-quote": (HEADER + b'msgid "Text."\nmsgstr "Texto.\n', 6, "quotation mark"),
    "quote-inside": (HEADER + b'msgid "Text."\nmsgstr "a "b" c"\n', 5, "quotation mark"),
    "words-outside": (HEADER + ENTRY + b"Texto\n", 6, "quotation mark"),
    "no-header": (ENTRY.replace(b"x", "\u00f1".encode()), 1, "charset=UTF-8"),
    "no-header-in-ascii": (ENTRY, 1, "charset=UTF-8"),
    "empty": (b"", 1, "charset=UTF-8"),
    "unknown-charset": (HEADER.replace(b"UTF-8", b"foo") + ENTRY, 1, "charset=UTF-8"),
    "not-utf-8": (HEADER + ENTRY.replace(b"x", b"\xff"), 4, "save the catalog as UTF-8"),
    "not-utf-8-in-a-comment": (b"# \xff\n" + HEADER + ENTRY, 1, "save the catalog as UTF-8"),
    "utf-16": ((HEADER + ENTRY).decode().encode("utf-16"), 1, "control character"),
    "plural-forms": (
        HEADER.replace(b"8\\n", b"8\\nPlural-Forms: nplurals=2; plural=__import__('os');\\n")
        + ENTRY,
        2,
        "plural",
    ),
    "format": (HEADER + b'#, python-format\nmsgid "%s"\nmsgstr "%d"\n', 6, "format"),
    "merge-conflict": (
        HEADER + b"<<<<<<< HEAD\n" + ENTRY + b"=======\n" + ENTRY + b">>>>>>> b\n",
        4,
        "were not merged",
    ),
    "twice": (HEADER + ENTRY + b"\n" + ENTRY.replace(b"Texto", b"Otro"), 7, "duplicate"),
    "context": (HEADER + b'msgctxt "menu"\n' + ENTRY, 4, "msgctxt"),
    "zero-byte": (HEADER + ENTRY.replace(b"Texto", b"Te\0to"), 5, "code 0"),
    "escape-sequence": (HEADER + ENTRY.replace(b"Texto", b"\x1b[2J"), 5, "code 27"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_catalog_is_refused_with_file_and_line(tmp_path: Path, name: str) -> None:
    content, line, words = DAMAGED[name]
    path = tmp_path / "page.po"
    path.write_bytes(content)
    with pytest.raises(CatalogError) as error:
        compile_catalog(path)
    message = str(error.value)
    assert message.startswith(f"{path}:{line}: ")
    assert words in message
    assert "\n" not in message
    assert files(tmp_path) == {"page.po"}


def test_whole_catalog_is_compiled_in_one_step(tmp_path: Path) -> None:
    path = tmp_path / "page.po"
    path.write_bytes(HEADER + ENTRY)
    compile_catalog(path)
    assert files(tmp_path) == {"page.po", "page.mo"}


@pytest.mark.parametrize("domain", ["index", "sphinx"])
def test_stock_command_stops_with_one_message(tmp_path: Path, domain: str) -> None:
    book = tmp_path / "book"
    shutil.copytree(ROOT, book)
    catalog = book / f"locale/es/LC_MESSAGES/{domain}.po"
    catalog.write_bytes(HEADER + b'msgid "Text."\nmsgstr "Texto.\n')
    extensions = Path(message_fragments.__file__).parent
    result = subprocess.run(
        [sys.executable, "-m", "sphinx", "-b", "html", "-D", "language=es", book, tmp_path / "out"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(extensions), "PATH": ""},
    )
    assert result.returncode != 0
    assert result.stderr.count(f"{domain}.po") == 1
    assert f"{catalog}:6: gettext cannot read this catalog" in result.stderr
    assert not (tmp_path / "out/index.html").exists()


def test_a_catalog_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Even when a compiled catalog from better days is there."""
    book = tmp_path / "book"
    shutil.copytree(ROOT, book)
    catalog = book / "locale/es/LC_MESSAGES/index.po"
    compile_catalog(catalog)
    catalog.unlink()
    catalog.symlink_to("nowhere.po")
    with pytest.raises(CatalogError, match=r"index\.po: this catalog cannot be read: No such"):
        build(book, tmp_path / "out")


def test_message_with_a_context_is_not_passed_over(tmp_path: Path) -> None:
    """Even when the compiled catalog is up to date already."""
    book = tmp_path / "book"
    shutil.copytree(ROOT, book)
    catalog = book / "locale/es/LC_MESSAGES/index.po"
    compile_catalog(catalog)
    text = catalog.read_text(encoding="utf-8")
    catalog.write_text(
        text.replace('msgid "Text."', 'msgctxt "x"\nmsgid "Text."'), encoding="utf-8"
    )
    catalog.with_suffix(".mo").touch()
    with pytest.raises(CatalogError, match=r"index\.po:\d+: the book uses no msgctxt"):
        build(book, tmp_path / "out")


INTERFACE: dict[str, tuple[str, str]] = {
    "script": ("Menu", "<script>alert(1)</script>"),
    "attribute": ("Pages of this book", 'x" onmouseover="alert(1)'),
    "entity": ("Menu", "&lt;script&gt;"),
    "lost-placeholder": ("then press %s", "luego presione"),
    "other-placeholder": ("then press %s", "luego presione %d"),
    "more-placeholders": ("then press %s", "luego %s presione %s"),
    "bare-percent": ("Open at least %s hours a day", "al menos 50 % %s"),
    "attribute-of-a-value": ("Page {page} of {pages}", "{page.__class__} {pages}"),
    "other-name": ("On %(day)s: %(compared)s", "El %(day)s: %(other)s"),
    "other-order": ("%s of %d", "%d de %s"),
}


@pytest.mark.parametrize("name", INTERFACE)
def test_words_of_the_interface_hold_no_markup_and_the_same_placeholders(
    tmp_path: Path, name: str
) -> None:
    msgid, msgstr = INTERFACE[name]
    book = tmp_path / "book"
    shutil.copytree(ROOT, book)
    catalog = polib.POFile()
    catalog.metadata = {"Language": "es", "Content-Type": "text/plain; charset=UTF-8"}
    catalog.append(polib.POEntry(msgid=msgid, msgstr=msgstr))
    catalog.save(str(book / "locale/es/LC_MESSAGES/sphinx.po"))
    with pytest.raises(CatalogError, match=r"sphinx\.po:7: these words need the same signs"):
        build(book, tmp_path / "out")


@pytest.mark.parametrize("code", ["es", "ar"])
def test_words_of_our_interface_are_safe(code: str) -> None:
    path = PROJECT / "locale" / code / "LC_MESSAGES" / "sphinx.po"
    assert list(unsafe_interface_words(path)) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\u202e911\u202c", "911"),
        ("\u2066a\u2069", "\u2066a\u2069"),
        ("\u2066a", "a"),
        ("\u2069a\u2066", "a"),
        ("\u200f\u200e\u061ca", "\u200f\u200e\u061ca"),
        ("a\x00\x1b\x85\u2028\uffffb", "ab"),
        ("a\tb\nc", "a\tb\nc"),
    ],
)
def test_invisible_characters_are_left_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_limits_leave_room_for_every_message_of_the_book() -> None:
    longest = max(
        len(text)
        for path in (PROJECT / "locale").rglob("*.po")
        for entry in polib.pofile(str(path))
        for text in (entry.msgid, entry.msgstr)
    )
    assert longest * 4 < LONGEST_MESSAGE
    assert DEEPEST_MARKUP >= 4
