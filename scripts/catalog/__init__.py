"""The work of translators: plain functions behind ``python -m scripts.catalogs``."""

import os


def command(verb: str) -> str:
    """Return how to run a verb in the way in which this one was run: by nox, or plainly."""
    by_nox = "NOX_CURRENT_SESSION" in os.environ
    return f"{'.venv/bin/nox -s catalogs --' if by_nox else 'python -m scripts.catalogs'} {verb}"
