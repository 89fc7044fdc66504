"""Ways in which a translation gets broken, and which rule must see each of them.

Each damage takes a sound message and returns the damaged translation, or None
when there is nothing to damage. All are deterministic: the random choices come
from a generator that the caller seeds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from scripts.catalog.rules import markup, numbers, safety, wording
from scripts.catalog.rules.base import Message, Rule, Severity
from scripts.catalog.rules.knowledge import Knowledge
from scripts.catalog.rules.numbers import read_numbers
from scripts.catalog.rules.words import find_words, fold

Breaking = Callable[[Message, Knowledge, Random], str | None]


@dataclass(frozen=True, slots=True)
class Damage:
    """One kind of damage, the rule that must see it, and what that rule must report."""

    name: str
    seen_by: Rule
    rule: str
    severity: Severity
    breaking: Breaking


DAMAGES: list[Damage] = []

_REFERENCE = re.compile(r"\{(ref|term)\}`([^`<]+) <([^>`]+)>`")
_CITATION = re.compile(r" ?\{cite:p\}`([^`]+)`")
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)]+)\)")
_IMAGE = re.compile(r"!\[([^\]]+)\]\(([^)]+)\)")
_FOOTNOTE = re.compile(r"\[\^(\w+)\]")
_PLACEHOLDER = re.compile(r"%\(\w+\)s|%s|\{\w+\}(?!`)")
# What holds digits that are no numbers of the text.
_NO_NUMBER = re.compile(
    r"\{[\w:]+\}`[^`]*`|\]\([^)]*\)|\[\^\w+\]|%\(\w+\)s|\{\w+\}|https?://[!-~]+"
)


def damage(
    seen_by: Rule, rule: str, severity: Severity = "error"
) -> Callable[[Breaking], Breaking]:
    """List a function as a kind of damage."""

    def listed(breaking: Breaking) -> Breaking:
        DAMAGES.append(Damage(breaking.__name__, seen_by, rule, severity, breaking))
        return breaking

    return listed


def _replaced(pattern: re.Pattern[str], text: str, new: str, chance: Random) -> str | None:
    found = list(pattern.finditer(text))
    if not found:
        return None
    match = chance.choice(found)
    return text[: match.start()] + match.expand(new) + text[match.end() :]


def _words(message: Message) -> list[re.Match[str]]:
    """Return the runs of letters outside of markup."""
    free = _NO_NUMBER.sub(lambda match: " " * len(match[0]), message.msgstr)
    return list(re.finditer(r"[^\W\d_]{2,}", free))


# -- Roles, links, citations, footnotes, images ----------------------------------


@damage(markup.atoms, "role")
def lost_role(message: Message, known: Knowledge, chance: Random) -> str | None:
    return _replaced(_REFERENCE, message.msgstr, r"\2", chance)


@damage(markup.atoms, "role")
def translated_target(message: Message, known: Knowledge, chance: Random) -> str | None:
    return _replaced(_REFERENCE, message.msgstr, r"{\1}`\2 <\2>`", chance)


@damage(markup.atoms, "role")
def other_role(message: Message, known: Knowledge, chance: Random) -> str | None:
    return _replaced(_REFERENCE, message.msgstr, r"{doc}`\2 <\3>`", chance)


@damage(markup.role_texts, "role")
def role_without_words(message: Message, known: Knowledge, chance: Random) -> str | None:
    return _replaced(_REFERENCE, message.msgstr, r"{\1}`\3`", chance)


@damage(markup.atoms, "role")
def role_with_a_space(message: Message, known: Knowledge, chance: Random) -> str | None:
    return _replaced(_REFERENCE, message.msgstr, r"{\1} `\2 <\3>`", chance)


@damage(markup.atoms, "role")
def added_download(message: Message, known: Knowledge, chance: Random) -> str | None:
    return f"{message.msgstr} {{download}}`conf.py`"


@damage(markup.atoms, "citation")
def lost_citation(message: Message, known: Knowledge, chance: Random) -> str | None:
    return _replaced(_CITATION, message.msgstr, "", chance)


@damage(markup.atoms, "citation")
def changed_citation(message: Message, known: Knowledge, chance: Random) -> str | None:
    return _replaced(_CITATION, message.msgstr, r" {cite:p}`x\1`", chance)


@damage(markup.atoms, "citation")
def doubled_citation(message: Message, known: Knowledge, chance: Random) -> str | None:
    return _replaced(_CITATION, message.msgstr, r"\g<0>\g<0>", chance)


@damage(markup.atoms, "link")
def lost_link(message: Message, known: Knowledge, chance: Random) -> str | None:
    return _replaced(_LINK, message.msgstr, r"\1", chance)


@damage(markup.atoms, "link")
def changed_link_address(message: Message, known: Knowledge, chance: Random) -> str | None:
    return _replaced(_LINK, message.msgstr, r"[\1](https://evil.example/)", chance)


@damage(markup.atoms, "link")
def added_link(message: Message, known: Knowledge, chance: Random) -> str | None:
    return f"{message.msgstr} [x](https://evil.example/)"


@damage(safety.addresses, "address")
def added_address(message: Message, known: Knowledge, chance: Random) -> str | None:
    return f"{message.msgstr} https://evil.example/"


@damage(markup.atoms, "image")
def lost_image(message: Message, known: Knowledge, chance: Random) -> str | None:
    return _replaced(_IMAGE, message.msgstr, r"\1", chance)


@damage(markup.atoms, "image")
def other_image(message: Message, known: Knowledge, chance: Random) -> str | None:
    return _replaced(_IMAGE, message.msgstr, r"![\1](../../conf.py)", chance)


@damage(markup.atoms, "footnote")
def lost_footnote(message: Message, known: Knowledge, chance: Random) -> str | None:
    return _replaced(_FOOTNOTE, message.msgstr, "", chance)


@damage(markup.atoms, "footnote")
def changed_footnote(message: Message, known: Knowledge, chance: Random) -> str | None:
    return _replaced(_FOOTNOTE, message.msgstr, r"[^9\1]", chance)


# -- Placeholders and text that is no plain text ---------------------------------


@damage(markup.placeholders, "placeholder")
def lost_placeholder(message: Message, known: Knowledge, chance: Random) -> str | None:
    return _replaced(_PLACEHOLDER, message.msgstr, "", chance)


@damage(markup.placeholders, "placeholder")
def translated_placeholder(message: Message, known: Knowledge, chance: Random) -> str | None:
    return _replaced(re.compile(r"(%\(|\{)\w+(\)s|\})(?!`)"), message.msgstr, r"\1otro\2", chance)


@damage(markup.html, "html")
def html_tag(message: Message, known: Knowledge, chance: Random) -> str | None:
    tag = chance.choice(["<b>", "<script>", "</div>", '<a href="x">', "<br/>", "<!-- -->"])
    return f"{message.msgstr} {tag}"


@damage(markup.template_braces, "template")
def template_braces(message: Message, known: Knowledge, chance: Random) -> str | None:
    return message.msgstr + chance.choice(["{{ config }}", "{% x %}", " }}", "{# x #}"])


@damage(markup.block_start, "block-start")
def block_start(message: Message, known: Knowledge, chance: Random) -> str | None:
    starts = ["1. ", "- ", "* ", "> ", "# ", ":::", "---\n", "```", "| ", "    ", "2) ", "(x)=\n"]
    return chance.choice(starts) + message.msgstr


@damage(markup.line_breaks, "line-break")
def second_paragraph(message: Message, known: Knowledge, chance: Random) -> str | None:
    words = _words(message)
    if len(words) < 2:
        return None
    place = chance.choice(words[1:]).start()
    return message.msgstr[:place] + chance.choice(["\n", "\n\n"]) + message.msgstr[place:]


@damage(markup.loose_marks, "unbalanced-markup")
def half_of_bold(message: Message, known: Knowledge, chance: Random) -> str | None:
    return _replaced(re.compile(r"\*\*"), message.msgstr, "", chance)


@damage(markup.loose_marks, "unbalanced-markup")
def stray_backtick(message: Message, known: Knowledge, chance: Random) -> str | None:
    return f"`{message.msgstr}" if "`" not in message.msgstr else None


@damage(markup.code, "code")
def added_code(message: Message, known: Knowledge, chance: Random) -> str | None:
    return f"{message.msgstr} `x`"


@damage(markup.emphasis, "emphasis", "warning")
def lost_bold(message: Message, known: Knowledge, chance: Random) -> str | None:
    return _replaced(re.compile(r"\*\*([^*]+)\*\*"), message.msgstr, r"\1", chance)


@damage(safety.hidden_characters, "hidden-character")
def hidden_character(message: Message, known: Knowledge, chance: Random) -> str | None:
    hidden = "\u202e\u200f\u2067\u061c\u200b\ufeff\x07\x1b\u00ad\ufffd\ue000\u2028"
    place = chance.randrange(len(message.msgstr) + 1)
    return message.msgstr[:place] + chance.choice(hidden) + message.msgstr[place:]


@damage(safety.hidden_characters, "hidden-character")
def hidden_entity(message: Message, known: Knowledge, chance: Random) -> str | None:
    return message.msgstr + chance.choice(["&rlm;", "&#x202E;", "&#8238;"])


@damage(safety.conflict_markers, "conflict")
def conflict_markers(message: Message, known: Knowledge, chance: Random) -> str | None:
    return f"<<<<<<< HEAD {message.msgstr} ======= {message.msgstr} >>>>>>> other"


# -- Numbers ----------------------------------------------------------------------


def _digits(message: Message) -> list[int]:
    free = _NO_NUMBER.sub(lambda match: " " * len(match[0]), message.msgstr)
    return [index for index, character in enumerate(free) if character.isdecimal()]


@damage(numbers.numbers, "number")
def changed_digit(message: Message, known: Knowledge, chance: Random) -> str | None:
    places = _digits(message)
    if not places:
        return None
    place = chance.choice(places)
    digit = (int(message.msgstr[place]) + chance.randint(1, 8)) % 10
    return f"{message.msgstr[:place]}{digit}{message.msgstr[place + 1 :]}"


@damage(numbers.numbers, "number")
def lost_number(message: Message, known: Knowledge, chance: Random) -> str | None:
    places = set(_digits(message))
    found = [
        match for match in re.finditer(r"\d+([.,]\d+)*", message.msgstr) if match.start() in places
    ]
    found = [match for match in found if _is_missed(message, known, match)]
    if not found:
        return None
    start, end = chance.choice(found).span()
    return message.msgstr[:start] + message.msgstr[end:]


def _is_missed(message: Message, known: Knowledge, number: re.Match[str]) -> bool:
    """Tell whether the English has a number that the translation then says nowhere.

    Digits are counted. A number that the English has in words ("six weeks ... six weeks")
    is enough once, in digits or in words; a digit in a name is no number. Where the English
    says "one" and the translation writes 1 each time, one of them may go unnoticed.
    """
    rest = message.msgstr[: number.start()] + message.msgstr[number.end() :]
    source = numbers.read_numbers(message.msgid, known.source_numbers)
    before, after = (numbers.read_numbers(text, known.numbers) for text in (message.msgstr, rest))
    still_said = after.digits + after.exact + after.loose
    return any(
        source.digits[value] > after.digits[value]
        or (value in source.exact and value not in still_said)
        for value in before.digits - after.digits
    )


@damage(numbers.numbers, "number")
def added_number(message: Message, known: Knowledge, chance: Random) -> str | None:
    return f"{message.msgstr} (73)"


@damage(numbers.numbers, "number")
def thousands_as_decimals(message: Message, known: Knowledge, chance: Random) -> str | None:
    decimal = next(iter(known.numbers.decimal_marks & {".", ","}))
    new = rf"\g<1>{decimal}\g<2>"
    return _replaced(re.compile(r"(?<!\d)(1)[,.]?(000|148)(?!\d)"), message.msgstr, new, chance)


@damage(numbers.numbers, "number")
def other_number_word(message: Message, known: Knowledge, chance: Random) -> str | None:
    style = known.numbers
    source = read_numbers(message.source_text, known.source_numbers)
    said = {int(value) for value in (*source.digits, *source.exact, *source.loose)}
    others = [word for word, number in style.exact.items() if number not in said]
    for word in style.longest_first:
        if word not in style.exact or style.exact[word] not in source.exact:
            continue
        found = find_words(
            fold(word), message.msgstr.casefold(), word_space=style.word_space,
            prefixes=style.prefixes,
        )  # fmt: skip
        for start, end in found:
            return message.msgstr[:start] + chance.choice(others) + message.msgstr[end:]
    return None


@damage(numbers.phones, "phone")
def localized_phone(message: Message, known: Knowledge, chance: Random) -> str | None:
    """Write an emergency number in other digits: equal for a reader, not for a phone."""
    if not re.search(r"\b(988|112|911|999)\b", message.source_text):
        return None
    return message.msgstr.translate({ord(digit): 0x0966 + int(digit) for digit in "0123456789"})


# -- Words --------------------------------------------------------------------------


@damage(wording.forbidden_terms, "forbidden-term")
def forbidden_term(message: Message, known: Knowledge, chance: Random) -> str | None:
    if message.domain == "reference/glossary":
        return None
    about = [
        word
        for term in known.terms
        for word in term.forbidden
        if re.search(rf"\b{re.escape(term.term)}", message.source_text)
    ]
    return f"{message.msgstr} {chance.choice(about)}" if about else None


@damage(wording.forbidden_terms, "forbidden-term")
def forbidden_term_with_prefix(message: Message, known: Knowledge, chance: Random) -> str | None:
    damaged = forbidden_term(message, known, chance)
    if not known.prefixes or not damaged:
        return None
    return f"{message.msgstr} {''.join(known.prefixes[:1])}{damaged[len(message.msgstr) + 1 :]}"


@damage(wording.forbidden_terms, "forbidden-term", "warning")
def forbidden_term_of_another_message(
    message: Message, known: Knowledge, chance: Random
) -> str | None:
    if message.domain == "reference/glossary":
        return None
    text = message.msgid.lower()
    far = [
        term
        for term in known.terms
        if term.forbidden and not any(word in text for word in term.term.lower().split())
    ]
    return f"{message.msgstr} {chance.choice(chance.choice(far).forbidden)}" if far else None


@damage(wording.missing_terms, "missing-term", "warning")
def other_term(message: Message, known: Knowledge, chance: Random) -> str | None:
    heads = {term.term for term in known.terms if term.approved}
    found = _REFERENCE.search(message.msgstr)
    if not found or found[1] != "term" or found[3] not in heads:
        return None
    return _REFERENCE.sub(r"{\1}`xyz <\3>`", message.msgstr, count=1)


@damage(wording.length, "length", "warning")
def cut_short(message: Message, known: Knowledge, chance: Random) -> str | None:
    if len(message.source_text) < 60:
        return None
    return message.target_text[: len(message.target_text) // 5]


@damage(wording.length, "length", "warning")
def far_too_long(message: Message, known: Knowledge, chance: Random) -> str | None:
    if len(message.source_text) < 60:
        return None
    return " ".join([message.msgstr] * 5)


@damage(wording.sentence_end, "sentence-end", "warning")
def lost_end(message: Message, known: Knowledge, chance: Random) -> str | None:
    if message.msgid[-1:] not in (".", "?") or not known.writing.ends["stop"]:
        return None
    marks = ".?。？؟।”»」’)）"
    damaged = replace(message, msgstr=message.msgstr.rstrip(marks))
    # A stop that is left belongs to an abbreviation ("EE. UU."), where it counts as the end.
    return None if damaged.target_text.rstrip().endswith(tuple(marks)) else damaged.msgstr


@damage(wording.sentence_end, "sentence-end", "warning")
def end_of_another_script(message: Message, known: Knowledge, chance: Random) -> str | None:
    if not message.msgid.endswith("?"):
        return None
    return message.msgstr.rstrip("?？؟。") + ("؟" if known.language.script != "Arab" else "?")


@damage(wording.sentence_end, "sentence-end", "warning")
def added_end(message: Message, known: Knowledge, chance: Random) -> str | None:
    if re.search(r"\w$", message.msgid) is None or message.msgstr[-1:] in ".。।":
        return None
    return message.msgstr + known.writing.ends["stop"][:1]


@damage(wording.identical, "identical", "warning")
def copied_english(message: Message, known: Knowledge, chance: Random) -> str | None:
    words = [word for word in message.source_text.split() if word.isalpha() and word.islower()]
    return message.msgid if len(words) > 2 else None


@damage(wording.pairs, "quotes", "warning")
def lost_quotation_mark(message: Message, known: Knowledge, chance: Random) -> str | None:
    marks = "".join(pair for pair in known.pairs if pair[0] != "(")
    return _replaced(re.compile(f"[{marks}]"), message.msgstr, "", chance)
