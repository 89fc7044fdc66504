"""Each rule for the text catches one bad text at its place and lets a good one pass."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from pathlib import Path

import pytest

from scripts import check_text
from scripts.text_rules import copying, reading
from scripts.text_rules.pages import read_page
from tests.conftest import PROJECT

COPIED = "old words that stood in one of the articles"

GOOD_PAGE = """---
myst:
  html_meta:
    description: What may happen to the bladder, and what you can do.
claims: C001 G001
---
(bladder)=
# The bladder and this treatment

:::{help-box}
:::

% claims: C001
Frequent use can harm the bladder {cite:p}`label`. Tell your {term}`team <team>` early.

## What you can do early

% claims: G001
Call the clinic if you see blood in the urine {cite:p}`label,trial`.

In the US you can also tell MedWatch. If you have thoughts of suicide, do not wait.

In one trial, 27 of 100 people got well, and 18 of 100 in the comparison group.

:::{list-table} Side effects of the spray
:header-rows: 1

* - Side effect
  - How often it came
* - Nausea
  - 28 of 100 people
:::
"""

CLAIMS = """[[claim]]
id = "C001"
verdict = "wrong"
articles = ["000"]
article_said = "The spray is good for the bladder."
fact = "Frequent use can harm the bladder."
sources = ["label"]
strength = "strong"
pages = ["page"]
must_not_say = ["(?i)good for (the|your) bladder"]

[[claim]]
id = "G001"
verdict = "gap"
fact = "Blood in the urine is a reason to call."
sources = ["trial"]
strength = "fair"
pages = ["page"]
"""

TOPICS = """[[topic]]
id = "T0-001"
article = "000"
gist = "Harm to the bladder"
pages = ["page"]
"""

ITEMS = """[[item]]
id = "U1"
group = "easy"
asks = "Is it easy?"
result = "met"
"""


INTERVALS = "[review_months]\nsources = 12\ncrisis_lines = 6\n"

CRISIS_LINES = """[directory]
name = "A directory"
website = "https://helplines.example.org"
source = "made up for the tests"
checked = 2026-08-31

[[country]]
code = "US"
emergency = ["911"]
languages = ["en"]

