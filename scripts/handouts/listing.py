"""List the handouts of all languages: a page, a file for programs, and a feed of changes.

All three say the same: what is there comes from the records that the builder
leaves beside the PDFs, what has changed and when from the list of changes in
``docs/_data``. Neither asks the clock, so the same book gives the same files.
"""

from __future__ import annotations

import json
import math
import shutil
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from handouts.online import short_path
from handouts.records import FOLDER, Handout, PrintedFile, Record
from handouts.variants import variants_for
from languages import SOURCE_LANGUAGE, Language
from paper.typesetting import timestamp
from scripts import DOCS
from scripts.catalog.files import write_text
from scripts.handouts.ledger import Change, Ledger, load_ledger, records_of
from scripts.handouts.short_paths import short_path_faults, write_short_paths
from scripts.settings import site_address

TEMPLATES = DOCS / "_root"

# The names of entries in the feed follow from this one and must never change: a
# feed reader shows what has another name as new.
_FEED = uuid.UUID("5f0c6b0e-8a3e-4d53-9d8c-7c1f0a4be2d7")

_STATES = {
    "source": "Original text",
    "draft": "Draft",
    "second-read": "Read a second time",
    "reviewed": "Reviewed by a qualified person",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One handout in one language, as the page shows it; withheld without a *handout*."""

    language: Language
    version: str
    state: str
    handout: Handout | None

    def file(self, variant: str) -> PrintedFile | None:
        """Return one of its PDFs."""
        files = self.handout.files if self.handout else ()
        return next((file for file in files if file.variant == variant), None)


@dataclass(frozen=True, slots=True)
class Entry:
    """What changed in one language at one time, as the feed tells it."""

    id: str
    language: Language
    version: str
    date: str
    changes: tuple[Change, ...]


def write_handout_lists(
    site: Path, published: Sequence[Language], book: Sequence[Language]
) -> None:
    """Write all that the root of a site says of its handouts.

    *published* are the languages that the site has, of all languages of the *book*.
    Raises LedgerError when the list of changes cannot be read.
    """
    records = {record.language: record for record in records_of(site, published)}
    ledger = load_ledger()
    names = _names(records, ledger)
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    templates.filters["kilobytes"] = kilobytes
    templates.globals["address"] = site_address()
    page = templates.get_template("handouts.html").render(
        rows={name: list(_rows(name, published, records)) for name in _printed(records)},
        names=names,
        languages=published,
        indexes={
            one.code: _index_page(site / one.slug, records.get(one.code)) for one in published
        },
        variants=_variants(published),
    )
    write_text(site / FOLDER / "index.html", page + "\n")
    shutil.copyfile(TEMPLATES / "handouts.css", site / FOLDER / "handouts.css")
    write_text(site / "handouts.json", _machine_readable(published, records, ledger))
    feed = templates.get_template("handouts.atom").render(
        feed_id=_FEED.urn,
        updated=_updated(ledger),
        entries=_entries(ledger, {language.code: language for language in book}),
        names=names,
        folders={language.code: language.slug for language in published},
        pages={
            (code, handout.name): handout.page
            for code, record in records.items()
            for handout in record.handouts
        },
    )
    write_text(site / "handouts.atom", feed + "\n")
    write_short_paths(site, book, names, templates)


def handout_notes(site: Path, languages: Iterable[Language]) -> Iterable[str]:
    """Yield what a maintainer should do about handouts before a new site is published."""
    ledger = load_ledger()
    yield from short_path_faults(ledger)
    unrecorded = ledger.unrecorded(records_of(site, languages))
    if count := sum(map(len, unrecorded.values())):
        yield (
            f"The list of changes lacks {count} changed handouts ({', '.join(unrecorded)}). "
            "Before you publish: python -m scripts.handouts record --date <today>"
        )


def kilobytes(size: int) -> str:
    """Return a size in bytes as people read it.

    >>> kilobytes(86_001)
    '87 KB'
    """
    return f"{math.ceil(size / 1000)} KB"


# -- The page ------------------------------------------------------------------------


def _printed(records: Mapping[str, Record]) -> list[str]:
    """Return the names of all handouts, in the order of the English ones."""
    ordered = sorted(records.values(), key=lambda record: record.language != SOURCE_LANGUAGE)
    return list(dict.fromkeys(one.name for record in ordered for one in record.handouts))


def _rows(name: str, languages: Iterable[Language], records: Mapping[str, Record]) -> Iterable[Row]:
    for language in languages:
        record = records.get(language.code)
        handouts = record.handouts if record else ()
        yield Row(
            language=language,
            version=record.version if record else "",
            state=_STATES[record.state if record else language.state],
            handout=next((one for one in handouts if one.name == name), None),
        )


def _index_page(tree: Path, record: Record | None) -> str:
    """Return the page that leads to the handouts of a language, else its first page."""
    for handout in record.handouts if record else ():
        index = f"{handout.page.rpartition('/')[0]}/index.html"
        if (tree / index).is_file():
            return index
    return "index.html"


def _variants(languages: Iterable[Language]) -> list[str]:
    return list(dict.fromkeys(one.name for each in languages for one in variants_for(each)))


# -- The file for programs -----------------------------------------------------------


def _machine_readable(
    languages: Sequence[Language], records: Mapping[str, Record], ledger: Ledger
) -> str:
    latest = ledger.latest()
    files = [
        _file_table(language, records[language.code], handout, file, latest)
        for language in languages
        if language.code in records
        for handout in records[language.code].handouts
        for file in handout.files
    ]
    changes = [asdict(change) for change in reversed(ledger.changes())]
    table = {"base_url": site_address(), "files": files, "changes": changes}
    return json.dumps(table, indent=1, ensure_ascii=False) + "\n"


def _file_table(
    language: Language,
    record: Record,
    handout: Handout,
    file: PrintedFile,
    latest: Mapping[tuple[str, str], Change],
) -> dict[str, Any]:
    change = latest.get((language.code, handout.name))
    recorded = change if change and change.edition == handout.edition else None
    return {
        "path": f"{language.slug}/{FOLDER}/{file.file}",
        "sha256": file.sha256,
        "bytes": file.bytes,
        "pages": file.pages,
        "paper": file.paper,
        "language": language.code,
        "tag": language.tag,
        "handout": handout.name,
        "variant": file.variant,
        "title": handout.title,
        "version": record.version,
        "edition": handout.edition,
        "state": record.state,
        "stamped_draft": handout.stamped,
        "sources_checked": handout.checked or None,
        # Null: these words are newer than the last change that was recorded.
        "changed": recorded.date if recorded else None,
        "changed_in_version": recorded.version if recorded else None,
        "page": f"{language.slug}/{handout.page}.html",
        "short_path": short_path(handout.page, language),
    }


# -- The feed ------------------------------------------------------------------------


def _entries(ledger: Ledger, book: Mapping[str, Language]) -> list[Entry]:
    """Return the entries of the feed, the newest first: one for each language and edition."""
    changes: dict[tuple[int, str], list[Change]] = {}
    for change in ledger.changes():
        if change.language in book:
            changes.setdefault((change.number, change.language), []).append(change)
    entries = [
        Entry(
            id=uuid.uuid5(_FEED, f"{number}/{code}").urn,
            language=book[code],
            version=group[0].version,
            date=group[0].date,
            changes=tuple(group),
        )
        for (number, code), group in changes.items()
    ]
    return sorted(entries, key=lambda entry: entry.changes[0].number, reverse=True)


def _updated(ledger: Ledger) -> str:
    """Return the time of the last change, as Atom wants it; a feed cannot be without."""
    if ledger.editions:
        return f"{ledger.editions[-1].date}T00:00:00Z"
    return datetime.fromtimestamp(timestamp(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _names(records: Mapping[str, Record], ledger: Ledger) -> dict[tuple[str, str], str]:
    """Return the title of each handout, its name where it is no longer printed."""
    titles = {(change.language, change.handout): change.handout for change in ledger.changes()}
    for code, record in records.items():
        titles |= {(code, handout.name): handout.title for handout in record.handouts}
    return titles
