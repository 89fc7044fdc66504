"""The check sees every kind of damage, and leaves sound translations alone."""

from __future__ import annotations

import argparse
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from rich.console import Console
from sphinx.testing.util import SphinxTestApp

from languages import Language, load_languages
from scripts import LOCALE
from scripts.catalog import check
from scripts.catalog.files import (
    CatalogError,
    catalogs_of,
    read_catalog,
    translations,
    write_catalog,
)
from scripts.catalog.rules import RULES, check_message
from scripts.catalog.rules.base import Message
from scripts.catalog.rules.knowledge import Knowledge, load_knowledge
from scripts.catalog.rules.numbers import numbers, read_numbers
from tests.catalog_damage import DAMAGES, Damage

SAMPLES = Path(__file__).parent / "data" / "catalogs"

BOOK_CODES = [language.code for language in translations(None)]
SAMPLE_CODES = ["zh_CN", "ja", "hi"]
# So many messages of each language are damaged in each way, or all that there are.
ENOUGH = 100


@dataclass(frozen=True)
class Corpus:
    """The translated messages of a language."""

    known: Knowledge
    messages: list[Message]


@cache
def corpus(code: str, *, is_sample: bool = False) -> Corpus:
    """Read a language of the book, or one of the samples, which have what the book does not."""
    locale = SAMPLES if is_sample else LOCALE
    language = load_languages(locale / "languages.toml")[code]
    messages = [
        Message(entry.msgid, entry.msgstr, file.domain)
        for file in catalogs_of(language, locale)
        for entry in read_catalog(file.path).translated_entries()
    ]
    return Corpus(load_knowledge(language, locale), messages)


def all_corpora() -> Iterator[Corpus]:
    for code in BOOK_CODES:
        yield corpus(code)
    for code in SAMPLE_CODES:
        yield corpus(code, is_sample=True)


def damaged_messages(each: Corpus, damage: Damage) -> Iterator[Message]:
    """Damage the messages of a language, in an order that tells nothing of their pages."""
    chance = Random(2026)  # noqa: S311  # no secrets: the same damage in every run
    for message in chance.sample(each.messages, len(each.messages)):
        msgstr = damage.breaking(message, each.known, chance)
        if msgstr is not None and msgstr != message.msgstr:
            yield Message(message.msgid, msgstr, message.domain)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_every_damaged_message_is_caught(damage: Damage, in_full: bool) -> None:
    assert damage.seen_by in RULES
    number = None if in_full else ENOUGH
    damaged = 0
    for each in all_corpora():
        for message in islice(damaged_messages(each, damage), number):
            damaged += 1
            problems = list(damage.seen_by(message, each.known))
            found = {(problem.rule, problem.severity) for problem in problems}
            assert (damage.rule, damage.severity) in found, (message, problems)
    assert damaged


@pytest.mark.parametrize("code", dict.fromkeys([*BOOK_CODES, *SAMPLE_CODES]))
def test_sound_messages_are_left_alone(code: str) -> None:
    each = corpus(code)
    flagged = {}
    for message in each.messages:
        if problems := check_message(message, each.known):
            flagged[message.msgid] = problems
    errors = [
        problem
        for problems in flagged.values()
        for problem in problems
        if problem.severity == "error"
    ]
    assert errors == []
    assert len(flagged) <= 0.02 * len(each.messages), flagged


# -- Numbers of each language -------------------------------------------------------


def problems_of(code: str, msgid: str, msgstr: str) -> set[str]:
    return {problem.rule for problem in check_message(Message(msgid, msgstr), corpus(code).known)}


@pytest.mark.parametrize(
    ("code", "number", "same"),
    [
        ("es", "1000", True),
        ("es", "1.000", True),
        ("es", "1 000", True),
        ("es", "1\u202f000", True),
        ("es", "1,000", False),  # one, with three decimals
        ("es", "1.00", False),
        ("es", "10.00", False),
        ("ar", "1,000", True),
        ("ar", "1000", True),
        ("ar", "١٠٠٠", True),
        ("ar", "١٬٠٠٠", True),
        ("ar", "١٫٠٠٠", False),
        ("ar", "1.000", False),
        ("hi", "१,०००", True),
        ("hi", "1 हज़ार", True),
        ("zh_CN", "1千", True),
        ("zh_CN", "１０００", True),
        ("zh_CN", "1万", False),
        ("ja", "1.000", False),
    ],
)
def test_thousands(code: str, number: str, same: bool) -> None:
    rules = problems_of(code, "Of 1,000 people", f"x {number} x")
    assert ("number" not in rules) == same


