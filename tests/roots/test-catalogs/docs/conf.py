from pathlib import Path

project = "catalogs"
extensions = ["myst_parser", "interface_catalog", "catalog_context", "languages"]
languages_file = str(Path(__file__).parent.parent / "locale" / "languages.toml")
locale_dirs = ["../locale"]
myst_enable_extensions = ["colon_fence"]
gettext_compact = False
gettext_additional_targets = ["index"]
interface_folders = ["_theme"]
exclude_patterns = ["_*"]
