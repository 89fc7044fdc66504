"""Bring the catalogs up to date with the English text, and lose no translation.

The templates are made from the book and merged into the catalogs by gettext's
msgmerge. Everything that a language has translated so far serves as memory:
text that moved to another page, was split, or comes back is found there.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polib
from rich.console import Console
from rich.table import Table

from languages import Language
from scripts import LOCALE
from scripts.catalog import command
from scripts.catalog.files import (
    CatalogError,
    catalogs_of,
    messages_folder,
    read_catalog,
    run_gettext,
    translations,
    write_catalog,
)
from scripts.catalog.templates import extract, new_catalog

# Beside LC_MESSAGES, so that no tool takes it for a catalog of the book.
REMOVED_FOLDER = "removed"

_FEW_WORDS = 4

Pages = Mapping[str, polib.POFile]


@dataclass(frozen=True, slots=True)
class Update:
    """What the update of one language did; the numbers count messages.

    *new* have no translation, or the one of a similar text, marked fuzzy;
    *changed* keep theirs of before, marked fuzzy; *moved* got back one that was
    made elsewhere; *kept* are as they were; *removed* have left the book.
    """

    language: Language
    new: int = 0
    changed: int = 0
    moved: int = 0
    kept: int = 0
    removed: int = 0
    written: tuple[Path, ...] = ()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "--language", nargs="+", metavar="CODE", help="only these languages (default: all)"
    )


def run(options: argparse.Namespace, console: Console) -> int:
    """Update the catalogs of the chosen languages; return the exit code."""
    languages = translations(options.language, LOCALE)
    with console.status("Reading the English text"):
        templates = extract()
    updates = [update_language(language, templates, LOCALE) for language in languages]
    _print(updates, console)
    return 0


def _print(updates: Iterable[Update], console: Console) -> None:
    table = Table("Language")
    for name in ("New", "Changed (fuzzy)", "Moved", "Kept", "Removed", "Files written"):
        table.add_column(name, justify="right")
    for update in updates:
        numbers = (update.new, update.changed, update.moved, update.kept, update.removed)
        table.add_row(
            f"{update.language.english_name} ({update.language.code})",
            *map(str, (*numbers, len(update.written))),
        )
    console.print(table)
    console.print(_advice(list(updates)), soft_wrap=True)


def _advice(updates: list[Update]) -> str:
    if not any(update.written for update in updates):
        return "The catalogs say already what the English text says: nothing was written."
    lines = []
    if any(update.changed for update in updates):
        lines.append(
            "Changed messages keep their old translation, marked fuzzy, and are shown in English "
            "until you adapt the translation and take the mark away. Your editor shows the "
            "English text before the change."
        )
    if any(update.new for update in updates):
        lines.append("New messages are shown in English until you translate them.")
    if any(update.removed for update in updates):
        lines.append("Translations of removed text are kept, in case it comes back.")
    lines.append(f"Next: translate, then run: {command('check')}")
    return "\n".join(lines)


def update_language(language: Language, templates: Pages, locale: Path = LOCALE) -> Update:
    """Merge the templates into the catalogs of a language; write what changed."""
    files = list(catalogs_of(language, locale))
    _refuse_broken([file.path for file in files])
    before = {file.domain: read_catalog(file.path) for file in files}
    archive = _read_archive(language, locale)
    memory = _memory(before, archive, templates)
    after = _merge_all(language, before, archive, templates, memory)
    # What is taken away goes last: an interruption leaves a text twice, never nowhere.
    written = (
        *_write_catalogs(language, before, after, locale),
        *_write_archive(language, before, archive, after, locale),
        *_remove_catalogs(language, before.keys() - templates.keys(), locale),
    )
    return replace(_counted(language, before, after), written=written)


def _refuse_broken(paths: list[Path]) -> None:
    """Raise CatalogError when gettext cannot read a catalog; polib forgives too much."""
    if not paths:
        return
    result = run_gettext("msgcat", "--output-file", os.devnull, *paths)
    if result.returncode != 0:
        faults = [line for line in result.stderr.splitlines() if ".po:" in line]
        advice = "No catalog was changed. Mend these lines, or restore the files:"
        raise CatalogError("\n".join([advice, *faults]))


def _read_archive(language: Language, locale: Path) -> Pages:
    """Read the translations of removed pages, by the page they were on."""
    folder = locale / language.code / REMOVED_FOLDER
    return {
        path.relative_to(folder).with_suffix("").as_posix(): read_catalog(path)
        for path in sorted(folder.rglob("*.po"))
    }


# -- Memory ------------------------------------------------------------------


def _memory(before: Pages, archive: Pages, templates: Pages) -> dict[str, polib.POEntry]:
    """Return the best translation known for each English text.

    A text can be translated in two ways on two pages. Then the one that lost
    its place wins, because it is the one that is looking for a new place.
    """
    leaving: list[polib.POEntry] = []
    staying: list[polib.POEntry] = []
    obsolete: list[polib.POEntry] = []
    for domain, catalog in before.items():
        current = {entry.msgid for entry in templates.get(domain, ())}
        for entry in _with_text(catalog):
            if entry.obsolete:
                obsolete.append(entry)
            elif entry.msgid in current:
                staying.append(entry)
            else:
                leaving.append(entry)
    obsolete += [entry for catalog in archive.values() for entry in _with_text(catalog)]

    ranked = [
        *(entry for entry in (*leaving, *staying, *obsolete) if not entry.fuzzy),
        *map(_guessed_from, filter(_is_guess, (*leaving, *staying, *obsolete))),
        # A guess that keeps its place must not spread: the next update would differ.
        *(entry for entry in (*leaving, *obsolete) if entry.fuzzy),
    ]
    memory: dict[str, polib.POEntry] = {}
    for entry in ranked:
        memory.setdefault(entry.msgid, entry)
    return memory


def _with_text(catalog: polib.POFile) -> Iterator[polib.POEntry]:
    return (entry for entry in catalog if entry.msgstr and entry.msgctxt is None)


def _is_guess(entry: polib.POEntry) -> bool:
    """Tell whether msgmerge made this fuzzy: a translator's own doubt has no previous text."""
    return entry.fuzzy and bool(entry.previous_msgid)


