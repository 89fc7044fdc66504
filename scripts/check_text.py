"""Check the English text of the book against its rules.

    python -m scripts.check_text [--format text|github|json] [--today YYYY-MM-DD]

Each finding names file and line and says what to do. The exit code is 1 when
there is one, and 2 when a data file cannot be read. The rules: pages and claims
agree, nothing is copied or sold, the text is easy to read, safe and possible to
translate, and no check of sources or crisis lines falls due within a month. The
lists of words are in ``docs/_data/wording.toml``.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from evidence.data import ClaimsError, load_assessment, load_claims, load_topics
from scripts import DOCS, ROOT
from scripts.text_rules import copying, freshness, links, reading, statements, wording
from scripts.text_rules.findings import Finding
from scripts.text_rules.pages import Page, read_pages

RUNS = ROOT / "scripts" / "data" / "seed-ngrams.txt.gz"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = _parse(arguments)
    try:
        pages = read_pages(options.docs)
        findings = sorted(set(check(options.docs, pages, options.runs, options.today)))
    except (ClaimsError, wording.WordingError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    _print(findings, options.format, options.docs.resolve().parent)
    print(_summary(pages, findings), file=sys.stderr)
    return 1 if findings else 0


def check(docs: Path, pages: Sequence[Page], runs: Path, today: datetime.date) -> Iterator[Finding]:
    """Apply all rules to the pages of a book and to its data, as they are *today*."""
    words = wording.load_wording(docs / "_data" / "wording.toml")
    known_runs = copying.load_runs(runs)
    data = _load_data(docs)
    yield from statements.disagreements(pages, data)
    yield from statements.unknown_sources(pages, data)
    yield from statements.unguarded_claims(data)
    yield from statements.wrong_statements(pages, data)
    yield from statements.unknown_pages(pages, data)
    yield from copying.copied_text(pages, known_runs, words.article_titles)
    yield from wording.bad_phrases(pages, words)
    yield from wording.unexplained_abbreviations(pages, words)
    yield from wording.unlabelled_us_facts(pages, words)
    yield from wording.missing_help(pages)
    yield from wording.untranslatable_titles(pages, words)
    yield from links.outside_links(pages, links.allowed_hosts(docs, words.hosts))
    months = freshness.review_months(docs / "_data" / "site.toml")
    yield from freshness.old_claims(data.claims_path, data.claims, months["sources"], today)
    lines = docs / "_data" / "crisis_lines.toml"
    yield from freshness.old_crisis_lines(lines, months["crisis_lines"], today)
    yield from reading.hard_pages(pages)
    yield from reading.long_sentences(pages)
    for identifier, text in statements.shown_texts(data, corrections=False):
        for sentence in (
            *copying.copied_runs(text, known_runs, words.article_titles),
            *wording.bad_phrases_in(text, words),
            *reading.long_ones(text),
        ):
            yield Finding(*data.at(identifier), f"{identifier}: {sentence}")
    for claim in data.claims.values():
        for sentence in copying.copied_runs(claim.article_said, known_runs, words.article_titles):
            yield Finding(*data.at(claim.id), f"{claim.id}: {sentence}")


def _load_data(docs: Path) -> statements.Data:
    folder = docs / "_data"
    return statements.Data(
        claims_path=folder / "claims.toml",
        claims=load_claims(folder / "claims.toml"),
        topics_path=folder / "topics.toml",
        topics=load_topics(folder / "topics.toml"),
        items_path=folder / "self_assessment.toml",
        items=load_assessment(folder / "self_assessment.toml"),
        keys=statements.bibliography_keys(docs / "references.bib"),
    )


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts.check_text", description=__doc__.partition("\n")[0]
    )
    parser.add_argument(
        "--format",
        choices=("text", "github", "json"),
        default="text",
        help="text: file:line: sentence; github: annotations of a pull request; json",
    )
    parser.add_argument("--docs", type=Path, default=DOCS, help="the source (default: docs)")
    parser.add_argument(
        "--today",
        type=datetime.date.fromisoformat,
        default=datetime.date.today(),  # the day of the person who runs this
        help="the day that checks of sources are compared with (default: today)",
    )
    parser.add_argument("--runs", type=Path, default=RUNS, help="hashes of the articles' runs")
    return parser.parse_args(arguments)


def _print(findings: Sequence[Finding], form: str, base: Path) -> None:
    shown = [(_shown(finding.path, base), finding.line, finding.sentence) for finding in findings]
    if form == "json":
        keys = ("path", "line", "sentence")
        records = [dict(zip(keys, record, strict=True)) for record in shown]
        print(json.dumps(records, indent=2, ensure_ascii=False))
    for path, line, sentence in shown:
        if form == "github":
            print(f"::error file={path},line={line}::{_escape(sentence)}")
        elif form == "text":
            print(f"{path}:{line}: {sentence}")


def _shown(path: Path, base: Path) -> str:
    return path.resolve().relative_to(base).as_posix()


def _escape(sentence: str) -> str:
    """Escape what a workflow command reads as its own."""
    return sentence.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _summary(pages: Sequence[Page], findings: Sequence[Finding]) -> str:
    result = f"{len(findings)} findings" if findings else "no findings"
    median = reading.median_grade(pages)
    return f"{len(pages)} pages, median reading grade {median:.1f}: {result}"


if __name__ == "__main__":
    sys.exit(main())
