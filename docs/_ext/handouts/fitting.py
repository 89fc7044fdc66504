"""How closely a handout is set, so that it takes no more pages than it may.

Each try costs a compilation, most of what a handout costs. So a try does not only say
whether the text fits: the room that it leaves tells which step to try next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from paper.typesetting import Pdf

# How close the lines and blocks of a handout may stand: 0 is the look we want, the
# last the tightest that still reads well.
TIGHTNESS = tuple(step / 10 for step in range(15))

# The step that comes nearest to most handouts.
FIRST_GUESS = 7

# What was measured on the handouts in five scripts: how much of a page each page gains with
# a step, rather more than less, and how much the boxes that stay whole leave empty before
# the text runs over. Both only choose what is tried next.
_GAIN = 0.055
_LEFT_BY_BOXES = 0.25

# The share of a page between its upper and its lower margin, and of a page that has
# only the lines for the clinic and the small print, what is empty.
_TEXT_HEIGHT = 0.91
_ALMOST_ALL = 0.8


@dataclass(frozen=True, slots=True)
class Try:
    """A handout set with one step: ``filled`` is the length of its text in pages."""

    pdf: Pdf
    filled: float


def fitting_step(attempt: Callable[[int], Try], allowed: int, guess: int) -> int | None:
    """Return a step with which a handout takes the *allowed* pages; None when there is none.

    It is the loosest, or so near to it that nobody sees the difference. It depends on
    nothing but the handout and the *guess*.
    """
    failed, fits = -1, len(TIGHTNESS)
    # A single step between the two is not worth a try, unless it is the last hope.
    while fits - failed > (2 if fits < len(TIGHTNESS) else 1):
        tried = attempt(guess)
        empty = (allowed - tried.filled) / (_GAIN * allowed)
        if tried.pdf.pages <= allowed:
            fits = guess
            if int(empty) < 2:
                break
            guess = max(failed + 1, guess - int(empty))
        else:
            failed = guess
            lacking = -empty - _LEFT_BY_BOXES / (_GAIN * allowed)
            guess = min(fits - 1, guess + max(2, round(lacking)))
    return fits if fits < len(TIGHTNESS) else None


def spare_room(edges: Sequence[tuple[int, float]]) -> float:
    """Return how much of a page is empty between two places, each a page and how far down it."""
    (page, top), (next_page, bottom) = edges
    # The lines for the clinic went on to the next page, and took it nearly empty.
    return (bottom - top if page == next_page else _ALMOST_ALL) / _TEXT_HEIGHT
