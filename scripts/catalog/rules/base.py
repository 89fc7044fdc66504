"""What every rule reads, and what it reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from message_fragments import Part, parts_of
from scripts.catalog.rules.knowledge import Knowledge

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in one translation; *sentence* says what is wrong and how to mend it."""

    severity: Severity
    rule: str
    sentence: str


@dataclass(frozen=True)
class Message:
    """An English text and its translation, also as the parts that the build reads."""

    msgid: str
    msgstr: str
    domain: str = ""

    @cached_property
    def source(self) -> list[Part]:
        """The parts of the English text."""
        return parts_of(self.msgid)

    @cached_property
    def target(self) -> list[Part]:
        """The parts of the translation."""
        return parts_of(self.msgstr)

    @cached_property
    def source_text(self) -> str:
        """What readers see of the English text."""
        return shown(self.source)

    @cached_property
    def target_text(self) -> str:
        """What readers see of the translation."""
        return shown(self.target)


Rule = Callable[[Message, Knowledge], Iterator[Problem]]


def shown(parts: list[Part]) -> str:
    """Join what readers see of the parts of a message."""
    return "".join(part.text for part in parts)


def error(rule: str, sentence: str) -> Problem:
    """Report what must not be published."""
    return Problem("error", rule, sentence)


def warning(rule: str, sentence: str) -> Problem:
    """Report what a person should look at; it may be right."""
    return Problem("warning", rule, sentence)
