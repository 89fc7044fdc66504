from pathlib import Path

HERE = Path(__file__).parent

project = "evidence"
extensions = ["myst_parser", "sphinxcontrib.bibtex", "message_fragments", "languages", "evidence"]
myst_enable_extensions = ["colon_fence"]
bibtex_bibfiles = ["references.bib"]
locale_dirs = ["locale"]
gettext_compact = False
exclude_patterns = ["_*", "locale"]
html_theme = "basic"
html_permalinks = False
nitpicky = True

languages_file = str(HERE / "locale" / "languages.toml")
claims_file = str(HERE / "_data" / "claims.toml")
topics_file = str(HERE / "_data" / "topics.toml")
assessment_file = str(HERE / "_data" / "self_assessment.toml")
