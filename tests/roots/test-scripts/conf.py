"""One short handout in languages that the book does not have yet, one for each script."""

from pathlib import Path

import languages

HERE = Path(__file__).parent
DOCS = Path(languages.__file__).parents[1]

project = "scripts"
extensions = [
    "myst_parser",
    "message_fragments",
    "languages",
    "crisis_lines",
    "evidence",
    "people",
    "handouts",
]
myst_enable_extensions = ["colon_fence"]
locale_dirs = ["locale"]
gettext_compact = False
nitpicky = True
exclude_patterns = ["locale"]

languages_file = str(HERE / "locale" / "languages.toml")
crisis_lines_file = str(HERE / "crisis_lines.toml")
claims_file = str(HERE / "claims.toml")
handouts_template = str(DOCS / "_typst" / "handout.typ")
