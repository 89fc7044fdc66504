"""Rules for numbers: a dose, an hour or a result that differs can do harm.

Numbers are compared by value: any digits, the marks of the language between
thousands and before decimals, and number words as far as
``locale/<code>/checks.toml`` lists them. Their order is free.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from scripts.catalog.rules.base import Message, Problem, error
from scripts.catalog.rules.knowledge import Knowledge, NumberStyle
from scripts.catalog.rules.words import find_words, fold, is_letter

_SPACES = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
_GROUP_EVERYWHERE = frozenset(f"{_SPACES}'’٬")
_DECIMAL_EVERYWHERE = frozenset("٫")
_TOKEN = re.compile(rf"\d+(?:[.,'’٬٫]\d+|[{_SPACES}]\d{{3}}(?!\d))*")
_GROUPED = re.compile(r"\d{1,3}(?:G\d{2,3})*G\d{3}(?:D\d+)?")
_DECIMAL = re.compile(r"\d+D\d+")
# "4.0" where the language would write "4,0": no thousands, so it is a decimal.
_FOREIGN_DECIMAL = re.compile(r"\d+[GDX](?:\d{1,2}|\d{4,})|0[GDX]\d+")
_MASK = "\0"

# Long enough for a phone number, and no date or span of years.
_PHONE = re.compile(r"(?<![\d.,-])\+?(?!(?:19|20)\d\d\b)\d[\d ()-]{5,}\d(?![.,]?\d)")
_CALLING = re.compile(r"\b(?:call|text|dial|phone|number|line|lifeline|ambulance)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a text: in digits, in exact words, and in words that may be numbers."""

    digits: Counter[Decimal]
    exact: Counter[Decimal]
    loose: Counter[Decimal]


