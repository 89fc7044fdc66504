"""Finished files: their short names of content, and how they replace old ones."""

from __future__ import annotations

import hashlib
from pathlib import Path


def content_hash(content: str) -> str:
    """Return a short name of a content: it changes when a word does."""
    return hashlib.blake2b(content.encode(), digest_size=4).hexdigest()


def replace_file(path: Path, data: bytes) -> None:
    """Replace a file in one step: readers see the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(data)
    temporary.replace(path)
