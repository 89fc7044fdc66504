"""The data of the evidence: statements, topics of the articles, the self-assessment.

Each loader reads one file of ``docs/_data`` whose header explains its fields,
and raises ClaimsError with a sentence that says what to mend.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from sphinx.errors import SphinxError

ARTICLES = ("000", "001", "002")
VERDICTS = (
    "supported",
    "supported-with-nuance",
    "overstated",
    "outdated",
    "wrong",
    "unsupported",
    "opinion",
    "unverifiable-here",
    "gap",
)
# The book corrects these; each one needs patterns of what no page may say.
CORRECTED = ("wrong", "outdated", "overstated", "unsupported")
STRENGTHS = ("strong", "fair", "weak", "none")
RESULTS = ("met", "partly", "unmet")

_ID = re.compile(r"id\s*=\s*[\"'](?P<id>[^\"']+)[\"']")


class ClaimsError(SphinxError):
    """A data file of the evidence cannot be used."""

    category = "Claims"


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement; the header of ``claims.toml`` explains the fields."""

    id: str
    verdict: str
    fact: str
    strength: str
    articles: tuple[str, ...] = ()
    article_said: str = ""
    sources: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    checked: datetime.date | None = None
    seen: str = ""
    left_out: str = ""
    must_not_say: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic of an article; the header of ``topics.toml`` explains the fields."""

    id: str
    article: str
    gist: str
    pages: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One question of the self-assessment; ``self_assessment.toml`` explains the fields."""

    id: str
    group: str
    asks: str
    result: str
    note: str = ""
    pages: tuple[str, ...] = ()


Record = TypeVar("Record", Claim, Topic, Item)


def load_claims(path: Path) -> Mapping[str, Claim]:
    """Read the statements by id, in the order of the file."""
    return _load_claims(path, _changed(path))


@lru_cache(maxsize=4)
def _load_claims(path: Path, changed: int) -> Mapping[str, Claim]:
    del changed  # part of the key, so that a long-lived build sees an edit
    claims = _records(path, "claim", Claim)
    for claim in claims.values():
        _require_known(path, claim.id, "verdict", claim.verdict, VERDICTS)
        _require_known(path, claim.id, "strength", claim.strength, STRENGTHS)
        if claim.checked is not None and type(claim.checked) is not datetime.date:
            raise ClaimsError(f"{path}: {claim.id}: write checked as a day, like 2026-11-22")
    return claims


def load_topics(path: Path) -> Mapping[str, Topic]:
    """Read the topics of the articles by id, in the order of the file."""
    return _load_topics(path, _changed(path))


@lru_cache(maxsize=4)
def _load_topics(path: Path, changed: int) -> Mapping[str, Topic]:
    del changed  # part of the key, so that a long-lived build sees an edit
    topics = _records(path, "topic", Topic)
    for topic in topics.values():
        _require_known(path, topic.id, "article", topic.article, ARTICLES)
        if bool(topic.pages) == bool(topic.reason):
            raise ClaimsError(f"{path}: {topic.id}: give either pages or a reason")
    return topics


def load_assessment(path: Path) -> Mapping[str, Item]:
    """Read the items of the self-assessment by id, in the order of the file."""
    return _load_assessment(path, _changed(path))


@lru_cache(maxsize=4)
def _load_assessment(path: Path, changed: int) -> Mapping[str, Item]:
    del changed  # part of the key, so that a long-lived build sees an edit
    items = _records(path, "item", Item)
    for item in items.values():
        _require_known(path, item.id, "result", item.result, RESULTS)
        if item.result != "met" and not item.note:
            raise ClaimsError(f"{path}: {item.id}: say in note what is missing")
    return items


def line_of(path: Path, identifier: str) -> int:
    """Return the line of a data file on which the table with this id says so; 1 without one."""
    return _lines(path, _changed(path)).get(identifier, 1)


@lru_cache(maxsize=4)
def _lines(path: Path, changed: int) -> Mapping[str, int]:
    del changed  # part of the key, so that a long-lived build sees an edit
    lines = path.read_text(encoding="utf-8").splitlines()
    found = ((_ID.match(line), number) for number, line in enumerate(lines, 1))
    return {match["id"]: number for match, number in found if match}


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError as error:
        raise ClaimsError(f"{path}: {error.strerror}") from None


def _records(path: Path, name: str, kind: type[Record]) -> dict[str, Record]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ClaimsError(f"{path}: {error}") from None
    tables = data.get(name)
    if not isinstance(tables, list):
        raise ClaimsError(f"{path}: there is no table [[{name}]]")
    records: dict[str, Record] = {}
    for table in tables:
        record = _record(path, name, table, kind)
        if record.id in records:
            raise ClaimsError(f"{path}: {record.id} stands there twice")
        records[record.id] = record
    return records


def _record(path: Path, name: str, table: Mapping[str, Any], kind: type[Record]) -> Record:
    label = table.get("id", f"a table [[{name}]] without id")
    known = {field.name for field in fields(kind)}
    required = {field.name for field in fields(kind) if field.default is MISSING}
    if missing := sorted(required - table.keys()):
        raise ClaimsError(f"{path}: {label} lacks {', '.join(missing)}")
    if unknown := sorted(table.keys() - known):
        raise ClaimsError(f"{path}: {label} has unknown {', '.join(unknown)}")
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in table.items()
    }
    return kind(**values)


def _require_known(
    path: Path, identifier: str, field: str, value: str, known: Iterable[str]
) -> None:
    if value not in known:
        raise ClaimsError(
            f"{path}: {identifier}: {field} is {value!r}, should be one of {', '.join(known)}"
        )
