"""Note which handouts have changed, for clinics that keep copies.

    python -m scripts.handouts record --date 2026-11-22 [--version 0.2.0] [--site build/site]

Run it after a build, before a new version is published. It compares the words of
the handouts in the built site with ``docs/_data/handout_changes.json`` and adds
what differs. That file is the only memory of changes: a build never asks the clock
or an older build. What was written there is never changed again.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from handouts.records import FOLDER, Record, read_record
from languages import Language, LanguagesError, load_languages
from scripts import DOCS, LOCALE, ROOT
from scripts.catalog.files import write_text

LEDGER = DOCS / "_data" / "handout_changes.json"
WITHDRAWN = ""

Kind = Literal["new", "changed", "withdrawn"]


class LedgerError(Exception):
    """The list of changes cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What had changed on a day, as YYYY-MM-DD.

    *handouts* has, by code of a language and name of a handout, the hash of its
    words; that of a handout which is no longer printed is empty.
    """

    version: str
    date: str
    handouts: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one handout; *number* is that of its edition, from 1."""

    number: int
    version: str
    date: str
    language: str
    handout: str
    edition: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Ledger:
    """All editions, the oldest first."""

    editions: tuple[Edition, ...]

    def changes(self) -> list[Change]:
        """Return all changes, the oldest first."""
        known: dict[tuple[str, str], str] = {}
        result = []
        for number, edition in enumerate(self.editions, 1):
            for code, handouts in edition.handouts.items():
                for name, words in handouts.items():
                    kind = _kind(known.get((code, name), WITHDRAWN), words)
                    known[code, name] = words
                    version, date = edition.version, edition.date
                    result.append(Change(number, version, date, code, name, words, kind))
        return result

    def latest(self) -> dict[tuple[str, str], Change]:
        """Return the last change of each handout, by code of the language and name."""
        return {(change.language, change.handout): change for change in self.changes()}

    def unrecorded(self, records: Iterable[Record]) -> dict[str, dict[str, str]]:
        """Return what these records have that the ledger lacks, in the form of an edition."""
        known = {key: change.edition for key, change in self.latest().items()}
        result = {}
        for record in records:
            now = {handout.name: handout.edition for handout in record.handouts}
            gone = {
                name: WITHDRAWN
                for code, name in known
                if code == record.language and name not in now
            }
            differing = {
                name: words
                for name, words in sorted({**now, **gone}.items())
                if words != known.get((record.language, name), WITHDRAWN)
            }
            if differing:
                result[record.language] = differing
        return result


def _kind(before: str, now: str) -> Kind:
    if now == WITHDRAWN:
        return "withdrawn"
    return "new" if before == WITHDRAWN else "changed"


def load_ledger(path: Path = LEDGER) -> Ledger:
    """Read the list of changes; it is empty before the first one was recorded.

    Raises LedgerError when the file cannot be read as one.
    """
    if not path.is_file():
        return Ledger(())
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        return Ledger(tuple(Edition(**edition) for edition in table["editions"]))
    except (ValueError, KeyError, TypeError) as error:
        raise LedgerError(f"{path}: this is no list of changes of handouts: {error}") from error


def records_of(site: Path, languages: Iterable[Language]) -> Iterator[Record]:
    """Yield what a built site knows of the handouts of each language."""
    for language in languages:
        record = read_record(site / language.slug / FOLDER, language)
        if record is not None:
            yield record


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = _parse(arguments)
    try:
        languages = load_languages(LOCALE / "languages.toml")
        ledger = load_ledger()
        records = list(records_of(options.site, languages.values()))
        if not records:
            raise LedgerError(f"{options.site} has no handouts; build the site first")
        _check_date(options.date, ledger)
    except (LanguagesError, LedgerError) as error:
        print(error, file=sys.stderr)
        return 2
    unrecorded = ledger.unrecorded(records)
    if not unrecorded:
        print("No handout has changed since the last record.")
        return 0
    edition = Edition(options.version, options.date.isoformat(), unrecorded)
    _write(Ledger((*ledger.editions, edition)))
    count = sum(map(len, unrecorded.values()))
    print(f"Recorded {count} changed handouts in {', '.join(unrecorded)}: {LEDGER}")
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts.handouts record", description=__doc__.partition("\n")[0]
    )
    parser.add_argument(
        "--date", type=datetime.date.fromisoformat, required=True, metavar="YYYY-MM-DD",
        help="the day of the change, as clinics will read it",
    )  # fmt: skip
    parser.add_argument(
        "--version", default=_project_version(), help="default: that of the project"
    )
    parser.add_argument(
        "--site", type=Path, default=ROOT / "build" / "site", help="default: build/site"
    )
    return parser.parse_args(arguments)


def _project_version() -> str:
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(package["project"]["version"])


def _check_date(date: datetime.date, ledger: Ledger) -> None:
    last = ledger.editions[-1].date if ledger.editions else ""
    if date.isoformat() < last:
        raise LedgerError(f"--date {date} lies before the last recorded change of {last}")


def _write(ledger: Ledger) -> None:
    write_text(LEDGER, json.dumps(asdict(ledger), indent=1) + "\n")
