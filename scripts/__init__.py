"""Commands for people: each is a thin face over plain functions."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
LOCALE = ROOT / "locale"

# The commands share the data types of the book's extensions.
sys.path.insert(0, str(DOCS / "_ext"))