@pytest.mark.parametrize(
    ("code", "msgid", "msgstr", "same"),
    [
        ("es", "4.0", "4,0", True),
        ("es", "4.0", "4.0", True),
        ("es", "2.2", "22", False),
        ("es", "332 million", "332 millones", True),
        ("es", "332 million", "332", False),
        ("es", "332 million", "33,2 millones", False),
        ("ar", "5 million", "5 ملايين", True),
        ("zh_CN", "332 million", "3.32亿", True),
        ("zh_CN", "332 million", "3亿3200万", True),
        ("zh_CN", "332 million", "332万", False),
        ("hi", "332 million", "33.2 करोड़", True),
        ("hi", "1,148", "1,148", True),
        ("hi", "123,456", "1,23,456", True),
        ("ja", "in September 2025", "2025年9月", True),
        ("ja", "in September 2025", "2025年8月", False),
        ("es", "in July 2022", "en julio de 2022", True),
        ("es", "in July 2022", "en junio de 2022", False),
        ("ar", "in July 2022", "في يوليو (تموز) 2022", True),
        ("es", "two hours", "dos horas", True),
        ("es", "two hours", "2 horas", True),
        ("es", "Two hours", "Tres horas", False),
        ("es", "two hours", "horas", False),
        ("es", "one hour", "una hora", True),
        ("es", "one hour", "dos horas", False),
        ("es", "2 of 100", "dos de 100", True),
        ("es", "two of 4, two of 2", "dos de 4, dos de", False),
        ("ar", "two hours", "ساعتين", True),
        ("ar", "two hours", "ساعتان", True),
        ("ar", "two hours", "وساعتين", True),
        ("ar", "two hours", "ساعات", False),
        ("ar", "two tables of ketamine", "جدولان للكيتامين", True),
        ("ar", "two tables of ketamine", "جداول للكيتامين", False),
        ("ar", "two hours", "ثلاث ساعات", False),
        ("ar", "eight weeks", "ثمانية أسابيع", True),
        ("ar", "eight weeks", "تسعة أسابيع", False),
        ("zh_CN", "two hours", "两个小时", True),
        ("zh_CN", "two hours", "三个小时", False),
        ("zh_CN", "clear enough", "十分清楚", True),
        ("ja", "ten", "十一", False),
        ("hi", "two hours", "दो घंटे", True),
        ("hi", "two hours", "तीन घंटे", False),
    ],
)
def test_numbers_are_compared_by_value(code: str, msgid: str, msgstr: str, same: bool) -> None:
    assert ("number" not in problems_of(code, msgid, msgstr)) == same


@pytest.mark.parametrize(
    ("msgid", "msgstr", "same"),
    [
        ("Call 1-800-273-8255.", "Llame al 1-800-273-8255.", True),
        ("Call 1-800-273-8255.", "Llame al 1 800 273 8255.", False),
        ("Call +44 20 7946 0000.", "Llame al 44 20 7946 0000.", False),
        ("Call or text 988.", "Llame o escriba al 9-8-8.", False),
        ("From 2019-2021 and on 2026-11-22", "De 2019 a 2021 y el 22/11/2026", True),
        ("Of 133 people, 9 called", "De 1 33 personas, llamaron 9", False),
    ],
)
def test_phone_numbers_are_copied_sign_by_sign(msgid: str, msgstr: str, same: bool) -> None:
    assert (not {"phone", "number"} & problems_of("es", msgid, msgstr)) == same


@pytest.mark.parametrize(
    ("code", "msgid", "msgstr", "kept"),
    [
        ("es", ". ", ". ", True),
        ("es", ". ", ".", False),
        ("es", " (%s)", "(%s)", False),
        ("fr", ": ", "\u00a0: ", True),
        ("ja", ". ", "。", True),  # no spaces between words: none between parts
    ],
)
def test_a_space_at_the_edge_of_a_part_stays(
    code: str, msgid: str, msgstr: str, kept: bool
) -> None:
    assert ("edge-space" not in problems_of(code, msgid, msgstr)) == kept


def test_native_digits_are_no_fault() -> None:
    """Any digit system is welcome, but a phone number stays as people dial it."""
    digits = {"ar": 0x0660, "hi": 0x0966, "zh_CN": 0xFF10, "ja": 0xFF10}
    for code, zero in digits.items():
        each = corpus(code)
        for message in each.messages:
            parts = re.split(r"(\{[\w:]+\}`[^`]*`|\[\^\d\])", message.msgstr)
            parts[::2] = [
                part.translate({ord(digit): zero + int(digit) for digit in "0123456789"})
                for part in parts[::2]
            ]
            written = Message(message.msgid, "".join(parts), message.domain)
            assert not list(numbers(written, each.known)), parts


def test_a_language_without_a_list_of_number_words_still_compares_digits() -> None:
    english = corpus("es").known.source_numbers
    found = read_numbers("two of 1,000 people, 3.5 and 2.2.1", english)
    assert [float(value) for value in found.digits.elements()] == [1000, 3.5, 2, 2, 1]
    assert list(found.exact) == [2]


