"""Makes target/chap7-python: FastAPI, SQLAlchemy and two drivers for PostgreSQL, for chapter 7.

    python3 chapters/chap7/python/ready.py

Quick when there is nothing to do. Needs the standard library and a package index to install from.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 10)  # what the pinned FastAPI asks for

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements.txt"
ENVIRONMENT = HERE.parent.parent.parent / "target" / "chap7-python"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

# Written last: an environment without it is half made, one with another text in it out of date.
STAMP = ENVIRONMENT / "ready"


def main():
    if sys.version_info < OLDEST:
        refuse("Python {}.{} or later is needed, and this is {}".format(*OLDEST, version()))
    # Debian has venv apart, and takes only its second half, ensurepip, away.
    if not all(map(importlib.util.find_spec, ["venv", "ensurepip"])):
        refuse("Python's venv module is missing; on Debian: apt-get install python3-venv")

    wanted = f"Python {version()} at {sys.base_prefix}\n\n{REQUIREMENTS.read_text('utf-8')}"
    if not (PYTHON.exists() and STAMP.exists() and STAMP.read_text("utf-8") == wanted):
        make()
        STAMP.write_text(wanted, "utf-8")
    print(f"ready: {PYTHON}")


def make():
    import venv

    print(f"making {ENVIRONMENT}: this takes a minute, and about 150 MB", flush=True)
    try:
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as why:
        refuse(f"the environment {ENVIRONMENT} could not be made: {why}")
    pip = [PYTHON, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    install = [*pip, "install", "--no-deps", "--requirement", REQUIREMENTS]
    if subprocess.run(install).returncode != 0:
        refuse(f"pip could not install {REQUIREMENTS}; what it said stands above")


def version():
    return ".".join(map(str, sys.version_info[:3]))


def refuse(why):
    print(f"error: {why}", file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    main()
