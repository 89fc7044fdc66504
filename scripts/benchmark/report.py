"""BENCHMARKS.md, written from what was measured and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scripts.benchmark.estimate import costs_of, estimates
from scripts.catalog.files import write_text

Row = Mapping[str, Any]

STOCK, STOCK_AT_ONCE, MKDOCS = "stock", "stock-at-once", "mkdocs"
OURS, SEARCHING = "ours", "ours-search"
PRINTING, OURS_PRINTING = "stock-weasyprint", "ours-everything"
NOT_MEASURED = "not measured"
_BAR = 48

# What is compared: row, contender, our name, which measure, and what we want to reach.
_RATIOS = (
    ("cold", "Cold, all languages, pages", STOCK, OURS, "wall", "10x (15x)"),
    ("cold", "Cold, all languages, pages", STOCK, OURS, "cpu", "6x (8x)"),
    ("cold", "Cold, all languages, pages and search", STOCK, SEARCHING, "wall", ""),
    ("cold", "Cold, all languages, pages and search", STOCK, SEARCHING, "cpu", ""),
    ("cold", "Cold, all languages, pages and search", STOCK_AT_ONCE, SEARCHING, "wall", ""),
    ("cold", "Cold, all languages, pages and search", MKDOCS, SEARCHING, "wall", "1x (2x)"),
    ("large", "Cold, the large book, pages", STOCK, OURS, "wall", "15x (20x)"),
    ("large", "Cold, the large book, pages and search", STOCK, SEARCHING, "wall", ""),
    ("large", "Cold, the large book, pages and search", MKDOCS, SEARCHING, "wall", ""),
    (
        "everything", "Cold, pages, search and all PDFs", PRINTING, OURS_PRINTING, "wall",
        "15x (25x)",
    ),
    ("unchanged", "Nothing changed", STOCK, SEARCHING, "wall", "8x"),
    ("unchanged", "Nothing changed", MKDOCS, SEARCHING, "wall", ""),
    ("message", "One message of one language changed", STOCK, SEARCHING, "wall", ""),
    ("message", "One message of one language changed", MKDOCS, SEARCHING, "wall", ""),
    ("page", "One English page changed, all languages, pages", STOCK, OURS, "wall", "6x (10x)"),
    (
        "page", "One English page changed, all languages, pages and search", STOCK, SEARCHING,
        "wall", "",
    ),
    (
        "page", "One English page changed, all languages, pages and search", MKDOCS, SEARCHING,
        "wall", "",
    ),
)  # fmt: skip
_DETAILS = {
    "cold": "Cold, all languages",
    "large": "Cold, the large book",
    "everything": "Cold, pages and all PDFs",
    "unchanged": "Nothing changed",
    "message": "One message of one language changed",
    "page": "One English page changed, all languages",
}


def write_report(results: Row, path: Path) -> None:
    """Write the report; what was not measured is said to be so."""
    write_text(path, report_text(results))


def report_text(results: Row) -> str:
    """Return the report in Markdown."""
    rows = results["rows"]
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # noqa: S701  # it is Markdown, of our own numbers
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    costs = costs_of(rows)
    return templates.get_template("report.md").render(
        runs=list(_circumstances(rows)),
        ratios=list(_ratios(rows)),
        absolutes=list(_absolutes(rows)),
        details=list(_detail_tables(rows)),
        missing=sorted(set(_missing(rows))),
        sampled=any(_is_sampled(runs) for _name, _row, runs in _all_runs(rows)),
        bars="\n".join(_bars(rows)),
        growth=rows.get("growth"),
        growth_ratio=_growth_ratio(rows),
        memory_ratio=_memory_ratio(rows),
        real=rows.get("real"),
        costs=costs,
        estimates=estimates(costs) if costs else [],
        versions=sorted(set(_versions(rows))),
    )


def _circumstances(rows: Row) -> Iterator[str]:
    """Yield when, where and how the rows were measured; rows of one run share a line."""
    seen: dict[tuple[str, str, str], list[str]] = {}
    for name, row in rows.items():
        seen.setdefault((row["date"], row["machine"], row["command"]), []).append(name)
    for (date, machine, command), names in seen.items():
        yield f"{', '.join(names)}: {date}, on {machine}, by `{command}`"


def _ratios(rows: Row) -> Iterator[tuple[str, ...]]:
    for name, title, other, ours, measured, reach in _RATIOS:
        row = rows.get(name, {})
        contenders = row.get("contenders", {})
        theirs, own = contenders.get(other, {}), contenders.get(ours, {})
        what = f"{title}: {'processors' if measured == 'cpu' else 'clock'}"
        if not theirs.get("runs") or not own.get("runs"):
            failed = "failed" in theirs or "failed" in own
            why = "failed" if failed else "missing" if "missing" in theirs else NOT_MEASURED
            yield what, theirs.get("title", other), why, "", "", reach
            continue
        factors = [
            one[measured] / our[measured]
            for one, our in zip(theirs["runs"], own["runs"], strict=False)
        ]
        yield (
            what,
            theirs["title"],
            _seconds(theirs["runs"], measured),
            _seconds(own["runs"], measured),
            f"{median(factors):.1f}x",
            reach,
        )


def _absolutes(rows: Row) -> Iterator[tuple[str, str, str]]:
    """Yield what is to be reached in seconds or as growth, not as a ratio to others."""
    real = rows.get("real", {}).get("runs", {})

    def seconds(name: str) -> str:
        return f"{real[name]['wall']:.2f} s" if name in real else NOT_MEASURED

    everything = rows.get("everything", {}).get("unchanged", {}).get(OURS_PRINTING, {})
    value = f"{_seconds(everything['runs'], 'wall')}" if everything.get("runs") else NOT_MEASURED
    yield "Nothing changed, everything, book of the benchmark", value, "1 s (0.3 s)"
    yield (
        "Nothing changed, everything, real book",
        seconds("everything, nothing changed"),
        "1 s (0.3 s)",
    )
    message = rows.get("message", {}).get("contenders", {}).get(OURS, {})
    value = _seconds(message["runs"], "wall") if message.get("runs") else NOT_MEASURED
    yield "One message changed, one command, pages of the benchmark", value, "2 s (1 s)"
    yield (
        "One message changed, one command, real book with handouts",
        seconds("one message, one language"),
        "2 s (1 s)",
    )
    yield (
        "One message changed, running preview of the real book",
        seconds("one message, running preview"),
        "0.7 s (0.3 s)",
    )
    growth = _growth_ratio(rows)
    yield (
        "Cost of a page in a language, most pages against fewest",
        f"{growth:.2f}x" if growth else NOT_MEASURED,
        "at most 1.2x",
    )
    memory = _memory_ratio(rows)
    yield (
        "Memory of the parent, most languages against fewest",
        f"{memory:.2f}x" if memory else NOT_MEASURED,
        "at most 1.2x",
    )


def _points(rows: Row, fixed: str) -> list[Row]:
    """Return the points of the growth that differ in pages, or in languages."""
    points = rows.get("growth", {}).get("points", [])
    other = "languages" if fixed == "pages" else "pages"
    shared = [point[fixed] for point in points]
    most = max(set(shared), key=shared.count, default=0)
    return sorted((one for one in points if one[fixed] == most), key=lambda one: int(one[other]))


def _growth_ratio(rows: Row) -> float:
    points = _points(rows, "languages")
    if len(points) < 2:
        return 0
    cost = [point["cpu"] / (point["pages"] * point["languages"]) for point in points]
    return float(cost[-1] / cost[0])


def _memory_ratio(rows: Row) -> float:
    points = _points(rows, "pages")
    if len(points) < 2 or not points[0]["parent"]:
        return 0
    return float(points[-1]["parent"] / points[0]["parent"])


def _all_runs(rows: Row) -> Iterator[tuple[str, str, Sequence[Row]]]:
    for row, table in rows.items():
        for name, contender in table.get("contenders", {}).items():
            yield row, name, contender["runs"]


def _detail_tables(rows: Row) -> Iterator[tuple[str, Row, list[tuple[str, ...]]]]:
    for name, title in _DETAILS.items():
        if name not in rows:
            continue
        row = rows[name]
        lines: list[tuple[str, ...]] = [
            (
                contender["title"] + (" (computed)" if _is_sampled(contender["runs"]) else ""),
                _seconds(contender["runs"], "cpu"),
                _seconds(contender["runs"], "wall"),
                _range(contender["runs"]),
                f"{max(run['peak'] for run in contender['runs']):.0f} MiB",
            )
            for contender in row["contenders"].values()
            if contender["runs"]
        ]
        yield title, row, lines


def _is_sampled(runs: Sequence[Row]) -> bool:
    return any("part" in run for run in runs)


def _missing(rows: Row) -> Iterator[str]:
    for row in rows.values():
        for contender in row.get("contenders", {}).values():
            for why in ("missing", "failed"):
                if why in contender:
                    yield f"{contender['title']}: {contender[why]}"


def _versions(rows: Row) -> Iterator[str]:
    for row in rows.values():
        for contender in row.get("contenders", {}).values():
            if "versions" in contender:
                yield f"{contender['title']}: {contender['versions']}"


def _seconds(runs: Sequence[Row], measured: str) -> str:
    return f"{median(run[measured] for run in runs):.2f} s"


def _range(runs: Sequence[Row]) -> str:
    walls = [run["wall"] for run in runs]
    return f"{min(walls):.2f} to {max(walls):.2f} s"


def _bars(rows: Row) -> Iterator[str]:
    """Yield a plot of the cold builds: a line of blocks for each contender."""
    for name in ("cold", "large", "everything"):
        contenders = rows.get(name, {}).get("contenders", {})
        walls = {
            one["title"]: median(run["wall"] for run in one["runs"])
            for one in contenders.values()
            if one["runs"]
        }
        if not walls:
            continue
        longest = max(walls.values())
        yield _DETAILS[name]
        for title, wall in walls.items():
            yield f"  {title}"
            yield f"  {'█' * max(1, round(_BAR * wall / longest))} {wall:.1f} s"
