"""Index the finished site for its search, one index for each language.

Pagefind reads copies of the pages that only it sees: what stands on many pages
is left out of them, and each page gets the words that readers may use for what
it is about. Those are the entries of the book's index, the other names that the
glossary gives, and the words of ``locale/<code>/search.toml``. An index is made by the
process that builds its language, and stays with pages that are not built again.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias
from urllib.parse import urldefrag

from jinja2 import Environment, StrictUndefined
from lxml import html
from pagefind_bin_extended import get_executable

from languages import Language
from scripts import LOCALE
from scripts.catalog.files import write_text
from scripts.versions import share_file
from search_page import load_spelling

FOLDER = "pagefind"
_ENTRY = "pagefind-entry.json"
# Of what Pagefind writes. The interfaces and the highlighter that it brings are not
# taken: the book has its own.
_FOR_ALL = ("pagefind.js", "pagefind-worker.js", "wasm.unknown.pagefind")
_OF_A_LANGUAGE = (
    "pagefind.{name}_*", "wasm.{name}.pagefind", "fragment/{name}_*", "index/{name}_*",
)  # fmt: skip
# These lead to pages, and say nothing that they do not say.
_WITHOUT_TEXT = frozenset({"genindex", "search"})
# On many pages alike, or no words of the page: they would make all pages look the same.
_FURNITURE = ("help-box", "country-lines", "bibtex-citation", "citation", "guide-notes")
# About the making of the book: they name every subject, and answer no question about one.
_ABOUT_THE_BOOK = frozenset(
    f"reference/{name}"
    for name in (
        "evidence",
        "first-article",
        "second-article",
        "self-assessment",
        "sources",
        "third-article",
    )
)
_WEIGHT_ABOUT_THE_BOOK = "0.1"
# Colons and full stops of all scripts.
_AFTER_COLON = re.compile("[:：]([^:：.。।]+)")
# What Pagefind reads of a page.
_COPY = Environment(autoescape=True, undefined=StrictUndefined).from_string("""\
<!doctype html>
<html lang="{{ tag }}">
<body data-pagefind-body data-pagefind-weight="{{ weight }}">
{% for name, fact in facts.items() %}
<meta data-pagefind-meta="{{ name }}[content]" content="{{ fact }}">
{% endfor %}
{{ text|safe }}
</body>
</html>
""")

Words: TypeAlias = dict[str, list[str]]


class SearchError(Exception):
    """The site could not be indexed; the message says why."""


@dataclass(slots=True)
class Entry:
    """An entry of the book's index: the pages it leads to, and its place in the glossary."""

    name: str
    pages: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    see: list[str] = field(default_factory=list)