def numbers(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Demand every number of the English text, and no other."""
    source = read_numbers(message.source_text, known.source_numbers)
    target = read_numbers(message.target_text, known.numbers)
    lost, added = _lost_digits(source, target), _added_digits(source, target)
    if known.numbers.exact:
        lost += _lost_words(source, target)
        added += _added_words(source, target)
    if not lost and not added:
        return
    parts = []
    if lost:
        parts.append(f"{_listed(lost)} of the English text is missing or stands too few times")
    if added:
        parts.append(f"{_listed(added)} is not in the English text or stands too many times")
    yield error(
        "number",
        f"the numbers differ: {'; '.join(parts)}. Write the same numbers, with the thousands and "
        "decimal marks of your language. If a word of your language says the number, add the word "
        f"to locale/{known.language.code}/checks.toml",
    )


def _lost_digits(source: Numbers, target: Numbers) -> Counter[Decimal]:
    return (source.digits - target.digits) - (target.exact - source.exact)


def _added_digits(source: Numbers, target: Numbers) -> Counter[Decimal]:
    written_out = (source.exact - target.exact) + source.loose
    return (target.digits - source.digits) - written_out


def _lost_words(source: Numbers, target: Numbers) -> Counter[Decimal]:
    said = target.exact + target.loose + (target.digits - source.digits)
    return Counter(value for value in source.exact if value not in said)


def _added_words(source: Numbers, target: Numbers) -> Counter[Decimal]:
    meant = source.exact + source.loose + (source.digits - target.digits)
    return Counter(value for value in target.exact if value not in meant)


def _listed(values: Iterable[Decimal]) -> str:
    return ", ".join(f"{value.normalize():f}" for value in sorted(values))


def read_numbers(text: str, style: NumberStyle) -> Numbers:
    """Read the numbers of a text as a reader of the language would."""
    # Digits as the phrases of checks.toml have them; each takes the place of one.
    text = "".join(map(_digit, fold(text)))
    found = Numbers(Counter(), Counter(), Counter())
    for phrase in style.not_numbers:
        text = _masked(text, _spans(phrase, text, style))
    terms = list(_terms(text, style))
    text = _masked(text, [(term.start, term.end) for term in terms])
    found.digits.update(_added_up(terms))
    for word in style.longest_first:
        spans = []
        for start, end in _spans(word, text, style):
            factor, stop = _multiplier(text, end, style)
            if word in style.exact:
                found.exact[Decimal(style.exact[word] * factor)] += 1
            else:
                found.loose[Decimal(style.loose[word])] += 1
            spans.append((start, stop))
        text = _masked(text, spans)
    return found


@dataclass(frozen=True, slots=True)
class _Term:
    """A number in digits, with the factor that the word after it gives."""

    value: Decimal
    factor: int
    start: int
    end: int


def _terms(text: str, style: NumberStyle) -> Iterator[_Term]:
    for match in _TOKEN.finditer(text):
        *before, last = _values(match[0], style)
        factor, end = _multiplier(text, match.end(), style)
        for value in before:
            yield _Term(value, 1, match.start(), match.start())
        yield _Term(last, factor, match.start(), end)


def _added_up(terms: Iterable[_Term]) -> Iterator[Decimal]:
    """Yield the values of a text; "3億3200万" is one number of two terms."""
    total, previous = Decimal(0), None
    for term in terms:
        if previous and not (previous.end == term.start and previous.factor > term.factor):
            yield total
            total = Decimal(0)
        total += term.value * term.factor
        previous = term
    if previous:
        yield total


def _spans(phrase: str, text: str, style: NumberStyle) -> list[tuple[int, int]]:
    if phrase.strip("*") not in text:  # nearly always
        return []
    found = find_words(phrase, text, word_space=style.word_space, prefixes=style.prefixes)
    return list(found)


def _masked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + _MASK * (end - start) + text[end:]
    return text


def _multiplier(text: str, end: int, style: NumberStyle) -> tuple[int, int]:
    """Return the factor that a word such as "million" after a number gives, and its end."""
    rest = text[end:]
    gap = len(rest) - len(rest.lstrip(_SPACES))
    for word in sorted(style.multipliers, key=len, reverse=True):
        stop = end + gap + len(word)
        if rest[gap:].startswith(word) and not (
            style.word_space and is_letter(text[stop : stop + 1])
        ):
            return style.multipliers[word], stop
    return 1, end


def _values(token: str, style: NumberStyle) -> list[Decimal]:
    """Return the value of a token, or several when its marks only stand between numbers."""
    kinds = "".join(_kind(character, style) for character in token)
    if kinds.isdecimal() or _GROUPED.fullmatch(kinds):
        whole = "".join(
            "." if kind == "D" else digit
            for kind, digit in zip(kinds, token, strict=True)
            if kind != "G"
        )
        return [Decimal(whole)]
    if _DECIMAL.fullmatch(kinds) or _FOREIGN_DECIMAL.fullmatch(kinds):
        return [Decimal(re.sub(r"\D", ".", token))]
    return [Decimal(part) for part in re.split(r"\D+", token)]


def _kind(character: str, style: NumberStyle) -> str:
    """Return a digit as ``0`` to ``9``, or what a mark does: G(roup), D(ecimal), X (neither)."""
    if character.isdecimal():
        return character
    if character in style.group_marks | _GROUP_EVERYWHERE:
        return "G"
    return "D" if character in style.decimal_marks | _DECIMAL_EVERYWHERE else "X"


def _digit(character: str) -> str:
    """Return a digit of any script as ``0`` to ``9``, and anything else as it is."""
    return str(unicodedata.decimal(character, character))


def phones(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Demand phone numbers sign by sign: a wrong one costs time in an emergency."""
    for phone in sorted(set(_phones(message.source_text, known))):
        if not _standing_alone(phone).search(message.target_text):
            yield error(
                "phone",
                f"the phone number {phone!r} is missing or written in another way: "
                "copy it from the English text, with the same digits and spaces",
            )


def _phones(text: str, known: Knowledge) -> Iterator[str]:
    yield from _PHONE.findall(text)
    if _CALLING.search(text):
        yield from (phone for phone in known.phones if _standing_alone(phone).search(text))


def _standing_alone(phone: str) -> re.Pattern[str]:
    """Match a phone number that is no part of a longer number or of a result like "9 of 100"."""
    return re.compile(rf"(?<![\d.,])(?<!\bof ){re.escape(phone)}(?![\d]|[.,]\d)")
