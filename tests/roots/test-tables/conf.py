"""Tables with and without names of rows, in both directions."""

from pathlib import Path

HERE = Path(__file__).parent

project = "tables"
extensions = [
    "myst_parser",
    "message_fragments",
    "languages",
    "html_attributes",
    "isolated_numbers",
    "table_labels",
    "term_notes",
]
myst_enable_extensions = ["colon_fence"]
locale_dirs = ["locale"]
gettext_compact = False
exclude_patterns = ["locale"]
html_theme = "basic"

languages_file = str(HERE / "locale" / "languages.toml")
