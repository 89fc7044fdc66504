"""What a rule reports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to mend: where it stands, and a sentence an author understands."""

    path: Path
    line: int
    sentence: str
