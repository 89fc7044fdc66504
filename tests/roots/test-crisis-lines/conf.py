"""One country with one line, in languages that set marks and spaces in their own way."""

from pathlib import Path

HERE = Path(__file__).parent

project = "lines"
extensions = ["myst_parser", "message_fragments", "languages", "crisis_lines"]
myst_enable_extensions = ["colon_fence"]
locale_dirs = ["locale"]
gettext_compact = False
exclude_patterns = ["locale"]
html_theme = "basic"

languages_file = str(HERE / "locale" / "languages.toml")
crisis_lines_file = str(HERE / "crisis_lines.toml")
