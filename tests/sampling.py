"""Which languages stand for all where looking at each would take long."""

from __future__ import annotations

from collections.abc import Mapping
from zlib import crc32

from languages import SOURCE_LANGUAGE, Language


def one_of_each_script(languages: Mapping[str, Language], test: str = "") -> dict[str, Language]:
    """Return the source language, and of the translations one in each script.

    Of several in a script it is the first, or for the name of a *test* always the same one:
    other tests get other ones, so that none is left out of all of them.
    """
    translations = [one for one in languages.values() if one.code != SOURCE_LANGUAGE]
    scripts: dict[str, list[Language]] = {}
    for language in translations:
        scripts.setdefault(language.script, []).append(language)
    turn = crc32(test.encode())
    chosen = [equals[turn % len(equals)] for equals in scripts.values()]
    return {one.code: one for one in (languages[SOURCE_LANGUAGE], *chosen)}
