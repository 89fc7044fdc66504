"""Sphinx configuration of the book; what it says holds for every language alike."""

import sys
import tomllib
from pathlib import Path

DOCS = Path(__file__).parent
DATA = DOCS / "_data"
LOCALE = DOCS.parent / "locale"
sys.path.insert(0, str(DOCS / "_ext"))

_package = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))
_site = tomllib.loads((DATA / "site.toml").read_text(encoding="utf-8"))

# -- Book --------------------------------------------------------------------

project = "Ketamine and Esketamine for Depression"
author = "the makers of the Ketamine and Depression guide"
copyright = "CC BY 4.0, the makers of the Ketamine and Depression guide"  # Sphinx's name for it
version = _package["project"]["version"]
language = "en"
needs_sphinx = "9.0"

extensions = [
    "myst_parser",
    "sphinxcontrib.bibtex",
    "citation_plugins",
    "catalog_gate",
    "message_fragments",
    "interface_catalog",
    "catalog_context",
    "languages",
    "sharing",
    "collation",
    "html_attributes",
    "block_marks",
    "isolated_numbers",
    "table_labels",
    "term_notes",
    "crisis_lines",
    "evidence",
    "review_dates",
    "report_link",
    "people",
    "navigation",
    "language_marks",
    "main_message",
    "book_index",
    "search_page",
    "unchanged_pages",
    "template_cache",
    "light_files",
    "handouts",
    "book",
]
exclude_patterns = ["_*"]
root_doc = "index"
nitpicky = True

# -- Text --------------------------------------------------------------------

# "html_inline" and "html_block": the book has no raw HTML, in any language.
myst_disable_syntax = ["html_inline", "html_block"]
myst_enable_extensions = ["colon_fence"]
# Anchors come from explicit labels: they stay the same in every language.
myst_heading_anchors = 0

bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "plain"

# -- Data --------------------------------------------------------------------

languages_file = str(LOCALE / "languages.toml")
crisis_lines_file = str(DATA / "crisis_lines.toml")
claims_file = str(DATA / "claims.toml")
topics_file = str(DATA / "topics.toml")
assessment_file = str(DATA / "self_assessment.toml")
site_base_url = _site["base_url"]
site_contact = _site["contact"]
site_offline = _site["offline"]
review_months = _site["review_months"]

# -- Translation -------------------------------------------------------------

locale_dirs = ["../locale"]
gettext_compact = False
gettext_uuid = False
gettext_additional_targets = ["index"]
gettext_allow_fuzzy_translations = False
suppress_warnings = ["i18n.not_readable"]  # catalog_gate says it better
interface_folders = ["_ext", "_theme"]

# -- The whole book as one file ----------------------------------------------

book_name = "ketamine-depression"
epub_theme = "ebook"
epub_show_urls = "no"  # reading devices can follow links

# -- HTML --------------------------------------------------------------------

html_theme = "guide"
html_theme_path = ["_theme"]
html_static_path = ["_static"]
html_copy_source = False
html_show_sphinx = False
html_domain_indices = False
html_use_index = True
html_permalinks = False
