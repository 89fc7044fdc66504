"""What the last build left, so that the next one does only what has changed.

Beside the site, ``.site/built.json`` holds the digests of the inputs of each
language and of the whole site, and the state of the files that were published.
Where all of them are as they were, there is nothing to do, and nothing of Sphinx
is imported to see that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from scripts.inputs import BookInputs, Inputs, state_of_tree, write_in_one_step

_FILE = "built.json"


@dataclass(frozen=True, slots=True)
class BuiltLanguage:
    """A language that was built without a fault: from what, and what came of it."""

    inputs: Inputs
    tree: str
    pages: int
    handouts: int
    translated: float


@dataclass(frozen=True, slots=True)
class LastBuild:
    """The last published version; *site* is empty when something was wrong with it.

    *pages* are the digests of the English pages, *notes* what the build told people.
    """

    site: str = ""
    tree: str = ""
    pages: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
    languages: Mapping[str, BuiltLanguage] = field(default_factory=dict)

    def still_holds(self, code: str, now: Inputs, tree: Path) -> bool:
        """Tell whether a language on the site is what building it again would give."""
        built = self.languages.get(code)
        return built is not None and built.inputs == now and built.tree == state_of_tree(tree)

    def is_all_there_is(self, codes: Sequence[str], inputs: BookInputs, site: Path) -> bool:
        """Tell whether a build of these languages would change nothing."""
        return (
            bool(self.site)
            and set(codes) <= self.languages.keys()
            and self.site == inputs.site
            and all(self.languages[code].inputs == inputs.of(code) for code in codes)
            and self.tree == state_of_tree(site)
        )


def state_folder(site: Path) -> Path:
    """Return the folder beside a site that holds what readers do not see."""
    return site.with_name(f".{site.name}")


def read_last_build(site: Path) -> LastBuild:
    """Read what the last build left; without one, or in an older form, nothing."""
    try:
        data = json.loads((state_folder(site) / _FILE).read_text(encoding="utf-8"))
        languages = {
            code: BuiltLanguage(**{**table, "inputs": Inputs(**table["inputs"])})
            for code, table in data["languages"].items()
        }
        return LastBuild(**{**data, "languages": languages})
    except (OSError, ValueError, TypeError, KeyError):
        return LastBuild()


def write_last_build(site: Path, last: LastBuild) -> None:
    """Note what was published, in one step."""
    write_in_one_step(state_folder(site) / _FILE, json.dumps(asdict(last)))
