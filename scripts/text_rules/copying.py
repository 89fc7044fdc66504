"""No eight words in a row from the web articles.

The articles themselves are not part of this project. What they may have been
copied from is known only as hashes of each run of eight words.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.text_rules.findings import Finding
from scripts.text_rules.pages import Page

RUN = 8
DIGITS = 12


def load_runs(path: Path) -> frozenset[str]:
    """Read the hashes, one a line."""
    with gzip.open(path, "rt", encoding="ascii") as file:
        return frozenset(line.strip() for line in file if line.strip())


def words_of(text: str) -> list[str]:
    """Return the words of a text as the hashes count them."""
    return re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", text.lower()))


def hash_of(run: str) -> str:
    """Return the hash of a run of words that are joined by single spaces."""
    return hashlib.sha256(run.encode()).hexdigest()[:DIGITS]


def runs_of(words: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield each run of eight words with the place of its first word."""
    for start in range(len(words) - RUN + 1):
        yield start, " ".join(words[start : start + RUN])


def copied_text(
    pages: Sequence[Page], known: frozenset[str], titles: Sequence[str]
) -> Iterator[Finding]:
    """Report runs that also stand in the articles; each stretch of text once.

    Runs are also found across the ends of sentences, list items and cells.
    """
    excepted = title_runs(titles)
    for page in pages:
        words = [(word, piece.line) for piece in page.pieces for word in words_of(piece.text)]
        end_of_last = -1
        for start, run in runs_of([word for word, _line in words]):
            if hash_of(run) in known and run not in excepted:
                if start > end_of_last:
                    yield Finding(page.path, words[start][1], copied(run))
                end_of_last = start + RUN


def copied_runs(text: str, known: frozenset[str], titles: Sequence[str]) -> Iterator[str]:
    """Say of a text of the data which runs are copied."""
    excepted = title_runs(titles)
    for _start, run in runs_of(words_of(text)):
        if hash_of(run) in known and run not in excepted:
            yield copied(run)
            return


def title_runs(titles: Sequence[str]) -> frozenset[str]:
    """Return the runs inside the titles of the articles, which may be named."""
    return frozenset(run for title in titles for _start, run in runs_of(words_of(title)))


def copied(run: str) -> str:
    """Say what to do about a copied run."""
    return f"The words '{run}' also stand in one of the web articles. Use your own words."
