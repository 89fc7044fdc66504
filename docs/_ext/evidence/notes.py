"""The note under each page: how many statements were compared, and when."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from babel.dates import format_date
from sphinx.locale import _

from evidence.data import ClaimsError, load_claims
from languages import language_for, locale_data

if TYPE_CHECKING:
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment


@dataclass(frozen=True, slots=True)
class Checks:
    """How many statements a page makes, how many were compared, and the oldest such day."""

    claims: int
    compared: int
    oldest: datetime.date | None


def checks_of(env: BuildEnvironment, docname: str) -> Checks:
    """Count the claims of a page. Raises ClaimsError when the page names an unknown one."""
    return checks_of_all(env, [docname])


def checks_of_all(env: BuildEnvironment, docnames: Iterable[str]) -> Checks:
    """Count the claims of some pages, each once. Raises ClaimsError for an unknown one."""
    path = Path(env.config.claims_file)
    homes = {
        identifier: docname
        for docname in docnames
        for identifier in str(env.metadata[docname].get("claims", "")).split()
    }
    if not homes:
        return Checks(0, 0, None)
    claims = load_claims(path)
    for docname in dict.fromkeys(homes.values()):
        unknown = [one for one, home in homes.items() if home == docname and one not in claims]
        if unknown:
            raise ClaimsError(f"{env.doc2path(docname)}: {path} has no claim {', '.join(unknown)}")
    days = [day for identifier in homes if (day := claims[identifier].checked)]
    return Checks(len(homes), len(days), min(days, default=None))


def checked_note(env: BuildEnvironment, docname: str, *, is_handout: bool = False) -> str:
    """Say in the reader's language when a page's sources were checked; empty without claims.

    On paper a page is a side of a sheet: there the sentence speaks of the handout.
    """
    checks = checks_of(env, docname)
    if checks.oldest is None:
        return ""
    day = long_date(checks.oldest, env.config)
    if checks.compared == checks.claims:
        return str(_("Sources checked on %s.")) % day
    if is_handout:
        note = _(
            "Sources checked on %(day)s: %(compared)s of %(claims)s statements of this handout."
        )
    else:
        note = _("Sources checked on %(day)s: %(compared)s of %(claims)s statements on this page.")
    return str(note) % {"day": day, "compared": checks.compared, "claims": checks.claims}


def long_date(day: datetime.date, config: Config) -> str:
    """Write a day as the language of the build does."""
    return format_date(day, format="long", locale=locale_data(language_for(config)))
