"""Whether the text of a PDF comes out in the order in which it is read."""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import polib
import pytest

from languages import Language

needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs poppler")

_LENGTH = 5  # words
# What is left of links and emphasis on paper is their words.
_MARKUP = re.compile(r"\*|\{[\w:]+\}|`| <[\w:-]+>")
_ENDS = re.compile(r"[.:;!?،؛؟]\s|[。！？：；]")


def phrases_of(book: Path, code: str, name: str) -> list[str]:
    """Return the translated messages of a handout in pieces of up to five words."""
    found = []
    for entry in polib.pofile(str(book / f"locale/{code}/LC_MESSAGES/handouts/{name}.po")):
        # The description is for search engines, and not printed.
        if entry.obsolete or entry.comment.startswith("Page description"):
            continue
        for sentence in _ENDS.split(_MARKUP.sub("", entry.msgstr)):
            words = sentence.split()
            found += [words[at : at + _LENGTH] for at in range(0, len(words), _LENGTH)]
    return list(filter(None, (_flat("".join(words)) for words in found)))


def _flat(text: str) -> str:
    """Return letters and numbers alone: programs differ in spaces and mirrored signs."""
    joined = re.sub("\u00ad\\s*", "", text)
    signs = unicodedata.normalize("NFKC", joined)
    return "".join(
        sign
        for sign in signs
        # Marks above Arabic letters come out beside them, in an order of their own.
        if unicodedata.category(sign)[0] not in "CZP" and not "\u064b" <= sign <= "\u0652"
    )


def extracted(pdf: Path, *options: str) -> str:
    """Return the text of a PDF as poppler copies it."""
    command = ["pdftotext", *options, str(pdf), "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def missing_phrases(pdf: Path, language: Language, phrases: list[str]) -> list[str]:
    """Return the phrases that do not come out of a PDF in one piece."""
    # In the order of the file, except for Arabic, which poppler turns round only where
    # it orders the lines itself.
    text = _flat(extracted(pdf, *(() if language.direction == "rtl" else ("-raw",))))
    return [phrase for phrase in phrases if phrase not in text]


def most_missing(language: Language) -> float:
    """Return the share of phrases that may be missing."""
    return 0.15 if language.direction == "rtl" else 0.05
