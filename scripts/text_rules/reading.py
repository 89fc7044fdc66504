"""How hard a page is to read: grades of pages, length of sentences."""

from __future__ import annotations

import re
import statistics
import warnings
from collections.abc import Iterator, Sequence

from scripts.text_rules.findings import Finding
from scripts.text_rules.pages import Page, sentences

with warnings.catch_warnings():
    # It asks for a part of setuptools that is going away; our own version is pinned.
    warnings.filterwarnings("ignore", "pkg_resources is deprecated", UserWarning)
    import textstat

HIGHEST_GRADE = 8.0
HIGHEST_MEDIAN = 6.0
LONGEST_SENTENCE = 25
# A grade of a few lines says nothing.
FEWEST_WORDS = 60


def grade_of(page: Page) -> float | None:
    """Return the Flesch-Kincaid grade of a page; None when it has too few words for one."""
    texts = [piece.text for piece in page.pieces if piece.kind != "description"]
    prose = " ".join(text if re.search(r"[.?!:]$", text) else f"{text}." for text in texts)
    if len(prose.split()) < FEWEST_WORDS:
        return None
    return float(textstat.flesch_kincaid_grade(prose))


def median_grade(pages: Sequence[Page]) -> float:
    """Return the median grade of all pages that have one."""
    grades = [grade for page in pages if (grade := grade_of(page)) is not None]
    return statistics.median(grades) if grades else 0.0


def hard_pages(pages: Sequence[Page]) -> Iterator[Finding]:
    """Report pages above the highest grade, and a book whose median is too high."""
    for page in pages:
        grade = grade_of(page)
        exception = page.front.get("grade-exception")
        if grade is not None and grade > HIGHEST_GRADE and not exception:
            yield Finding(
                page.path,
                1,
                f"The reading grade of this page is {grade:.1f}; it may be at most "
                f"{HIGHEST_GRADE:g}. Use shorter sentences and words, or write the reason "
                "into the front matter: grade-exception: ...",
            )
        if exception and (grade is None or grade <= HIGHEST_GRADE):
            yield Finding(
                page.path,
                exception[0],
                "This page no longer needs its grade-exception. Remove the line.",
            )
    median = median_grade(pages)
    if median > HIGHEST_MEDIAN:
        yield Finding(
            pages[0].path,
            1,
            f"The median reading grade of all pages is {median:.1f}; it may be at most "
            f"{HIGHEST_MEDIAN:g}. Simplify the hardest pages first.",
        )


def long_sentences(pages: Sequence[Page]) -> Iterator[Finding]:
    """Report sentences with more words than a reader can hold."""
    for page in pages:
        for piece in page.pieces:
            for sentence in long_ones(piece.text):
                yield Finding(page.path, piece.line, sentence)


def long_ones(text: str) -> Iterator[str]:
    """Say of each long sentence of a text what to do."""
    for sentence in sentences(text):
        words = sentence.split()
        if len(words) > LONGEST_SENTENCE:
            start = " ".join(words[:6])
            yield (
                f"The sentence that starts with '{start}' has {len(words)} words; "
                f"at most {LONGEST_SENTENCE} are allowed. Make two sentences of it."
            )
