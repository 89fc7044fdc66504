"""What much larger books would take, computed from what was measured.

The model: a build costs a start, a part for each English page, and a part for each
page in each language. A machine that builds a shard pays the first two again;
joining the shards is done by one machine, and grows with pages and languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import linear_regression
from typing import Any

PAGES, LANGUAGES = 1000, 100
WORKERS = (1, 8, 64)


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds of one processor. *join* is for each page in each language, on one machine."""

    start: float
    page: float
    page_language: float
    join: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a book takes on some workers, in minutes: shards at the same time, then the join."""

    workers: int
    shards: float
    join: float

    @property
    def total(self) -> float:
        """Return the minutes until the site is there."""
        return self.shards + self.join


def costs_of(rows: Mapping[str, Any]) -> Costs | None:
    """Return the costs that fit the measured growth; None when it was not measured."""
    points = rows.get("growth", {}).get("points", [])
    if not points:
        return None
    languages = [one for one in points if one["pages"] == points[-1]["pages"]]
    pages = [one for one in points if one["languages"] == points[0]["languages"]]
    if len({one["languages"] for one in languages}) < 2 or len({one["pages"] for one in pages}) < 2:
        return None
    by_language = linear_regression(
        [one["languages"] for one in languages], [one["cpu"] for one in languages]
    )
    page_language = by_language.slope / points[-1]["pages"]
    by_page = linear_regression([one["pages"] for one in pages], [one["cpu"] for one in pages])
    page = max(0.0, by_page.slope - page_language * points[0]["languages"])
    start = max(0.0, by_language.intercept - page * points[-1]["pages"])
    return Costs(start, page, page_language, _join_cost(rows))


def _join_cost(rows: Mapping[str, Any]) -> float:
    real = rows.get("real", {})
    run = real.get("runs", {}).get("joining the shards")
    if run is None:
        return 0.0
    return float(run["wall"]) / float(real["pages"] * len(real["languages"]))


def estimates(costs: Costs) -> list[Estimate]:
    """Return what the large book takes on one worker, on some, and on many."""
    return [_estimate(costs, workers) for workers in WORKERS]


def _estimate(costs: Costs, workers: int) -> Estimate:
    # A worker has whole languages: the one with most of them ends last.
    languages = -(-LANGUAGES // workers)
    shard = costs.start + PAGES * (costs.page + languages * costs.page_language)
    join = costs.join * PAGES * LANGUAGES
    return Estimate(workers, shard / 60, join / 60)
