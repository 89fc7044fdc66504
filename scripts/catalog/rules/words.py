"""Finding words in a text of any script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Signs above and below Arabic letters, and the stretching of a line: writers
# may leave them out, so they do not make another word.
_OPTIONAL = dict.fromkeys((*range(0x064B, 0x0653), 0x0670, 0x0640))


@lru_cache(maxsize=10_000)
def fold(text: str) -> str:
    """Return a text in the form in which words are compared."""
    return unicodedata.normalize("NFC", text).casefold().translate(_OPTIONAL)


def find_words(
    phrase: str, text: str, *, word_space: bool, prefixes: tuple[str, ...] = ()
) -> Iterator[tuple[int, int]]:
    """Yield start and end of a phrase in a text; both are folded.

    The phrase must be whole words, where the script has spaces between them;
    a star at its start or end stands for any letters there. Words may carry
    the given prefixes, such as the Arabic article.
    """
    letters = phrase.strip("*")
    for match in re.finditer(re.escape(letters), text):
        start, end = match.span()
        if not word_space or (
            (phrase.startswith("*") or _starts_word(text, start, prefixes))
            and (phrase.endswith("*") or not is_letter(text[end : end + 1]))
        ):
            yield start, end


def has_word(phrase: str, text: str, *, word_space: bool, prefixes: tuple[str, ...] = ()) -> bool:
    """Tell whether a phrase occurs in a text, in any case."""
    found = find_words(fold(phrase), fold(text), word_space=word_space, prefixes=prefixes)
    return any(found)


def is_letter(character: str) -> bool:
    """Tell whether a character, or the empty end of a text, belongs to a word."""
    return bool(character) and unicodedata.category(character)[0] in "LMN"


def _starts_word(text: str, index: int, prefixes: tuple[str, ...]) -> bool:
    start = index
    while start and is_letter(text[start - 1]):
        start -= 1
    if start == index:
        return True
    alternatives = "|".join(map(re.escape, prefixes))
    return bool(prefixes) and bool(re.fullmatch(f"(?:{alternatives})+", text[start:index]))
