"""The book as Sphinx reads it: MyST pages, a catalog for each page and language, conf.py."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from scripts import DOCS
from scripts.benchmark.book import Block, Book, Message, Page, Part, source_tongue
from scripts.benchmark.text import Tongue

STOCK = """\
project = "Benchmark"
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence"]
html_theme = "furo"
locale_dirs = ["../locale"]
gettext_compact = False
gettext_additional_targets = ["index"]
"""

# What makes the pages of this project, without what only its own book has: claims,
# crisis lines, handouts.
OURS = """\
import sys
from pathlib import Path
sys.path.insert(0, {extensions!r})
project = "Benchmark"
extensions = [
    "myst_parser", "catalog_gate", "message_fragments", "languages", "sharing", "collation",
    "html_attributes", "block_marks", "isolated_numbers", "table_labels", "term_notes",
    "navigation", "language_marks", "main_message", "book_index", "search_page",
    "unchanged_pages", "template_cache",
]
myst_enable_extensions = ["colon_fence"]
html_theme = "guide"
html_theme_path = [{themes!r}]
languages_file = str(Path(__file__).parent.parent / "locale" / "languages.toml")
locale_dirs = ["../locale"]
gettext_compact = False
gettext_additional_targets = ["index"]
html_copy_source = False
"""

# The same with all that is printed. The facts that the extensions ask for are ours.
EVERYTHING = """\
extensions += [
    "sphinxcontrib.bibtex", "crisis_lines", "evidence", "review_dates", "report_link", "people",
    "handouts", "book",
]
bibtex_bibfiles = []
crisis_lines_file = {data!r} + "/crisis_lines.toml"
claims_file = {data!r} + "/claims.toml"
topics_file = {data!r} + "/topics.toml"
assessment_file = {data!r} + "/self_assessment.toml"
handouts_spare_pages = 20
review_months = {{"sources": 12, "crisis_lines": 6}}
site_base_url = site_contact = ""
version = "1"
exclude_patterns = ["_*"]
"""

HANDOUT_EVERY = 4

LANGUAGE = """\
[{code}]
slug = "{slug}"
tag = "{tag}"
name = "{name}"
english_name = "{code}"
direction = "{direction}"
script = "{script}"
pdf_fonts = {fonts}
pdf_scale = 1.0
paper = "a4"
collation = "en"
state = "{state}"

"""

_FONTS = {
    "Arab": ["Amiri", "Noto Sans"],
    "Deva": ["Noto Sans", "Noto Sans Devanagari"],
    "Hans": ["Noto Sans", "Noto Sans CJK SC"],
    "Hant": ["Noto Sans", "Noto Sans CJK TC"],
    "Jpan": ["Noto Sans", "Noto Sans CJK JP"],
}

_CATALOG_HEAD = """\
msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""


def write_stock(book: Book, folder: Path) -> Path:
    """Write the book with plain configuration; return the folder with ``conf.py``."""
    return _write(book, folder, STOCK)


def write_ours(book: Book, folder: Path) -> Path:
    """Write the same book for the extensions and the theme of this project."""
    ours = OURS.format(extensions=str(DOCS / "_ext"), themes=str(DOCS / "_theme"))
    docs = _write(book, folder, ours)
    write_file(folder / "locale" / "languages.toml", "".join(map(_language, book.languages)))
    return docs


def write_everything(book: Book, folder: Path) -> Path:
    """Write the same book for our extensions, some of its pages as handouts, too."""
    docs = write_ours(book, folder)
    configuration = docs / "conf.py"
    text = configuration.read_text(encoding="utf-8")
    write_file(configuration, text + EVERYTHING.format(data=str(DOCS / "_data")))
    shutil.copytree(DOCS / "_typst", docs / "_typst")
    for page in handouts_of(book):
        path = docs / f"{page.name}.md"
        text = path.read_text(encoding="utf-8")
        # On paper there is no index, and our handouts have no quotations.
        text = re.sub(r":::\{index\}[^\n]*\n:::\n\n", "", text.replace("\n> ", "\n"))
        write_file(path, text.replace("---\n", "---\nhandout: 2\n", 1))
    return docs


def handouts_of(book: Book) -> list[Page]:
    """Return the pages that are printed as handouts, too; our handouts have no footnotes."""
    return [page for page in book.pages[1:-1] if not page.below and not page.notes][::HANDOUT_EVERY]


def _write(book: Book, folder: Path, configuration: str) -> Path:
    docs = folder / "docs"
    write_file(docs / "conf.py", configuration)
    for page in book.pages:
        write_file(docs / f"{page.name}.md", page_text(book, page))
        for tongue in book.translations:
            catalog = folder / "locale" / tongue.code / "LC_MESSAGES" / f"{page.name}.po"
            write_file(catalog, catalog_text(book, page, tongue))
    return docs