# -- The check and the build --------------------------------------------------------

PARAGRAPHS = ("Plain text.", "See ", "Read ", "Open ", "**Warm**", "Strong.", "Mild.")
BUILD_DAMAGES = [
    "lost_role",
    "translated_target",
    "other_role",
    "lost_citation",
    "changed_citation",
    "doubled_citation",
    "lost_link",
    "changed_link_address",
    "added_link",
    "added_code",
    "added_download",
]


@pytest.mark.parametrize("seed", range(3))
def test_the_check_reports_what_the_build_reports(
    tmp_path: Path, rootdir: Path, make_app: Callable[..., SphinxTestApp], seed: int
) -> None:
    """Damage half of the messages of a small book; build and check name the same ones."""
    shutil.copytree(rootdir / "test-fragments", tmp_path / "book")
    app = make_app("html", srcdir=tmp_path / "book", confoverrides={"language": "es"})
    path = tmp_path / "book/locale/es/LC_MESSAGES/index.po"
    catalog = read_catalog(path)
    known, chance = corpus("es").known, Random(seed)  # noqa: S311  # no secrets
    for entry in catalog:
        breaking = [
            msgstr
            for damage in DAMAGES
            if damage.name in BUILD_DAMAGES
            and (msgstr := damage.breaking(Message(entry.msgid, entry.msgstr), known, chance))
        ]
        if entry.msgid.startswith(PARAGRAPHS) and chance.random() < 0.5:
            entry.msgstr = chance.choice(breaking)
    write_catalog(path, catalog)
    app.build()
    reported = {
        int(line) for line in re.findall(r"index\.po:(\d+): WARNING", app.warning.getvalue())
    }
    rules = {"role", "citation", "link", "code"}
    found = {
        entry.linenum
        for entry in read_catalog(path)
        for problem in check_message(Message(entry.msgid, entry.msgstr), known)
        if problem.rule in rules
    }
    assert reported == found
    assert found


# -- Catalogs as files --------------------------------------------------------------


@pytest.fixture
def locale(tmp_path: Path) -> Path:
    """Copy the samples, to be damaged."""
    folder = tmp_path / "locale"
    shutil.copytree(SAMPLES, folder)
    return folder


def findings_after(
    locale: Path, old: str, new: str, code: str = "ja"
) -> tuple[list[check.Finding], str]:
    """Replace a text in a sample, check its language; return findings and the path."""
    path = locale / code / "LC_MESSAGES" / "sample.po"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return check.check_language(
        language(locale, code), locale
    ), f"locale/{code}/LC_MESSAGES/sample.po"


def language(locale: Path, code: str) -> Language:
    return load_languages(locale / "languages.toml")[code]


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("gettext", 'msgstr "今すぐ助けを求める"', 'msgstr "今すぐ助けを求める'),
        ("gettext", 'msgid "Ten facts to remember"', 'msgid "Get help now"'),
        ("gettext", 'msgid "Get help now"', "msgid Get help now"),
        ("header", "charset=UTF-8", "charset=ISO-8859-1"),
        ("header", '"Language: ja\\n"', '"Language: zh\\n"'),
        ("header", '"Plural-Forms: nplurals=1; plural=0;\\n"', ""),
        ("context", 'msgid "Get help now"', 'msgctxt "page"\nmsgid "Get help now"'),
        ("conflict", 'msgid "Get help now"', '<<<<<<< HEAD\nmsgid "Get help now"'),
        ("gettext", "今すぐ", "\udcff"),
    ],
)
def test_broken_files_are_named_with_their_line(
    locale: Path, rule: str, old: str, new: str
) -> None:
    path = locale / "ja" / "LC_MESSAGES" / "sample.po"
    text = path.read_text(encoding="utf-8")
    assert old in text
    data = text.replace(old, new, 1).encode("utf-8", "surrogateescape")
    path.write_bytes(data)
    findings = check.check_language(language(locale, "ja"), locale)
    found = [each for each in findings if each.rule == rule]
    assert found, findings
    assert {each.severity for each in found} == {"error"}
    assert {each.path for each in found} == {"locale/ja/LC_MESSAGES/sample.po"}


def test_a_finding_points_to_the_line_of_the_translation(locale: Path) -> None:
    findings, path = findings_after(locale, "約40分", "約400分")
    lines = (locale.parent / path).read_text(encoding="utf-8").splitlines()
    assert [(each.path, each.rule) for each in findings] == [(path, "number")]
    assert lines[findings[0].line - 1].startswith("msgstr") and "400" in lines[findings[0].line - 1]
    assert "40" in findings[0].sentence and "400" in findings[0].sentence


def test_what_readers_do_not_see_is_not_checked(locale: Path) -> None:
    fuzzy, _ = findings_after(locale, 'msgid "The infusion', '#, fuzzy\nmsgid "The infusion')
    findings, _ = findings_after(locale, "約40分", "約400分")
    assert fuzzy == findings == []


