"""Makes target/python, the virtual environment in which chapter 5's Python servers run.

    python3 chapters/python/ready.py

Quick when there is nothing to do. Needs the standard library and a package index to install from.

Whoever deploys Python today runs a current one. Where this one is older, and Debian's can be had
without asking anybody (root, on Linux, with debootstrap), that one is taken: see debian.py.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import debian

OLDEST = (3, 11)  # what the pinned FastAPI asks for
CURRENT = (3, 12)

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements.txt"
ENVIRONMENT = HERE.parent.parent / "target" / "python"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

# Written last: an environment without it is half made, one with another text in it out of date.
STAMP = ENVIRONMENT / "ready"


def main():
    if sys.version_info < OLDEST:
        refuse("Python {}.{} or later is needed, and this is {}".format(*OLDEST, version()))
    debians = sys.version_info < CURRENT and can_have_debians()
    base = f"Debian {debian.RELEASE}'s" if debians else f"{version()} at {sys.base_prefix}"

    wanted = f"Python: {base}\n\n{REQUIREMENTS.read_text('utf-8')}"
    if not (PYTHON.exists() and STAMP.exists() and STAMP.read_text("utf-8") == wanted):
        print(f"making {ENVIRONMENT}: this takes a minute", flush=True)
        try:
            debian.environment(ENVIRONMENT) if debians else make_with_this_python()
        except (OSError, subprocess.SubprocessError) as why:
            refuse(f"the environment {ENVIRONMENT} could not be made: {why}")
        install()
        STAMP.write_text(wanted, "utf-8")
    print(f"ready: {PYTHON}")


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


def make_with_this_python():
    # Debian has venv apart, and takes only its second half, ensurepip, away.
    if not all(map(importlib.util.find_spec, ["venv", "ensurepip"])):
        refuse("Python's venv module is missing; on Debian: apt-get install python3-venv")
    import venv

    venv.create(ENVIRONMENT, clear=True, with_pip=True)


def install():
    pip = [PYTHON, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*pip, "install", "--requirement", REQUIREMENTS]).returncode != 0:
        refuse(f"pip could not install {REQUIREMENTS}; what it said stands above")


def version():
    return ".".join(map(str, sys.version_info[:3]))


def refuse(why):
    print(f"error: {why}", file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    main()
