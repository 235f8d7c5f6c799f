"""Makes target/python, the virtual environment in which chapter 5's Python servers run.

    python3 chapters/python/ready.py

Quick when there is nothing to do. Needs the standard library and a package index to install from.

Whoever deploys Python today runs a current one. Where this one is older, and Debian's can be had
without asking anybody (root, on Linux, with debootstrap), that one is taken: see debian.py.
"""

import subprocess
import sys
from pathlib import Path

import debian
from environment import Environment, at_least, this_python, version

OLDEST = (3, 11)  # what the pinned FastAPI asks for
CURRENT = (3, 12)

ENVIRONMENT = Environment("python", Path(__file__).resolve().parent / "requirements.txt")


def main():
    at_least(OLDEST)
    debians = sys.version_info < CURRENT and can_have_debians()
    base = f"Debian {debian.RELEASE}'s" if debians else this_python()
    create = (lambda: debian.environment(ENVIRONMENT.folder)) if debians else None
    ENVIRONMENT.bring(f"Python: {base}", "a minute", create)


def can_have_debians():
    why_not = debian.why_not()
    if why_not is None:
        try:
            debian.make()
            return True
        except (OSError, subprocess.SubprocessError) as why:
            why_not = f"Debian's could not be had: {why}"
    print(f"note: Python {version()} is not a current one, and is taken all the same: {why_not}")
    return False


if __name__ == "__main__":
    main()
