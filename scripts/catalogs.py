"""Do the work of translators: keep catalogs up to date, check, review and exchange them.

python -m scripts.catalogs VERB --help
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from types import ModuleType

from rich.console import Console

from languages import LanguagesError
from scripts.catalog import (
    check,
    exporting,
    importing,
    new,
    pseudo,
    review,
    status,
    terms,
    update,
)
from scripts.catalog.files import CatalogError
from scripts.problems import from_project

VERBS: dict[str, ModuleType] = {
    "update": update,
    "check": check,
    "status": status,
    "new": new,
    "terms": terms,
    "export": exporting,
    "import": importing,
    "pseudo": pseudo,
    "review": review,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = _parse(arguments)
    try:
        code: int = VERBS[options.verb].run(options, Console())
    except (CatalogError, LanguagesError) as error:
        print(from_project(str(error)), file=sys.stderr)
        return 2
    return code


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts.catalogs", description=__doc__.partition("\n")[0]
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, module in VERBS.items():
        summary, _, details = (module.__doc__ or "").partition("\n")
        verb = verbs.add_parser(
            name,
            help=summary,
            description=summary,
            epilog=details.strip(),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(verb)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
