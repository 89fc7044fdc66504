"""Rules for the words: terms, quotation marks, ends of sentences, length."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.catalog.rules.base import Message, Problem, error, warning
from scripts.catalog.rules.knowledge import Knowledge
from scripts.catalog.rules.words import has_word, is_letter
from scripts.catalog.terms import Term

_GLOSSARY = "reference/glossary"
_ENGLISH_ENDS = {"stop": ".", "question": "?", "exclamation": "!", "colon": ":"}
# Shorter texts are titles and labels, whose length differs freely.
_LONG_ENOUGH = 40


def forbidden_terms(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Report words that the term base forbids; the glossary may name them as other names."""
    if message.domain == _GLOSSARY:
        return
    for term in known.terms:
        for word in term.forbidden:
            if not _has(word, message.target_text, known):
                continue
            sentence = (
                f"{word!r} is forbidden for {term.term!r} "
                f"(locale/{known.language.code}/terms.csv, line {term.line}): "
                f"write {_approved(term)}"
            )
            if _is_about(term, message):
                yield error("forbidden-term", sentence)
            else:
                yield warning("forbidden-term", f"{sentence}, unless you mean something else")


def missing_terms(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Ask that a link to the glossary shows the word under which the glossary has it."""
    terms = {term.term: term for term in known.terms}
    for part in message.target:
        if not part.atom or part.atom.name != "term" or not part.text:
            continue
        term = terms.get(part.atom.target)
        if not term or not term.approved:
            continue
        if not any(_has(word, part.text, known) for word in (*term.approved, *term.inflections)):
            yield warning(
                "missing-term",
                f"{part.text!r} links to {term.term!r}, whose approved word is {_approved(term)}: "
                "use it, or add this form to the inflections in "
                f"locale/{known.language.code}/terms.csv, line {term.line}",
            )


def _is_about(term: Term, message: Message) -> bool:
    """Tell whether the English text uses a term, also in the plural or as a link."""
    return any(part.atom and part.atom.target == term.term for part in message.source) or has_word(
        f"{term.term}*", message.source_text, word_space=True
    )


def _has(word: str, text: str, known: Knowledge) -> bool:
    return has_word(word, text, word_space=known.writing.word_space, prefixes=known.prefixes)


def _approved(term: Term) -> str:
    return " or ".join(map(repr, term.approved))


def length(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Ask about a length that is far from usual: something may be missing or added."""
    expected = len(message.source_text)
    if expected < _LONG_ENOUGH:
        return
    shortest, longest = known.writing.length
    if not shortest <= len(message.target_text) / expected <= longest:
        yield warning(
            "length",
            f"the translation has {len(message.target_text)} characters, the English text "
            f"{expected}: check that nothing is missing and nothing was added",
        )


def sentence_end(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Ask for the end of the English sentence, in the marks of the script."""
    marks = _last_marks(message.target_text)
    for name, english in _ENGLISH_ENDS.items():
        accepted = known.writing.ends[name]
        if not accepted:
            return
        if english in _last_marks(message.source_text):
            if not set(accepted) & marks:
                yield warning(
                    "sentence-end",
                    f"the English text ends with {english!r}, so the translation should end "
                    f"with {accepted[0]!r}",
                )
            return
    if message.target_text.endswith(known.abbreviations):
        return
    if marks & set("".join(known.writing.ends.values())):
        yield warning(
            "sentence-end",
            "the translation ends like a sentence, the English text does not: "
            "take the last mark away",
        )


def _last_marks(text: str) -> set[str]:
    """Return the marks after the last letter, among them closing quotation marks."""
    last = len(text)
    while last and not is_letter(text[last - 1]):
        last -= 1
    return set(text[last:])


def edge_spaces(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Report a part of a sentence that lost the space to the part beside it."""
    if not known.writing.word_space:
        return
    for place, one_end in (("start", 0), ("end", -1)):
        if message.msgid[one_end].isspace() and not message.msgstr[one_end].isspace():
            yield error(
                "edge-space",
                f"the English text has a space at its {place}, which parts it from the text "
                "beside it: the translation needs one there, too",
            )


def identical(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Ask about English text that was copied and not translated."""
    if message.msgstr != message.msgid:
        return
    # Names, abbreviations and single words may be the same in two languages.
    words = [word for word in message.source_text.split() if word.isalpha() and word.islower()]
    if len(words) > 1:
        yield warning(
            "identical",
            "the translation is the English text: translate it, or leave it empty so that "
            "the page marks it as English",
        )


def pairs(message: Message, known: Knowledge) -> Iterator[Problem]:
    """Ask for the closing mark of each opening quotation mark or bracket."""
    text = message.target_text
    for pair in known.pairs:
        opening, closing = pair[0], pair[1]
        if opening == closing:
            whole = text.count(opening) % 2 == 0
        else:
            whole = text.count(opening) == text.count(closing)
        if not whole:
            yield warning(
                "quotes", f"{opening} and {closing} do not pair up: add or take away one of them"
            )