def _guessed_from(entry: polib.POEntry) -> polib.POEntry:
    """Return the message that a guess was made from: it was translated properly."""
    return polib.POEntry(
        msgid=entry.previous_msgid,
        msgstr=entry.msgstr,
        tcomment=entry.tcomment,
        flags=[flag for flag in entry.flags if flag != "fuzzy"],
        obsolete=entry.obsolete,
    )


# -- Merging -----------------------------------------------------------------


def _merge_all(
    language: Language,
    before: Pages,
    archive: Pages,
    templates: Pages,
    memory: Mapping[str, polib.POEntry],
) -> Pages:
    with TemporaryDirectory() as name, ThreadPoolExecutor() as pool:
        work = Path(name)
        book = {entry.msgid for template in templates.values() for entry in template}
        compendium = polib.POFile(wrapwidth=0)
        compendium.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
        compendium.extend(_active(entry) for entry in memory.values())
        write_catalog(work / "compendium", compendium)

        def merge(domain: str) -> polib.POFile:
            template = templates[domain]
            catalog = before.get(domain)
            if catalog is None:
                catalog = _first_catalog(language, template, {**archive, **before})
            catalog = _without_outdated_guesses(catalog, template, memory)
            helped = _can_learn(catalog, template, memory)
            merged = _msgmerge(
                catalog, template, work / domain, work / "compendium" if helped else None
            )
            _drop_chance_guesses(merged, catalog, book)
            return merged

        return dict(zip(templates, pool.map(merge, templates), strict=True))


def _active(entry: polib.POEntry) -> polib.POEntry:
    return polib.POEntry(
        msgid=entry.msgid,
        msgstr=entry.msgstr,
        tcomment=entry.tcomment,
        flags=entry.flags,
        previous_msgid=entry.previous_msgid,
    )