[[country.line]]
name = "Test Lifeline"
lang = "en"
languages = ["en"]
call = ["1-800-555-0100"]
hours = "24/7"
source = "made up for the tests"
checked = 2026-10-01
"""

# Nothing of this book falls due soon after this day.
TODAY = "2026-11-22"


class Book:
    """A small book in a folder, and the findings in it as ``file:line: sentence``."""

    def __init__(self, folder: Path) -> None:
        self.docs = folder / "docs"
        data = self.docs / "_data"
        data.mkdir(parents=True)
        shutil.copy(PROJECT / "docs" / "_data" / "wording.toml", data)
        self.write("_data/site.toml", INTERVALS)
        self.write("_data/crisis_lines.toml", CRISIS_LINES)
        self.write("_data/claims.toml", CLAIMS)
        self.write("_data/topics.toml", TOPICS)
        self.write("_data/self_assessment.toml", ITEMS)
        self.write("references.bib", "@misc{label, title = {L}}\n@article{trial, title = {T}}\n")
        self.write("page.md", GOOD_PAGE)
        self.runs = folder / "runs.txt.gz"
        with gzip.open(self.runs, "wt", encoding="ascii") as file:
            for _start, run in copying.runs_of(copying.words_of(COPIED)):
                file.write(f"{copying.hash_of(run)}\n")

    def write(self, name: str, text: str) -> None:
        """Write a file of the book."""
        path = self.docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        """Replace a text that must stand in the file."""
        text = (self.docs / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new, 1))

    def arguments(self, form: str = "text", today: str = TODAY) -> list[str]:
        """Return the arguments of the command for this book."""
        place = ["--docs", str(self.docs), "--runs", str(self.runs)]
        return [*place, "--format", form, "--today", today]

    def findings(self, capsys: pytest.CaptureFixture[str], today: str = TODAY) -> list[str]:
        """Run the command; return what it prints, and expect the exit code to fit."""
        code = check_text.main(self.arguments(today=today))
        lines = capsys.readouterr().out.splitlines()
        assert code == (1 if lines else 0)
        return lines

    def line(self, name: str, text: str) -> int:
        """Return the first line of a file that holds a text."""
        lines = (self.docs / name).read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, 1) if text in line)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


def test_a_good_book_has_no_findings(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    assert book.findings(capsys) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        # selling and praise
        ("You can order ketamine here.", "This sounds like an offer to sell."),
        ("We have fast shipping.", "This is the language of a shop."),
        ("This is a revolutionary medicine.", "This is praise, not information."),
        ("Ketamine powder is white.", "Only the warning page speaks of powder"),
        # safe words
        ("He committed suicide.", "Write 'died by suicide'"),
        ("It was a failed attempt.", "no death is a success"),
        ("There is a suicide epidemic.", "No dramatic words"),
        ("Suicidal people need help.", "People first"),
        ("An addict needs help.", "People first and without blame"),
        ("Drug abuse is a risk.", "Write 'misuse'"),
        # numbers and abbreviations
        ("About 27 percent got well.", "Write numbers as '27 of 100 people'"),
        ("Take care, e.g. with stairs.", "No shortened words"),
        ("It is given bid.", "Abbreviations of prescriptions are misread"),
        ("The dose was 56 mg.", "No amounts of medicine"),
        ("The score was 1.0 then.", "No zero after the decimal point"),
        ("The score was .5 then.", "Write a zero before the decimal point"),
        ("Rest and/or sleep.", "No slash between words"),
        ("You may need ECT.", "'ECT' is an abbreviation."),
        # translation
        ("This is the light at the end of it.", "This is a figure of speech"),
        ("Do not get hooked on it.", "This is an idiom"),
        ("You don't have to come.", "Write both words in full"),
        ("An anaesthetic helps.", "The book has US spelling"),
        ("## Note", "cannot be translated alone"),
        ("## They can help you", "cannot be translated alone"),
        ("## What you can do early", "also stands on line 16"),
        # facts of one country
        ("The FDA has approved it.", "'FDA' exists only in the US."),
        ("Call 988 for help.", "'988' exists only in the US."),
        ("Most insurers pay for it.", "'insurers' exists only in the US."),
        # links, copies, sentences, claims
        ("Read https://shop.example now.", "leads out of the book"),
        ("These are old words that stood in one of the articles.", "stand in one of the web"),
        ("You " + "and you " * 13 + "come.", "has 28 words"),
        ("It is good for your bladder.", "repeats a statement that is not right (C001)"),
        ("You can read it {cite:p}`lable`.", "The bibliography has no entry 'lable'."),
        ("% claims: C099", "claims.toml has no claim C099."),
    ],
)
def test_a_bad_line_is_found_at_its_place(
    book: Book, capsys: pytest.CaptureFixture[str], text: str, sentence: str
) -> None:
    book.write("page.md", f"{GOOD_PAGE}\n{text}\n")
    line = len(GOOD_PAGE.splitlines()) + 2
    (finding,) = book.findings(capsys)
    assert finding.startswith(f"docs/page.md:{line}: ")
    assert sentence in finding


@pytest.mark.parametrize(
    "text",
    [
        "Never buy ketamine online.",
        "He died by suicide.",
        "About 27 of 100 people got well.",
        "You may need electroconvulsive therapy (ECT). ECT needs anesthesia.",
        "In the US, the FDA has approved it.",
        "Ask your insurer about it.",
        "These facts hold in the US:\n\n- The FDA has approved it.\n- Insurers rarely pay for it.",
        "Read https://doi.org/10.1000/1 now.",
        'The article is "Unlocking Hope: The Revolutionary Power of Ketamine Infusion Therapy".',
        ":::{admonition} This is common today:\n:class: care routine\n\n- You are tired.\n:::",
    ],
)
def test_a_good_line_passes(book: Book, capsys: pytest.CaptureFixture[str], text: str) -> None:
    book.write("page.md", f"{GOOD_PAGE}\n{text}\n")
    assert book.findings(capsys) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "sentence"),
    [
        ("page.md", "claims: C001 G001", "claims: C001", "% claims: G001", "Add it to the line"),
        ("page.md", "% claims: G001\n", "", "claims: C001 G001", "no '% claims:' comment has it"),
        ("page.md", "C001 G001", "G001 C001", "claims: G001", "Sort the claims"),
        ("page.md", ":::{help-box}\n:::\n", "", "thoughts of suicide", "has no help box"),
        ("page.md", "# The bladder and", "# It and", "# It and", "cannot be translated alone"),
        ("_data/claims.toml", '"label"]', '"lable"]', '"C001"', "has no entry 'lable'"),
        ("_data/claims.toml", 'pages = ["page"]', "pages = []", '"C001"', "add the page page"),
        ("_data/claims.toml", '["page"]', '["page", "x"]', '"C001"', "remove it from pages"),
        ("_data/claims.toml", 'must_not_say = ["(?i)', '# "', '"C001"', "Add a pattern"),
        ("_data/claims.toml", '"(?i)good', '"(?i)(good', '"C001"', "is broken"),
        ("_data/claims.toml", "article_said =", "seen =", '"C001"', "say in article_said"),
        ("_data/claims.toml", "harm the", "be good for the", '"C001"', "repeats a statement"),
        ("_data/claims.toml", "is a reason to call", "is .5 of it", '"G001"', "Write a zero"),
        ("_data/topics.toml", 'pages = ["page"]', 'pages = ["pag"]', '"T0', "no page 'pag'"),
        ("_data/topics.toml", "Harm to the", "Good for the", '"T0', "repeats a statement"),
        ("_data/self_assessment.toml", "easy?", "e.g. easy?", '"U1"', "No shortened words"),
    ],
)
def test_a_disagreement_is_found_at_its_place(  # noqa: PLR0917  # one row of the table
    book: Book,
    capsys: pytest.CaptureFixture[str],
    name: str,
    old: str,
    new: str,
    place: str,
    sentence: str,
) -> None:
    book.change(name, old, new)
    findings = book.findings(capsys)
    expected = f"docs/{name}:{book.line(name, place)}: "
    assert any(item.startswith(expected) and sentence in item for item in findings), findings


def test_an_unused_claim_needs_a_reason(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    unused = CLAIMS.partition("\n\n")[2].replace("G001", "G002").replace('["page"]', "[]")
    book.write("_data/claims.toml", f"{CLAIMS}\n{unused}")
    (finding,) = book.findings(capsys)
    assert "G002: no page uses it. Use it, or say why in left_out." in finding
    book.write("_data/claims.toml", f'{CLAIMS}\n{unused}left_out = "It is only a promise."\n')
    assert book.findings(capsys) == []


def test_only_the_corrections_may_repeat_what_is_wrong(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Some say that it is good for your bladder."
    book.write("page.md", f"{GOOD_PAGE}\n:::{{corrections}}\n:::\n\n{text}\n")
    assert book.findings(capsys) == []


def test_handouts_get_their_help_box_from_the_builder(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    text = GOOD_PAGE.replace(":::{help-box}\n:::\n", "").replace(
        "claims:", "handout: 1\nclaims:", 1
    )
    book.write("page.md", text)
    assert book.findings(capsys) == []


HARD = (
    "Antidepressant medication administration necessitates interdisciplinary "
    "psychopharmacological evaluation. "
) * 10


def test_a_hard_page_is_reported_or_gives_a_reason(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    book.write("page.md", f"{GOOD_PAGE}\n{HARD}\n")
    findings = book.findings(capsys)
    assert len(findings) == 2
    assert all(finding.startswith("docs/page.md:1: ") for finding in findings)
    assert "The reading grade of this page is" in " ".join(findings)
    assert "The median reading grade of all pages is" in " ".join(findings)
    reason = "grade-exception: names of medicines\nclaims:"
    book.write("page.md", f"{GOOD_PAGE}\n{HARD}\n".replace("claims:", reason, 1))
    (finding,) = book.findings(capsys)
    assert "median" in finding


def test_a_needless_exception_is_reported(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    book.write("page.md", GOOD_PAGE.replace("claims:", "grade-exception: none\nclaims:", 1))
    (finding,) = book.findings(capsys)
    assert finding.startswith("docs/page.md:5: This page no longer needs its grade-exception.")


def test_short_pages_have_no_grade(book: Book) -> None:
    book.write("short.md", "# Depression\n\nInterdisciplinary evaluation.\n")
    assert reading.grade_of(read_page(book.docs, book.docs / "short.md")) is None


def test_copies_are_found_across_list_items(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    first = COPIED[: COPIED.index(" stood")]
    second = COPIED.removeprefix(f"{first} ")
    book.write("page.md", f"{GOOD_PAGE}\n- {first}\n- {second}\n")
    (finding,) = book.findings(capsys)
    assert finding.startswith(f"docs/page.md:{len(GOOD_PAGE.splitlines()) + 2}: ")


def test_the_runs_of_the_articles_have_the_stated_form() -> None:
    runs = copying.load_runs(check_text.RUNS)
    assert len(runs) > 5000
    assert all(re.fullmatch(r"[0-9a-f]{12}", run) for run in runs)


def test_github_format_annotates_the_line(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    book.write("page.md", f"{GOOD_PAGE}\nAbout 27% got well.\n")
    assert check_text.main(book.arguments("github")) == 1
    line = len(GOOD_PAGE.splitlines()) + 2
    output = capsys.readouterr().out
    assert output.startswith(f"::error file=docs/page.md,line={line}::'27%25': Write numbers")


def test_json_format_is_data(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    book.write("page.md", f"{GOOD_PAGE}\nAbout 27 percent got well.\n")
    assert check_text.main(book.arguments("json")) == 1
    (record,) = json.loads(capsys.readouterr().out)
    assert record["path"] == "docs/page.md"
    assert record["line"] == len(GOOD_PAGE.splitlines()) + 2
    assert record["sentence"].startswith("'27 percent'")


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("_data/claims.toml", "[[claim", "claims.toml: "),
        ("_data/wording.toml", "[[phrase", "wording.toml: "),
        ("_data/wording.toml", "phrase = []\n", "wording.toml: short is missing"),
    ],
)
def test_unreadable_data_is_explained(
    book: Book, capsys: pytest.CaptureFixture[str], name: str, text: str, sentence: str
) -> None:
    book.write(name, text)
    assert check_text.main(book.arguments()) == 2
    assert sentence in capsys.readouterr().err


def test_the_book_itself_has_no_findings(capsys: pytest.CaptureFixture[str]) -> None:
    code = check_text.main(["--today", TODAY])
    assert capsys.readouterr().out == ""
    assert code == 0


def test_sources_are_compared_again_a_month_before_that_falls_due(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    book.change(
        "_data/claims.toml",
        'strength = "fair"\n',
        'strength = "fair"\nchecked = 2025-12-31\nseen = "the abstract"\n',
    )
    # The month before has no 31st day.
    assert book.findings(capsys, today="2026-11-29") == []
    line = book.line("_data/claims.toml", 'id = "G001"')
    assert book.findings(capsys, today="2026-11-30") == [
        f"docs/_data/claims.toml:{line}: G001: compare it with its sources again by 2026-12-31, "
        "then change checked."
    ]


def test_crisis_lines_are_compared_again_a_month_before_that_falls_due(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    assert book.findings(capsys, today="2027-01-30") == []
    assert [one.split(": ")[:2] for one in book.findings(capsys, today="2027-01-31")] == [
        ["docs/_data/crisis_lines.toml:2", "A directory"]
    ]
    found = book.findings(capsys, today="2027-03-01")
    assert [one.split(": ")[1] for one in found] == ["A directory", "Test Lifeline"]
    assert "again by 2027-04-01" in found[1]
