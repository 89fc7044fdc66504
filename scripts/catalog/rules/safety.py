"""Rules against what readers cannot see and nobody wrote on purpose."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from scripts.catalog.rules.base import Message, Problem, error
from scripts.catalog.rules.knowledge import Knowledge

# Control, format (bidi, zero width), surrogate, private and unassigned characters.
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_CONFLICT = re.compile(r"<{7}|>{7}|={7}|\|{7}")
_ADDRESS = re.compile(
    r"(?:https?|ftp|file|javascript|vbscript|data|mailto|tel|sms):[!-~]+"
    r"|(?:[a-z0-9_.-]+@)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|gov|edu|info|int|io)"
    r"(?![a-z])[!-~]*",
    re.IGNORECASE | re.ASCII,
)


def hidden_characters(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Report characters that change or hide text without being seen."""
    # Markdown turns "&rlm;" into the character, so both forms are read.
    allowed = {*message.msgid, "\n", *known.writing.joiners}
    for character in sorted({*message.msgstr, *message.target_text} - allowed):
        if unicodedata.category(character) in _HIDDEN or character == _REPLACEMENT:
            name = unicodedata.name(character, "a control character")
            yield error(
                "hidden-character",
                f"the translation holds U+{ord(character):04X} ({name.lower()}), which nobody "
                "sees: delete the place around it and type the words again",
            )


def conflict_markers(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Report two versions of a text that were put together, and nobody chose."""
    if _CONFLICT.search(message.msgstr) and not _CONFLICT.search(message.msgid):
        yield error(
            "conflict",
            "signs of a merge conflict (<<<<<<<, =======, >>>>>>>) stand in the translation: "
            "keep the right version and take the signs and the other version out",
        )


def addresses(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Demand the same web and mail addresses in the text itself."""
    source, target = _addresses(message.source_text), _addresses(message.target_text)
    for address in (source - target).elements():
        yield error("address", f"the address {address!r} is missing: copy it from the English text")
    for address in (target - source).elements():
        yield error("address", f"the address {address!r} is not in the English text: take it out")


def _addresses(text: str) -> Counter[str]:
    return Counter(address.rstrip(".,;:!?)'\"") for address in _ADDRESS.findall(text))
