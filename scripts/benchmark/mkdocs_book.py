"""The same book for MkDocs Material with mkdocs-static-i18n: a folder of pages a language."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from pathlib import Path

from scripts.benchmark.book import Block, Book, Message, Page, Part
from scripts.benchmark.sphinx_book import write_file
from scripts.benchmark.text import SOURCE, Tongue

# JSON is YAML, and quotes itself.
_EXTENSIONS = ["admonition", "attr_list", "def_list", "footnotes", "meta", "tables"]


def write_mkdocs(book: Book, folder: Path) -> Path:
    """Write the book; return the file of its configuration."""
    targets = {page.label: page.name for page in book.pages}
    for tongue in book.languages:
        for page in book.pages:
            text = "\n\n".join(_Writer(book, page, tongue, targets).parts()) + "\n"
            write_file(folder / "docs" / tongue.mkdocs / f"{page.name}.md", text)
    configuration = folder / "mkdocs.yml"
    write_file(configuration, json.dumps(_configuration(book), indent=2, ensure_ascii=False))
    return configuration


def _configuration(book: Book) -> dict[str, object]:
    languages = [
        {"locale": tongue.mkdocs, "name": tongue.name, "default": tongue.code == SOURCE}
        for tongue in book.languages
    ]
    return {
        "site_name": "Benchmark",
        "theme": {"name": "material"},
        "plugins": ["search", {"i18n": {"docs_structure": "folder", "languages": languages}}],
        "markdown_extensions": _EXTENSIONS,
    }


class _Writer:
    """Writes one page in one language."""

    def __init__(self, book: Book, page: Page, tongue: Tongue, targets: dict[str, str]) -> None:
        self._book = book
        self._page = page
        self._tongue = tongue
        self._targets = targets

    def parts(self) -> Iterator[str]:
        """Yield what stands on the page, from top to bottom."""
        page = self._page
        yield f"---\ndescription: {self._text(page.summary)}\n---"
        yield f"# {self._text(page.title)}"
        for block in page.blocks:
            yield self._block(block)
        if page.name == self._book.glossary:
            for number, (head, meaning) in enumerate(self._book.terms):
                yield f'<span id="term-{number}"></span>\n\n{self._text(head)}'
                yield f":   {self._text(meaning)}"
        for number, note in enumerate(page.notes, 1):
            yield f"[^{number}]: {self._text(note)}"

    def _block(self, block: Block) -> str:
        texts = [self._text(message) for message in block.messages]
        if block.kind == "section":
            return f"{'#' * block.level} {texts[0]} {{#{block.label}}}"
        if block.kind == "list":
            return "\n".join(f"- {text}" for text in texts)
        if block.kind == "table":
            rows = [
                f"| {' | '.join(texts[start : start + 3])} |" for start in range(0, len(texts), 3)
            ]
            return "\n".join([rows[0], "| --- | --- | --- |", *rows[1:]])
        if block.kind == "box":
            return f'!!! note "{texts[0]}"\n    {texts[1]}\n\n    - {texts[2]}'
        if block.kind == "quote":
            return f"> {texts[0]}"
        return texts[0]

    def _text(self, message: Message) -> str:
        pairs = zip(message.parts, message.words(self._tongue), strict=True)
        return " ".join(self._part(part, text) for part, text in pairs)

    def _part(self, part: Part, text: str) -> str:
        if part.kind == "reference":
            return f"[{text}]({self._address(self._targets[part.target])})"
        if part.kind == "term":
            return f"[{text}]({self._address(self._book.glossary)}#term-{part.target})"
        if part.kind == "link":
            return f"[{text}]({part.target})"
        if part.kind == "bold":
            return f"**{text}**"
        if part.kind == "code":
            return f"`{text}`"
        if part.kind == "note":
            return f"[^{part.target}]"
        return text

    def _address(self, name: str) -> str:
        return posixpath.relpath(f"{name}.md", posixpath.dirname(self._page.name) or ".")
