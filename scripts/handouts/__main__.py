"""Start one of the two commands."""

import sys

from scripts.handouts import clinic, ledger


def main(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    if arguments[:1] == ["record"]:
        return ledger.main(arguments[1:])
    return clinic.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
