"""Links that leave the book: only to sources, official bodies and crisis lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from scripts.text_rules.findings import Finding
from scripts.text_rules.pages import Page

_ADDRESS = re.compile(r"(?:https?:)?//[\w.-]+[^\s)>`\"]*|\bwww\.[\w.-]+")


def outside_links(pages: Sequence[Page], allowed: frozenset[str]) -> Iterator[Finding]:
    """Report addresses of hosts that are no source, official body or crisis line."""
    for page in pages:
        for number, line in enumerate(page.source, 1):
            for match in _ADDRESS.finditer(line):
                if host_of(match[0]) not in allowed:
                    yield Finding(
                        page.path,
                        number,
                        f"'{match[0]}' leads out of the book. Outside links go only to sources "
                        "in the bibliography, official bodies and crisis lines.",
                    )


def allowed_hosts(docs: Path, more: frozenset[str]) -> frozenset[str]:
    """Collect the hosts of the bibliography, of the crisis lines, and *more*."""
    bibliography = (docs / "references.bib").read_text(encoding="utf-8")
    hosts = {host_of(address) for address in _ADDRESS.findall(bibliography)}
    lines = docs / "_data" / "crisis_lines.toml"
    if lines.exists():
        hosts |= {host_of(text) for text in _strings(tomllib.loads(lines.read_text("utf-8")))}
    return frozenset(hosts | {"doi.org"} | more) - {""}


def host_of(address: str) -> str:
    """Return the host of an address, without ``www.``; empty when it has none."""
    text = address if "//" in address else f"//{address}"
    try:
        host = urlsplit(text).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str) and _ADDRESS.match(value):
        yield value
    elif isinstance(value, dict):
        for child in value.values():
            yield from _strings(child)
    elif isinstance(value, list):
        for child in value:
            yield from _strings(child)
