from pathlib import Path

import languages

HERE = Path(__file__).parent

project = "reading"
version = "1.2"
extensions = [
    "myst_parser",
    "sphinxcontrib.bibtex",
    "message_fragments",
    "interface_catalog",
    "languages",
    "collation",
    "html_attributes",
    "block_marks",
    "isolated_numbers",
    "term_notes",
    "crisis_lines",
    "evidence",
    "review_dates",
    "report_link",
    "navigation",
    "main_message",
    "sharing",
]
myst_enable_extensions = ["colon_fence"]
bibtex_bibfiles = ["references.bib"]
locale_dirs = ["locale"]
gettext_compact = False
nitpicky = True
exclude_patterns = ["_*", "locale"]

html_theme = "guide"
html_permalinks = False
html_theme_path = [str(Path(languages.__file__).parents[1] / "_theme")]

languages_file = str(HERE / "locale" / "languages.toml")
claims_file = str(HERE / "_data" / "claims.toml")
crisis_lines_file = str(HERE / "_data" / "crisis_lines.toml")
review_months = {"sources": 12, "crisis_lines": 6}
