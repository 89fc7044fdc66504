"""Text for the benchmark in many languages and scripts: varied, meaningless, always the same.

Words are put together from the parts in ``words.toml``, and sentences from words,
by dice that depend on a name only. So nothing is copied from anywhere, a text is
the same on every machine, and the same name always says the same.
"""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

WORDS = Path(__file__).with_name("words.toml")
SOURCE = "en"

# Real text takes a few words again and again, and most words once or twice.
_STEEPNESS = 3
_SMALL_WORDS = 0.45
_COMMA = 0.08
_NUMBER = 0.03


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language of the benchmark: its names, its script and its words.

    *mkdocs* is its code as MkDocs and its theme write it.
    """

    code: str
    name: str
    script: str
    small: tuple[str, ...]
    words: tuple[str, ...]
    joint: str
    stop: str
    comma: str
    mkdocs: str

    def phrase(self, dice: random.Random, length: int) -> str:
        """Return some words, without marks between them."""
        return self.joint.join(self._word(dice) for _ in range(length))

    def sentences(self, dice: random.Random, length: int) -> str:
        """Return sentences of altogether so many words."""
        parts = []
        while length > 0:
            words = min(length, dice.randint(5, 18))
            parts.append(self._sentence(dice, words))
            length -= words
        return (self.joint or "").join(parts)

    def _sentence(self, dice: random.Random, length: int) -> str:
        words = [self._word(dice)]
        for _ in range(length - 1):
            if dice.random() < _COMMA:
                words[-1] += self.comma
            words.append(self._word(dice))
        text = self.joint.join(words)
        return text[0].upper() + text[1:] + self.stop

    def _word(self, dice: random.Random) -> str:
        chance = dice.random()
        if chance < _NUMBER:
            return str(dice.randint(2, 90))
        if chance < _SMALL_WORDS:
            return dice.choice(self.small)
        return self.words[int(len(self.words) * dice.random() ** _STEEPNESS)]


def dice_for(*name: object) -> random.Random:
    """Return dice that fall the same way for the same name, on every machine."""
    return random.Random("/".join(map(str, name)))  # noqa: S311  # no secret is made of it


@lru_cache(maxsize=1)
def tongues() -> dict[str, Tongue]:
    """Return all languages that the benchmark can write, English first."""
    tables = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    languages = tables.pop("languages")
    return {code: _tongue(code, table, tables[table["words"]]) for code, table in languages.items()}


def _tongue(code: str, table: dict[str, str], parts: dict[str, object]) -> Tongue:
    words = sorted(
        {
            prefix + stem + ending
            for prefix in parts["prefixes"]  # type: ignore[attr-defined]
            for stem in str(parts["stems"]).split()
            for ending in parts["endings"]  # type: ignore[attr-defined]
        }
    )
    dice_for("words", code).shuffle(words)
    return Tongue(
        code,
        table["name"],
        table["script"],
        small=tuple(str(parts["small"]).split()),
        words=tuple(words),
        joint=str(parts.get("join", " ")),
        stop=str(parts.get("stop", ".")),
        comma=str(parts.get("comma", ",")),
        mkdocs=table.get("mkdocs", code.replace("_", "-")),
    )
