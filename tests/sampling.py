"""Which languages stand for all where looking at each would take long."""

from __future__ import annotations

from collections.abc import Mapping

from languages import SOURCE_LANGUAGE, Language


def one_of_each_script(languages: Mapping[str, Language]) -> dict[str, Language]:
    """Return the source language, and of the translations the first in each script."""
    chosen: dict[str, Language] = {}
    for language in languages.values():
        if language.code != SOURCE_LANGUAGE:
            chosen.setdefault(language.script, language)
    sample = {one.code: one for one in chosen.values()}
    return {SOURCE_LANGUAGE: languages[SOURCE_LANGUAGE], **sample}