def write_file(path: Path, text: str) -> None:
    """Write a file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def slug_of(tongue: Tongue) -> str:
    """Return the folder of a language on our site."""
    return tongue.code.lower().replace("_", "-")


def _language(tongue: Tongue) -> str:
    return LANGUAGE.format(
        code=tongue.code,
        slug=slug_of(tongue),
        tag=tongue.code.replace("_", "-"),
        name=tongue.name,
        fonts=json.dumps(_FONTS.get(tongue.script, ["Noto Sans"])),
        direction="rtl" if tongue.script == "Arab" else "ltr",
        script=tongue.script,
        state="source" if tongue == source_tongue() else "draft",
    )


# -- Pages ---------------------------------------------------------------------


def page_text(book: Book, page: Page) -> str:
    """Return the English page in MyST."""
    return "\n\n".join(_page_parts(book, page)) + "\n"


def _page_parts(book: Book, page: Page) -> Iterator[str]:
    summary = _english(book, page.summary)
    yield f"---\nmyst:\n  html_meta:\n    description: {summary}\n---"
    yield f"({page.label})=\n# {_english(book, page.title)}"
    entries = ", ".join(_english(book, entry) for entry in page.entries)
    yield f":::{{index}} {entries}\n:::"
    for block in page.blocks:
        yield _block(book, block)
    if page.name == book.glossary:
        yield _glossary(book)
    for number, note in enumerate(page.notes, 1):
        yield f"[^{number}]: {_english(book, note)}"
    if page.below:
        below = "\n".join(f"/{name}" for name in page.below)
        yield f":::{{toctree}}\n{below}\n:::"


def _block(book: Book, block: Block) -> str:
    texts = [_english(book, message) for message in block.messages]
    if block.kind == "section":
        return f"({block.label})=\n{'#' * block.level} {texts[0]}"
    if block.kind == "list":
        return "\n".join(f"- {text}" for text in texts)
    if block.kind == "table":
        cells = "\n".join(
            f"{'  ' if number % 3 else '* '}- {text}" for number, text in enumerate(texts)
        )
        return f":::{{list-table}}\n:header-rows: 1\n\n{cells}\n:::"
    if block.kind == "box":
        return f":::{{admonition}} {texts[0]}\n{texts[1]}\n\n- {texts[2]}\n:::"
    if block.kind == "quote":
        return f"> {texts[0]}"
    return texts[0]


def _glossary(book: Book) -> str:
    terms = "\n\n".join(
        f"{_english(book, head)}\n  {_english(book, meaning)}" for head, meaning in book.terms
    )
    return f":::{{glossary}}\n{terms}\n:::"


# -- Messages ------------------------------------------------------------------


def _english(book: Book, message: Message) -> str:
    return message_text(book, message, source_tongue())


def message_text(book: Book, message: Message, tongue: Tongue) -> str:
    """Return a message in one language, with its markup."""
    pairs = zip(message.parts, message.words(tongue), strict=True)
    return " ".join(_part(book, part, text) for part, text in pairs)


def _part(book: Book, part: Part, text: str) -> str:
    if part.kind == "reference":
        return f"{{ref}}`{text} <{part.target}>`"
    if part.kind == "term":
        head, _meaning = book.terms[int(part.target)]
        return f"{{term}}`{text} <{_english(book, head)}>`"
    if part.kind == "link":
        return f"[{text}]({part.target})"
    if part.kind == "bold":
        return f"**{text}**"
    if part.kind == "code":
        return f"`{text}`"
    if part.kind == "note":
        return f"[^{part.target}]"
    return text


# -- Catalogs ------------------------------------------------------------------


def catalog_text(book: Book, page: Page, tongue: Tongue) -> str:
    """Return the catalog of a page, translated in full."""
    translations: dict[str, str] = {}
    for message in messages_of(book, page):
        english = _english(book, message)
        translations.setdefault(english, message_text(book, message, tongue))
    entries = "".join(
        f"\nmsgid {_quoted(english)}\nmsgstr {_quoted(text)}\n"
        for english, text in translations.items()
    )
    return _CATALOG_HEAD.format(code=tongue.code) + entries


def messages_of(book: Book, page: Page) -> Iterator[Message]:
    """Yield all messages of a page."""
    yield page.summary
    yield page.title
    yield from page.entries
    for block in page.blocks:
        yield from block.messages
    yield from page.notes
    if page.name == book.glossary:
        for pair in book.terms:
            yield from pair


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
