"""The list of languages is read once and speaks plainly when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from languages import LanguagesError, load_languages
from tests.conftest import PROJECT

COMPLETE = """
[xx]
slug = "xx"
tag = "xx"
name = "Xx"
english_name = "Exish"
direction = "ltr"
script = "Latn"
pdf_fonts = ["Noto Sans"]
pdf_scale = 1.0
paper = "a4"
collation = "xx"
state = "draft"
"""


def test_list_of_the_book_is_complete() -> None:
    languages = load_languages(PROJECT / "locale" / "languages.toml")
    assert languages["en"].state == "source"
    assert languages["ar"].direction == "rtl"
    for code in languages.keys() - {"en"}:
        assert list((PROJECT / "locale" / code / "LC_MESSAGES").rglob("*.po")), code


def test_every_folder_of_catalogs_is_in_the_list() -> None:
    languages = load_languages(PROJECT / "locale" / "languages.toml")
    folders = {path.parent.name for path in (PROJECT / "locale").glob("*/LC_MESSAGES")}
    assert folders == languages.keys() - {"en"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (COMPLETE.replace('script = "Latn"\n', ""), r"\[xx\] lacks script"),
        (COMPLETE + 'colour = "red"\n', r"\[xx\] has unknown colour"),
        (COMPLETE.replace('"ltr"', '"up"'), r"direction of \[xx\] must be 'ltr' or 'rtl'"),
        (COMPLETE.replace('"draft"', '"good"'), r"state of \[xx\] must be one of"),
        (
            COMPLETE + 'incomplete_handouts = "print"\n',
            r"incomplete_handouts of \[xx\] must be 'withhold' or 'stamp'",
        ),
        ("xx = 1", r"'xx' should be a table like \[xx\]"),
        ("[xx", "not valid TOML"),
    ],
)
def test_a_wrong_list_says_what_to_mend(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "languages.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LanguagesError, match=message):
        load_languages(path)


def test_incomplete_handouts_are_withheld_where_nothing_is_said(tmp_path: Path) -> None:
    path = tmp_path / "languages.toml"
    path.write_text(COMPLETE, encoding="utf-8")
    assert load_languages(path)["xx"].incomplete_handouts == "withhold"
    path.write_text(f'{COMPLETE}incomplete_handouts = "stamp"', encoding="utf-8")
    assert load_languages(path)["xx"].incomplete_handouts == "stamp"


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(LanguagesError, match="the list of languages is missing"):
        load_languages(tmp_path / "languages.toml")
