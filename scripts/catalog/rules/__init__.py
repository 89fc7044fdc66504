"""The rules for translations, small modules by theme.

Each rule takes a message and what is known of its language, and yields
problems. To add one, write the function and list it in ``RULES``.
"""

from __future__ import annotations

from scripts.catalog.rules import markup, numbers, safety, wording
from scripts.catalog.rules.base import Message, Problem, Rule
from scripts.catalog.rules.knowledge import Knowledge

RULES: tuple[Rule, ...] = (
    markup.atoms,
    markup.role_texts,
    markup.loose_marks,
    markup.code,
    markup.emphasis,
    markup.html,
    markup.template_braces,
    markup.placeholders,
    markup.block_start,
    markup.line_breaks,
    safety.hidden_characters,
    safety.conflict_markers,
    safety.addresses,
    numbers.numbers,
    numbers.phones,
    wording.forbidden_terms,
    wording.missing_terms,
    wording.length,
    wording.sentence_end,
    wording.edge_spaces,
    wording.identical,
    wording.pairs,
)


def check_message(message: Message, known: Knowledge) -> list[Problem]:
    """Apply all rules to one translation; an empty one has no problems."""
    if not message.msgstr:
        return []
    return [problem for rule in RULES for problem in rule(message, known)]