def _first_catalog(language: Language, template: polib.POFile, others: Pages) -> polib.POFile:
    """Return an empty catalog for a new page.

    When the page is an old one under a new name, the headers come along.
    """
    catalog = new_catalog(language, template)
    messages = {entry.msgid for entry in template}

    def shared(other: polib.POFile) -> int:
        return len(messages & {entry.msgid for entry in other})

    origin = max(others.values(), key=shared, default=None)
    if origin is not None and shared(origin) * 2 > len(messages):
        catalog.header = origin.header
        catalog.metadata = dict(origin.metadata)
    return catalog


def _without_outdated_guesses(
    catalog: polib.POFile, template: polib.POFile, memory: Mapping[str, polib.POEntry]
) -> polib.POFile:
    """Return a copy in which guesses are undone for which something better is known.

    An edit that was taken back finds its translation again, and a message that
    was translated on another page takes that translation.
    """
    current = {entry.msgid for entry in template}
    settled = {entry.msgid for entry in catalog if entry.msgstr and not entry.fuzzy}
    entries: dict[str, polib.POEntry] = {}
    guesses: list[polib.POEntry] = []
    for entry in catalog:
        known = memory.get(entry.msgid)
        is_better_known = known is not None and not known.fuzzy
        if _is_guess(entry) and (entry.previous_msgid in current - settled or is_better_known):
            guesses.append(_guessed_from(entry))
        else:
            entries[entry.msgid] = entry
    for guess in guesses:
        if guess.msgid not in settled:
            entries[guess.msgid] = guess
    result = polib.POFile(wrapwidth=0)
    result.header = catalog.header
    result.metadata = catalog.metadata
    result.metadata_is_fuzzy = catalog.metadata_is_fuzzy
    result.extend(entries.values())
    return result


def _can_learn(
    catalog: polib.POFile, template: polib.POFile, memory: Mapping[str, polib.POEntry]
) -> bool:
    """Tell whether the memory can help a page; searching it is most of msgmerge's work."""
    known = {entry.msgid: entry.msgstr for entry in catalog}
    return any(
        entry.msgid not in known or (not known[entry.msgid] and entry.msgid in memory)
        for entry in template
    )


def _msgmerge(
    catalog: polib.POFile, template: polib.POFile, output: Path, compendium: Path | None
) -> polib.POFile:
    write_catalog(output, catalog)
    merged = output.with_name(f"{output.name}.merged")
    result = run_gettext(
        "msgmerge",
        "--quiet",
        "--previous",              # a fuzzy message shows its English text of before
        "--no-wrap",
        "--add-location=file",     # line numbers change with every edit of a page
        "--output-file", merged,   # with --update it would keep old line numbers
        *(("--compendium", compendium) if compendium else ()),
        output,
        template.fpath,
    )  # fmt: skip
    if result.returncode != 0:
        message = result.stderr.replace(str(output), catalog.fpath or output.name)
        raise CatalogError(f"msgmerge cannot merge a catalog:\n{message.strip()}")
    return read_catalog(merged)


def _drop_chance_guesses(merged: polib.POFile, before: polib.POFile, book: set[str]) -> None:
    """Empty new messages that msgmerge filled from another text by chance, in place.

    A text that is still in the book has not changed into this one. Between
    longer texts the likeness helps all the same; two or three words that look
    alike, such as "ride home" and "going home", only mislead.
    """
    known = {entry.msgid for entry in before}
    for entry in merged:
        if (
            _is_guess(entry)
            and entry.msgid not in known
            and entry.previous_msgid in book
            and len(entry.msgid.split()) < _FEW_WORDS
        ):
            entry.msgstr = entry.tcomment = ""
            entry.previous_msgid = None
            entry.flags.remove("fuzzy")


# -- Writing -----------------------------------------------------------------


