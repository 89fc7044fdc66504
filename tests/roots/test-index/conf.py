from pathlib import Path

import languages

HERE = Path(__file__).parent

project = "index"
extensions = [
    "myst_parser",
    "message_fragments",
    "interface_catalog",
    "languages",
    "collation",
    "navigation",
    "main_message",
    "book_index",
    "sharing",
]
myst_enable_extensions = ["colon_fence"]
locale_dirs = ["locale"]
gettext_compact = False
gettext_additional_targets = ["index"]
nitpicky = True
exclude_patterns = ["locale"]

html_theme = "guide"
html_permalinks = False
html_theme_path = [str(Path(languages.__file__).parents[1] / "_theme")]

languages_file = str(HERE / "locale" / "languages.toml")
