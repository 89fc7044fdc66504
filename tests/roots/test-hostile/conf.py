"""The frame of the real book, around the most permissive Markdown that MyST has."""

from pathlib import Path

import languages

HERE = Path(__file__).parent
DOCS = Path(languages.__file__).parents[1]

project = "hostile"
extensions = [
    "myst_parser",
    "sphinxcontrib.bibtex",
    "catalog_gate",
    "message_fragments",
    "interface_catalog",
    "languages",
    "collation",
    "navigation",
    "main_message",
    "book_index",
    "sharing",
]
myst_enable_extensions = [
    "attrs_block",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "fieldlist",
    "html_admonition",
    "html_image",
    "strikethrough",
    "substitution",
    "tasklist",
]
bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "plain"
locale_dirs = ["locale"]
gettext_compact = False
gettext_additional_targets = ["index", "literal-block"]
exclude_patterns = ["locale", "secret*"]
numfig = True
suppress_warnings = ["i18n.not_readable"]

languages_file = str(HERE / "locale" / "languages.toml")
html_theme = "guide"
html_theme_path = [str(DOCS / "_theme")]
html_copy_source = False
html_permalinks = False