def test_plural_forms_are_checked(locale: Path) -> None:
    path = locale / "hi" / "LC_MESSAGES" / "sample.po"
    with path.open("a", encoding="utf-8") as file:
        file.write(
            '\nmsgid "%s page"\nmsgid_plural "%s pages"\nmsgstr[0] "%s पेज"\nmsgstr[1] "पेज"\n'
        )
    findings = check.check_language(language(locale, "hi"), locale)
    assert [each.rule for each in findings] == ["placeholder"]


def test_the_same_text_in_two_catalogs_is_translated_alike(locale: Path) -> None:
    first = locale / "ja" / "LC_MESSAGES" / "sample.po"
    second = first.with_name("second.po")
    shutil.copyfile(first, second)
    assert check.check_language(language(locale, "ja"), locale) == []
    text = second.read_text(encoding="utf-8").replace("今すぐ助けを求める", "助けを呼ぶ")
    second.write_text(text, encoding="utf-8")
    findings = check.check_language(language(locale, "ja"), locale)
    assert [(Path(each.path).name, each.severity, each.rule) for each in findings] == [
        ("second.po", "warning", "different-translation")
    ]
    assert check.check_catalog(first, language(locale, "ja"), locale) == []
    assert check.check_catalog(second, language(locale, "ja"), locale) == findings


def test_broken_lists_of_a_language_are_findings(locale: Path) -> None:
    (locale / "ja" / "checks.toml").write_text("nombers = 1", encoding="utf-8")
    (locale / "hi" / "terms.csv").write_text("a,b\n", encoding="utf-8")
    for code, word in (("ja", "checks.toml"), ("hi", "terms.csv")):
        (finding,) = check.check_language(language(locale, code), locale)
        assert (finding.severity, finding.rule) == ("error", "unreadable")
        assert word in finding.sentence
    assert check.check_language(language(locale, "zh_CN"), locale) == []


# -- The command --------------------------------------------------------------------


def run(locale: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str]:
    monkeypatch.setattr(check, "LOCALE", locale)
    parser = argparse.ArgumentParser()
    check.add_arguments(parser)
    console = Console(width=60, record=True, color_system=None)
    code = check.run(parser.parse_args(arguments), console)
    return code, console.export_text()


def test_one_language_s_failure_does_not_hide_another_s(
    locale: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (locale / "ja" / "LC_MESSAGES" / "sample.po").write_text("msgid ???", encoding="utf-8")
    findings_after(locale, "40", "400", code="hi")
    code, text = run(locale, monkeypatch)
    assert code == 1
    assert "locale/ja/LC_MESSAGES/sample.po:1: error" in text
    assert re.search(r"locale/hi/LC_MESSAGES/sample.po:\d+: error the numbers differ", text)
    assert run(locale, monkeypatch, "--language", "zh_CN") == (0, "Nothing to mend was found.\n")


def test_warnings_do_not_fail(locale: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    findings_after(locale, "覚えておきたい10の事実", "覚えておきたい10の事実。")
    code, text = run(locale, monkeypatch, "--language", "ja")
    assert code == 0
    assert "warning the translation ends like a sentence" in text
    assert "0 errors, 1 warnings" in text


def test_line_numbers_stay_numbers() -> None:
    """Rich reads ":100:" as a picture."""
    console = Console(record=True, color_system=None)
    check._print_text([check.Finding("a.po", 100, "error", "html", "[b] :100:")], console)
    assert "a.po:100: error [b] :100: (html)" in console.export_text()


def test_formats_for_programs(locale: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    findings_after(locale, "その後、%sを押す", "その後、押す")
    path = "locale/ja/LC_MESSAGES/sample.po"
    code, text = run(locale, monkeypatch, "--format", "github")
    assert code == 1
    assert re.fullmatch(rf"::error file={path},line=\d+,title=placeholder::'%25s' is .+\n", text)
    code, text = run(locale, monkeypatch, "--format", "json", str(locale.parent / path))
    assert code == 1
    (finding,) = json.loads(text)
    assert set(finding) == {"path", "line", "severity", "rule", "sentence"}
    assert (finding["path"], finding["rule"]) == (path, "placeholder")


def test_files_that_are_no_catalogs_are_refused(
    locale: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (locale / "ja" / "terms.csv", locale / "ja" / "LC_MESSAGES" / "absent.po"):
        with pytest.raises(CatalogError, match="no such catalog"):
            run(locale, monkeypatch, str(name))


def test_a_title_may_end_in_an_abbreviation_but_not_like_a_sentence() -> None:
    assert problems_of("es", "Who pays in the US", "Quién paga en EE. UU.") == set()
    assert problems_of("es", "Who pays in the US", "Quién paga en el país.") == {"sentence-end"}
