"""Where the short addresses on printed handouts lead, today and after pages have moved.

Paper outlives file names: ``h/going-home/es`` has to lead to that page for as long
as the sheet hangs on a wall. A handout whose file has moved keeps its name, and so
its short path. One that was renamed or removed needs a line in
``docs/_data/short_paths.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from jinja2 import Environment

from handouts.online import handout_name, short_path
from languages import SOURCE_LANGUAGE, Language
from scripts import DOCS
from scripts.catalog.files import write_text
from scripts.handouts.ledger import Ledger
from scripts.text_rules.pages import read_pages


def current_handouts(docs: Path = DOCS) -> dict[str, str]:
    """Return the page of each handout, by the name of the handout."""
    return {
        handout_name(page.docname): page.docname for page in read_pages(docs) if page.is_handout
    }


def former_handouts(docs: Path = DOCS) -> dict[str, str]:
    """Return where the names of former handouts lead now."""
    path = docs / "_data" / "short_paths.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {str(name): str(page) for name, page in table["former"].items()}


def short_paths(docs: Path = DOCS) -> dict[str, str]:
    """Return the page to which each name in a short path leads, sorted by name."""
    return dict(sorted({**former_handouts(docs), **current_handouts(docs)}.items()))


def short_path_faults(ledger: Ledger, docs: Path = DOCS) -> Iterator[str]:
    """Yield a sentence for each printed address that leads nowhere."""
    current, former = current_handouts(docs), former_handouts(docs)
    pages = {page.docname for page in read_pages(docs)}
    place = "docs/_data/short_paths.toml"
    for name, page in former.items():
        if name in current:
            yield f"{place}: {name} is a handout again; remove this line"
        if page not in pages:
            yield f"{place}: {name} leads to {page}, and the book has no such page"
    printed = {change.handout for change in ledger.changes()}
    for name in sorted(printed - current.keys() - former.keys()):
        yield f"{place}: the handout {name} was printed once; say where its short path leads now"


def write_short_paths(
    site: Path,
    languages: Iterable[Language],
    titles: Mapping[tuple[str, str], str],
    templates: Environment,
) -> None:
    """Write a page for each short path that leads on, without a script.

    *titles* are those of the handouts, by code of the language and name. A page
    that a language lacks is read in English.
    """
    template = templates.get_template("leads-on.html")
    book = {language.code: language for language in languages}
    for name, page in short_paths().items():
        for language in book.values():
            places = (language, book[SOURCE_LANGUAGE])
            target = next((one for one in places if _has(site, one, page)), None)
            if target is None:
                continue
            text = template.render(
                language=target,
                title=titles.get((target.code, name), name),
                target=f"../../../{target.slug}/{page}.html",
                up="../../../",
            )
            write_text(site / short_path(name, language) / "index.html", text + "\n")


def _has(site: Path, language: Language, page: str) -> bool:
    return (site / language.slug / f"{page}.html").is_file()
