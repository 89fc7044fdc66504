"""What was compared with published texts is compared again in time."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evidence.data import Claim, line_of
from review_dates import add_months
from scripts.text_rules.findings import Finding

# How long before a check falls due the command fails.
NOTICE_MONTHS = 1


def review_months(path: Path) -> Mapping[str, int]:
    """Read after how many months ``sources`` and ``crisis_lines`` are checked again."""
    months: Mapping[str, int] = tomllib.loads(path.read_text(encoding="utf-8"))["review_months"]
    return months


def old_claims(
    path: Path, claims: Mapping[str, Claim], months: int, today: datetime.date
) -> Iterator[Finding]:
    """Report the statements whose sources have to be compared again."""
    for claim in claims.values():
        if claim.checked and _is_near(claim.checked, months, today):
            due = add_months(claim.checked, months)
            yield Finding(
                path,
                line_of(path, claim.id),
                f"{claim.id}: compare it with its sources again by {due}, then change checked.",
            )


def old_crisis_lines(path: Path, months: int, today: datetime.date) -> Iterator[Finding]:
    """Report the crisis lines whose numbers have to be compared again."""
    text = path.read_text(encoding="utf-8")
    data = tomllib.loads(text)
    records = [data["directory"], *_lines(data)]
    for record in records:
        if _is_near(record["checked"], months, today):
            due = add_months(record["checked"], months)
            yield Finding(
                path,
                _line_of_name(text, record["name"]),
                f"{record['name']}: compare the number with a published text again by {due}, "
                "then change checked. If you cannot confirm it, take the line out.",
            )


def _lines(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for country in data["country"]:
        yield from country.get("line", ())


def _line_of_name(text: str, name: str) -> int:
    return text[: text.find(f'name = "{name}"')].count("\n") + 1


def _is_near(checked: datetime.date, months: int, today: datetime.date) -> bool:
    return today >= add_months(checked, months - NOTICE_MONTHS)
