from pathlib import Path

import languages

HERE = Path(__file__).parent

project = "tea"
author = "the tests"
copyright = "CC BY 4.0, the tests"
version = "9.8"
extensions = [
    "myst_parser",
    "sphinxcontrib.bibtex",
    "message_fragments",
    "languages",
    "collation",
    "crisis_lines",
    "evidence",
    "people",
    "navigation",
    "main_message",
    "language_marks",
    "book_index",
    "sharing",
    "book",
]
myst_enable_extensions = ["colon_fence"]
locale_dirs = ["locale"]
gettext_compact = False
gettext_additional_targets = ["index"]
nitpicky = True
exclude_patterns = ["locale"]
bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "plain"

html_theme = "guide"
html_theme_path = [str(Path(languages.__file__).parents[1] / "_theme")]
html_permalinks = False
epub_theme = "ebook"
epub_show_urls = "no"

book_name = "tea"
languages_file = str(HERE / "locale" / "languages.toml")
crisis_lines_file = str(HERE / "crisis_lines.toml")
claims_file = str(HERE / "claims.toml")