def _write_catalogs(
    language: Language, before: Pages, after: Pages, locale: Path
) -> Iterator[Path]:
    folder = messages_folder(language.code, locale)
    for domain, catalog in after.items():
        path = folder / f"{domain}.po"
        if domain in before and _says_same(before[domain], catalog):
            continue
        write_catalog(path, catalog)
        yield path


def _says_same(old: polib.POFile, new: polib.POFile) -> bool:
    """Tell whether two catalogs differ in wrapping and in the date of the template at most."""
    date = "POT-Creation-Date"
    dated = polib.POFile(wrapwidth=0)
    dated.header, dated.metadata_is_fuzzy = old.header, old.metadata_is_fuzzy
    dated.metadata = {**old.metadata, date: new.metadata[date]}
    dated.extend(old)
    return f"{dated}" == f"{new}"


def _write_archive(
    language: Language, before: Pages, archive: Pages, after: Pages, locale: Path
) -> Iterator[Path]:
    """Keep translations of removed pages that found no new place; let go of those that did."""
    placed = {(entry.msgid, entry.msgstr) for catalog in after.values() for entry in catalog}
    removed = {domain: catalog for domain, catalog in before.items() if domain not in after}
    folder = locale / language.code / REMOVED_FOLDER
    for domain in sorted({*archive, *removed}):
        origins = [pages[domain] for pages in (removed, archive) if domain in pages]
        homeless = [
            entry
            for origin in origins
            for entry in _with_text(origin)
            if (entry.msgid, entry.msgstr) not in placed
        ]
        path = folder / f"{domain}.po"
        if homeless:
            catalog = polib.POFile(wrapwidth=0)
            catalog.header, catalog.metadata = origins[0].header, origins[0].metadata
            catalog.extend(map(_obsolete, homeless))
            if write_catalog(path, catalog):
                yield path
        elif path.exists():
            _remove(path, folder)
            yield path


def _obsolete(entry: polib.POEntry) -> polib.POEntry:
    """Return a message as gettext keeps it once its text is gone."""
    kept = _active(entry)
    kept.obsolete = True
    return kept


def _remove_catalogs(language: Language, domains: Iterable[str], locale: Path) -> Iterator[Path]:
    folder = messages_folder(language.code, locale)
    for domain in sorted(domains):
        path = folder / f"{domain}.po"
        _remove(path, folder)
        path.with_suffix(".mo").unlink(missing_ok=True)
        yield path


def _remove(path: Path, root: Path) -> None:
    """Remove a catalog, and the folders below *root* that are empty then."""
    path.unlink()
    for folder in path.relative_to(root).parents:
        with suppress(OSError):  # there is something in it
            (root / folder).rmdir()


# -- Counting ----------------------------------------------------------------


def _counted(language: Language, before: Pages, after: Pages) -> Update:
    new = changed = moved = kept = 0
    texts = {entry.msgid for catalog in before.values() for entry in _current(catalog)}
    texts_now = {entry.msgid for catalog in after.values() for entry in _current(catalog)}
    for domain, catalog in after.items():
        known = {entry.msgid: entry for entry in _current(before.get(domain, ()))}
        for entry in _current(catalog):
            old = known.get(entry.msgid)
            if entry.translated() and old is not None and old.translated():
                kept += 1
            elif entry.translated():
                moved += 1
            elif entry.msgid not in texts:
                # From a text that is still there, a guess is a mere suggestion.
                has_changed = entry.fuzzy and entry.previous_msgid not in texts_now
                changed += has_changed
                new += not has_changed
    return Update(language, new, changed, moved, kept, len(_left(before, after)))


def _left(before: Pages, after: Pages) -> set[str]:
    """Return the messages that have left the book and did not become others."""
    old = {entry.msgid for catalog in before.values() for entry in _current(catalog)}
    now = [entry for catalog in after.values() for entry in _current(catalog)]
    return old - {entry.msgid for entry in now} - {entry.previous_msgid for entry in now}


def _current(catalog: Iterable[polib.POEntry]) -> Iterator[polib.POEntry]:
    return (entry for entry in catalog if not entry.obsolete)