def index_language(site: Path, language: Language, output: Path, *, as_it_is: bool = False) -> None:
    """Write the index of one language of a site into a folder of its own.

    With *as_it_is* its pages are searched as readers see them.
    Raises SearchError when Pagefind fails, with what it said.
    """
    if as_it_is:
        _run_pagefind(site, output, "--glob", f"{language.slug}/**/*.html")
        return
    with tempfile.TemporaryDirectory() as copies:
        for name, page in searchable_pages(site, language):
            path = Path(copies, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(page, encoding="utf-8")
        _run_pagefind(Path(copies), output)


def write_search_index(
    site: Path,
    languages: Iterable[Language],
    made: Mapping[str, Path] | None = None,
    *,
    as_it_is: bool = False,
) -> None:
    """Write the indexes of the languages into the folder ``pagefind`` of a finished site.

    *made* names the folders with indexes that are made already, by the code of their
    language. One that is not there, or of another Pagefind, is made again.
    Raises SearchError when Pagefind fails, with what it said.
    """
    known: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as work:
        for language in languages:
            folder = (made or {}).get(language.code)
            if folder is None or not _has_index(folder, language):
                folder = Path(work, language.code)
                index_language(site, language, folder, as_it_is=as_it_is)
            _take_index(folder, language, site / FOLDER)
            entry = _read_entry(folder)
            name = _name_in_index(language)
            known[name] = entry["languages"][name]
            # Pagefind writes the languages in any order.
            text = json.dumps({**entry, "languages": known}, sort_keys=True, ensure_ascii=False)
            write_text(site / FOLDER / _ENTRY, text)


def _run_pagefind(pages: Path, output: Path, *options: str) -> None:
    command: list[str | Path] = [get_executable(), "--site", pages, *options]
    # The addresses keep "index.html", so that they also work where no server completes them.
    command += ["--output-path", output, "--keep-index-url"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SearchError(f"Pagefind made no index: {result.stdout}{result.stderr}")


def _has_index(folder: Path, language: Language) -> bool:
    try:
        entry = _read_entry(folder)
    except (OSError, ValueError):
        return False
    return (
        entry["version"] == version("pagefind") and _name_in_index(language) in entry["languages"]
    )


def _read_entry(folder: Path) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads((folder / _ENTRY).read_bytes())
    return entry


def _name_in_index(language: Language) -> str:
    return language.tag.lower()


def _take_index(source: Path, language: Language, target: Path) -> None:
    """Take what belongs to one language out of a folder of indexes, and what all of them need."""
    name = _name_in_index(language)
    for pattern in (*_FOR_ALL, *(pattern.format(name=name) for pattern in _OF_A_LANGUAGE)):
        for path in source.glob(pattern):
            place = target / path.relative_to(source)
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                share_file(path, place)


def searchable_pages(site: Path, language: Language) -> Iterator[tuple[str, str]]:
    """Yield the path of each page, such as ``es/help.html``, and the HTML to index."""
    folder = site / language.slug
    spelling = load_spelling(LOCALE / language.code)
    words = words_of_pages(folder, spelling.words)
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        page = _read(path)
        articles = page.xpath('//main[@id="content"]/article')
        if name in _WITHOUT_TEXT or not articles:
            continue
        article = articles[0]
        facts = {
            "title": article.xpath("string(.//h1)"),
            "part": page.xpath('string(//nav[@id="site-navigation"]//details[@open]/summary)'),
            "description": page.xpath('string(//meta[@name="description"]/@content)'),
            # Only these two are searched, see search.js: the others are to be read.
            "subject": spelling.fold(article.xpath("string(.//h1)")),
            "words": spelling.fold(", ".join(words.get(name, ()))),
        }
        for furniture in _FURNITURE:
            for element in article.find_class(furniture):
                element.drop_tree()
        text = spelling.fold(html.tostring(article, encoding="unicode"))
        weight = _WEIGHT_ABOUT_THE_BOOK if name in _ABOUT_THE_BOOK else "1"
        yield (
            f"{language.slug}/{name}.html",
            _COPY.render(tag=language.tag, facts=facts, text=text, weight=weight),
        )


# -- The words of readers ------------------------------------------------------


def words_of_pages(folder: Path, lay: Mapping[str, Iterable[str]]) -> Words:
    """Return for each page of a language the words by which readers may look for it."""
    words: Words = {page: list(names) for page, names in lay.items()}
    entries = index_entries(folder)
    others = other_names(folder)
    for anchor, entry in entries.items():
        names = [entry.name]
        for term in entry.terms:
            names += others.get(term, ())
        names += (other.name for other in entries.values() if anchor in other.see)
        for page in entry.pages:
            words.setdefault(page, []).extend(names)
    return words


def index_entries(folder: Path) -> dict[str, Entry]:
    """Read the entries of the book's index, by anchor; a book without index has none."""
    index = folder / "genindex.html"
    if not index.is_file():
        return {}
    entries: dict[str, Entry] = {}
    anchor = ""
    for element in _read(index).xpath('//section[@class="guide-index"]/dl/*'):
        if element.tag == "dt":
            anchor = element.get("id")
            entries[anchor] = Entry(element.text_content())
            continue
        for link in element.iter("a"):
            address, fragment = urldefrag(link.get("href"))
            if not address:
                entries[anchor].see.append(fragment)
            elif fragment:
                entries[anchor].terms.append(fragment)
            else:
                entries[anchor].pages.append(PurePosixPath(address).with_suffix("").as_posix())
    return entries


def other_names(folder: Path) -> Words:
    """Return the other names of the glossary's terms, by the anchor of the term.

    They stand between a colon and the end of the sentence: "Also called: drip,
    intravenous infusion." So it is in all languages, whatever words they use.
    """
    glossary = folder / "reference" / "glossary.html"
    if not glossary.is_file():
        return {}
    names: Words = {}
    for term in _read(glossary).xpath('//dl[contains(@class, "glossary")]/dt[@id]'):
        definition = term.getnext().text_content()
        names[term.get("id")] = [name.strip() for name in _AFTER_COLON.findall(definition)]
    return names


def _read(path: Path) -> html.HtmlElement:
    return html.document_fromstring(path.read_text(encoding="utf-8"))
