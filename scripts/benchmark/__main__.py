"""Measure how fast books in many languages are built, by this project and by other tools.

    python -m scripts.benchmark [--quick] [--only cold large] [--rounds 3]
                                [--pages 32] [--languages 11]

Each row is kept in build/benchmark/results.json, so that rows can be measured one
by one; BENCHMARKS.md is written from all that are there. Nothing is measured for a
contender that cannot be installed: the report names it as missing.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scripts import ROOT
from scripts.benchmark.machine import describe_machine
from scripts.benchmark.measure import CommandError
from scripts.benchmark.report import write_report
from scripts.benchmark.rows import (
    STEPS,
    Plan,
    run_everything,
    run_growth,
    run_large,
    run_real,
    run_steps,
)
from scripts.catalog.files import write_text

WORK = ROOT / "build" / "benchmark"
REPORT = ROOT / "BENCHMARKS.md"
OTHER_ROWS: Mapping[str, Callable[[Plan], dict[str, Any]]] = {
    "large": run_large,
    "everything": run_everything,
    "growth": run_growth,
    "real": run_real,
}
ROWS = (*STEPS, *OTHER_ROWS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = _parse(arguments)
    results_file = options.work / "results.json"
    results = _read(results_file)
    wanted = [row for row in ROWS if row in options.only]
    try:
        for names, run in _runs(_plan(options), wanted):
            print(f"-- {', '.join(names)}", flush=True)
            found = run()
            _note(found, arguments)
            results["rows"].update(found)
            _write(results_file, results)
    except CommandError as error:
        print(error, file=sys.stderr)
        return 1
    write_report(results, options.report)
    print(f"The report is {options.report}.")
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts.benchmark", description=__doc__.partition("\n")[0]
    )
    parser.add_argument(
        "--only", nargs="*", choices=ROWS, default=list(ROWS), metavar="ROW",
        help=f"only these rows, or none to write the report again: {', '.join(ROWS)}",
    )  # fmt: skip
    parser.add_argument("--rounds", type=int, help="how often each contender builds (default: 3)")
    parser.add_argument("--pages", type=int, default=32, help="pages of the book (default: 32)")
    parser.add_argument("--languages", type=int, default=11, help="languages (default: 11)")
    parser.add_argument(
        "--quick", action="store_true",
        help="one round less, and stock Sphinx builds three languages of the large book, not all",
    )  # fmt: skip
    parser.add_argument("--work", type=Path, default=WORK, help="where everything is built")
    parser.add_argument(
        "--report", type=Path, default=REPORT, help="the report (default: BENCHMARKS.md)"
    )
    return parser.parse_args(arguments)


def _plan(options: argparse.Namespace) -> Plan:
    return Plan(
        work=options.work.resolve(),
        pages=options.pages,
        languages=options.languages,
        rounds=options.rounds or (2 if options.quick else 3),
        large_stock_languages=3 if options.quick else 20,
        say=lambda sentence: print(sentence, flush=True),
    )


def _runs(
    plan: Plan, wanted: Sequence[str]
) -> list[tuple[list[str], Callable[[], dict[str, Any]]]]:
    """Return what is to be run: the steps of one book together, the other rows alone."""
    runs: list[tuple[list[str], Callable[[], dict[str, Any]]]] = []
    if steps := [row for row in STEPS if row in wanted]:
        runs.append((steps, lambda: run_steps(plan, steps)))
    for row, run in OTHER_ROWS.items():
        if row in wanted:
            runs.append(([row], lambda row=row, run=run: {row: run(plan)}))  # type: ignore[misc]
    return runs


def _note(found: dict[str, Any], arguments: Sequence[str] | None) -> None:
    """Write into each row when, where and by which command it was measured."""
    words = sys.argv[1:] if arguments is None else arguments
    for row in found.values():
        row["date"] = datetime.now(UTC).date().isoformat()
        row["command"] = shlex.join(["python", "-m", "scripts.benchmark", *words])
        row["machine"] = describe_machine()


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {"rows": {}}
    results: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return results


def _write(path: Path, results: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(results, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
