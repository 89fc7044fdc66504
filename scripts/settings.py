"""What those who publish the site have said of it, in ``docs/_data/site.toml``."""

from __future__ import annotations

import tomllib
from typing import Any

from scripts import DOCS
from sharing import site_path


def site_address() -> str:
    """Return where the site is published, ending in a slash; empty while it is nowhere."""
    return str(_settings()["base_url"])


def site_path_of() -> str:
    """Return the path of the site on its host, with slashes at both ends."""
    return site_path(site_address())


def is_offline_wanted() -> bool:
    """Tell whether browsers may store the pages that people read."""
    return bool(_settings()["offline"])


def _settings() -> dict[str, Any]:
    return tomllib.loads((DOCS / "_data" / "site.toml").read_text(encoding="utf-8"))
